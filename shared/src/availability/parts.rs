//! What schedules are made of, however it was loaded: for one service or for all of several businesses.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::{
    businesses::Terms,
    calendar::Occupied,
    ids::{ResourceId, ServiceId, StaffMemberId},
    resources::Needed,
    scheduling::{
        DateOverrides, DateRange, Opening, OwnTime, Resource, Schedule, Span, Spans, StaffMember, StaffWeek,
        TimeOff,
    },
    services::{Bookable, StaffTerms},
};

/// What there is about the staff and the resources of some businesses, on some dates.
pub(super) struct Parts {
    pub(super) dates: DateRange,
    pub(super) weeks: HashMap<StaffMemberId, StaffWeek>,
    pub(super) overrides: HashMap<StaffMemberId, DateOverrides>,
    pub(super) time_off: HashMap<StaffMemberId, Vec<TimeOff>>,
    pub(super) terms: HashMap<(ServiceId, StaffMemberId), StaffTerms>,
    pub(super) occupied: HashMap<StaffMemberId, Vec<Occupied>>,
    pub(super) needed: HashMap<ServiceId, Vec<Needed>>,
    /// When each unit of each resource is taken.
    pub(super) claims: HashMap<(ResourceId, u16), Vec<Span>>,
}

impl Parts {
    /// The schedule of a service with some staff, in their order; every visit so many minutes longer than usual.
    pub(super) fn schedule(
        &self,
        zone: TimeZone,
        business: &Terms,
        opening: Opening,
        service: &Bookable,
        longer_by: u16,
        staff: impl IntoIterator<Item = StaffMemberId>,
    ) -> Schedule {
        let staff = staff.into_iter().map(|id| self.member(id, service, longer_by, &zone)).collect();
        Schedule {
            opening,
            policy: business.policy.with(&service.policy_overrides),
            capacity: service.capacity,
            staff,
            resources: self
                .needed
                .get(&service.id)
                .into_iter()
                .flatten()
                .map(|it| self.resource(it))
                .collect(),
            zone,
        }
    }

    fn member(&self, id: StaffMemberId, service: &Bookable, longer_by: u16, zone: &TimeZone) -> StaffMember {
        let own = self.terms.get(&(service.id, id)).and_then(|terms| terms.duration);
        let time_off = self.time_off.get(&id).into_iter().flatten();
        let occupied = self.occupied.get(&id).into_iter().flatten();
        StaffMember {
            id,
            visit: service.visit.lasting(own.unwrap_or(service.visit.duration)).longer_by(longer_by),
            own: OwnTime {
                week: self.weeks.get(&id).cloned().unwrap_or_default(),
                overrides: self.overrides.get(&id).cloned().unwrap_or_default(),
            },
            away: time_off.flat_map(|away| away.spans(zone, self.dates)).collect(),
            calendar: occupied.map(|entry| entry.to(service.id)).collect(),
        }
    }

    fn resource(&self, needed: &Needed) -> Resource {
        let taken = |unit| self.claims.get(&(needed.resource, unit)).into_iter().flatten().copied();
        Resource {
            id: needed.resource,
            needed: needed.quantity,
            units: (1..=needed.units).map(|unit| taken(unit).collect::<Spans>()).collect(),
        }
    }
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
