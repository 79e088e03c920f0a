//! What is kept about a person's working time, wherever they work or have worked, for their own copy of it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    overrides::{self, OverrideItem},
    staff_week::{self, KeptHours},
    time_off::{self, TimeOffItem},
};
use crate::{db::Sql, http::ApiError, ids::UserId, language::Language};

/// When somebody works, as far as it is said of them and not of the business.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptWorkingTime {
    staff_hours: Vec<KeptHours>,
    date_overrides: Vec<OverrideItem>,
    time_off: Vec<TimeOffItem>,
}

/// All of it, in one round trip.
///
/// # Errors
/// If a query fails.
pub async fn kept_about(
    on: &impl Sql,
    person: UserId,
    language: Language,
) -> Result<KeptWorkingTime, ApiError> {
    let (staff_hours, date_overrides, time_off) = tokio::join!(
        staff_week::about(on, person, language),
        overrides::about(on, person),
        time_off::about(on, person),
    );
    Ok(KeptWorkingTime { staff_hours: staff_hours?, date_overrides: date_overrides?, time_off: time_off? })
}
