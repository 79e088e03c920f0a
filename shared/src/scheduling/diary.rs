//! [`Diary`]: what is against visits of a staff member from some instant on, read forwards.

use jiff::Timestamp;

use super::{Span, StaffMember, Times, spans::Ahead};

/// When a staff member is away or occupied. Whoever asks about one start after another turns over what is past, so that
/// what could be in the way is always on top.
#[derive(Clone, Copy)]
pub(super) struct Diary<'a> {
    away: Ahead<'a>,
    /// Buffers included.
    occupied: Ahead<'a>,
    /// Without the buffers, to tell one from the other.
    at_work: Ahead<'a>,
    classes: &'a [(Span, u32)],
}

/// What a diary has at the time of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A class at just this time, with so many seats left.
    Class(u32),
    /// Somebody, or a class at another time; until then, they would be in the way of a later start too.
    Visit(Timestamp),
    /// Somebody who needs the time around their visit, or whose visit the time around this one would touch; as long.
    Buffer(Timestamp),
}

impl<'a> Diary<'a> {
    /// For visits of a staff member that start at an instant or later.
    pub(super) fn from(start: Timestamp, staff: &'a StaffMember) -> Self {
        let from = staff.visit.times(start).map_or(Timestamp::MIN, |times| times.busy.start);
        let StaffMember { away, calendar, .. } = staff;
        let past_classes = calendar.classes.partition_point(|(visit, _)| visit.start < start);
        Self {
            away: away.from(from),
            occupied: calendar.occupied.from(from),
            at_work: calendar.at_work.from(from),
            classes: calendar.classes.get(past_classes..).unwrap_or_default(),
        }
    }

    /// Turns over what is past for this visit, and so for every later one.
    pub(super) fn turn_to(&mut self, times: Times) {
        for spans in [&mut self.away, &mut self.occupied, &mut self.at_work] {
            spans.skip_until(times.busy.start);
        }
        while let [(visit, _), later @ ..] = self.classes
            && visit.start < times.start
        {
            self.classes = later;
        }
    }

    /// If they are away during a visit: until when they would be for every later start too.
    pub(super) fn away_until(&self, times: Times) -> Option<Timestamp> {
        times.blocked_until(times.at_work(), |span| self.away.in_the_way(span))
    }

    pub(super) fn at(&self, times: Times) -> Found {
        let Some(until) = times.blocked_until(times.occupied(), |span| self.occupied.in_the_way(span)) else {
            return Found::Nothing;
        };
        let mut at_once = self.classes.iter().take_while(|(visit, _)| visit.start == times.start);
        if let Some((_, seats_left)) = at_once.find(|(visit, _)| *visit == times.visit()) {
            return Found::Class(*seats_left);
        }
        // A class is not in the way of who comes to it.
        let next_class = self.classes.iter().map(|(visit, _)| visit.start).find(|start| *start > times.start);
        let until = next_class.map_or(until, |class| until.min(class));
        let in_the_way = |span| self.at_work.in_the_way(span).is_some();
        if times.at_work().any(in_the_way) { Found::Visit(until) } else { Found::Buffer(until) }
    }
}
