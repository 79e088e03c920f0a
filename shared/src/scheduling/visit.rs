//! What a customer books, as far as time is concerned.

use std::num::NonZeroU16;

use jiff::{SignedDuration, Timestamp};

/// How long a service takes and how densely its starts are offered, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// How long the customer stays.
    pub duration: NonZeroU16,
    /// How long the staff member stays occupied after that.
    pub buffer: u16,
    /// From one offered start to the next; by default the visit with its buffer.
    pub step: Option<NonZeroU16>,
}

impl Visit {
    pub(super) fn step(self) -> NonZeroU16 {
        self.step.unwrap_or_else(|| self.duration.saturating_add(self.buffer))
    }

    /// When a visit from `start` is over, unless that is later than a [`Timestamp`] can express.
    pub(super) fn end(self, start: Timestamp) -> Option<Timestamp> {
        start.checked_add(SignedDuration::from_mins(self.duration.get().into())).ok()
    }

    /// When a staff member is free again after a visit until `end`, with the same exception.
    pub(super) fn end_of_buffer(self, end: Timestamp) -> Option<Timestamp> {
        end.checked_add(SignedDuration::from_mins(self.buffer.into())).ok()
    }
}
