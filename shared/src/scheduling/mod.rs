//! The scheduling engine: which starts a business offers on a date, and to which of its staff.
//!
//! Pure: hours, busy time and an instant go in, slots come out. No I/O, no clock of its own, no panics.
//! [`Schedule`] is the way in. Availability lists with [`Schedule::slots_on`] or
//! [`Schedule::times_on`]; booking and rescheduling
//! accept with [`Schedule::check`], and [`Schedule::explain`] says why a start is not offered. All three ask one
//! function about each start, so one is bookable exactly when it is offered, and what is explained is what happens.
//!
//! Hours are wall-clock time in the business's zone, and instants are derived from them:
//!
//! - A local time the clock skips is never offered. As the edge of hours or of a break it means the moment of
//!   the jump.
//! - A local time the clock shows twice is offered once and means its first occurrence, as an edge too.
//! - A visit lasts its true length, whatever the clock does meanwhile.
//!
//! Loading hours and appointments, keeping a slot from everyone else and wording an answer happen elsewhere.

mod calendar;
mod chain;
mod date_range;
mod diary;
mod holidays;
mod hours;
mod local_day;
mod minute_of_day;
mod opening;
mod overrides;
mod own_hours;
mod policy;
mod recurrence;
mod resource;
mod schedule;
mod slot;
mod spans;
#[cfg(test)]
mod tests;
mod time_off;
mod visit;
mod wall_clock;
mod workday;

pub use calendar::{Calendar, Entry};
pub use chain::{Chain, Plan, PlannedPart};
pub use date_range::DateRange;
pub use holidays::{Holiday, HolidayCalendar};
pub use hours::{Break, Hours, HoursError, WeeklyHours};
pub use minute_of_day::{MinuteOfDay, MinuteOfDayError};
pub use opening::{Opening, OwnTime};
pub use overrides::{DateOverride, DateOverrideError, DateOverrides};
pub use own_hours::{OwnHours, StaffWeek};
pub use policy::{Admission, NoShowAction, NoShowRule, Policy, PolicyOverrides, Record, Refused};
pub use recurrence::{Occurrence, RecurrenceError, RecurrenceRule};
pub use resource::Resource;
pub use schedule::{Schedule, StaffMember};
pub use slot::{Explained, Offer, Rule, Slot};
pub use spans::{Span, Spans};
pub use time_off::{Repeat, TimeOff};
pub use visit::{Gap, Times, Visit};
pub use wall_clock::WallClock;
