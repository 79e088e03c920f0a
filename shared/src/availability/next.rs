//! The next start that can be booked: of one service, of a whole business, or of each of several.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AddOns, Wanted, load, local_instant,
    offering::{self, Next, Place},
};
use crate::{
    app::App,
    businesses::{self, BusinessRef},
    db::Sql,
    http::{ApiError, Code, Form, FromForm},
    ids::{LocationId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Slot},
};

/// How many days from today are looked through for one business: as many as a month view shows.
const DAYS: u16 = 62;
/// And for each of several.
const DAYS_OF_MANY: u16 = 14;

/// The next start of what.
pub(super) struct Question {
    /// `None`: of whatever is offered first at the location.
    service: Option<ServiceId>,
    staff: Option<StaffMemberId>,
    add_ons: AddOns,
    /// `None`: the primary one.
    location: Option<LocationId>,
}

impl FromForm for Question {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.unless_empty("service_id");
        let staff = form.unless_empty("staff_id");
        let add_ons = form.or("add_on_ids", AddOns::default());
        let location = form.unless_empty("location_id");
        Some(Self { service: service?, staff: staff?, add_ons: add_ons?, location: location? })
    }
}

/// The next start, if there is one soon.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextAvailable)]
pub(super) struct Answer {
    next: Option<NextStart>,
    /// How many days from today were looked through.
    searched_days: u16,
}

/// A start that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextStart {
    service_id: ServiceId,
    date: String,
    /// `HH:MM`, in the business's zone.
    time: String,
    start: String,
    /// When the visit is over with the first of `staff_ids`; with others it can be over at another time.
    end: String,
    /// Who is free for it, in the business's order.
    staff_ids: Vec<StaffMemberId>,
}

impl NextStart {
    /// A slot as clients see it.
    #[must_use]
    pub fn new(service: ServiceId, slot: &Slot, zone: &TimeZone) -> Self {
        Self {
            service_id: service,
            date: slot.date.to_string(),
            time: slot.time.to_string(),
            start: local_instant(slot.start, zone),
            end: local_instant(slot.end(), zone),
            staff_ids: slot.staff().collect(),
        }
    }
}

/// The dates from today on, wherever today is: yesterday's have nothing to offer any more.
fn from_today(now: Timestamp, days: u16) -> DateRange {
    let yesterday = TimeZone::UTC.to_datetime(now).date().yesterday();
    let first = yesterday.unwrap_or_else(|_| TimeZone::UTC.to_datetime(now).date());
    DateRange { first, days: days.saturating_add(2) }
}

/// The next start at one business. A staff member and add-ons are of one service, and count only with it; a location counts
/// only without.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `NOT_FOUND` for a location that it does not have; with a service, those of [`load()`].
pub(super) async fn at(app: &App, business: &BusinessRef, question: &Question) -> Result<Answer, ApiError> {
    let now = app.now();
    let dates = from_today(now, DAYS);
    let connection = app.connection().await?;
    let next = if let Some(service) = question.service {
        let add_ons = question.add_ons.as_slice();
        let wanted =
            Wanted { business, service, only: question.staff, dates, add_ons, longer_by: 0, leaving: None };
        let schedule = load(&connection, &wanted, now).await?.schedule;
        schedule.next(dates, now).map(|slot| NextStart::new(service, &slot, &schedule.zone))
    } else {
        let has = async {
            match question.location {
                Some(_) => businesses::has(&connection, business, question.location).await,
                None => Ok(true),
            }
        };
        let (terms, has) = tokio::try_join!(businesses::terms(&connection, business), has)?;
        let terms = terms.ok_or(Code::BusinessNotFound)?;
        if !has {
            return Err(Code::NotFound.into());
        }
        let location = terms.location_of(question.location).ok_or(Code::NotFound)?;
        let mut next = offering::next_of_each(&connection, &[(terms.id, location)], dates, now).await?;
        next.remove(&location).map(|Next { service, slot, zone }| NextStart::new(service, &slot, &zone))
    };
    Ok(Answer { next, searched_days: DAYS })
}

/// The next start at each of some locations that have one soon, in as many queries as for one.
///
/// # Errors
/// If a query fails.
pub async fn next_starts(
    on: &impl Sql,
    places: &[Place],
    now: Timestamp,
) -> Result<HashMap<LocationId, NextStart>, ApiError> {
    let next = offering::next_of_each(on, places, from_today(now, DAYS_OF_MANY), now).await?;
    let start = |(location, Next { service, slot, zone })| (location, NextStart::new(service, &slot, &zone));
    Ok(next.into_iter().map(start).collect())
}
