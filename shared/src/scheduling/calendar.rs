//! What already occupies a staff member, and whether another visit still fits between.

use super::{Span, Spans, Times};

/// Something that occupies a staff member: a visit, or a class with several seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it is.
    pub times: Times,
    /// If it is a class of the service that is asked about: how many can still come.
    pub seats_left: Option<u32>,
}

/// The time already taken from a staff member.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Buffers included.
    occupied: Spans,
    /// Without the buffers, to tell one from the other.
    at_work: Spans,
    classes: Vec<(Span, u32)>,
}

impl FromIterator<Entry> for Calendar {
    /// Of entries in any order; they may overlap.
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let entries: Vec<Entry> = entries.into_iter().collect();
        Self {
            occupied: entries.iter().flat_map(|entry| entry.times.occupied()).collect(),
            at_work: entries.iter().flat_map(|entry| entry.times.at_work()).collect(),
            classes: entries.iter().filter_map(|e| Some((e.times.visit(), e.seats_left?))).collect(),
        }
    }
}

/// What a calendar has at the time of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A class at just this time, with so many seats left.
    Class(u32),
    /// Somebody, or a class at another time.
    Visit,
    /// Somebody who needs the time around their visit, or whose visit the time around this one would touch.
    Buffer,
}

impl Calendar {
    pub(super) fn at(&self, times: Times) -> Found {
        if times.occupied().all(|span| self.occupied.leave_free(span)) {
            return Found::Nothing;
        }
        let class = self.classes.iter().find(|(visit, _)| *visit == times.visit());
        if let Some((_, seats_left)) = class {
            Found::Class(*seats_left)
        } else if times.at_work().all(|span| self.at_work.leave_free(span)) {
            Found::Buffer
        } else {
            Found::Visit
        }
    }
}
