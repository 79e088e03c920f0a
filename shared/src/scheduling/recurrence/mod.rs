//! [`RecurrenceRule`]: how visits recur, by the recurrence rules of
//! [RFC 5545, section 3.3.10](https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10), on dates and on the clocks of one zone.
//!
//! How the standard is read where it leaves a choice or is easily missed:
//!
//! - The first date is always the first of the recurrence and counts, whether or not the rule would have it.
//! - A date that does not exist (30 February) is none. A local time that the clock jumps over is not counted and not moved
//!   to another time, as the standard says of both; it is listed, so that whoever asks sees why that date is missing.
//! - A local time that the clock shows twice is the first of the two (section 3.3.5).
//! - `UNTIL` is included. It may be a date, a local time, or an instant in UTC.
//! - A recurrence ends: one with neither `COUNT` nor `UNTIL` is refused, as is one with more dates or a longer time than can
//!   be booked at once. So is whatever is finer than days, and `BYYEARDAY` and `BYWEEKNO`, instead of meaning something else.

mod parse;
#[cfg(test)]
mod tests;

use std::{error::Error, fmt, num::NonZeroU32};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

use super::{MinuteOfDay, local_day::LocalDay};

/// How a series of visits recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrenceRule {
    /// As it was written, in capitals.
    text: String,
    frequency: Frequency,
    interval: NonZeroU32,
    end: End,
    days: Vec<ByDay>,
    /// From 1 on, or from -1 for the last.
    month_days: Vec<i8>,
    months: Vec<i8>,
    positions: Vec<i16>,
    week_start: Weekday,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A weekday: all of them, or the first, second… (-1: the last) in the month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ByDay {
    ordinal: Option<i16>,
    weekday: Weekday,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    After(usize),
    On(Date),
    AtLocal(DateTime),
    At(Timestamp),
}

/// A date of a recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Which.
    pub date: Date,
    /// When the clock first shows the time of day on it; `None` where it jumps over it, so that the date does not count.
    pub start: Option<Timestamp>,
}

/// Why a rule makes no recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecurrenceError {
    /// Not a recurrence rule.
    NotARule,
    /// A part, or what it says, that is not supported.
    Unsupported(&'static str),
    /// It never ends.
    Unbounded,
    /// It is over before its first date.
    EndsBeforeStart,
    /// More dates than this.
    TooManyDates(usize),
    /// Dates that are more than so many days after the first; or none at all until then.
    TooLong(u16),
}

/// How far a recurrence may reach.
#[derive(Clone, Copy, Debug)]
struct Limits {
    dates: usize,
    days: u16,
}

impl RecurrenceRule {
    /// The most dates of one recurrence.
    pub const MOST_DATES: usize = 60;
    /// How many days the last may come after the first: three years, as far as any business can be booked.
    pub const MOST_DAYS: u16 = 3 * 366;

    /// The rule as it was written, in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The dates in order, from the first on, for visits that start at a time of day.
    ///
    /// # Errors
    /// If it has too many, reaches too far, or is over before it begins.
    pub fn dates(
        &self,
        first: Date,
        time: MinuteOfDay,
        zone: &TimeZone,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        self.within(Limits { dates: Self::MOST_DATES, days: Self::MOST_DAYS }, first, time, zone)
    }

    fn within(
        &self,
        limits: Limits,
        first: Date,
        time: MinuteOfDay,
        zone: &TimeZone,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        let mut occurrences = Vec::new();
        let mut counted = 0;
        for date in self.candidates(first, limits.days) {
            let day = LocalDay::new(zone, date);
            if self.is_over(date, time, day.reached(time)) {
                return if occurrences.is_empty() {
                    Err(RecurrenceError::EndsBeforeStart)
                } else {
                    Ok(occurrences)
                };
            }
            let start = day.shown(time);
            counted += usize::from(start.is_some());
            if counted > limits.dates {
                return Err(RecurrenceError::TooManyDates(limits.dates));
            }
            occurrences.push(Occurrence { date, start });
            if self.end == End::After(counted) {
                return Ok(occurrences);
            }
        }
        // Out of candidates: is there nothing left, or was it only not looked for?
        let seen_to = first.checked_add(i32::from(limits.days).days()).unwrap_or(Date::MAX);
        let until = match self.end {
            End::After(_) => None,
            End::On(date) => Some(date),
            End::AtLocal(at) => Some(at.date()),
            End::At(at) => Some(zone.to_datetime(at).date()),
        };
        if until.is_some_and(|until| until <= seen_to) {
            Ok(occurrences)
        } else {
            Err(RecurrenceError::TooLong(limits.days))
        }
    }

