//! SQL for services.

use std::{collections::HashMap, sync::LazyLock};

use jiff::Timestamp;

use super::{
    terms::Terms,
    view::{COLUMNS, Need, Service},
};
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, ResourceId, ServiceId},
    locations::{IS_SHOWN, OFFERED_THERE, Shown},
};

/// Reads services; a WHERE goes behind it.
static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!("select {} from services join businesses on businesses.id = services.business_id", *COLUMNS)
});

/// What can be booked at a business, by name.
///
/// # Errors
/// If the query fails.
pub async fn on_offer(
    on: &impl Sql,
    business: &BusinessRef,
    shown: Shown,
) -> Result<Vec<Service>, db::Error> {
    let sql = format!(
        "{} join locations place on {IS_SHOWN}
         where services.business_id = {NAMED} and services.is_active and services.retired_at is null and {}
         order by services.name, services.id",
        *SELECT,
        there(shown)
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &shown.location()]).await?;
    Ok(rows.iter().map(|row| Service::from_row(row, 0)).collect())
}

/// Which services are shown, where the location is `place`.
fn there(shown: Shown) -> &'static str {
    match shown {
        Shown::At(_) => OFFERED_THERE,
        Shown::Everywhere => "true",
    }
}

/// Which of a business's services.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// What can be booked.
    OnOffer,
    /// Switched off ones too.
    All,
}

/// One page of a business's services, and how many there are in all; nothing if there is no such business or location.
pub(super) async fn page(
    on: &impl Sql,
    business: &BusinessRef,
    which: Which,
    shown: Shown,
    Slice { limit, offset }: Slice,
) -> Result<Option<(i64, Vec<Service>)>, db::Error> {
    let meant = match which {
        Which::OnOffer => "services.is_active and services.retired_at is null",
        Which::All => "services.retired_at is null",
    };
    let there = there(shown);
    let count = format!(
        "
        select count(services.id)
        from businesses
        join locations place on {IS_SHOWN}
        left join services on services.business_id = businesses.id and {meant} and {there}
        where businesses.id = {NAMED}
        group by businesses.id"
    );
    let list = format!(
        "{} join locations place on {IS_SHOWN}
         where services.business_id = {NAMED} and {meant} and {there}
         order by services.name, services.id limit $4 offset $5",
        *SELECT
    );
    let params: [&dyn Param; 5] = [&business.slug(), &business.id(), &shown.location(), &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..3]), on.rows(&list, &params))?;
    Ok(count.map(|count| (count.get(0), rows.iter().map(|row| Service::from_row(row, 0)).collect())))
}

/// All services of a business that its owner may still change.
pub(super) async fn all(on: &impl Sql, business: BusinessId) -> Result<Vec<Service>, db::Error> {
    let sql = format!(
        "{} where services.business_id = $1 and services.retired_at is null order by services.name, services.id",
        *SELECT
    );
    Ok(on.rows(&sql, &[&business]).await?.iter().map(|row| Service::from_row(row, 0)).collect())
}

pub(super) async fn one(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
) -> Result<Option<Service>, db::Error> {
    let sql = format!(
        "{} where services.business_id = {NAMED} and services.id = $3 and services.retired_at is null",
        *SELECT
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &service]).await?;
    Ok(row.map(|row| Service::from_row(&row, 0)))
}

/// Whether a service is on a business's list.
///
/// # Errors
/// If the query fails.
pub async fn is_own(on: &impl Sql, business: BusinessId, service: ServiceId) -> Result<bool, db::Error> {
    let sql = "select from services where business_id = $1 and id = $2 and retired_at is null";
    Ok(on.row(sql, &[&business, &service]).await?.is_some())
}

/// A service as it is now, kept from other changes until the transaction ends.
pub(super) async fn one_to_change(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
) -> Result<Option<Service>, db::Error> {
    let lock = "
        select from services where business_id = $1 and id = $2 and retired_at is null for no key update";
    let lock_params: [&dyn Param; 2] = [&business, &service];
    let named = business.into();
    // Read behind the lock and not with it: what belongs to the service would be from before the wait.
    let (locked, found) = tokio::join!(tx.execute(lock, &lock_params), one(tx, &named, service));
    locked?;
    found
}

