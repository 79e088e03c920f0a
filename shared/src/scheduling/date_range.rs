//! [`DateRange`]: the dates a caller asks about, and the busy time it has to load for them.

use std::iter;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::Span;

/// Beyond any zone's distance from UTC.
const FARTHEST_ZONE: SignedDuration = SignedDuration::from_hours(26);
/// Visits begin and end within hours; only their buffers can reach into the dates around. None is longer than this.
const LONGEST_BUFFER: SignedDuration = SignedDuration::from_hours(24);

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

    /// The time that visits on these dates can occupy, buffers included, in whatever zone. Busy spans that do not
    /// overlap it make no difference, so it is all a caller has to load, and it can load it together with the zone.
    #[must_use]
    pub fn window(self) -> Span {
        let midnight = self.first.to_datetime(jiff::civil::Time::midnight());
        let earliest = if self.first.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let start = TimeZone::UTC.to_timestamp(midnight).unwrap_or(earliest);
        let around = FARTHEST_ZONE + LONGEST_BUFFER;
        let length = SignedDuration::from_hours(24 * i64::from(self.days)) + around;
        Span {
            start: start.checked_sub(around).unwrap_or(Timestamp::MIN),
            end: start.checked_add(length).unwrap_or(Timestamp::MAX),
        }
    }
}
