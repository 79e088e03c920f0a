//! SQL for services.

use std::num::NonZeroU16;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::terms::Terms;
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Row, Sql},
    http::{form::Whole, page::Slice},
    ids::{BusinessId, ServiceId},
    money::Currency,
    scheduling::Visit,
};

/// A service as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Service {
    id: ServiceId,
    name: String,
    description: String,
    duration_minutes: i32,
    buffer_minutes: i32,
    total_slot_minutes: i32,
    slot_step_minutes: Option<i32>,
    price_amount: String,
    price_currency: String,
    is_active: bool,
    color: String,
}

/// Columns of a [`Service`], of the table `services`.
pub const COLUMNS: &str = "
    services.id, services.name, services.description, services.duration_minutes, services.buffer_minutes,
    services.slot_step_minutes, services.price_minor, services.price_currency, services.is_active, services.color";

impl Service {
    /// Whether it can be booked at present.
    pub(super) fn is_active(&self) -> bool {
        self.is_active
    }

    /// Reads [`COLUMNS`], the first of which is the row's column `first`.
    #[must_use]
    pub fn from_row(row: &Row, first: usize) -> Self {
        let (duration_minutes, buffer_minutes): (i32, i32) = (row.get(first + 3), row.get(first + 4));
        let price_currency: String = row.get(first + 7);
        let currency = Currency::from_code(&price_currency).unwrap_or(Currency::PLN);
        Self {
            id: row.get(first),
            name: row.get(first + 1),
            description: row.get(first + 2),
            duration_minutes,
            buffer_minutes,
            total_slot_minutes: duration_minutes + buffer_minutes,
            slot_step_minutes: row.get(first + 5),
            price_amount: currency.decimal(row.get(first + 6)),
            price_currency,
            is_active: row.get(first + 8),
            color: row.get(first + 9),
        }
    }
}

/// What can be booked at a business, by name.
///
/// # Errors
/// If the query fails.
pub async fn on_offer(on: &impl Sql, business: &BusinessRef) -> Result<Vec<Service>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from services
         where business_id = {NAMED} and is_active and retired_at is null order by name, id"
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id()]).await?;
    Ok(rows.iter().map(|row| Service::from_row(row, 0)).collect())
}

/// Which of a business's services.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// What can be booked.
    OnOffer,
    /// Switched off ones too.
    All,
}

/// One page of a business's services, and how many there are in all; nothing if there is no such business.
pub(super) async fn page(
    on: &impl Sql,
    business: &BusinessRef,
    which: Which,
    Slice { limit, offset }: Slice,
) -> Result<Option<(i64, Vec<Service>)>, db::Error> {
    let meant = match which {
        Which::OnOffer => "is_active and services.retired_at is null",
        Which::All => "services.retired_at is null",
    };
    let count = format!(
        "
        select count(services.id)
        from businesses
        left join services on services.business_id = businesses.id and {meant}
        where businesses.id = {NAMED}
        group by businesses.id"
    );
    let list = format!(
        "select {COLUMNS} from services
         where business_id = {NAMED} and {meant}
         order by name, id limit $3 offset $4"
    );
    let (slug, id) = (business.slug(), business.id());
    let (count_params, list_params): ([&dyn Param; 2], [&dyn Param; 4]) =
        ([&slug, &id], [&slug, &id, &limit, &offset]);
    let (count, rows) = tokio::try_join!(on.row(&count, &count_params), on.rows(&list, &list_params))?;
    Ok(count.map(|count| (count.get(0), rows.iter().map(|row| Service::from_row(row, 0)).collect())))
}

/// All services of a business that its owner may still change.
pub(super) async fn all(on: &impl Sql, business: BusinessId) -> Result<Vec<Service>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from services where business_id = $1 and retired_at is null order by name, id"
    );
    Ok(on.rows(&sql, &[&business]).await?.iter().map(|row| Service::from_row(row, 0)).collect())
}

pub(super) async fn one(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
) -> Result<Option<Service>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from services
         where business_id = {NAMED} and id = $3 and retired_at is null"
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &service]).await?;
    Ok(row.map(|row| Service::from_row(&row, 0)))
}