/// Adds a service. What it needs is for [`set_needs`].
pub(super) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into services (business_id, id, name, description, duration_minutes, buffer_before_minutes, buffer_minutes,
                              gap_start_minutes, gap_minutes, capacity, slot_step_minutes, price_minor, price_currency,
                              is_active, color, location_id, auto_confirm, min_notice_minutes, booking_horizon_days,
                              cancellation_deadline_minutes, reschedule_deadline_minutes, max_open_bookings, updated_at,
                              created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                $23)";
    write(tx, sql, business, service, terms, now).await
}

/// Changes a locked service. What it needs is for [`set_needs`].
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update services
        set name = $3, description = $4, duration_minutes = $5, buffer_before_minutes = $6, buffer_minutes = $7,
            gap_start_minutes = $8, gap_minutes = $9, capacity = $10, slot_step_minutes = $11, price_minor = $12,
            price_currency = $13, is_active = $14, color = $15, location_id = $16, auto_confirm = $17,
            min_notice_minutes = $18, booking_horizon_days = $19, cancellation_deadline_minutes = $20,
            reschedule_deadline_minutes = $21, max_open_bookings = $22, updated_at = $23
        where business_id = $1 and id = $2";
    write(tx, sql, business, service, terms, now).await
}

async fn write(
    tx: &Transaction<'_>,
    sql: &str,
    business: BusinessId,
    service: ServiceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let (times, overrides) = (&terms.times, &terms.overrides);
    let (gap_start, gap_length) = times.gap.unzip();
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    tx.execute(
        sql,
        &[
            &business,
            &service,
            &terms.name.as_str(),
            &terms.description.as_str(),
            &times.duration,
            &times.buffer_before,
            &times.buffer,
            &gap_start,
            &gap_length,
            &times.capacity,
            &times.step,
            &terms.price_minor,
            &terms.price_currency.code(),
            &terms.is_active,
            &terms.color.as_str(),
            &terms.location,
            &overrides.auto_confirm,
            &number(overrides.min_notice_minutes),
            &number(overrides.booking_horizon_days),
            &number(overrides.cancellation_deadline_minutes),
            &number(overrides.reschedule_deadline_minutes),
            &number(overrides.max_open_bookings),
            &now,
        ],
    )
    .await
    .map(drop)
}

/// Sets what a service needs, as far as it is the business's own; of each resource that is, how many units there are. They
/// stay as many until the transaction ends.
pub(super) async fn set_needs(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    needs: &[Need],
) -> Result<HashMap<ResourceId, i32>, db::Error> {
    let sql = "
        with own as (
            select resources.id, resources.quantity as units, wanted.quantity
            from unnest($3, $4) wanted (id, quantity) join resources on resources.id = wanted.id
            where resources.business_id = $1 and resources.retired_at is null
            for key share of resources
        ), dropped as (
            delete from service_resources where service_id = $2 and resource_id not in (select id from own)
        ), added as (
            insert into service_resources (business_id, service_id, resource_id, quantity)
            select $1, $2, id, quantity from own
            on conflict (service_id, resource_id) do update set quantity = excluded.quantity
        )
        select id, units from own";
    let ids: Vec<ResourceId> = needs.iter().map(|need| need.resource_id).collect();
    let quantities: Vec<i32> = needs.iter().map(|need| need.quantity).collect();
    let rows = tx.rows(sql, &[&business, &service, &ids, &quantities]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Takes a service off the list for good; its appointments stay. Whether there was one.
pub(super) async fn retire(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update services set is_active = false, retired_at = $3, updated_at = $3
        where business_id = $1 and id = $2 and retired_at is null";
    Ok(tx.execute(sql, &[&business, &service, &now]).await? > 0)
}
