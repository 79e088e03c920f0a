//! A customer's card as the business sees it.

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use crate::{
    availability::local_instant,
    db::Row,
    ids::{CustomerId, UserId},
    intake::CardAnswer,
    money::Currency,
};

/// A customer's card.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Customer {
    id: CustomerId,
    /// The accounts they book with. None: somebody without one, for whom the business books.
    user_ids: Vec<UserId>,
    pub(super) name: String,
    /// Empty where there is none, as the others.
    pub(super) email: String,
    pub(super) phone: String,
    /// Seen by those who work there, and never by the customer.
    pub(super) notes: String,
    pub(super) tags: Vec<String>,
    /// Since when they cannot book; null if they can.
    pub(super) blocked_at: Option<String>,
    pub(super) blocked_reason: String,
    /// Visits that took place.
    visits: i64,
    no_shows: i64,
    cancelled: i64,
    /// Visits that are still to come.
    upcoming: i64,
    /// What visits that took place cost, by currency.
    spent: Vec<Spent>,
    /// When the last visit that took place began.
    last_visit_at: Option<String>,
    /// When the next visit begins.
    next_visit_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A customer's card, with what they answered last to each question they were asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CustomerWithAnswers {
    #[serde(flatten)]
    pub(super) customer: Customer,
    pub(super) answers: Vec<CardAnswer>,
}

/// What was spent in one currency.
#[derive(Debug, Serialize, ToSchema)]
struct Spent {
    /// A decimal with the currency's minor digits.
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
struct StoredSpent {
    currency: String,
    minor: i64,
}

/// The columns of a card, its accounts and its business.
const COLUMNS: &str = "
    card.id, coalesce(accounts.ids, '{}'), card.name, card.email, card.phone, card.notes, card.tags, card.blocked_at,
    card.blocked_reason, card.created_at, card.updated_at, businesses.timezone";

/// Where they are from.
const FROM: &str = "
    from customers card
    join businesses on businesses.id = card.business_id
    cross join lateral (
        select array_agg(user_id order by user_id) as ids from customer_accounts where customer_id = card.id) accounts";

/// What there is in appointments in one currency, as of `$1`.
const IN_A_CURRENCY: &str = "
    price_currency,
    count(*) filter (where status = 'completed') as visits,
    count(*) filter (where status = 'no_show') as no_shows,
    count(*) filter (where status = 'cancelled') as cancelled,
    count(*) filter (where status in ('pending', 'confirmed') and starts_at > $1) as upcoming,
    sum(price_minor) filter (where status = 'completed') as spent,
    max(starts_at) filter (where status = 'completed') as last_visit_at,
    min(starts_at) filter (where status in ('pending', 'confirmed') and starts_at > $1) as next_visit_at";

/// The columns of a [`Tally`], of that in each currency.
const TALLY: &str = "
    coalesce(sum(visits), 0)::int8, coalesce(sum(no_shows), 0)::int8, coalesce(sum(cancelled), 0)::int8,
    coalesce(sum(upcoming), 0)::int8,
    coalesce(jsonb_agg(jsonb_build_object('currency', price_currency, 'minor', spent) order by price_currency)
             filter (where visits > 0), '[]'),
    max(last_visit_at), min(next_visit_at)";

/// Reads cards, with what there is in appointments as of `$1`; a WHERE goes behind it. By the indexes of a card and of its
/// accounts alone (`is not distinct from` goes by none): all that the business has had would be read for each card besides.
pub(super) static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {COLUMNS}, history.*
         {FROM}
         cross join lateral (
             select {TALLY}
             from (select {IN_A_CURRENCY}
                   from (select status, starts_at, price_currency, price_minor from appointments
                         where appointments.customer_id = any (accounts.ids)
                           and appointments.business_id is not distinct from card.business_id
                         union all
                         select status, starts_at, price_currency, price_minor from appointments
                         where appointments.card_id = card.id) as theirs
                   group by price_currency) as by_currency) history"
    )
});

