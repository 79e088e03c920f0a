//! SQL for what those who manage a business see and change.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    creation::{Opening, Policy},
    slug::Slug,
    store::{SUMMARY, Summary},
};
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, UserId},
    language::Category,
};

/// A business in list form, with what only its owner sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnSummary {
    #[serde(flatten)]
    summary: Summary,
    email: String,
    nip: String,
    timezone: String,
    currency: String,
    booking_policy: Policy,
}

/// Columns of a [`Policy`].
const POLICY: &str = "
    businesses.auto_confirm, businesses.min_notice_minutes, businesses.booking_horizon_days,
    businesses.cancellation_deadline_minutes";

/// Reads [`POLICY`], the first of which is the row's column `first`.
fn policy(row: &Row, first: usize) -> Policy {
    Policy {
        auto_confirm: row.get(first),
        min_notice_minutes: row.get(first + 1),
        booking_horizon_days: row.get(first + 2),
        cancellation_deadline_minutes: row.get(first + 3),
    }
}

/// One page of the businesses someone owns, oldest first, and how many there are in all.
pub(super) async fn owned_by(
    on: &impl Sql,
    owner: UserId,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<OwnSummary>), db::Error> {
    let count = "select count(*) from businesses where owner_id = $1 and retired_at is null";
    let list = format!(
        "select {SUMMARY}, businesses.email, businesses.nip, businesses.timezone, businesses.currency, {POLICY}
         from businesses
         join locations place on place.business_id = businesses.id and place.is_primary
         where businesses.owner_id = $1 and businesses.retired_at is null
         order by businesses.created_at, businesses.id limit $2 offset $3"
    );
    let params: [&dyn Param; 3] = [&owner, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(count, &params[..1]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(own_summary).collect()))
}

/// Reads the summary's columns, and the eight behind them.
fn own_summary(row: &Row) -> OwnSummary {
    let own = row.len() - 8;
    OwnSummary {
        summary: Summary::from(row),
        email: row.get(own),
        nip: row.get(own + 1),
        timezone: row.get(own + 2),
        currency: row.get(own + 3),
        booking_policy: policy(row, own + 4),
    }
}

/// A business's tax number; empty if it has given none.
pub(super) async fn nip(on: &impl Sql, business: BusinessId) -> Result<String, db::Error> {
    let row = on.row("select nip from businesses where id = $1", &[&business]).await?;
    Ok(row.map(|row| row.get(0)).unwrap_or_default())
}

/// A business as it is, in the fields of the form that changes it.
#[derive(Debug, Serialize)]
pub(super) struct Kept {
    /// Not one of those fields: it stays unless another is named, and need not be one that could be chosen now.
    #[serde(skip)]
    pub(super) slug: String,
    name: String,
    category: Category,
    description: String,
    email: String,
    phone_number: String,
    website_url: String,
    nip: String,
    timezone: String,
    address_line1: String,
    address_line2: String,
    city: String,
    postal_code: String,
    country: String,
    latitude: Option<String>,
    longitude: Option<String>,
    pub(super) booking_policy: Policy,
}

/// A business, unless it is retired.
pub(super) async fn kept(on: &impl Sql, business: BusinessId) -> Result<Option<Kept>, db::Error> {
    let sql = format!(
        "select {POLICY}, name, category, description, email, phone_number, website_url, nip, timezone,
                address_line1, address_line2, city, postal_code, country, latitude::text, longitude::text,
                slug
         from businesses
         join locations on locations.business_id = businesses.id and locations.is_primary
         where businesses.id = $1 and retired_at is null"
    );
    Ok(on.row(&sql, &[&business]).await?.map(|row| Kept {
        booking_policy: policy(&row, 0),
        name: row.get(4),
        category: row.get(5),
        description: row.get(6),
        email: row.get(7),
        phone_number: row.get(8),
        website_url: row.get(9),
        nip: row.get(10),
        timezone: row.get(11),
        address_line1: row.get(12),
        address_line2: row.get(13),
        city: row.get(14),
        postal_code: row.get(15),
        country: row.get(16),
        latitude: row.get(17),
        longitude: row.get(18),
        slug: row.get(19),
    }))
}

/// Writes what was said about a business; the slug only if one was named.
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    said: &Opening,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update businesses
        set name = $2, slug = coalesce($3, slug), category = $4, description = $5, email = $6, phone_number = $7,
            website_url = $8, nip = $9, timezone = $10, auto_confirm = $11, min_notice_minutes = $12,
            booking_horizon_days = $13, cancellation_deadline_minutes = $14, updated_at = $15
        where id = $1";
    tx.execute(
        sql,
        &[
            &business,
            &said.name.as_str(),
            &said.slug.as_ref().map(Slug::as_str),
            &said.category.as_str(),
            &said.description.as_str(),
            &said.email.as_ref().map_or("", |email| email.as_str()),
            &said.phone_number.as_str(),
            &said.website_url.as_str(),
            &said.nip.as_str(),
            &said.timezone.as_str(),
            &policy.auto_confirm,
            &policy.min_notice_minutes,
            &policy.booking_horizon_days,
            &policy.cancellation_deadline_minutes,
            &now,
        ],
    )
    .await
    .map(drop)
}

/// Makes bookings at a business wait until the transaction ends, and then find out how it ended. `false` if it is retired
/// already.
pub(super) async fn lock_against_bookings(
    tx: &Transaction<'_>,
    business: BusinessId,
) -> Result<bool, db::Error> {
    let sql = "select from businesses where id = $1 and retired_at is null for update";
    Ok(tx.row(sql, &[&business]).await?.is_some())
}

/// Takes a business out of sight for good.
pub(super) async fn retire(
    tx: &Transaction<'_>,
    business: BusinessId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "update businesses set retired_at = $2, updated_at = $2 where id = $1";
    tx.execute(sql, &[&business, &now]).await.map(drop)
}
