//! A series as its customer sees it.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    plan::{Plan, Planned, Verdict},
    wish::OnConflict,
};
use crate::{
    appointments::view::Appointment,
    availability::local_instant,
    db::text_enum,
    ids::{SeriesId, StaffMemberId},
};

/// Visits that were booked at once by a rule.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::appointments) struct Series {
    id: SeriesId,
    /// The business's slug.
    business: String,
    business_name: String,
    /// The recurrence rule (RFC 5545), in capitals.
    rule: String,
    on_conflict: OnConflict,
    timezone: String,
    created_at: String,
    /// In order. A visit that was moved since stands under its new date.
    dates: Vec<SeriesDate>,
}

/// What would become of a series.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::appointments) struct SeriesPreview {
    /// How many visits would be booked.
    pub(super) would_book: usize,
    /// In order.
    pub(super) dates: Vec<SeriesDate>,
}

/// One date of a series.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SeriesDate {
    date: String,
    /// Null where the clock jumps over the time.
    start: Option<String>,
    outcome: SeriesOutcome,
    /// With whom; null where nothing is to be had.
    staff_id: Option<StaffMemberId>,
    /// Of a refused date, what a booking of that date alone would have been refused with.
    error_code: Option<String>,
    /// And its details, such as `alternatives`. They are not kept: null when a series is read later.
    #[schema(value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
    /// Of a booked date.
    appointment: Option<Appointment>,
}

text_enum! {
    /// What became of a date of a series.
    pub(super) enum SeriesOutcome {
        /// It is booked.
        Booked = "booked",
        /// It could be, and is not.
        Free = "free",
        /// It cannot be booked.
        Refused = "refused",
        /// The clock is put forward over its time, so that it is none of the series and does not count.
        NoSuchTime = "no_such_time",
        /// It comes after one that could not be booked.
        NotTried = "not_tried",
    }
}

/// Each date of a plan, of which so much has been booked, in order.
pub(super) fn dates(plan: &Plan, booked: Vec<Appointment>, zone: &TimeZone) -> Vec<SeriesDate> {
    let mut booked = booked.into_iter();
    plan.dates.iter().map(|date| SeriesDate::new(date, &mut booked, zone)).collect()
}

impl SeriesDate {
    fn new(planned: &Planned, booked: &mut impl Iterator<Item = Appointment>, zone: &TimeZone) -> Self {
        let place = planned.place();
        let appointment = place.and_then(|_| booked.next());
        let refusal = match &planned.verdict {
            Verdict::Refused(refusal) => Some(refusal),
            _ => None,
        };
        let outcome = match planned.verdict {
            Verdict::Free(_) if appointment.is_some() => SeriesOutcome::Booked,
            Verdict::Free(_) => SeriesOutcome::Free,
            Verdict::Refused(_) => SeriesOutcome::Refused,
            Verdict::NoSuchTime => SeriesOutcome::NoSuchTime,
            Verdict::NotTried => SeriesOutcome::NotTried,
        };
        Self {
            date: planned.date.to_string(),
            start: planned.start.map(|start| local_instant(start, zone)),
            outcome,
            staff_id: place.map(|place| place.offer.staff),
            error_code: refusal.map(|refusal| refusal.code().as_str().to_owned()),
            details: refusal.and_then(|refusal| refusal.facts().cloned()),
            appointment,
        }
    }

    fn booked(appointment: Appointment) -> Self {
        Self {
            date: appointment.date().to_owned(),
            start: Some(appointment.start().to_owned()),
            outcome: SeriesOutcome::Booked,
            staff_id: Some(appointment.staff()),
            error_code: None,
            details: None,
            appointment: Some(appointment),
        }
    }

    /// As it is kept, if nothing is booked on it.
    pub(super) fn missing(&self) -> Option<Missing> {
        let nothing = !matches!(self.outcome, SeriesOutcome::Booked | SeriesOutcome::Free);
        nothing.then(|| Missing {
            date: self.date.clone(),
            start: self.start.clone(),
            outcome: self.outcome,
            error_code: self.error_code.clone(),
        })
    }
}

/// A date on which nothing is booked, as it is kept with the series.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Missing {
    date: String,
    start: Option<String>,
    outcome: SeriesOutcome,
    error_code: Option<String>,
}

impl From<Missing> for SeriesDate {
    fn from(Missing { date, start, outcome, error_code }: Missing) -> Self {
        Self { date, start, outcome, staff_id: None, error_code, details: None, appointment: None }
    }
}

/// A series as it is read.
pub(super) struct Found {
    pub(super) id: SeriesId,
    pub(super) business: String,
    pub(super) business_name: String,
    pub(super) timezone: String,
    pub(super) rule: String,
    pub(super) on_conflict: OnConflict,
    pub(super) created_at: Timestamp,
    pub(super) missing: Vec<Missing>,
    /// In the order of their starts.
    pub(super) appointments: Vec<Appointment>,
}

impl Found {
    /// As it has just been booked.
    pub(super) fn planned(mut self, plan: &Plan) -> Series {
        let booked = std::mem::take(&mut self.appointments);
        self.series(|zone, _| dates(plan, booked, zone))
    }

    /// As it stands now.
    pub(super) fn standing(mut self) -> Series {
        let booked = std::mem::take(&mut self.appointments).into_iter().map(SeriesDate::booked);
        self.series(|_, missing| {
            let mut dates: Vec<SeriesDate> =
                missing.into_iter().map(SeriesDate::from).chain(booked).collect();
            dates.sort_by(|a, b| a.date.cmp(&b.date));
            dates
        })
    }

    fn series(self, dates: impl FnOnce(&TimeZone, Vec<Missing>) -> Vec<SeriesDate>) -> Series {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        Series {
            id: self.id,
            business: self.business,
            business_name: self.business_name,
            rule: self.rule,
            on_conflict: self.on_conflict,
            created_at: local_instant(self.created_at, &zone),
            dates: dates(&zone, self.missing),
            timezone: self.timezone,
        }
    }
}
