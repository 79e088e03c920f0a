//! [`Shift`]: the hours of one staff member on one date, as instants.

use std::num::NonZeroU16;

use jiff::Timestamp;

use super::{Break, Hours, MinuteOfDay, Span, local_day::LocalDay};

/// An uninterrupted stretch of working hours with its breaks.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    /// Where the grid of starts is anchored.
    opens: MinuteOfDay,
    closes: MinuteOfDay,
    closing: Timestamp,
    breaks: Vec<Span>,
}

impl Shift {
    pub(super) fn new(hours: &Hours, day: &LocalDay<'_>) -> Self {
        let span = |pause: &Break| Span { start: day.reached(pause.start), end: day.reached(pause.end) };
        Self {
            opens: hours.opens(),
            closes: hours.closes(),
            closing: day.reached(hours.closes()),
            breaks: hours.breaks().iter().map(span).collect(),
        }
    }

    /// What two have in common, with the breaks of both: nobody works while the business is closed.
    pub(super) fn of_both(business: &Hours, own: &Hours, day: &LocalDay<'_>) -> Option<Self> {
        let (opens, closes) = (business.opens().max(own.opens()), business.closes().min(own.closes()));
        let shift = |breaks| Self { opens, closes, closing: day.reached(closes), breaks };
        (opens < closes).then(|| shift([business, own].map(|hours| Self::new(hours, day).breaks).concat()))
    }

    /// The starts in it.
    pub(super) fn grid(&self, step: NonZeroU16) -> Grid {
        Grid { opens: self.opens, closes: self.closes, step }
    }

    pub(super) fn contains(&self, time: MinuteOfDay) -> bool {
        (self.opens..self.closes).contains(&time)
    }

    pub(super) fn is_on_grid(&self, time: MinuteOfDay, step: NonZeroU16) -> bool {
        time.is_steps_after(self.opens, step)
    }

    pub(super) fn closing(&self) -> Timestamp {
        self.closing
    }

    pub(super) fn break_in(&self, span: Span) -> Option<Span> {
        self.breaks.iter().copied().find(|pause| pause.overlaps(span))
    }
}

/// The starts that a shift has with one step. Most of a team have the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grid {
    opens: MinuteOfDay,
    closes: MinuteOfDay,
    step: NonZeroU16,
}

impl Grid {
    pub(super) fn starts(self) -> impl Iterator<Item = MinuteOfDay> {
        self.opens.steps_until(self.closes, self.step)
    }
}