/// Reads all cards of the business `$1`, by name, without what there is in appointments.
pub(super) static SELECT_ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {COLUMNS} {FROM}
         where card.business_id = $1 and card.retired_at is null
         order by card.sort_name, card.id"
    )
});

/// Reads what there is in a business's appointments, `$2`'s, as of `$1`, for whichever of its cards: once, for all of them. Not
/// in one statement with the cards: how many there are of either is not known where it is planned, and one would be gone
/// through for each of the other. For the same reason (`offset 0`) accounts are looked up one by one.
pub(super) static TALLY_ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select whose, {TALLY}
         from (select coalesce(account.customer_id, card_id) as whose, {IN_A_CURRENCY}
               from appointments
               left join lateral (
                   select customer_id from customer_accounts
                   where user_id = appointments.customer_id and business_id = appointments.business_id offset 0) account on true
               where appointments.business_id = $2
               group by whose, price_currency) as by_currency
         where whose is not null
         group by whose"
    )
});

/// What there is of a customer's in appointments.
#[derive(Debug, Default)]
pub(super) struct Tally {
    visits: i64,
    no_shows: i64,
    cancelled: i64,
    upcoming: i64,
    spent: Vec<Spent>,
    last_visit_at: Option<Timestamp>,
    next_visit_at: Option<Timestamp>,
}

impl Tally {
    /// Reads its columns from one on.
    pub(super) fn read(row: &Row, first: usize) -> Self {
        let Json(spent): Json<Vec<StoredSpent>> = row.get(first + 4);
        let spent = spent.into_iter().map(|spent| {
            let currency = Currency::from_code(&spent.currency).unwrap_or(Currency::PLN);
            Spent { amount: currency.decimal(spent.minor), currency: spent.currency }
        });
        Self {
            visits: row.get(first),
            no_shows: row.get(first + 1),
            cancelled: row.get(first + 2),
            upcoming: row.get(first + 3),
            spent: spent.collect(),
            last_visit_at: row.get(first + 5),
            next_visit_at: row.get(first + 6),
        }
    }
}

impl From<&Row> for Customer {
    /// Reads a row of [`SELECT`].
    fn from(row: &Row) -> Self {
        Self::new(row, Tally::read(row, 12))
    }
}

impl Customer {
    /// Reads a card of a row that begins with its columns.
    pub(super) fn new(row: &Row, tally: Tally) -> Self {
        let zone = TimeZone::get(row.get(11)).unwrap_or(TimeZone::UTC);
        let local = |instant| local_instant(instant, &zone);
        Self {
            id: row.get(0),
            user_ids: row.get(1),
            name: row.get(2),
            email: row.get(3),
            phone: row.get(4),
            notes: row.get(5),
            tags: row.get(6),
            blocked_at: row.get::<_, Option<Timestamp>>(7).map(local),
            blocked_reason: row.get(8),
            visits: tally.visits,
            no_shows: tally.no_shows,
            cancelled: tally.cancelled,
            upcoming: tally.upcoming,
            spent: tally.spent,
            last_visit_at: tally.last_visit_at.map(local),
            next_visit_at: tally.next_visit_at.map(local),
            created_at: local(row.get(9)),
            updated_at: local(row.get(10)),
        }
    }

    /// How many visits they still have ahead.
    pub(super) fn upcoming(&self) -> i64 {
        self.upcoming
    }

    /// What a spreadsheet says of it, by [`COLUMNS`](super::export::COLUMNS).
    pub(super) fn cells(&self) -> [String; 10] {
        let spent = self.spent.iter().map(|spent| format!("{} {}", spent.amount, spent.currency));
        [
            self.name.clone(),
            self.email.clone(),
            self.phone.clone(),
            self.tags.join(", "),
            self.notes.clone(),
            self.blocked_at.clone().unwrap_or_default(),
            self.visits.to_string(),
            self.no_shows.to_string(),
            spent.collect::<Vec<_>>().join(", "),
            self.last_visit_at.clone().unwrap_or_default(),
        ]
    }
}
