//! [`DateRange`]: the dates a caller asks about, and the busy time it has to load for them.

use std::iter;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{MinuteOfDay, Span, Visit, local_day::LocalDay};

/// Consecutive local dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The first of them.
    pub first: Date,
    /// How many there are.
    pub days: u16,
}

impl DateRange {
    /// The dates in order, as far as the calendar reaches.
    pub fn dates(self) -> impl Iterator<Item = Date> {
        iter::successors(Some(self.first), |date| date.tomorrow().ok()).take(self.days.into())
    }

    /// The time that visits on these dates can occupy, buffers included. Busy spans that do not overlap it
    /// make no difference, so it is all a caller has to load.
    #[must_use]
    pub fn window(self, zone: &TimeZone, visit: Visit) -> Span {
        let days = SignedDuration::from_hours(24 * i64::from(self.days));
        let midnight = |date| LocalDay::new(zone, date).reached(MinuteOfDay::MIDNIGHT);
        let last_closing = self.first.checked_add(days).map_or(Timestamp::MAX, midnight);
        Span {
            start: midnight(self.first),
            // Visits end by closing; only their buffer can run into the next date.
            end: visit.end_of_buffer(last_closing).unwrap_or(Timestamp::MAX),
        }
    }
}
