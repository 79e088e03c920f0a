//! What it comes to when whole days are set: which intervals go, and which come. What stays the same keeps its id.

use super::{entry::Entry, store::Stored};
use crate::ids::OpeningHourId;

/// The difference between a week as it is and as it is to be.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) gone: Vec<OpeningHourId>,
    pub(super) new: Vec<Entry>,
}

impl Plan {
    /// Sets the days that the entries are for, one each; others stay as they are.
    pub(super) fn of(week: &[Stored], entries: Vec<Entry>) -> Self {
        let mut plan = Self::default();
        for entry in entries {
            let day = || week.iter().filter(|stored| stored.day_of_week == entry.day_of_week);
            let entry = entry.clone().keeping(day().flat_map(Stored::breaks));
            let same = day().find(|stored| stored.hours == entry.hours).map(|stored| stored.id);
            plan.gone.extend(day().map(|stored| stored.id).filter(|id| Some(*id) != same));
            if same.is_none() {
                plan.new.push(entry);
            }
        }
        plan
    }
}