    fn is_over(&self, date: Date, time: MinuteOfDay, reached: Timestamp) -> bool {
        match self.end {
            End::After(_) => false,
            End::On(last) => date > last,
            End::AtLocal(last) => {
                let midnight = date.to_datetime(jiff::civil::Time::midnight());
                midnight.checked_add(time.since_midnight()).is_ok_and(|at| at > last)
            }
            End::At(last) => reached > last,
        }
    }

    /// The first date and those after it that the rule has, whenever it ends, up to so many days later.
    fn candidates(&self, first: Date, days: u16) -> impl Iterator<Item = Date> + '_ {
        let last = first.checked_add(i32::from(days).days()).unwrap_or(Date::MAX);
        let periods = (0..=u32::from(days)).map_while(move |nth| {
            // However large the interval is: what is more periods away than there are days is too far away.
            let steps = nth.checked_mul(self.interval.get()).filter(|steps| *steps <= u32::from(days))?;
            self.period(first, i32::try_from(steps).ok()?)
        });
        let later = periods
            .take_while(move |(start, _)| *start <= last)
            .flat_map(move |(start, length)| self.in_period(first, start, length))
            .filter(move |date| *date > first && *date <= last);
        std::iter::once(first).chain(later)
    }

    /// The first date and the length of a day, week, month or year, so many of them after that of the first date.
    fn period(&self, first: Date, steps: i32) -> Option<(Date, i16)> {
        let (start, length) = match self.frequency {
            Frequency::Daily => (first.checked_add(steps.days()).ok()?, 1),
            Frequency::Weekly => {
                let into = i32::from(first.weekday().since(self.week_start));
                (first.checked_add((7 * steps - into).days()).ok()?, 7)
            }
            Frequency::Monthly => {
                let start = first.first_of_month().checked_add(steps.months()).ok()?;
                (start, i16::from(start.days_in_month()))
            }
            Frequency::Yearly => {
                let start = first.first_of_year().checked_add(steps.years()).ok()?;
                (start, start.days_in_year())
            }
        };
        Some((start, length))
    }

    /// What the rule has of one period.
    fn in_period(&self, first: Date, start: Date, length: i16) -> Vec<Date> {
        let dates = (0..length).filter_map(|day| start.checked_add(i32::from(day).days()).ok());
        let set: Vec<Date> = dates.filter(|date| self.has(*date, first)).collect();
        if self.positions.is_empty() {
            return set;
        }
        let size = set.len();
        let chosen = |place: usize| {
            let (from_start, from_end) = (i16::try_from(place + 1), i16::try_from(size - place));
            self.positions.iter().any(|position| {
                from_start == Ok(*position) || from_end.is_ok_and(|from_end| -from_end == *position)
            })
        };
        set.into_iter().enumerate().filter(|(place, _)| chosen(*place)).map(|(_, date)| date).collect()
    }

    /// Whether the rule has a date of one of its periods; what it does not say is as with the first date.
    fn has(&self, date: Date, first: Date) -> bool {
        let says_days = !self.days.is_empty() || !self.month_days.is_empty();
        let as_first = match self.frequency {
            _ if says_days => true,
            Frequency::Daily => true,
            Frequency::Weekly => date.weekday() == first.weekday(),
            Frequency::Monthly => date.day() == first.day(),
            Frequency::Yearly => {
                date.day() == first.day() && (!self.months.is_empty() || date.month() == first.month())
            }
        };
        let from_end = date.day() - date.days_in_month() - 1;
        let in_month = self.month_days.is_empty()
            || self.month_days.iter().any(|day| *day == date.day() || *day == from_end);
        as_first
            && in_month
            && (self.months.is_empty() || self.months.contains(&date.month()))
            && (self.days.is_empty() || self.days.iter().any(|day| self.is_day(*day, date)))
    }

    fn is_day(&self, day: ByDay, date: Date) -> bool {
        let Some(ordinal) = day.ordinal else { return day.weekday == date.weekday() };
        let of_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (nth, length) = if of_year {
            (date.day_of_year(), date.days_in_year())
        } else {
            (i16::from(date.day()), i16::from(date.days_in_month()))
        };
        let (from_start, from_end) = ((nth - 1) / 7 + 1, -((length - nth) / 7 + 1));
        day.weekday == date.weekday() && (ordinal == from_start || ordinal == from_end)
    }
}

impl fmt::Display for RecurrenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARule => f.write_str("not a recurrence rule"),
            Self::Unsupported(part) => write!(f, "{part} is not supported in this way"),
            Self::Unbounded => f.write_str("a recurrence needs COUNT or UNTIL"),
            Self::EndsBeforeStart => f.write_str("a recurrence must not be over before it begins"),
            Self::TooManyDates(most) => write!(f, "a recurrence has {most} dates at most"),
            Self::TooLong(days) => write!(f, "a recurrence lasts {days} days at most"),
        }
    }
}

impl Error for RecurrenceError {}
