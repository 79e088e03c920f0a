//! Everything that decides which starts a service has, in one round trip however many days and staff.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::{
    appointments,
    businesses::{self, BusinessRef, Terms},
    db::{self, Sql},
    hours,
    http::{ApiError, Code},
    ids::{AppointmentId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Schedule, Span, StaffCalendar},
    services::{self, Bookable},
    staff,
};

/// A service's schedule, and what booking it needs besides.
#[derive(Debug)]
pub struct Loaded {
    /// The business's terms.
    pub business: Terms,
    /// The service.
    pub service: Bookable,
    /// Where the starts come from. Complete for the dates it was loaded for.
    pub schedule: Schedule,
}

/// Loads the schedule of a service for some dates; of one staff member only, if one is asked for.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`, `SERVICE_NOT_FOUND`, `STAFF_NOT_FOUND`.
pub async fn load(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
    only: Option<StaffMemberId>,
    dates: DateRange,
) -> Result<Loaded, ApiError> {
    load_without(on, business, service, only, dates, None).await
}

/// As [`load`], as if one appointment were not there: for moving it.
///
/// # Errors
/// Those of [`load`].
pub async fn load_without(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
    only: Option<StaffMemberId>,
    dates: DateRange,
    moved: Option<AppointmentId>,
) -> Result<Loaded, ApiError> {
    let (terms, bookable, hours, staff, mut busy) = tokio::try_join!(
        async { Ok::<_, ApiError>(businesses::terms(on, business).await?) },
        async { Ok(services::bookable(on, business, service).await?) },
        hours::weekly(on, business),
        async { Ok(staff::candidates(on, business, service, only).await?) },
        async { Ok(busy_by_staff(on, service, dates.window(), moved).await?) },
    )?;
    let business = terms.ok_or(Code::BusinessNotFound)?;
    let service = bookable.ok_or(Code::ServiceNotFound)?;
    if only.is_some() && staff.is_empty() {
        return Err(Code::StaffNotFound.into());
    }
    let zone = TimeZone::get(&business.timezone).map_err(ApiError::internal)?;
    let offering = staff.into_iter().filter(|(_, offers)| *offers);
    let staff =
        offering.map(|(id, _)| StaffCalendar::new(id, busy.remove(&id).unwrap_or_default())).collect();
    let schedule = Schedule { zone, hours, visit: service.visit, limits: business.limits, staff };
    Ok(Loaded { business, service, schedule })
}

async fn busy_by_staff(
    on: &impl Sql,
    service: ServiceId,
    around: Span,
    moved: Option<AppointmentId>,
) -> Result<HashMap<StaffMemberId, Vec<Span>>, db::Error> {
    let mut by_staff = HashMap::<_, Vec<_>>::new();
    for (staff, span) in appointments::busy(on, service, around, moved).await? {
        by_staff.entry(staff).or_default().push(span);
    }
    Ok(by_staff)
}
