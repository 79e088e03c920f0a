//! SQL for cards. What customers booked is found through their accounts, by the index on whose appointments they are.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    filter::{Filter, Ordering},
    terms::Terms,
    view::{self, Customer, Tally},
};
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, CustomerId},
};

/// One page of a business's cards, and how many there are in all.
pub(super) async fn page(
    on: &impl Sql,
    business: BusinessId,
    filter: &Filter,
    Slice { limit, offset }: Slice,
    now: Timestamp,
) -> Result<(i64, Vec<Customer>), db::Error> {
    // Only what is asked for is mentioned, so that whatever it is, it goes by its index.
    let mut params: Vec<&dyn Param> = vec![&now, &business];
    let mut matching = "business_id = $2 and retired_at is null".to_owned();
    let mut also = |condition: &dyn Fn(usize) -> String, value| {
        params.push(value);
        matching.push_str(" and ");
        matching.push_str(&condition(params.len()));
    };
    for word in &filter.words {
        also(&|nth| format!("search like search_form(${nth})"), word);
    }
    if let Some(tag) = &filter.tag {
        also(&|nth| format!("exists (select from unnest(tags) tag where lower(tag) = lower(${nth}))"), tag);
    }
    if let Some(blocked) = &filter.blocked {
        also(&|nth| format!("(blocked_at is not null) = ${nth}"), blocked);
    }
    let order = match filter.ordering {
        Ordering::Name => "card.sort_name, card.id",
        Ordering::Newest => "card.created_at desc, card.id desc",
    };
    let counted = params.len();
    params.push(&limit);
    params.push(&offset);
    let count = format!("select count(*) from customers card where {matching}");
    // What belongs to a card is looked up for those on the page only.
    let list = format!(
        "{} where card.id = any (array(select card.id from customers card where {matching} order by {order}
                                       limit ${} offset ${}))
         order by {order}",
        *view::SELECT,
        counted + 1,
        counted + 2,
    );
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..counted]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(Customer::from).collect()))
}

/// All cards of a business, by name.
pub(super) async fn all(
    on: &impl Sql,
    business: BusinessId,
    now: Timestamp,
) -> Result<Vec<Customer>, db::Error> {
    let params: [&dyn Param; 2] = [&now, &business];
    let (cards, tallies) =
        tokio::try_join!(on.rows(&view::SELECT_ALL, &params[1..]), on.rows(&view::TALLY_ALL, &params))?;
    let mut tallies: HashMap<CustomerId, Tally> =
        tallies.iter().map(|row| (row.get(0), Tally::read(row, 1))).collect();
    let mut tally = |row: &Row| tallies.remove(&row.get(0)).unwrap_or_default();
    Ok(cards.iter().map(|row| Customer::new(row, tally(row))).collect())
}

/// One of them.
pub(super) async fn one(
    on: &impl Sql,
    business: BusinessId,
    id: CustomerId,
    now: Timestamp,
) -> Result<Option<Customer>, db::Error> {
    let sql =
        format!("{} where card.business_id = $2 and card.id = $3 and card.retired_at is null", *view::SELECT);
    Ok(on.row(&sql, &[&now, &business, &id]).await?.as_ref().map(Customer::from))
}

/// One of them, kept from other changes until the transaction ends.
pub(super) async fn one_to_change(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: CustomerId,
    now: Timestamp,
) -> Result<Option<Customer>, db::Error> {
    let lock = "select from customers where business_id = $1 and id = $2 for update";
    let lock_params: [&dyn Param; 2] = [&business, &id];
    // Read behind the lock and not with it: what is told of it besides would be from before the wait.
    let (locked, found) = tokio::join!(tx.execute(lock, &lock_params), one(tx, business, id, now));
    locked?;
    found
}

