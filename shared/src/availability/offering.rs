//! What many businesses offer on some dates: the engine's answer for all of them, on data loaded in one round trip.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::parts::{Parts, grouped};
use crate::{
    businesses::{self, Terms},
    calendar,
    db::Sql,
    hours,
    http::ApiError,
    ids::{BusinessId, LocationId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Schedule, Slot},
    services::{self, Bookable},
    staff,
};

/// What the engine needs to know about some businesses.
pub(super) struct Loaded {
    pub(super) terms: Vec<Terms>,
    pub(super) services: HashMap<BusinessId, Vec<Bookable>>,
    pub(super) staff: HashMap<ServiceId, Vec<StaffMemberId>>,
    pub(super) parts: Parts,
}

/// One of a business's locations.
pub type Place = (BusinessId, LocationId);

/// Those of some locations where a start can be booked on a date, of whatever service and with whomever.
///
/// # Errors
/// If a query fails.
pub async fn offering(
    on: &impl Sql,
    places: &[Place],
    date: Date,
    now: Timestamp,
) -> Result<HashSet<LocationId>, ApiError> {
    let dates = DateRange::from(date);
    let loaded = load(on, &businesses_of(places), dates, now).await?;
    let mut offering = HashSet::new();
    for (terms, location) in loaded.at(places) {
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        if loaded.schedules(terms, location, &zone).any(|(_, schedule)| schedule.next(dates, now).is_some()) {
            offering.insert(location);
        }
    }
    Ok(offering)
}

/// Each of them once.
fn businesses_of(places: &[Place]) -> Vec<BusinessId> {
    let each: HashSet<BusinessId> = places.iter().map(|(business, _)| *business).collect();
    each.into_iter().collect()
}

/// The next start that is offered at a location.
pub(super) struct Next {
    /// Of which service.
    pub(super) service: ServiceId,
    /// Which.
    pub(super) slot: Slot,
    /// The business's zone.
    pub(super) zone: TimeZone,
}

/// The next start on some dates that is offered at each of some locations, of whatever service and with whomever. Of
/// several services at the same time, the first by id.
///
/// # Errors
/// If a query fails.
pub(super) async fn next_of_each(
    on: &impl Sql,
    places: &[Place],
    dates: DateRange,
    now: Timestamp,
) -> Result<HashMap<LocationId, Next>, ApiError> {
    let loaded = load(on, &businesses_of(places), dates, now).await?;
    let mut next = HashMap::new();
    for (terms, location) in loaded.at(places) {
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        let schedules: Vec<_> = loaded.schedules(terms, location, &zone).collect();
        // Day by day, so that who is free tomorrow is not looked through to the end.
        let first = dates.dates().find_map(|date| {
            let of_each = schedules.iter().filter_map(|(service, schedule)| {
                let slot = schedule.next(date.into(), now)?;
                Some(Next { service: *service, slot, zone: zone.clone() })
            });
            of_each.min_by_key(|next| (next.slot.start, next.service))
        });
        next.extend(first.map(|first| (location, first)));
    }
    Ok(next)
}

/// All of it, in one round trip.
///
/// # Errors
/// If a query fails.
pub(super) async fn load(
    on: &impl Sql,
    businesses: &[BusinessId],
    dates: DateRange,
    now: Timestamp,
) -> Result<Loaded, ApiError> {
    let (terms, services, hours, offers, occupied, units) = Box::pin(async {
        tokio::try_join!(
            async { Ok::<_, ApiError>(businesses::terms_of(on, businesses).await?) },
            async { Ok(services::bookable_at(on, businesses).await?) },
            hours::working_time_at(on, businesses, dates),
            async { Ok(staff::offers_at(on, businesses).await?) },
            async { Ok(calendar::occupied_at(on, businesses, dates, now).await?) },
            async { Ok(calendar::units_at(on, businesses, dates, now).await?) },
        )
    })
    .await?;
    let terms_with = offers.iter().map(|(service, staff, terms)| ((*service, *staff), *terms)).collect();
    let parts = Parts { dates, hours, terms: terms_with, occupied, units };
    let staff = grouped(offers.into_iter().map(|(service, staff, _)| (service, staff)));
    Ok(Loaded { terms, services: grouped(services), staff, parts })
}

impl Loaded {
    /// Some locations, with the terms of their businesses.
    fn at(&self, places: &[Place]) -> impl Iterator<Item = (&Terms, LocationId)> {
        let terms: HashMap<BusinessId, &Terms> = self.terms.iter().map(|terms| (terms.id, terms)).collect();
        places.iter().filter_map(move |(business, location)| Some((*terms.get(business)?, *location)))
    }

    /// The schedule of each service of a business that takes place at a location.
    fn schedules(
        &self,
        terms: &Terms,
        location: LocationId,
        zone: &TimeZone,
    ) -> impl Iterator<Item = (ServiceId, Schedule)> {
        let services = self.services.get(&terms.id).into_iter().flatten();
        let there = services.filter(move |service| terms.location_of(service.location) == Some(location));
        there.map(move |service| {
            let staff = self.staff.get(&service.id).into_iter().flatten().copied();
            (service.id, self.parts.schedule(zone.clone(), terms, service, 0, staff))
        })
    }
}