/// A service, locked until the transaction ends.
pub(super) async fn one_to_change(
    tx: &db::Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
) -> Result<Option<Service>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from services where business_id = $1 and id = $2 and retired_at is null for update"
    );
    Ok(tx.row(&sql, &[&business, &service]).await?.map(|row| Service::from_row(&row, 0)))
}

pub(super) async fn insert(
    on: &impl Sql,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Option<Service>, db::Error> {
    let sql = format!(
        "insert into services (business_id, id, name, description, duration_minutes, buffer_minutes,
                               slot_step_minutes, price_minor, price_currency, is_active, color, updated_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
         returning {COLUMNS}"
    );
    write(on, &sql, business, service, terms, now).await
}

pub(super) async fn update(
    on: &impl Sql,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Option<Service>, db::Error> {
    let sql = format!(
        "update services
         set name = $3, description = $4, duration_minutes = $5, buffer_minutes = $6, slot_step_minutes = $7,
             price_minor = $8, price_currency = $9, is_active = $10, color = $11, updated_at = $12
         where business_id = $1 and id = $2 and retired_at is null
         returning {COLUMNS}"
    );
    write(on, &sql, business, service, terms, now).await
}

async fn write(
    on: &impl Sql,
    sql: &str,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Option<Service>, db::Error> {
    let row = on
        .row(
            sql,
            &[
                &business,
                &service,
                &terms.name.as_str(),
                &terms.description.as_str(),
                &terms.duration.get(),
                &terms.buffer.map_or(0, Whole::get),
                &terms.step.map(Whole::get),
                &terms.price_minor,
                &terms.price_currency.code(),
                &terms.is_active,
                &terms.color.as_str(),
                &now,
            ],
        )
        .await?;
    Ok(row.map(|row| Service::from_row(&row, 0)))
}

/// Takes a service off the list for good; its appointments stay. Whether there was one.
pub(super) async fn retire(
    on: &impl Sql,
    business: BusinessId,
    service: ServiceId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update services set is_active = false, retired_at = $3, updated_at = $3
        where business_id = $1 and id = $2 and retired_at is null";
    Ok(on.execute(sql, &[&business, &service, &now]).await? > 0)
}

/// A service as far as booking it goes.
#[derive(Clone, Copy, Debug)]
pub struct Bookable {
    /// Which.
    pub id: ServiceId,
    /// How long it takes and how densely it is offered.
    pub visit: Visit,
    /// Its price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub price_currency: Currency,
}

/// Columns of a [`Bookable`].
const BOOKABLE: &str = "id, duration_minutes, buffer_minutes, slot_step_minutes, price_minor, price_currency";

impl From<&Row> for Bookable {
    fn from(row: &Row) -> Self {
        let minutes = |minutes: i32| u16::try_from(minutes).unwrap_or(u16::MAX);
        Self {
            id: row.get(0),
            visit: Visit {
                duration: NonZeroU16::new(minutes(row.get(1))).unwrap_or(NonZeroU16::MIN),
                buffer_before: 0,
                buffer_after: minutes(row.get(2)),
                gap: None,
                step: row.get::<_, Option<i32>>(3).and_then(|step| NonZeroU16::new(minutes(step))),
            },
            price_minor: row.get(4),
            price_currency: Currency::from_code(row.get(5)).unwrap_or(Currency::PLN),
        }
    }
}

/// A service that can be booked now, if it is one of the business's.
///
/// # Errors
/// If the query fails.
pub async fn bookable(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
) -> Result<Option<Bookable>, db::Error> {
    let sql = format!(
        "select {BOOKABLE} from services
         where id = $3 and business_id = {NAMED} and is_active and retired_at is null"
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &service]).await?;
    Ok(row.as_ref().map(Bookable::from))
}

/// Everything that can be booked now at several businesses.
///
/// # Errors
/// If the query fails.
pub async fn bookable_at(
    on: &impl Sql,
    businesses: &[BusinessId],
) -> Result<Vec<(BusinessId, Bookable)>, db::Error> {
    let sql = format!(
        "select {BOOKABLE}, business_id from services
         where business_id = any($1) and is_active and retired_at is null"
    );
    let rows = on.rows(&sql, &[&businesses]).await?;
    Ok(rows.iter().map(|row| (row.get("business_id"), row.into())).collect())
}
