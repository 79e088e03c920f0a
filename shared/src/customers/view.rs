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

/// The columns of a card.
const COLUMNS: &str = "
    select card.id, coalesce(accounts.ids, '{}'), card.name, card.email, card.phone, card.notes, card.tags, card.blocked_at,
           card.blocked_reason, coalesce(history.visits, 0), coalesce(history.no_shows, 0), coalesce(history.cancelled, 0),
           coalesce(history.upcoming, 0), coalesce(history.spent, '[]'), history.last_visit_at, history.next_visit_at,
           card.created_at, card.updated_at, businesses.timezone
    from customers card join businesses on businesses.id = card.business_id";

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

/// The same in all currencies.
const ALTOGETHER: &str = "
    sum(visits)::int8 as visits, sum(no_shows)::int8 as no_shows, sum(cancelled)::int8 as cancelled,
    sum(upcoming)::int8 as upcoming,
    jsonb_agg(jsonb_build_object('currency', price_currency, 'minor', spent) order by price_currency)
        filter (where visits > 0) as spent,
    max(last_visit_at) as last_visit_at, min(next_visit_at) as next_visit_at";

/// Reads cards, with what there is in appointments as of `$1`; a WHERE goes behind it. By the indexes of a card and of its
/// accounts alone (`is not distinct from` goes by none): all that the business has had would be read for each card besides.
pub(super) static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{COLUMNS}
         cross join lateral (
             select array_agg(user_id order by user_id) as ids from customer_accounts where customer_id = card.id) accounts
         cross join lateral (
             select {ALTOGETHER}
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

/// Reads the cards of the business `$2`, all of which are wanted, as [`SELECT`] does: what the business has had is read once,
/// for all of them. `offset 0` has the accounts looked up card by card, where all accounts there are would be read instead.
pub(super) static SELECT_ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with account as materialized (
             select user_id, card.id as customer_id
             from customers card
             cross join lateral (select user_id from customer_accounts where customer_id = card.id offset 0) theirs
             where card.business_id = $2)
         {COLUMNS}
         left join (
             select customer_id, array_agg(user_id order by user_id) as ids from account group by customer_id) accounts
             on accounts.customer_id = card.id
         left join (
             select whose, {ALTOGETHER}
             from (select coalesce(account.customer_id, card_id) as whose, {IN_A_CURRENCY}
                   from appointments left join account on account.user_id = appointments.customer_id
                   where appointments.business_id = $2
                   group by whose, price_currency) as by_currency
             group by whose) history on history.whose = card.id
         where card.business_id = $2"
    )
});

impl From<&Row> for Customer {
    /// Reads a row of [`SELECT`] or [`SELECT_ALL`].
    fn from(row: &Row) -> Self {
        let zone = TimeZone::get(row.get(18)).unwrap_or(TimeZone::UTC);
        let at = |index: usize| local_instant(row.get(index), &zone);
        let maybe_at =
            |index: usize| row.get::<_, Option<Timestamp>>(index).map(|at| local_instant(at, &zone));
        let Json(spent): Json<Vec<StoredSpent>> = row.get(13);
        let spent = spent.into_iter().map(|spent| {
            let currency = Currency::from_code(&spent.currency).unwrap_or(Currency::PLN);
            Spent { amount: currency.decimal(spent.minor), currency: spent.currency }
        });
        Self {
            id: row.get(0),
            user_ids: row.get(1),
            name: row.get(2),
            email: row.get(3),
            phone: row.get(4),
            notes: row.get(5),
            tags: row.get(6),
            blocked_at: maybe_at(7),
            blocked_reason: row.get(8),
            visits: row.get(9),
            no_shows: row.get(10),
            cancelled: row.get(11),
            upcoming: row.get(12),
            spent: spent.collect(),
            last_visit_at: maybe_at(14),
            next_visit_at: maybe_at(15),
            created_at: at(16),
            updated_at: at(17),
        }
    }
}

impl Customer {
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
