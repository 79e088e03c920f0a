//! What schedules are made of, however it was loaded: for one service or for all of several businesses.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::{
    businesses::Terms,
    calendar::Occupied,
    hours::WorkingTime,
    ids::{LocationId, ResourceId, ServiceId, StaffMemberId},
    resources::Needed,
    scheduling::{Calendar, DateRange, Resource, Schedule, Spans, StaffMember, Visit},
    services::{Bookable, StaffTerms},
};

/// What there is about the staff and the resources of some businesses, on some dates.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) dates: DateRange,
    pub(super) hours: WorkingTime,
    pub(super) terms: HashMap<(ServiceId, StaffMemberId), StaffTerms>,
    pub(super) occupied: HashMap<StaffMemberId, Vec<Occupied>>,
    /// When each unit of each resource is taken.
    pub(super) units: HashMap<ResourceId, Vec<Spans>>,
}

impl Parts {
    /// The schedule of a service with some staff, in their order; every visit so many minutes longer than usual.
    pub(super) fn schedule(
        &self,
        zone: TimeZone,
        business: &Terms,
        service: &Bookable,
        longer_by: u16,
        staff: impl IntoIterator<Item = StaffMemberId>,
    ) -> Schedule {
        let here = business.location_of(service.location);
        let staff = staff.into_iter().map(|id| self.member(id, service, here, longer_by, &zone)).collect();
        Schedule {
            opening: self.hours.opening(business, here),
            policy: business.policy.with(&service.policy_overrides),
            capacity: service.capacity,
            staff,
            resources: service.needs.iter().map(|needed| self.resource(needed)).collect(),
            zone,
        }
    }

    fn member(
        &self,
        id: StaffMemberId,
        service: &Bookable,
        here: Option<LocationId>,
        longer_by: u16,
        zone: &TimeZone,
    ) -> StaffMember {
        let own = self.terms.get(&(service.id, id)).and_then(|terms| terms.duration);
        let visit = service.visit.lasting(own.unwrap_or(service.visit.duration)).longer_by(longer_by);
        let occupied = self.occupied.get(&id).into_iter().flatten();
        let calendar = occupied.map(|entry| entry.to(service.id)).collect();
        at_work(&self.hours, (id, here), visit, calendar, zone, self.dates)
    }

    fn resource(&self, needed: &Needed) -> Resource {
        let units = self.units.get(&needed.resource).cloned().unwrap_or_default();
        Resource { id: needed.resource, needed: needed.quantity, units }
    }
}

/// Somebody on some dates, by their hours at a location.
pub(super) fn at_work(
    hours: &WorkingTime,
    (id, here): (StaffMemberId, Option<LocationId>),
    visit: Visit,
    calendar: Calendar,
    zone: &TimeZone,
    dates: DateRange,
) -> StaffMember {
    let away = hours.time_off(id).iter().flat_map(|away| away.spans(zone, dates)).collect();
    StaffMember { id, visit, own: hours.own(id, here), away, calendar }
}

/// What belongs to the same thing, together.
pub(super) fn grouped<K: std::hash::Hash + Eq, V>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> HashMap<K, Vec<V>> {
    let mut groups = HashMap::<K, Vec<V>>::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