pub(super) async fn insert(
    on: &impl Sql,
    business: BusinessId,
    id: CustomerId,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into customers (id, business_id, name, email, phone, notes, tags, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    let Terms { name, phone, notes, tags, .. } = terms;
    let (name, email, phone, notes, tags) =
        (name.as_str(), terms.email(), phone.as_str(), notes.as_str(), tags.as_slice());
    on.execute(sql, &[&id, &business, &name, &email, &phone, &notes, &tags, &now]).await.map(drop)
}

/// Changes what is said on a locked card.
pub(super) async fn update(
    tx: &Transaction<'_>,
    id: CustomerId,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update customers set name = $2, email = $3, phone = $4, notes = $5, tags = $6, updated_at = $7 where id = $1";
    let Terms { name, phone, notes, tags, .. } = terms;
    let (name, email, phone, notes, tags) =
        (name.as_str(), terms.email(), phone.as_str(), notes.as_str(), tags.as_slice());
    tx.execute(sql, &[&id, &name, &email, &phone, &notes, &tags, &now]).await.map(drop)
}

/// Blocks a customer, or says anew why. Whether there is one.
pub(super) async fn block(
    on: &impl Sql,
    business: BusinessId,
    id: CustomerId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update customers set blocked_at = coalesce(blocked_at, $4), blocked_reason = $3, updated_at = $4
        where business_id = $1 and id = $2 and retired_at is null";
    Ok(on.execute(sql, &[&business, &id, &reason, &now]).await? > 0)
}

/// Lets a customer book again. Whether there is one.
pub(super) async fn unblock(
    on: &impl Sql,
    business: BusinessId,
    id: CustomerId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update customers set blocked_at = null, blocked_reason = '', updated_at = $3
        where business_id = $1 and id = $2 and retired_at is null";
    Ok(on.execute(sql, &[&business, &id, &now]).await? > 0)
}

/// Removes a locked card; of one that something was booked for, all that says whose it is.
pub(super) async fn delete(tx: &Transaction<'_>, id: CustomerId) -> Result<(), db::Error> {
    tx.execute("delete from customers where id = $1", &[&id]).await.map(drop)
}

/// A card as far as merging it goes.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: CustomerId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    /// When they last showed the number to be theirs.
    pub(super) phone_shown_at: Option<Timestamp>,
    pub(super) notes: String,
    pub(super) tags: Vec<String>,
    pub(super) blocked_at: Option<Timestamp>,
    pub(super) blocked_reason: String,
    pub(super) created_at: Timestamp,
}

impl From<&Row> for Stored {
    fn from(row: &Row) -> Self {
        Self {
            id: row.get(0),
            name: row.get(1),
            email: row.get(2),
            phone: row.get(3),
            notes: row.get(4),
            tags: row.get(5),
            blocked_at: row.get(6),
            blocked_reason: row.get(7),
            created_at: row.get(8),
            phone_shown_at: row.get(9),
        }
    }
}

/// Two cards, kept from other changes until the transaction ends; in one order, so that nobody waits for each other.
pub(super) async fn two_to_merge(
    tx: &Transaction<'_>,
    business: BusinessId,
    ids: [CustomerId; 2],
) -> Result<Vec<Stored>, db::Error> {
    let sql = "
        select id, name, email, phone, notes, tags, blocked_at, blocked_reason, created_at, phone_shown_at from customers
        where business_id = $1 and id = any ($2) and retired_at is null order by id for update";
    Ok(tx.rows(sql, &[&business, &ids.as_slice()]).await?.iter().map(Stored::from).collect())
}

/// Puts one locked card in the place of two: accounts and what they booked go over, and the other is gone.
pub(super) async fn merge(
    tx: &Transaction<'_>,
    from: CustomerId,
    merged: &Stored,
    now: Timestamp,
) -> Result<(), db::Error> {
    let accounts = "update customer_accounts set customer_id = $2 where customer_id = $1";
    let appointments = "update appointments set card_id = $2 where card_id = $1";
    let update = "
        update customers
        set name = $2, email = $3, phone = $4, notes = $5, tags = $6, blocked_at = $7, blocked_reason = $8,
            created_at = $9, phone_shown_at = $10, updated_at = $11
        where id = $1";
    let Stored { id, name, email, phone, phone_shown_at, .. } = merged;
    let Stored { notes, tags, blocked_at, blocked_reason, created_at, .. } = merged;
    let both: [&dyn Param; 2] = [&from, id];
    let params: [&dyn Param; 11] =
        [id, name, email, phone, notes, tags, blocked_at, blocked_reason, created_at, phone_shown_at, &now];
    let (accounts, appointments, updated, deleted) = tokio::join!(
        tx.execute(accounts, &both),
        tx.execute(appointments, &both),
        tx.execute(update, &params),
        delete(tx, from)
    );
    accounts?;
    appointments?;
    updated?;
    deleted
}
