//! [`TimeOff`]: when a staff member is away although they would work, once or again and again.
//!
//! Wall-clock time throughout: what it means as instants depends on the zone, on each date anew.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::{DateRange, MinuteOfDay, Span, local_day::LocalDay};

/// How time off comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// After so many weeks each time; at least one.
    pub every_weeks: u8,
    /// The last date on which it can begin; `None`: for good.
    pub until: Option<Date>,
}

impl Repeat {
    fn period(self) -> SignedDuration {
        SignedDuration::from_hours(7 * 24 * i64::from(self.every_weeks.max(1)))
    }
}

/// Time that a staff member is away, `[starts, ends)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOff {
    /// When it begins, the first time.
    pub starts: DateTime,
    /// When they are back, the first time.
    pub ends: DateTime,
    /// Whether and how it comes again.
    pub repeats: Option<Repeat>,
}

impl TimeOff {
    /// Each time that has a part on one of the dates, in order: when it begins and when it ends. The first of them is
    /// computed, so that it does not matter how long ago it all began.
    pub fn occurrences(&self, dates: DateRange) -> impl Iterator<Item = (DateTime, DateTime)> + use<> {
        let Self { starts, ends, repeats } = *self;
        let period = repeats.map_or(SignedDuration::ZERO, Repeat::period);
        let from = dates.first.to_datetime(Time::midnight());
        let days = SignedDuration::from_hours(24 * i64::from(dates.days));
        let until = from.checked_add(days).unwrap_or(DateTime::MAX);
        let last_start = repeats.and_then(|repeats| repeats.until).unwrap_or(Date::MAX);
        let times = if repeats.is_some() { i64::MAX } else { 1 };
        let nth = move |index: i64| {
            let later = SignedDuration::from_secs(period.as_secs().checked_mul(index)?);
            Some((starts.checked_add(later).ok()?, ends.checked_add(later).ok()?))
        };
        (first_index(from.duration_since(ends), period)..times)
            .map_while(nth)
            .take_while(move |(starts, _)| *starts < until && starts.date() <= last_start)
            .filter(move |(_, ends)| *ends > from)
    }
}

impl TimeOff {
    /// What it is of some dates in a zone: a time that the clock skips means the moment of the jump, one that it shows
    /// twice the first.
    pub fn spans(&self, zone: &TimeZone, dates: DateRange) -> impl Iterator<Item = Span> {
        let instant = |at: DateTime| {
            let minute = MinuteOfDay::of(at.time());
            LocalDay::new(zone, at.date()).reached(minute)
        };
        self.occurrences(dates).map(move |(starts, ends)| Span { start: instant(starts), end: instant(ends) })
    }
}

/// Which time is the first to end after something that was so long after the end of the first.
fn first_index(after_first_end: SignedDuration, period: SignedDuration) -> i64 {
    if after_first_end.is_negative() || period.is_zero() {
        0
    } else {
        after_first_end.as_secs() / period.as_secs() + 1
    }
}
