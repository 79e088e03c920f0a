//! Dates with other hours as colleagues see them, and what of a day they close.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime, Time},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    hours::interval::IntervalTimes,
    ids::{DateOverrideId, StaffMemberId},
    scheduling::{DateOverride, Hours, MinuteOfDay},
};

/// Dates with other hours than by the week.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::hours) struct OverrideItem {
    id: DateOverrideId,
    /// Whose; null: the business's.
    pub(super) staff_id: Option<StaffMemberId>,
    first_date: Date,
    /// Included.
    last_date: Date,
    /// What it is for.
    name: String,
    /// On each of the dates; none: closed.
    hours: Vec<IntervalTimes>,
}

impl OverrideItem {
    pub(super) fn new(id: DateOverrideId, staff: Option<StaffMemberId>, dates: &DateOverride) -> Self {
        Self {
            id,
            staff_id: staff,
            first_date: dates.first(),
            last_date: dates.last(),
            name: dates.name().to_owned(),
            hours: dates.hours().iter().map(IntervalTimes::from).collect(),
        }
    }

    /// What a change leaves as it is where it says nothing. A single date stays one wherever it is moved.
    pub(super) fn kept(&self) -> Value {
        let last = (self.last_date != self.first_date).then_some(self.last_date);
        json!({
            "staff_id": self.staff_id,
            "first_date": self.first_date,
            "last_date": last,
            "name": self.name,
            "hours": self.hours,
        })
    }
}

/// Dates with other hours, as they have just been set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedOverride {
    #[serde(flatten)]
    pub(super) item: OverrideItem,
    /// How many bookings there are at times that it closes. They stay.
    pub(super) overlapping_bookings: i64,
}

/// The time that an override closes, from `today` on.
pub(super) fn closed_time(dates: &DateOverride, today: Date) -> impl Iterator<Item = (DateTime, DateTime)> {
    let days = dates.first().max(today).series(1.day()).take_while(|date| *date <= dates.last());
    days.flat_map(|date| closed_minutes(dates.hours()).map(move |(from, to)| (at(date, from), at(date, to))))
}

/// The parts of a day between its hours, and the breaks in them.
fn closed_minutes(hours: &[Hours]) -> impl Iterator<Item = (MinuteOfDay, MinuteOfDay)> {
    let opened = hours.iter().map(Hours::opens).chain([MinuteOfDay::END_OF_DAY]);
    let closed = [MinuteOfDay::MIDNIGHT].into_iter().chain(hours.iter().map(Hours::closes));
    let breaks = hours.iter().flat_map(|hours| hours.breaks().iter().map(|pause| (pause.start, pause.end)));
    closed.zip(opened).chain(breaks)
}

fn at(date: Date, minute: MinuteOfDay) -> DateTime {
    let midnight = date.to_datetime(Time::midnight());
    midnight.saturating_add(SignedDuration::from_mins(i16::from(minute).into()))
}
