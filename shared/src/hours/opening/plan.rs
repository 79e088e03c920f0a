//! What it comes to when whole days are set: which intervals go, and which come. What stays the same keeps its id.

use jiff::Timestamp;

use super::{
    entry::Entry,
    store::{self, Stored},
};
use crate::{
    db::{self, Transaction},
    ids::{BusinessId, OpeningHourId},
};

/// Sets the days that the entries are for, one each, of a business whose hours nobody else changes.
pub(in crate::hours) async fn set(
    tx: &Transaction<'_>,
    business: BusinessId,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let plan = Plan::of(&store::stored(tx, &business.into()).await?, entries);
    store::clear(tx, business, &plan.gone).await?;
    store::insert(tx, business, plan.new.iter().map(|entry| (OpeningHourId::new(now), entry))).await
}

/// The difference between a week as it is and as it is to be.
#[derive(Debug, Default)]
struct Plan {
    gone: Vec<OpeningHourId>,
    new: Vec<Entry>,
}

impl Plan {
    /// Sets the days that the entries are for, one each; others stay as they are.
    fn of(week: &[Stored], entries: Vec<Entry>) -> Self {
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
