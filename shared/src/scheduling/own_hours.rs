//! [`StaffWeek`]: weekly hours that a staff member has of their own, each for as long as it is valid.

use jiff::civil::{Date, Weekday};

use super::Hours;
use crate::ids::LocationId;

/// An interval of a staff member's own week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnHours {
    /// On which day of the week.
    pub weekday: Weekday,
    /// When on that day.
    pub hours: Hours,
    /// The first date on which it counts; `None`: it always has.
    pub valid_from: Option<Date>,
    /// The last date on which it counts; `None`: for good.
    pub valid_until: Option<Date>,
    /// Where they work then; `None`: wherever what is booked takes place.
    pub location: Option<LocationId>,
}

impl OwnHours {
    fn is_valid_on(&self, date: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_until.is_none_or(|until| date <= until)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let begins = self.valid_from.max(other.valid_from);
        let ends = [self.valid_until, other.valid_until].into_iter().flatten().min();
        let both_valid = begins.zip(ends).is_none_or(|(begins, ends)| begins <= ends);
        both_valid
            && self.weekday == other.weekday
            && self.hours.opens() < other.hours.closes()
            && other.hours.opens() < self.hours.closes()
    }
}

/// A staff member's own weekly hours. Without any, they work when the business is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffWeek {
    /// The earliest of a day first.
    intervals: Vec<OwnHours>,
    /// Where what is asked about takes place.
    here: Option<LocationId>,
}

impl StaffWeek {
    /// Gathers intervals, in any order, of which no two are valid at once and share a minute.
    ///
    /// # Errors
    /// The places of two that do.
    pub fn new(mut intervals: Vec<OwnHours>) -> Result<Self, (usize, usize)> {
        for (second, later) in intervals.iter().enumerate() {
            let earlier = intervals.iter().take(second);
            if let Some(first) = earlier.clone().position(|earlier| earlier.overlaps(later)) {
                return Err((first, second));
            }
        }
        intervals.sort_by_key(|interval| interval.hours.opens());
        Ok(Self { intervals, here: None })
    }

    /// The same week, as it counts for what takes place at a location.
    #[must_use]
    pub fn at(self, here: Option<LocationId>) -> Self {
        Self { here, ..self }
    }

    /// The hours on a date, earliest first: nothing is a day off, and so is being elsewhere. `None` if none of theirs are
    /// valid on that date, so that the business's count.
    #[must_use]
    pub fn on(&self, date: Date) -> Option<Vec<&Hours>> {
        let mut valid = self.intervals.iter().filter(|interval| interval.is_valid_on(date)).peekable();
        valid.peek()?;
        let is_here = |own: &&OwnHours| own.location.is_none() || own.location == self.here;
        let today = valid.filter(|own| own.weekday == date.weekday());
        Some(today.filter(is_here).map(|own| &own.hours).collect())
    }
}
