//! A business as it would be: everything it offers and all that is booked, loaded at once, to be asked what would happen
//! if hours were others, somebody left, or visits were somewhere else. The schedules are those that list and book.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};

use super::parts::{Parts, at_work, grouped};
use crate::{
    businesses::{self, Terms},
    calendar::{self, Occupied, Seat, Unit},
    db::Sql,
    hours::{self, WorkingTime},
    http::{ApiError, Code},
    ids::{BusinessId, CalendarEntryId, LocationId, ResourceId, ServiceId, StaffMemberId},
    scheduling::{Calendar, DateRange, Offer, Schedule, Spans, Times, Visit},
    services::{self, Bookable},
    staff,
};

/// Where a visit is.
#[derive(Clone, Debug)]
pub struct Booked {
    /// Of what.
    pub service: ServiceId,
    /// With whom.
    pub staff: StaffMemberId,
    /// When.
    pub times: Times,
    /// The seat it has.
    pub entry: CalendarEntryId,
    /// How many have seats there, holds that have expired not counted.
    pub taken: u32,
    /// Which units of which resources it has.
    pub units: Vec<(ResourceId, u16)>,
    /// How much longer it is for what was added to it, in minutes.
    pub longer_by: u16,
}

/// A business's hours, services, staff and bookings, to be changed at will.
#[derive(Debug)]
pub struct Outlook {
    /// The business's terms.
    pub terms: Terms,
    /// Its zone.
    pub zone: TimeZone,
    services: HashMap<ServiceId, Bookable>,
    /// Who offers what, in the business's order.
    staff: HashMap<ServiceId, Vec<StaffMemberId>>,
    parts: Parts,
    /// How many have left their seats of an entry.
    left: HashMap<CalendarEntryId, u32>,
}

/// A seat that has been found for a visit, to be taken.
#[derive(Debug)]
pub struct Placing {
    /// The seat.
    pub seat: Seat<'static>,
    /// What a new entry claims.
    pub claims: Vec<Unit>,
}

impl Outlook {
    /// Loads what a business offers on some dates, without what is booked.
    ///
    /// # Errors
    /// `BUSINESS_NOT_FOUND`.
    pub async fn load(on: &impl Sql, business: BusinessId, dates: DateRange) -> Result<Self, ApiError> {
        let only = [business];
        let (terms, services, hours, offers) = Box::pin(async {
            tokio::try_join!(
                async { Ok::<_, ApiError>(businesses::terms_of(on, &only).await?) },
                async { Ok(services::bookable_at(on, &only).await?) },
                hours::working_time_at(on, &only, dates),
                async { Ok(staff::offers_at(on, &only).await?) },
            )
        })
        .await?;
        let terms = terms.into_iter().next().ok_or(Code::BusinessNotFound)?;
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        let terms_with = offers.iter().map(|(service, staff, terms)| ((*service, *staff), *terms)).collect();
        Ok(Self {
            zone,
            terms,
            services: services.into_iter().map(|(_, service)| (service.id, service)).collect(),
            staff: grouped(offers.into_iter().map(|(service, staff, _)| (service, staff))),
            parts: Parts { dates, hours, terms: terms_with, occupied: HashMap::new(), units: HashMap::new() },
            left: HashMap::new(),
        })
    }

    /// Loads what is booked around some dates, which are all that schedules are for from now on.
    ///
    /// # Errors
    /// If a query fails.
    pub async fn look_at(&mut self, on: &impl Sql, dates: DateRange, now: Timestamp) -> Result<(), ApiError> {
        let only = [self.terms.id];
        let (occupied, units) = tokio::try_join!(
            calendar::occupied_at(on, &only, dates, now),
            calendar::units_at(on, &only, dates, now)
        )?;
        self.parts.dates = dates;
        self.parts.occupied = occupied;
        self.parts.units = units;
        Ok(())
    }

    /// When the business is open and its staff work.
    #[must_use]
    pub fn hours(&self) -> &WorkingTime {
        &self.parts.hours
    }

    /// Lets the hours be others.
    pub fn set_hours(&mut self, hours: WorkingTime) {
        self.parts.hours = hours;
    }

    /// Lets somebody leave.
    pub fn without_staff(&mut self, staff: StaffMemberId) {
        for offering in self.staff.values_mut() {
            offering.retain(|id| *id != staff);
        }
    }

    /// Lets a service be retired.
    pub fn without_service(&mut self, service: ServiceId) {
        self.services.remove(&service);
    }

