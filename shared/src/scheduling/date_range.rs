//! [`DateRange`]: the dates a caller asks about, and the time that it has to know of for them.

use std::iter;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{Span, Visit};

/// Consecutive local dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The first of them.
    pub first: Date,
    /// How many there are.
    pub days: u16,
}

impl From<Date> for DateRange {
    /// One date.
    fn from(first: Date) -> Self {
        Self { first, days: 1 }
    }
}

impl DateRange {
    /// The dates in order, as far as the calendar reaches.
    pub fn dates(self) -> impl Iterator<Item = Date> {
        iter::successors(Some(self.first), |date| date.tomorrow().ok()).take(self.days.into())
    }

    /// The date after the last of them.
    #[must_use]
    pub fn end(self) -> Date {
        self.first.checked_add(SignedDuration::from_hours(24 * i64::from(self.days))).unwrap_or(Date::MAX)
    }

    /// The time that visits on these dates can occupy. They begin and end within hours; only their buffers can reach into the
    /// dates around. Busy spans that do not overlap it make no difference, so it is all a caller has to load.
    #[must_use]
    pub fn window(self, zone: &TimeZone, visit: &Visit) -> Span {
        let midnight = |date: Date| {
            let earliest = if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
            zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(earliest)
        };
        let minutes = |minutes: u16| SignedDuration::from_mins(minutes.into());
        Span {
            start: midnight(self.first).checked_sub(minutes(visit.buffer_before)).unwrap_or(Timestamp::MIN),
            end: midnight(self.end()).checked_add(minutes(visit.buffer_after)).unwrap_or(Timestamp::MAX),
        }
    }
}
