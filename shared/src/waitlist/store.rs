//! SQL for who waits.

use jiff::{Timestamp, civil::Date};

use super::{
    joining::Wish,
    view::{SELECT, Waiting, Whose},
};
use crate::{
    db::{self, Param, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, ServiceId, UserId, WaitlistEntryId},
};

/// An entry about to exist.
pub(super) struct New<'a> {
    pub(super) id: WaitlistEntryId,
    pub(super) business: BusinessId,
    pub(super) customer: UserId,
    pub(super) wish: &'a Wish,
    pub(super) now: Timestamp,
}

/// Adds an entry, unless the customer has so many there that are not over today. Whether it did.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    new: &New<'_>,
    today: Date,
    most: u32,
) -> Result<bool, db::Error> {
    let sql = "
        insert into waitlist_entries (id, business_id, service_id, staff_id, customer_id, add_on_ids, first_day, last_day,
                                      from_minute, to_minute, created_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        where (select count(*) from waitlist_entries
               where customer_id = $5 and business_id = $2 and last_day >= $12) < $13";
    let New { id, business, customer, wish, now } = new;
    let Wish { service, staff, add_ons, first_day, last_day, from, to } = wish;
    let (from, to) = (i16::from(*from), i16::from(*to));
    let (add_ons, most) = (add_ons.as_slice(), i64::from(most));
    let params: [&dyn Param; 13] = [
        id, business, service, staff, customer, &add_ons, first_day, last_day, &from, &to, now, &today, &most,
    ];
    Ok(tx.execute(sql, &params).await? > 0)
}

/// One page of somebody's entries, in the order in which they joined, and how many there are in all.
pub(super) async fn page(
    on: &impl Sql,
    whose: Whose,
    Slice { limit, offset }: Slice,
    now: Timestamp,
) -> Result<(i64, Vec<Waiting>), db::Error> {
    let (theirs, id) = (whose.column(), whose.id());
    let count = format!(
        "select count(*) from waitlist_entries entry join businesses on businesses.id = entry.business_id
         where {theirs} = $2 and entry.last_day >= ($1::timestamptz at time zone businesses.timezone)::date"
    );
    let list = format!("{SELECT} and {theirs} = $2 order by entry.number limit $3 offset $4");
    let params: [&dyn Param; 4] = [&now, &id, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..2]), on.rows(&list, &params))?;
    let entries = rows.iter().map(|row| Waiting::from_row(row, whose)).collect();
    Ok((count.map_or(0, |row| row.get(0)), entries))
}

/// One of somebody's entries.
pub(super) async fn one(
    on: &impl Sql,
    whose: Whose,
    id: WaitlistEntryId,
    now: Timestamp,
) -> Result<Option<Waiting>, db::Error> {
    let sql = format!("{SELECT} and {} = $2 and entry.id = $3", whose.column());
    let row = on.row(&sql, &[&now, &whose.id(), &id]).await?;
    Ok(row.map(|row| Waiting::from_row(&row, whose)))
}

/// Takes one of somebody's entries off the list, with what is kept for it. Whether there is one.
pub(super) async fn remove(on: &impl Sql, whose: Whose, id: WaitlistEntryId) -> Result<bool, db::Error> {
    let sql = format!("delete from waitlist_entries entry where entry.id = $1 and {} = $2", whose.column());
    Ok(on.execute(&sql, &[&id, &whose.id()]).await? > 0)
}

/// Ends an entry that has what it waited for, if a booking of this service on this date is that.
///
/// # Errors
/// If the transaction is broken.
pub async fn end(
    tx: &Transaction<'_>,
    id: WaitlistEntryId,
    service: ServiceId,
    date: Date,
) -> Result<(), db::Error> {
    let sql = "delete from waitlist_entries where id = $1 and service_id = $2 and $3 between first_day and last_day";
    tx.execute(sql, &[&id, &service, &date]).await.map(drop)
}

/// Makes others wait who want to end an entry of this customer, or make them an offer, until the transaction ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_all_of(tx: &Transaction<'_>, customer: UserId) -> Result<(), db::Error> {
    let sql = "select from waitlist_entries where customer_id = $1 order by id for update";
    tx.execute(sql, &[&customer]).await.map(drop)
}
