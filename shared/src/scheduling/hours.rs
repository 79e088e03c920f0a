//! When a business is open: intervals of wall-clock time on each weekday, with breaks inside them.
//!
//! Valid by construction. What the minutes mean as instants on one date is for [`super::local_day`].

use std::{error::Error, fmt};

use jiff::civil::{Date, Weekday};

use super::MinuteOfDay;

/// A pause within opening hours, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Break {
    /// The first minute of the break.
    pub start: MinuteOfDay,
    /// The minute work goes on.
    pub end: MinuteOfDay,
}

/// One interval of opening hours, `[opens, closes)`, with its breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    opens: MinuteOfDay,
    closes: MinuteOfDay,
    breaks: Vec<Break>,
}

impl Hours {
    /// Hours that close after they open, with breaks that lie inside and do not overlap, in any order.
    pub fn new(opens: MinuteOfDay, closes: MinuteOfDay, mut breaks: Vec<Break>) -> Result<Self, HoursError> {
        if opens >= closes {
            return Err(HoursError::ClosesBeforeOpening);
        }
        if breaks.iter().any(|pause| pause.start >= pause.end) {
            return Err(HoursError::BreakEndsBeforeStart);
        }
        if breaks.iter().any(|pause| pause.start < opens || pause.end > closes) {
            return Err(HoursError::BreakOutsideHours);
        }
        breaks.sort_unstable();
        if breaks.is_sorted_by(|earlier, later| earlier.end <= later.start) {
            Ok(Self { opens, closes, breaks })
        } else {
            Err(HoursError::OverlappingBreaks)
        }
    }

    /// The first minute of the interval, where the grid of starts is anchored.
    #[must_use]
    pub fn opens(&self) -> MinuteOfDay {
        self.opens
    }

    /// The minute by which every visit has ended.
    #[must_use]
    pub fn closes(&self) -> MinuteOfDay {
        self.closes
    }

    /// The breaks, earliest first.
    #[must_use]
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }
}

/// A week of opening hours. Closed on every day by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeeklyHours {
    /// Monday first.
    days: [Vec<Hours>; 7],
}

impl WeeklyHours {
    /// Gathers intervals, in any order, that do not overlap on any weekday.
    pub fn new(intervals: impl IntoIterator<Item = (Weekday, Hours)>) -> Result<Self, HoursError> {
        let mut week = Self::default();
        for (weekday, hours) in intervals {
            week.days[index(weekday)].push(hours);
        }
        for day in &mut week.days {
            day.sort_unstable_by_key(Hours::opens);
            if !day.is_sorted_by(|earlier, later| earlier.closes <= later.opens) {
                return Err(HoursError::OverlappingHours);
            }
        }
        Ok(week)
    }

    /// The intervals of that date's weekday, earliest first.
    #[must_use]
    pub fn on(&self, date: Date) -> &[Hours] {
        self.of(date.weekday())
    }

    /// The intervals of a weekday, earliest first.
    #[must_use]
    pub fn of(&self, weekday: Weekday) -> &[Hours] {
        &self.days[index(weekday)]
    }

    /// Gives a weekday one interval, or none.
    pub fn set(&mut self, weekday: Weekday, hours: Option<Hours>) {
        self.days[index(weekday)] = hours.into_iter().collect();
    }
}

fn index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

/// Why opening hours make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// Closing is not after opening; overnight hours are not supported.
    ClosesBeforeOpening,
    /// A break does not end after it starts.
    BreakEndsBeforeStart,
    /// A break reaches beyond the hours it belongs to.
    BreakOutsideHours,
    /// Two breaks share a minute.
    OverlappingBreaks,
    /// Two intervals of one weekday share a minute.
    OverlappingHours,
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClosesBeforeOpening => "opening hours must close after they open",
            Self::BreakEndsBeforeStart => "a break must end after it starts",
            Self::BreakOutsideHours => "a break must lie within the opening hours",
            Self::OverlappingBreaks => "breaks must not overlap",
            Self::OverlappingHours => "opening hours of one day must not overlap",
        })
    }
}

impl Error for HoursError {}
