//! SQL for what those who manage a business see and change.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    creation::Opening,
    policy::{BusinessPolicy, POLICY, POLICY_WIDTH},
    slug::Slug,
    view::{Summary, WHOLE_SUMMARY},
};
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, LocationId, UserId},
    language::Category,
    scheduling::HolidayCalendar,
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
    booking_policy: BusinessPolicy,
}

/// One page of the businesses someone owns, oldest first, and how many there are in all.
pub(super) async fn owned_by(
    on: &impl Sql,
    owner: UserId,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<OwnSummary>), db::Error> {
    let count = "select count(*) from businesses where owner_id = $1 and retired_at is null";
    let list = format!(
        "select {}, businesses.email, businesses.nip, businesses.timezone, businesses.currency, {POLICY}
         from businesses
         join locations place on place.business_id = businesses.id and place.is_primary
         where businesses.owner_id = $1 and businesses.retired_at is null
         order by businesses.created_at, businesses.id limit $2 offset $3",
        *WHOLE_SUMMARY
    );
    let params: [&dyn Param; 3] = [&owner, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(count, &params[..1]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(own_summary).collect()))
}

/// Reads the summary's columns, and those behind them.
fn own_summary(row: &Row) -> OwnSummary {
    let own = row.len() - 4 - POLICY_WIDTH;
    OwnSummary {
        summary: Summary::from(row),
        email: row.get(own),
        nip: row.get(own + 1),
        timezone: row.get(own + 2),
        currency: row.get(own + 3),
        booking_policy: BusinessPolicy::from_row(row, own + 4),
    }
}

/// What only those who manage a business see of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Internals {
    /// The tax number; empty if it has given none.
    nip: String,
    /// On whose public holidays it is closed.
    holiday_calendar: Option<HolidayCalendar>,
    /// Whether staff say themselves when they work.
    staff_set_own_hours: bool,
}

pub(super) async fn internals(on: &impl Sql, business: BusinessId) -> Result<Option<Internals>, db::Error> {
    let sql = "select nip, holiday_calendar, staff_set_own_hours from businesses where id = $1";
    Ok(on.row(sql, &[&business]).await?.map(|row| Internals {
        nip: row.get(0),
        holiday_calendar: row.get(1),
        staff_set_own_hours: row.get(2),
    }))
}

/// A business as it is, in the fields of the form that changes it.
#[derive(Debug, Serialize)]
pub(super) struct Kept {
    /// Not one of those fields: it stays unless another is named, and need not be one that could be chosen now.
    #[serde(skip)]
    pub(super) slug: String,
    /// Its primary location.
    #[serde(skip)]
    pub(super) location: LocationId,
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
    holiday_calendar: Option<HolidayCalendar>,
    staff_set_own_hours: bool,
    pub(super) booking_policy: BusinessPolicy,
}

/// A business, unless it is retired.
pub(super) async fn kept(on: &impl Sql, business: BusinessId) -> Result<Option<Kept>, db::Error> {
    let sql = format!(
        "select businesses.name, category, description, email, businesses.phone_number, website_url, nip, timezone,
                address_line1, address_line2, city, postal_code, country, latitude::text, longitude::text, slug,
                holiday_calendar, staff_set_own_hours, {POLICY}, locations.id
         from businesses
         join locations on locations.business_id = businesses.id and locations.is_primary
         where businesses.id = $1 and businesses.retired_at is null"
    );
    Ok(on.row(&sql, &[&business]).await?.map(|row| Kept {
        name: row.get(0),
        category: row.get(1),
        description: row.get(2),
        email: row.get(3),
        phone_number: row.get(4),
        website_url: row.get(5),
        nip: row.get(6),
        timezone: row.get(7),
        address_line1: row.get(8),
        address_line2: row.get(9),
        city: row.get(10),
        postal_code: row.get(11),
        country: row.get(12),
        latitude: row.get(13),
        longitude: row.get(14),
        slug: row.get(15),
        holiday_calendar: row.get(16),
        staff_set_own_hours: row.get(17),
        booking_policy: BusinessPolicy::from_row(&row, 18),
        location: row.get(18 + POLICY_WIDTH),
    }))
}

/// Writes what was said about a business; the slug only if one was named.
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    said: &Opening,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update businesses
        set name = $2, slug = coalesce($3, slug), category = $4, description = $5, email = $6, phone_number = $7,
            website_url = $8, nip = $9, timezone = $10, updated_at = $11, holiday_calendar = $12,
            staff_set_own_hours = $13
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
            &now,
            &said.holiday_calendar.map(HolidayCalendar::as_str),
            &said.staff_set_own_hours,
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
