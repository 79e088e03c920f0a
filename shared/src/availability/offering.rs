//! Which of many businesses have anything to offer on a date: the engine's answer for all of them, on data loaded in one
//! round trip.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    appointments,
    businesses::{self, Terms},
    db::Sql,
    hours,
    http::ApiError,
    ids::{BusinessId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Schedule, Span, StaffCalendar, Visit, WeeklyHours},
    services, staff,
};

/// What the engine needs to know about some businesses.
struct Loaded {
    terms: Vec<Terms>,
    services: HashMap<BusinessId, Vec<(ServiceId, Visit)>>,
    hours: HashMap<BusinessId, WeeklyHours>,
    staff: HashMap<ServiceId, Vec<StaffMemberId>>,
    busy: HashMap<StaffMemberId, Vec<Span>>,
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
    let loaded = load(on, businesses, date).await?;
    let mut offering = HashSet::new();
    for terms in &loaded.terms {
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        if loaded.schedules(terms, &zone).any(|schedule| !schedule.slots_on(date, now).is_empty()) {
            offering.insert(terms.id);
        }
    }
    Ok(offering)
}

async fn load(on: &impl Sql, businesses: &[BusinessId], date: Date) -> Result<Loaded, ApiError> {
    let window = DateRange { first: date, days: 1 }.window();
    let (terms, services, hours, staff, busy) = tokio::try_join!(
        async { Ok::<_, ApiError>(businesses::terms_of(on, businesses).await?) },
        async { Ok(services::bookable_at(on, businesses).await?) },
        hours::on_weekday(on, businesses, date.weekday()),
        async { Ok(staff::offers_at(on, businesses).await?) },
        async { Ok(appointments::busy_at(on, businesses, window).await?) },
    )?;
    let services = services.into_iter().map(|(business, service)| (business, (service.id, service.visit)));
    Ok(Loaded { terms, services: grouped(services), hours, staff: grouped(staff), busy: grouped(busy) })
}

impl Loaded {
    /// The schedule of each service of a business.
    fn schedules(&self, terms: &Terms, zone: &TimeZone) -> impl Iterator<Item = Schedule> {
        let services = self.services.get(&terms.id).into_iter().flatten();
        services.map(move |(service, visit)| Schedule {
            zone: zone.clone(),
            hours: self.hours.get(&terms.id).cloned().unwrap_or_default(),
            visit: *visit,
            limits: terms.limits,
            staff: self.staff.get(service).into_iter().flatten().map(|staff| self.calendar(*staff)).collect(),
        })
    }

    fn calendar(&self, staff: StaffMemberId) -> StaffCalendar {
        StaffCalendar::new(staff, self.busy.get(&staff).cloned().unwrap_or_default())
    }
}

fn grouped<K: std::hash::Hash + Eq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups = HashMap::<K, Vec<V>>::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
