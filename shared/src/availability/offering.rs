//! Which of many businesses have anything to offer on a date: the engine's answer for all of them, on data loaded in one
//! round trip.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::load::{by_staff, calendar_of};
use crate::{
    businesses::{self, Terms},
    calendar::{self, Occupied},
    db::Sql,
    hours,
    http::ApiError,
    ids::{BusinessId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Schedule, Spans, StaffMember, Visit, WeeklyHours},
    services, staff,
};

/// What the engine needs to know about some businesses.
struct Loaded {
    terms: Vec<Terms>,
    services: HashMap<BusinessId, Vec<(ServiceId, Visit)>>,
    hours: HashMap<BusinessId, WeeklyHours>,
    staff: HashMap<ServiceId, Vec<StaffMemberId>>,
    occupied: HashMap<StaffMemberId, Vec<Occupied>>,
}

/// Those of some businesses where a start can be booked on a date, of whatever service and with whomever.
///
/// # Errors
/// If a query fails.
pub async fn offering(
    on: &impl Sql,
    businesses: &[BusinessId],
    date: Date,
    now: Timestamp,
) -> Result<HashSet<BusinessId>, ApiError> {
    let loaded = load(on, businesses, date, now).await?;
    let mut offering = HashSet::new();
    for terms in &loaded.terms {
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        if loaded.schedules(terms, &zone).any(|schedule| !schedule.slots_on(date, now).is_empty()) {
            offering.insert(terms.id);
        }
    }
    Ok(offering)
}

async fn load(
    on: &impl Sql,
    businesses: &[BusinessId],
    date: Date,
    now: Timestamp,
) -> Result<Loaded, ApiError> {
    let window = DateRange { first: date, days: 1 }.window();
    let (terms, services, hours, staff, occupied) = tokio::try_join!(
        async { Ok::<_, ApiError>(businesses::terms_of(on, businesses).await?) },
        async { Ok(services::bookable_at(on, businesses).await?) },
        hours::on_weekday(on, businesses, date.weekday()),
        async { Ok(staff::offers_at(on, businesses).await?) },
        async { Ok(calendar::occupied_at(on, businesses, window, now).await?) },
    )?;
    let services = services.into_iter().map(|(business, service)| (business, (service.id, service.visit)));
    Ok(Loaded {
        terms,
        services: grouped(services),
        hours,
        staff: grouped(staff),
        occupied: by_staff(occupied),
    })
}

impl Loaded {
    /// The schedule of each service of a business.
    fn schedules(&self, terms: &Terms, zone: &TimeZone) -> impl Iterator<Item = Schedule> {
        let services = self.services.get(&terms.id).into_iter().flatten();
        services.map(move |(service, visit)| Schedule {
            zone: zone.clone(),
            hours: self.hours.get(&terms.id).cloned().unwrap_or_default(),
            limits: terms.limits,
            capacity: 1,
            staff: self
                .staff
                .get(service)
                .into_iter()
                .flatten()
                .map(|id| self.member(*id, *service, *visit))
                .collect(),
            resources: Vec::new(),
        })
    }

    fn member(&self, id: StaffMemberId, service: ServiceId, visit: Visit) -> StaffMember {
        let occupied = self.occupied.get(&id).cloned().unwrap_or_default();
        StaffMember { id, visit, away: Spans::default(), calendar: calendar_of(occupied, service) }
    }
}

fn grouped<K: std::hash::Hash + Eq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups = HashMap::<K, Vec<V>>::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