    /// The schedule of a service, with visits so many minutes longer than usual; `None` if it cannot be booked.
    #[must_use]
    pub fn schedule(&self, service: ServiceId, longer_by: u16) -> Option<Schedule> {
        let service = self.services.get(&service)?;
        let staff = self.staff.get(&service.id).into_iter().flatten().copied();
        Some(self.parts.schedule(self.zone.clone(), &self.terms, service, longer_by, staff))
    }

    /// The working time of a staff member at a location, by some hours, on dates on which nothing is booked.
    #[must_use]
    pub fn alone(
        &self,
        hours: &WorkingTime,
        (staff, location): (StaffMemberId, Option<LocationId>),
        visit: Visit,
        dates: DateRange,
    ) -> Schedule {
        let here = self.terms.location_of(location);
        Schedule {
            zone: self.zone.clone(),
            opening: hours.opening(&self.terms, here),
            policy: self.terms.policy.clone(),
            capacity: 1,
            staff: vec![at_work(hours, (staff, here), visit, Calendar::default(), &self.zone, dates)],
            resources: Vec::new(),
        }
    }

    /// What one could see if a visit were not there.
    pub fn if_left<T>(&mut self, booked: &Booked, see: impl FnOnce(&Self) -> T) -> T {
        let before = (
            self.parts.occupied.get(&booked.staff).cloned(),
            booked.units.iter().map(|(id, _)| (*id, self.parts.units.get(id).cloned())).collect::<Vec<_>>(),
            self.left.get(&booked.entry).copied(),
        );
        self.leave(booked);
        let seen = see(self);
        let (occupied, units, left) = before;
        put_back(&mut self.parts.occupied, booked.staff, occupied);
        for (id, before) in units {
            put_back(&mut self.parts.units, id, before);
        }
        put_back(&mut self.left, booked.entry, left);
        seen
    }

    /// Lets a visit leave its seat.
    pub fn leave(&mut self, booked: &Booked) {
        let left = self.left.entry(booked.entry).or_default();
        *left += 1;
        let is_last = *left >= booked.taken;
        let occupied = self.parts.occupied.entry(booked.staff).or_default();
        let Some(place) = occupied.iter().position(|entry| entry.times.start == booked.times.start) else {
            return;
        };
        match &mut occupied[place].class {
            Some((_, seats_left)) if !is_last => *seats_left += 1,
            _ => {
                occupied.swap_remove(place);
                let busy = booked.times.busy;
                self.change_units(&booked.units, |unit| unit.without(busy));
            }
        }
    }

    /// Lets a visit take what somebody offers.
    pub fn take(
        &mut self,
        service: ServiceId,
        offer: &Offer,
        schedule: &Schedule,
        now: Timestamp,
    ) -> Placing {
        let times = offer.times;
        let id = CalendarEntryId::new(now);
        let seat = Seat {
            id,
            business: self.terms.id,
            as_of: self.terms.as_of,
            service,
            staff: offer.staff,
            times,
            capacity: schedule.capacity,
            joins: offer.joins,
            resources: &[],
        };
        let occupied = self.parts.occupied.entry(offer.staff).or_default();
        if offer.joins {
            let class = occupied.iter_mut().find(|entry| entry.times.visit() == times.visit());
            if let Some((_, seats_left)) = class.and_then(|entry| entry.class.as_mut()) {
                *seats_left = seats_left.saturating_sub(1);
            }
            return Placing { seat, claims: Vec::new() };
        }
        let class = (schedule.capacity > 1).then(|| (service, schedule.capacity - 1));
        occupied.push(Occupied { times, class });
        let mut units = Vec::new();
        for resource in &schedule.resources {
            let free = resource.free_units(times.busy).into_iter().take(resource.needed.into());
            units.extend(free.map(|unit| (resource.id, unit)));
        }
        self.change_units(&units, |unit| unit.with(times.busy));
        let claim = |(resource, unit): &(ResourceId, u16)| Unit {
            entry: id,
            resource: *resource,
            unit: *unit,
            busy: times.busy,
        };
        Placing { seat, claims: units.iter().map(claim).collect() }
    }

    fn change_units(&mut self, units: &[(ResourceId, u16)], change: impl Fn(&Spans) -> Spans) {
        for (resource, unit) in units {
            let all = self.parts.units.get_mut(resource);
            let place = usize::from(*unit).checked_sub(1);
            if let Some(spans) = all.zip(place).and_then(|(all, place)| all.get_mut(place)) {
                *spans = change(spans);
            }
        }
    }
}

fn put_back<K: std::hash::Hash + Eq, V>(map: &mut HashMap<K, V>, key: K, before: Option<V>) {
    match before {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}
