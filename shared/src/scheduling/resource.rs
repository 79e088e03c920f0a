//! What a service needs beside a staff member: rooms, chairs, devices.

use super::{Span, Spans};
use crate::ids::ResourceId;

/// A resource that a visit needs, and when each of its units is taken.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Which.
    pub id: ResourceId,
    /// How many of its units one visit needs.
    pub needed: u16,
    /// When each unit is taken, the first being number 1.
    pub units: Vec<Spans>,
}

impl Resource {
    pub(super) fn has_room(&self, span: Span) -> bool {
        let free = self.units.iter().filter(|unit| unit.leave_free(span));
        free.take(self.needed.into()).count() == usize::from(self.needed)
    }

    /// Takes as many units as a visit needs, for its whole time; their numbers.
    pub(super) fn take(&mut self, span: Span) -> Vec<u16> {
        let mut taken = self.free_units(span);
        taken.truncate(self.needed.into());
        for unit in taken.iter().filter_map(|number| usize::from(*number).checked_sub(1)) {
            if let Some(unit) = self.units.get_mut(unit) {
                unit.add(span);
            }
        }
        taken
    }

    /// The numbers of the units that are free throughout `span`, those first that have been idle for the shortest
    /// time: what is left over stays in long stretches.
    #[must_use]
    pub fn free_units(&self, span: Span) -> Vec<u16> {
        let numbered = (1..=u16::MAX).zip(&self.units).filter(|(_, unit)| unit.leave_free(span));
        let mut free: Vec<_> = numbered.map(|(number, unit)| (unit.idle_since(span.start), number)).collect();
        free.sort_by_key(|(since, number)| (std::cmp::Reverse(*since), *number));
        free.into_iter().map(|(_, number)| number).collect()
    }
}
