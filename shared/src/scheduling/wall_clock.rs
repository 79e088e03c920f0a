//! [`WallClock`]: what opening hours are compared with to tell whether somebody is open at this moment.

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};

use super::{MinuteOfDay, local_day::LocalDay};

/// How far the day has got in a zone. Hours `[opens, closes)` of that weekday are on exactly when `minute` is among
/// them, and so is a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallClock {
    /// Today's weekday.
    pub weekday: Weekday,
    /// The last minute of the day whose moment has come. That is what the clock shows, except where it shows a time
    /// again: what has closed when it was shown first stays closed.
    pub minute: MinuteOfDay,
}

impl WallClock {
    /// The clock of a zone.
    #[must_use]
    pub fn at(now: Timestamp, zone: &TimeZone) -> Self {
        let date = zone.to_datetime(now).date();
        let day = LocalDay::new(zone, date);
        Self { weekday: date.weekday(), minute: MinuteOfDay::last_where(|minute| day.reached(minute) <= now) }
    }
}
