//! A staff member's own weekly hours as colleagues see them, and as they are in the staff member's own copy.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::{
    db::{self, Sql},
    hours::interval::IntervalTimes,
    ids::{LocationId, StaffMemberId, UserId},
    language::Language,
    scheduling::OwnHours,
};

/// An interval of a staff member's own week, as colleagues see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StaffHours {
    day_of_week: i8,
    day_name: &'static str,
    #[serde(flatten)]
    times: IntervalTimes,
    /// The first date on which it counts; null: it always has.
    valid_from: Option<Date>,
    /// The last one; null: for good.
    valid_until: Option<Date>,
    /// Where they work then; null: wherever what is booked takes place.
    location_id: Option<LocationId>,
}

impl StaffHours {
    pub(super) fn new(own: &OwnHours, language: Language) -> Self {
        let day_of_week = own.weekday.to_monday_zero_offset();
        Self {
            day_of_week,
            day_name: language.day_name(day_of_week.into()),
            times: IntervalTimes::from(&own.hours),
            valid_from: own.valid_from,
            valid_until: own.valid_until,
            location_id: own.location,
        }
    }
}

/// An interval of somebody's own week at one of the places where they work.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::hours) struct KeptHours {
    staff_id: StaffMemberId,
    #[serde(flatten)]
    hours: StaffHours,
}

/// A person's own weekly hours, wherever they work or have worked, for their copy of what is kept about them.
pub(in crate::hours) async fn about(
    on: &impl Sql,
    person: UserId,
    language: Language,
) -> Result<Vec<KeptHours>, db::Error> {
    let kept =
        |(staff_id, own): (_, OwnHours)| KeptHours { staff_id, hours: StaffHours::new(&own, language) };
    Ok(store::about(on, person).await?.into_iter().map(kept).collect())
}
