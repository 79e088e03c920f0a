//! SQL for holds.

use jiff::Timestamp;

use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Row, Sql, Transaction},
    ids::{BusinessId, CalendarEntryId, HoldId, ServiceId, StaffMemberId, UserId, WaitlistEntryId},
};

/// A hold as far as taking another slot instead goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) id: HoldId,
    pub(super) entry: CalendarEntryId,
    pub(super) staff: StaffMemberId,
    /// What it was offered for, if they did not ask for it.
    pub(super) offered_for: Option<WaitlistEntryId>,
}

/// Reads a row of [`HELD`].
impl From<&Row> for Held {
    fn from(row: &Row) -> Self {
        Self { id: row.get(0), entry: row.get(1), staff: row.get(2), offered_for: row.get(3) }
    }
}

const HELD: &str = "select id, entry_id, staff_id, waitlist_entry_id from holds";

/// That a hold is that of the customer `$2`: they have asked for it, or it was offered to them.
const THEIRS: &str = "(holds.customer_id = $2
    or exists (select from waitlist_entries where id = holds.waitlist_entry_id and customer_id = $2))";

/// A hold of a customer, if it has not expired.
pub(super) async fn of(
    on: &impl Sql,
    id: HoldId,
    customer: UserId,
    now: Timestamp,
) -> Result<Option<Held>, db::Error> {
    let sql = format!("{HELD} where id = $1 and {THEIRS} and expires_at > $3");
    Ok(on.row(&sql, &[&id, &customer, &now]).await?.as_ref().map(Held::from))
}

/// The hold that a customer has asked for at a business, expired or not.
pub(super) async fn at(
    on: &impl Sql,
    business: &BusinessRef,
    customer: UserId,
) -> Result<Option<Held>, db::Error> {
    let sql = format!("{HELD} where business_id = {NAMED} and customer_id = $3");
    let row = on.row(&sql, &[&business.slug(), &business.id(), &customer]).await?;
    Ok(row.as_ref().map(Held::from))
}

/// Gives a hold's seat back. Whether it was still there.
pub(super) async fn drop_it(on: &impl Sql, id: HoldId) -> Result<bool, db::Error> {
    Ok(on.execute("delete from holds where id = $1", &[&id]).await? > 0)
}

/// Gives back everything that is held with a staff member who leaves.
///
/// # Errors
/// If the transaction is broken.
pub async fn drop_all_with(tx: &Transaction<'_>, staff: StaffMemberId) -> Result<(), db::Error> {
    tx.execute("delete from holds where staff_id = $1", &[&staff]).await.map(drop)
}

/// A hold about to exist.
pub(super) struct NewHold {
    pub(super) id: HoldId,
    pub(super) whose: Whose,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// Whose a hold is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    /// That of a customer who asked for it: one at a business.
    Customer(UserId),
    /// That of somebody who waits, and was offered it: one for each wait.
    Waiting(WaitlistEntryId),
}

/// Holds the seat of a calendar entry, if there is one and they have no other hold of the kind. Whether it did.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    new: &NewHold,
    entry: CalendarEntryId,
) -> Result<bool, db::Error> {
    let insert = "
        insert into holds (id, business_id, entry_id, staff_id, starts_at, ends_at, customer_id, waitlist_entry_id,
                           created_at, expires_at)
        select $1, business_id, id, staff_id, starts_at, ends_at, $3, $4, $5, $6 from calendar_entries where id = $2
        on conflict do nothing";
    let (customer, waiting) = match new.whose {
        Whose::Customer(customer) => (Some(customer), None),
        Whose::Waiting(entry) => (None, Some(entry)),
    };
    let params: [&dyn Param; 6] = [&new.id, &entry, &customer, &waiting, &new.created_at, &new.expires_at];
    Ok(tx.execute(insert, &params).await? > 0)
}

/// A hold as its holder sees it.
pub(super) struct Stored {
    pub(super) id: HoldId,
    pub(super) business_id: BusinessId,
    /// Its slug.
    pub(super) business: String,
    pub(super) timezone: String,
    pub(super) service: ServiceId,
    pub(super) staff: StaffMemberId,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// A hold of a customer.
pub(super) async fn one(on: &impl Sql, id: HoldId, customer: UserId) -> Result<Option<Stored>, db::Error> {
    let sql = format!(
        "select holds.id, businesses.id, businesses.slug, businesses.timezone, calendar_entries.service_id, holds.staff_id,
               holds.starts_at, holds.ends_at, holds.expires_at
        from holds
        join calendar_entries on calendar_entries.id = holds.entry_id
        join businesses on businesses.id = holds.business_id
        where holds.id = $1 and {THEIRS}"
    );
    let row = on.row(&sql, &[&id, &customer]).await?;
    Ok(row.map(|row| Stored {
        id: row.get(0),
        business_id: row.get(1),
        business: row.get(2),
        timezone: row.get(3),
        service: row.get(4),
        staff: row.get(5),
        start: row.get(6),
        end: row.get(7),
        expires_at: row.get(8),
    }))
}
