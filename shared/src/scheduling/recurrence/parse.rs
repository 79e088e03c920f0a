//! Reading a rule as it is written.

use std::{num::NonZeroU32, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

use super::{ByDay, End, Frequency, RecurrenceError, RecurrenceRule};

/// Longer than any rule needs to be that says everything once.
const LONGEST: usize = 500;

/// The parts of a rule that there are and that we do not follow.
const UNSUPPORTED: [&str; 5] = ["BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO"];

/// What the parts of a rule say, each at most once.
#[derive(Default)]
struct Parts {
    frequency: Option<Frequency>,
    interval: Option<NonZeroU32>,
    count: Option<usize>,
    until: Option<End>,
    days: Option<Vec<ByDay>>,
    month_days: Option<Vec<i8>>,
    months: Option<Vec<i8>>,
    positions: Option<Vec<i16>>,
    week_start: Option<Weekday>,
}

/// Reads `FREQ=…;COUNT=…`, in capitals or not, with or without `RRULE:` in front.
impl FromStr for RecurrenceRule {
    type Err = RecurrenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST {
            return Err(RecurrenceError::NotARule);
        }
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut parts = Parts::default();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(RecurrenceError::NotARule)?;
            parts.read(name, value)?;
        }
        parts.into_rule(text)
    }
}

impl Parts {
    fn read(&mut self, name: &str, value: &str) -> Result<(), RecurrenceError> {
        match name {
            "FREQ" => once(&mut self.frequency, frequency(value)?),
            "INTERVAL" => once(&mut self.interval, number(value)?),
            // More than anybody can have anyway: how many more does not matter.
            "COUNT" => {
                once(&mut self.count, number::<NonZeroU32>(value)?.get().try_into().unwrap_or(usize::MAX))
            }
            "UNTIL" => once(&mut self.until, until(value)?),
            "BYDAY" => once(&mut self.days, list(value, by_day)?),
            "BYMONTHDAY" => once(&mut self.month_days, list(value, |day| signed(day, 31))?),
            "BYMONTH" => {
                once(&mut self.months, list(value, |month| signed(month, 12).filter(|month| *month > 0))?)
            }
            "BYSETPOS" => once(&mut self.positions, list(value, |position| signed(position, 366))?),
            "WKST" => once(&mut self.week_start, weekday(value).ok_or(RecurrenceError::NotARule)?),
            _ => Err(match UNSUPPORTED.into_iter().find(|unsupported| *unsupported == name) {
                Some(part) => RecurrenceError::Unsupported(part),
                None => RecurrenceError::NotARule,
            }),
        }
    }

    fn into_rule(self, text: &str) -> Result<RecurrenceRule, RecurrenceError> {
        let frequency = self.frequency.ok_or(RecurrenceError::NotARule)?;
        let end = match (self.count, self.until) {
            (Some(count), None) => End::After(count),
            (None, Some(until)) => until,
            (None, None) => return Err(RecurrenceError::Unbounded),
            (Some(_), Some(_)) => return Err(RecurrenceError::NotARule),
        };
        let (days, month_days) = (self.days.unwrap_or_default(), self.month_days.unwrap_or_default());
        let (months, positions) = (self.months.unwrap_or_default(), self.positions.unwrap_or_default());
        let of_something = matches!(frequency, Frequency::Monthly | Frequency::Yearly);
        if !of_something && days.iter().any(|day| day.ordinal.is_some()) {
            return Err(RecurrenceError::Unsupported("BYDAY"));
        }
        if frequency == Frequency::Weekly && !month_days.is_empty() {
            return Err(RecurrenceError::Unsupported("BYMONTHDAY"));
        }
        if !positions.is_empty() && days.is_empty() && month_days.is_empty() && months.is_empty() {
            return Err(RecurrenceError::Unsupported("BYSETPOS"));
        }
        Ok(RecurrenceRule {
            text: text.to_owned(),
            frequency,
            interval: self.interval.unwrap_or(NonZeroU32::MIN),
            end,
            days,
            month_days,
            months,
            positions,
            week_start: self.week_start.unwrap_or(Weekday::Monday),
        })
    }
}

fn once<T>(part: &mut Option<T>, value: T) -> Result<(), RecurrenceError> {
    if part.replace(value).is_some() { Err(RecurrenceError::NotARule) } else { Ok(()) }
}

fn frequency(value: &str) -> Result<Frequency, RecurrenceError> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(RecurrenceError::Unsupported("FREQ")),
        _ => Err(RecurrenceError::NotARule),
    }
}

/// Digits alone.
fn number<T: FromStr>(value: &str) -> Result<T, RecurrenceError> {
    let digits = Some(value).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(RecurrenceError::NotARule)
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, RecurrenceError> {
    value.split(',').map(|item| read(item).ok_or(RecurrenceError::NotARule)).collect()
}

/// A number from 1 or -1 on to `most` or its opposite.
fn signed<T: TryFrom<i16>>(text: &str, most: i16) -> Option<T> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number: i16 = number(digits).ok().filter(|number| (1..=most).contains(number))?;
    T::try_from(if text.starts_with('-') { -number } else { number }).ok()
}

fn by_day(text: &str) -> Option<ByDay> {
    let (ordinal, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let ordinal = if ordinal.is_empty() { None } else { Some(signed(ordinal, 53)?) };
    Some(ByDay { ordinal, weekday: weekday(day)? })
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

/// `YYYYMMDD`, `YYYYMMDDTHHMMSS`, or the same with `Z`.
fn until(value: &str) -> Result<End, RecurrenceError> {
    let read = || {
        let (date, time) = match value.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (value, None),
        };
        let date =
            Some(date).filter(|date| date.len() == 8).and_then(|date| Date::strptime("%Y%m%d", date).ok())?;
        let Some(time) = time else { return Some(End::On(date)) };
        let (clock, utc) = time.strip_suffix('Z').map_or((time, false), |clock| (clock, true));
        let clock = Some(clock).filter(|clock| clock.len() == 6)?;
        let at = DateTime::from_parts(date, jiff::civil::Time::strptime("%H%M%S", clock).ok()?);
        // The last hours of the calendar are after the last instant there is.
        let instant = || TimeZone::UTC.to_timestamp(at).unwrap_or(Timestamp::MAX);
        Some(if utc { End::At(instant()) } else { End::AtLocal(at) })
    };
    read().ok_or(RecurrenceError::NotARule)
}
