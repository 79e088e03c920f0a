//! What it comes to when whole days are set: which intervals go, and which come. What stays the same keeps its id.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    entry::Entry,
    store::{self, Stored},
};
use crate::{
    db::{self, Transaction},
    ids::{BusinessId, LocationId, OpeningHourId},
};

/// Sets the days that the entries are for: of one of the locations of a business whose hours nobody else changes, or of the
/// business itself.
pub(in crate::hours) async fn set(
    tx: &Transaction<'_>,
    business: BusinessId,
    location: Option<LocationId>,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let plan = Plan::of(&store::stored(tx, &business.into(), location).await?, entries);
    store::clear(tx, business, &plan.gone).await?;
    let new = plan.new.iter().map(|entry| (OpeningHourId::new(now), entry));
    store::insert(tx, business, location, new).await
}

/// The same for the whole week: a day that none of the entries are for is closed.
pub(super) async fn set_week(
    tx: &Transaction<'_>,
    business: BusinessId,
    location: Option<LocationId>,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let open: HashSet<i16> = entries.iter().map(|entry| entry.day_of_week).collect();
    // Not merely absent: without any rows a location would have the business's hours.
    let closed = (0..7).filter(|day| !open.contains(day)).map(Entry::closed);
    let week = entries.into_iter().map(|entry| entry.keeping([].iter())).chain(closed).collect();
    set(tx, business, location, week, now).await
}

/// The difference between a week as it is and as it is to be.
#[derive(Debug)]
struct Plan {
    gone: Vec<OpeningHourId>,
    new: Vec<Entry>,
}

impl Plan {
    /// Sets the days that the entries are for; others stay as they are.
    fn of(week: &[Stored], entries: Vec<Entry>) -> Self {
        let days: HashSet<i16> = entries.iter().map(|entry| entry.day_of_week).collect();
        let mut gone: Vec<&Stored> =
            week.iter().filter(|stored| days.contains(&stored.day_of_week)).collect();
        let mut new = Vec::new();
        for entry in entries {
            let day_of_week = entry.day_of_week;
            let day = week.iter().filter(|stored| stored.day_of_week == day_of_week);
            let entry = entry.keeping(day.flat_map(Stored::breaks));
            let is_same = |stored: &&Stored| stored.day_of_week == day_of_week && stored.hours == entry.hours;
            match gone.iter().position(is_same) {
                Some(same) => drop(gone.swap_remove(same)),
                None => new.push(entry),
            }
        }
        Self { gone: gone.iter().map(|stored| stored.id).collect(), new }
    }
}
