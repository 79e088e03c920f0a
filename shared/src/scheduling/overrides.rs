//! [`DateOverrides`]: dates with other hours than by the week, of a business or of a staff member.

use std::{error::Error, fmt};

use jiff::civil::Date;

use super::Hours;

/// Consecutive dates on which there are other hours than by the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateOverride {
    first: Date,
    last: Date,
    name: String,
    hours: Vec<Hours>,
}

impl DateOverride {
    /// From one date to another, both included, with intervals, in any order, that do not overlap; with none, closed.
    ///
    /// # Errors
    /// [`DateOverrideError`].
    pub fn new(
        first: Date,
        last: Date,
        name: String,
        mut hours: Vec<Hours>,
    ) -> Result<Self, DateOverrideError> {
        if last < first {
            return Err(DateOverrideError::EndsBeforeStart);
        }
        hours.sort_unstable_by_key(Hours::opens);
        if hours.is_sorted_by(|earlier, later| earlier.closes() <= later.opens()) {
            Ok(Self { first, last, name, hours })
        } else {
            Err(DateOverrideError::OverlappingHours)
        }
    }

    /// The first date.
    #[must_use]
    pub fn first(&self) -> Date {
        self.first
    }

    /// The last date.
    #[must_use]
    pub fn last(&self) -> Date {
        self.last
    }

    /// What it is for; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The hours on each of the dates, earliest first. None: closed.
    #[must_use]
    pub fn hours(&self) -> &[Hours] {
        &self.hours
    }
}

/// Overrides of which no two are for the same date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateOverrides {
    /// In order and disjoint, so that a date is found by binary search.
    overrides: Vec<DateOverride>,
}

impl DateOverrides {
    /// Gathers overrides, in any order.
    ///
    /// # Errors
    /// [`DateOverrideError::OverlappingDates`].
    pub fn new(mut overrides: Vec<DateOverride>) -> Result<Self, DateOverrideError> {
        overrides.sort_unstable_by_key(|each| each.first);
        if overrides.is_sorted_by(|earlier, later| earlier.last < later.first) {
            Ok(Self { overrides })
        } else {
            Err(DateOverrideError::OverlappingDates)
        }
    }

    /// The same with one more.
    ///
    /// # Errors
    /// [`DateOverrideError::OverlappingDates`].
    pub fn with(&self, another: DateOverride) -> Result<Self, DateOverrideError> {
        Self::new(self.overrides.iter().cloned().chain([another]).collect())
    }

    /// The override of a date, if there is one.
    #[must_use]
    pub fn on(&self, date: Date) -> Option<&DateOverride> {
        let past = self.overrides.partition_point(|each| each.last < date);
        self.overrides.get(past).filter(|next| next.first <= date)
    }
}

/// Why overrides make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOverrideError {
    /// The last date is before the first.
    EndsBeforeStart,
    /// Two intervals share a minute.
    OverlappingHours,
    /// Two overrides share a date.
    OverlappingDates,
}

impl fmt::Display for DateOverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndsBeforeStart => "an override must not end before it starts",
            Self::OverlappingHours => "hours of one day must not overlap",
            Self::OverlappingDates => "a date must have one override at most",
        })
    }
}

impl Error for DateOverrideError {}
