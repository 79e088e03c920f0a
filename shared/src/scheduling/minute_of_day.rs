//! [`MinuteOfDay`], the wall-clock time that opening hours, breaks and starts are written in.

use std::{error::Error, fmt, num::NonZeroU16, str::FromStr};

use jiff::{SignedDuration, civil::Time};

/// A wall-clock time in whole minutes, from 00:00 to the 24:00 at which a day ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// 00:00, the start of a day.
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00, the midnight that ends a day.
    pub const END_OF_DAY: Self = Self(24 * 60);

    /// The minute that a clock shows.
    #[must_use]
    pub fn of(time: Time) -> Self {
        Self(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
    }

    /// Every `step`-th minute from this one until before `end`.
    pub(super) fn steps_until(self, end: Self, step: NonZeroU16) -> impl Iterator<Item = Self> {
        (self.0..end.0).step_by(usize::from(step.get())).map(Self)
    }

    /// Whether it is one of [`steps_until`](Self::steps_until) some end, from `anchor` on.
    pub(super) fn is_steps_after(self, anchor: Self, step: NonZeroU16) -> bool {
        self.0.checked_sub(anchor.0).is_some_and(|past| past.is_multiple_of(step.get()))
    }

    /// The last minute for which `holds` is true, which it is from midnight up to some minute and not after that.
    pub(super) fn last_where(holds: impl Fn(Self) -> bool) -> Self {
        let (mut known, mut possible) = (Self::MIDNIGHT.0, Self::END_OF_DAY.0);
        while known < possible {
            let middle = (known + possible).div_ceil(2);
            if holds(Self(middle)) {
                known = middle;
            } else {
                possible = middle - 1;
            }
        }
        Self(known)
    }

    /// How far a clock that nobody moves is past midnight.
    pub(super) fn since_midnight(self) -> SignedDuration {
        SignedDuration::from_mins(self.0.into())
    }
}

impl TryFrom<u16> for MinuteOfDay {
    type Error = MinuteOfDayError;

    fn try_from(minutes: u16) -> Result<Self, Self::Error> {
        let minute = Self(minutes);
        (minute <= Self::END_OF_DAY).then_some(minute).ok_or(MinuteOfDayError)
    }
}

/// The form Postgres stores.
impl TryFrom<i16> for MinuteOfDay {
    type Error = MinuteOfDayError;

    fn try_from(minutes: i16) -> Result<Self, Self::Error> {
        u16::try_from(minutes).map_err(|_| MinuteOfDayError)?.try_into()
    }
}

impl From<MinuteOfDay> for i16 {
    fn from(minute: MinuteOfDay) -> Self {
        // At most 1440: the sign bit is free.
        minute.0.cast_signed()
    }
}

/// Reads `HH:MM`, or `HH:MM:SS` on a whole minute.
impl FromStr for MinuteOfDay {
    type Err = MinuteOfDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Option<Vec<u16>> = text.split(':').map(two_digits).collect();
        match parts.as_deref() {
            Some([hours, minutes @ 0..60] | [hours, minutes @ 0..60, 0]) => (hours * 60 + minutes).try_into(),
            _ => Err(MinuteOfDayError),
        }
    }
}

fn two_digits(text: &str) -> Option<u16> {
    match *text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
        }
        _ => None,
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Not a whole minute from 00:00 to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteOfDayError;

impl fmt::Display for MinuteOfDayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time of day is a whole minute from 00:00 to 24:00")
    }
}

impl Error for MinuteOfDayError {}
