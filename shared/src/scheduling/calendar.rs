//! What already occupies a staff member. Whether another visit still fits between is for [`super::diary`].

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
    pub(super) occupied: Spans,
    /// Without the buffers, to tell one from the other.
    pub(super) at_work: Spans,
    /// With their seats, the earliest first.
    pub(super) classes: Vec<(Span, u32)>,
}

impl Calendar {
    /// Occupies the time of a visit, or of a class in which so many seats are left.
    pub(super) fn add(&mut self, times: Times, class: Option<u32>) {
        for span in times.occupied() {
            self.occupied.add(span);
        }
        for span in times.at_work() {
            self.at_work.add(span);
        }
        if let Some(seats_left) = class {
            let place = self.classes.partition_point(|(visit, _)| visit.start <= times.start);
            self.classes.insert(place, (times.visit(), seats_left));
        }
    }

    /// Takes a seat of a class that is there.
    pub(super) fn join(&mut self, times: Times) {
        for (_, seats_left) in self.classes.iter_mut().filter(|(visit, _)| *visit == times.visit()) {
            *seats_left = seats_left.saturating_sub(1);
        }
    }
}

impl FromIterator<Entry> for Calendar {
    /// Of entries in any order; they may overlap.
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let (mut occupied, mut at_work, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for Entry { times, seats_left } in entries {
            occupied.extend(times.occupied());
            at_work.extend(times.at_work());
            classes.extend(seats_left.map(|seats_left| (times.visit(), seats_left)));
        }
        classes.sort_by_key(|(visit, _)| visit.start);
        Self { occupied: occupied.into_iter().collect(), at_work: at_work.into_iter().collect(), classes }
    }
}
