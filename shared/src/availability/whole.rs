//! Whatever one business offers on some dates, loaded at once: for those who wait there, each for something else.

use jiff::{Timestamp, tz::TimeZone};

use super::{Loaded, offering};
use crate::{
    businesses::Terms,
    db::Sql,
    http::ApiError,
    ids::{BusinessId, ServiceId, StaffMemberId},
    scheduling::DateRange,
};

/// Everything that a business offers.
pub struct Whole {
    loaded: offering::Loaded,
    terms: Terms,
    zone: TimeZone,
}

/// Loads everything that a business offers on some dates; in one round trip, however many services and staff.
///
/// # Errors
/// If a query fails.
pub async fn whole(
    on: &impl Sql,
    business: BusinessId,
    dates: DateRange,
    now: Timestamp,
) -> Result<Option<Whole>, ApiError> {
    let mut loaded = offering::load(on, &[business], dates, now).await?;
    let Some(terms) = loaded.terms.pop() else { return Ok(None) };
    let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
    Ok(Some(Whole { loaded, terms, zone }))
}

impl Whole {
    /// One of the services, with somebody or with anyone, so many minutes longer than usual; none that cannot be booked.
    #[must_use]
    pub fn visit(&self, service: ServiceId, only: Option<StaffMemberId>, longer_by: u16) -> Option<Loaded> {
        let services = self.loaded.services.get(&self.terms.id)?;
        let service = services.iter().find(|offered| offered.id == service)?;
        let staff = self.loaded.staff.get(&service.id).into_iter().flatten().copied();
        let staff = staff.filter(|staff| only.is_none_or(|only| only == *staff));
        let schedule = self.loaded.parts.schedule(self.zone.clone(), &self.terms, service, longer_by, staff);
        Some(Loaded {
            business: self.terms.clone(),
            service: service.clone(),
            add_ons: Vec::new(),
            terms: self.loaded.parts.terms.clone(),
            schedule,
        })
    }
}
