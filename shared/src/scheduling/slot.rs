//! The engine's answers: a [`Slot`] that can be booked, or the [`Refusal`] of one that cannot.

use jiff::{Timestamp, civil::Date};

use super::{MinuteOfDay, Span};
use crate::ids::StaffMemberId;

/// A start at which a visit can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The date in the business's zone.
    pub date: Date,
    /// The wall-clock time in the business's zone.
    pub time: MinuteOfDay,
    /// When the visit starts.
    pub start: Timestamp,
    /// When the visit ends.
    pub end: Timestamp,
    /// What an appointment here would occupy: the visit and its buffer.
    pub busy: Span,
    /// Who is free for it, in the order the schedule lists them.
    pub staff: Vec<StaffMemberId>,
}

impl Slot {
    /// The time the customer is there, without the buffer.
    #[must_use]
    pub fn visit(&self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

/// Why a start cannot be booked. The first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// In the past or inside the minimum notice, whether or not anyone works then.
    TooSoon,
    /// On a date later than the booking horizon.
    BeyondHorizon,
    /// The clock is put forward over this time.
    NoSuchTime,
    /// Outside working time, too late to end by closing, in the way of a break, or off the grid of starts.
    NotOffered,
    /// Everyone who works then is busy.
    Taken,
}
