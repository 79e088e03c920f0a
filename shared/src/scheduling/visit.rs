//! What a customer books, as far as time is concerned: [`Visit`] is how long everything takes, [`Times`] is when.

use std::num::NonZeroU16;

use jiff::{SignedDuration, Timestamp};

use super::Span;

/// A stretch inside a visit in which the staff member is free for somebody else, while the colour sets, say. In minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How long after the start it begins.
    pub start: NonZeroU16,
    /// How long it lasts.
    pub length: NonZeroU16,
}

/// How long a service takes and how densely its starts are offered, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// How long the customer stays.
    pub duration: NonZeroU16,
    /// How long the staff member is occupied before that.
    pub buffer_before: u16,
    /// How long the staff member stays occupied after that.
    pub buffer_after: u16,
    /// When the staff member is not needed meanwhile. One that does not lie within the visit counts for nothing.
    pub gap: Option<Gap>,
    /// From one offered start to the next; by default the visit with its buffers.
    pub step: Option<NonZeroU16>,
}

impl Visit {
    /// What a visit that has been booked takes, whatever its service takes by now.
    #[must_use]
    pub fn booked(times: Times) -> Self {
        let minutes = |from: Timestamp, to: Timestamp| {
            u16::try_from(to.duration_since(from).as_mins()).unwrap_or_default()
        };
        let at_least_one = |from, to| NonZeroU16::new(minutes(from, to)).unwrap_or(NonZeroU16::MIN);
        let gap = |gap: Span| Gap {
            start: at_least_one(times.start, gap.start),
            length: at_least_one(gap.start, gap.end),
        };
        Self {
            duration: at_least_one(times.start, times.end),
            buffer_before: minutes(times.busy.start, times.start),
            buffer_after: minutes(times.end, times.busy.end),
            gap: times.gap.map(gap),
            step: None,
        }
    }

    pub(super) fn step(self) -> NonZeroU16 {
        let whole = self.duration.saturating_add(self.buffer_before).saturating_add(self.buffer_after);
        self.step.unwrap_or(whole)
    }

    /// The same with another duration.
    #[must_use]
    pub fn lasting(self, duration: NonZeroU16) -> Self {
        Self { duration, ..self }
    }

    /// The same with so much added at the end.
    #[must_use]
    pub fn longer_by(self, minutes: u16) -> Self {
        self.lasting(self.duration.saturating_add(minutes))
    }

    /// When all of it is if it starts at `start`, unless that is more than a [`Timestamp`] can express.
    pub(super) fn times(self, start: Timestamp) -> Option<Times> {
        // As durations: listing a month is a quarter quicker than with jiff's sums of an instant and any kind of span.
        let moved = |instant: Timestamp, by: SignedDuration| {
            Timestamp::from_duration(instant.as_duration().checked_add(by)?).ok()
        };
        let after = |instant, minutes: u16| moved(instant, SignedDuration::from_mins(minutes.into()));
        let end = after(start, self.duration.get())?;
        let before = SignedDuration::from_mins(self.buffer_before.into());
        let busy = Span { start: moved(start, -before)?, end: after(end, self.buffer_after)? };
        let gap = self.gap.and_then(|gap| {
            let from = after(start, gap.start.get())?;
            Some(Span { start: from, end: after(from, gap.length.get())? }).filter(|gap| gap.end < end)
        });
        Some(Times { start, end, busy, gap })
    }
}

/// When a visit takes place, and what it takes of a staff member's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Times {
    /// When the customer comes.
    pub start: Timestamp,
    /// When the customer leaves.
    pub end: Timestamp,
    /// The visit with its buffers.
    pub busy: Span,
    /// When the staff member is free meanwhile.
    pub gap: Option<Span>,
}

impl Times {
    /// The time the customer is there.
    #[must_use]
    pub fn visit(self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// What the staff member has no other time for, buffers included.
    pub fn occupied(self) -> impl Iterator<Item = Span> {
        self.without_gap(self.busy)
    }

    /// When the staff member is with the customer.
    pub fn at_work(self) -> impl Iterator<Item = Span> {
        self.without_gap(self.visit())
    }

    /// If something is in the way of one of these parts of the visit: until when every later start would have it in the way
    /// too, since a part that comes later still meets it as long as it begins before it is over.
    pub(super) fn blocked_until(
        self,
        parts: impl IntoIterator<Item = Span>,
        in_the_way: impl Fn(Span) -> Option<Span>,
    ) -> Option<Timestamp> {
        let mut taken = parts.into_iter().filter_map(|part| Some((part, in_the_way(part)?)));
        let (part, blocker) = taken.next()?;
        let left = blocker.end.duration_since(part.start);
        Some(self.start.checked_add(left).unwrap_or(Timestamp::MAX))
    }

    fn without_gap(self, whole: Span) -> impl Iterator<Item = Span> {
        let first = Span { end: self.gap.map_or(whole.end, |gap| gap.start), ..whole };
        let second = self.gap.map(|gap| Span { start: gap.end, ..whole });
        std::iter::once(first).chain(second)
    }
}
