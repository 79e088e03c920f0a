//! Everything that decides which starts a service has, in one round trip however many days and staff.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    businesses::{self, BusinessRef, Terms},
    calendar::{self, Occupied, Seat},
    db::{self, Sql, Transaction},
    hours,
    http::{ApiError, Code},
    ids::{CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    scheduling::{Calendar, DateRange, Offer, Schedule, Slot, Span, Spans, StaffMember},
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

impl Loaded {
    /// What it takes to have an offer of the schedule.
    #[must_use]
    pub fn seat(&self, offer: &Offer, now: Timestamp) -> Seat<'_> {
        Seat {
            id: CalendarEntryId::new(now),
            business: self.business.id,
            service: self.service.id,
            staff: offer.staff,
            times: offer.times,
            capacity: self.schedule.capacity,
            resources: &self.schedule.resources,
        }
    }

    /// Drops expired holds that are in the way of a slot: they count as free, but only without them it is.
    ///
    /// # Errors
    /// If the transaction is broken.
    pub async fn release_expired(
        &self,
        tx: &Transaction<'_>,
        slot: &Slot,
        now: Timestamp,
    ) -> Result<(), db::Error> {
        let staff: Vec<StaffMemberId> = slot.staff().collect();
        let resources: Vec<ResourceId> = self.schedule.resources.iter().map(|resource| resource.id).collect();
        let busy = slot.offers.iter().map(|offer| offer.times.busy);
        let around =
            busy.reduce(|all, busy| Span { start: all.start.min(busy.start), end: all.end.max(busy.end) });
        match around {
            Some(around) => calendar::release_expired(tx, &staff, &resources, around, now).await,
            None => Ok(()),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// At which business.
    pub business: &'a BusinessRef,
    /// What.
    pub service: ServiceId,
    /// With whom only, if it matters.
    pub only: Option<StaffMemberId>,
    /// When.
    pub dates: DateRange,
    /// A seat that is about to be left for this one, and so is not in its way.
    pub leaving: Option<CalendarEntryId>,
}

/// Loads a schedule as it is now.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`, `SERVICE_NOT_FOUND`, `STAFF_NOT_FOUND`.
pub async fn load(on: &impl Sql, wanted: &Wanted<'_>, now: Timestamp) -> Result<Loaded, ApiError> {
    let Wanted { business, service, only, dates, leaving } = *wanted;
    let (terms, bookable, hours, staff, occupied) = tokio::try_join!(
        async { Ok::<_, ApiError>(businesses::terms(on, business).await?) },
        async { Ok(services::bookable(on, business, service).await?) },
        hours::weekly(on, business),
        async { Ok(staff::candidates(on, business, service, only).await?) },
        async { Ok(calendar::occupied(on, service, dates.window(), now, leaving).await?) },
    )?;
    let business = terms.ok_or(Code::BusinessNotFound)?;
    let service = bookable.ok_or(Code::ServiceNotFound)?;
    if only.is_some() && staff.is_empty() {
        return Err(Code::StaffNotFound.into());
    }
    let zone = TimeZone::get(&business.timezone).map_err(ApiError::internal)?;
    let mut calendars = by_staff(occupied);
    let staff = staff.into_iter().filter(|(_, offers)| *offers).map(|(id, _)| StaffMember {
        id,
        visit: service.visit,
        away: Spans::default(),
        calendar: calendar_of(calendars.remove(&id).unwrap_or_default(), service.id),
    });
    let staff = staff.collect();
    let schedule =
        Schedule { zone, hours, limits: business.limits, capacity: 1, staff, resources: Vec::new() };
    Ok(Loaded { business, service, schedule })
}

/// What occupies each staff member.
pub(super) fn by_staff(occupied: Vec<Occupied>) -> HashMap<StaffMemberId, Vec<Occupied>> {
    let mut by_staff = HashMap::<_, Vec<_>>::new();
    for entry in occupied {
        by_staff.entry(entry.staff).or_default().push(entry);
    }
    by_staff
}

/// A staff member's calendar as somebody sees it who asks about a service.
pub(super) fn calendar_of(occupied: Vec<Occupied>, service: ServiceId) -> Calendar {
    occupied.into_iter().map(|entry| entry.to(service)).collect()
}
