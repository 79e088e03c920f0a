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
        let breaks = [business, own].map(|hours| Self::new(hours, day).breaks).concat();
        (opens < closes).then(|| Self { opens, closes, closing: day.reached(closes), breaks })
    }

    /// The starts on the grid.
    pub(super) fn starts(&self, step: NonZeroU16) -> impl Iterator<Item = MinuteOfDay> {
        self.opens.steps_until(self.closes, step)
    }

    pub(super) fn contains(&self, time: MinuteOfDay) -> bool {
        (self.opens..self.closes).contains(&time)
    }

    pub(super) fn is_on_grid(&self, time: MinuteOfDay, step: NonZeroU16) -> bool {
        time.is_steps_after(self.opens, step)
    }

    pub(super) fn lasts_until(&self, end: Timestamp) -> bool {
        end <= self.closing
    }

    pub(super) fn has_break_in(&self, span: Span) -> bool {
        self.breaks.iter().any(|pause| pause.overlaps(span))
    }
}
