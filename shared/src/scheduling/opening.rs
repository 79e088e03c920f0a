//! When a business is open on a date, and what a staff member has otherwise.

use jiff::civil::Date;

use super::{DateOverrides, HolidayCalendar, Hours, Rule, StaffWeek, WeeklyHours};

/// When a business is open: as on other dates of the weekday, unless it says otherwise of this date or the date is a
/// holiday. Closed on every day by default.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// By the week.
    pub week: WeeklyHours,
    /// On single dates. What is said there counts on holidays too.
    pub overrides: DateOverrides,
    /// On whose holidays it is closed.
    pub holidays: Option<HolidayCalendar>,
}

impl Opening {
    /// The hours of a date, earliest first, or why there are none.
    pub(super) fn on(&self, date: Date) -> Result<&[Hours], Rule> {
        let hours = match self.overrides.on(date) {
            Some(other) => other.hours(),
            None if self.holidays.and_then(|calendar| calendar.on(date)).is_some() => {
                return Err(Rule::Holiday);
            }
            None => self.week.on(date),
        };
        if hours.is_empty() { Err(Rule::Closed) } else { Ok(hours) }
    }
}

/// What a staff member has otherwise than the business. By default nothing: they work when it is open.
#[derive(Clone, Debug, Default)]
pub struct OwnTime {
    /// By the week.
    pub week: StaffWeek,
    /// On single dates.
    pub overrides: DateOverrides,
}

impl OwnTime {
    /// Their own hours on a date, earliest first: nothing is a day off. `None` where they have none of their own.
    pub(super) fn on(&self, date: Date) -> Option<Vec<&Hours>> {
        match self.overrides.on(date) {
            Some(other) => Some(other.hours().iter().collect()),
            None => self.week.on(date),
        }
    }
}
