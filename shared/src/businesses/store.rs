//! SQL for businesses.

use std::sync::LazyLock;

use jiff::Timestamp;

use super::{
    creation::{Address, Opening},
    fields::Coordinate,
    policy::{BusinessPolicy, POLICY, POLICY_WIDTH, StaffChoice},
    reference::{BusinessRef, NAMED},
    slug::Slug,
};
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    http::{ApiError, Code},
    ids::{BusinessId, LocationId, UserId},
    locations::IS_SHOWN,
    money::Currency,
    scheduling::{HolidayCalendar, Policy},
};

/// A business about to exist.
pub(super) struct NewBusiness<'a> {
    pub(super) id: BusinessId,
    pub(super) location: LocationId,
    pub(super) owner: UserId,
    pub(super) created_at: Timestamp,
    pub(super) opening: &'a Opening,
}

/// Held by whoever is choosing a slug: any constant will do, as long as it is ours.
const CHOOSING_A_SLUG: i64 = 0x5E55_0510;

/// The first slug that is not taken: the one given, then `-2`, `-3`… Nobody else chooses one before the transaction
/// ends, so that it still is free when it is used.
pub(super) async fn free_slug(
    tx: &Transaction<'_>,
    base: &Slug,
    attempts: u32,
) -> Result<Option<Slug>, db::Error> {
    tx.execute("select pg_advisory_xact_lock($1)", &[&CHOOSING_A_SLUG]).await?;
    let numbered = (2..=attempts).map(|number| base.numbered(number));
    let candidates: Vec<String> =
        [base.clone()].into_iter().chain(numbered).map(|slug| slug.as_str().to_owned()).collect();
    let sql = "
        select place from unnest($1) with ordinality as candidate (slug, place)
        where not exists (select from businesses where businesses.slug = candidate.slug)
        order by place limit 1";
    let row = tx.row(sql, &[&candidates]).await?;
    Ok(row.map(|row| match u32::try_from(row.get::<_, i64>(0)) {
        Ok(number) if number > 1 => base.numbered(number),
        _ => base.clone(),
    }))
}

pub(super) async fn insert(
    tx: &Transaction<'_>,
    business: &NewBusiness<'_>,
    slug: &Slug,
) -> Result<(), db::Error> {
    let opening = business.opening;
    let sql = "
        insert into businesses (id, owner_id, name, slug, category, description, email, phone_number, website_url, nip,
                                timezone, currency, created_at, updated_at, holiday_calendar, staff_set_own_hours)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)";
    tx.execute(
        sql,
        &[
            &business.id,
            &business.owner,
            &opening.name.as_str(),
            &slug.as_str(),
            &opening.category.as_str(),
            &opening.description.as_str(),
            &opening.email.as_ref().map_or("", |email| email.as_str()),
            &opening.phone_number.as_str(),
            &opening.website_url.as_str(),
            &opening.nip.as_str(),
            &opening.timezone.as_str(),
            &Currency::PLN.code(),
            &business.created_at,
            &opening.holiday_calendar.map(HolidayCalendar::as_str),
            &opening.staff_set_own_hours,
        ],
    )
    .await?;
    let policy = opening.policy.unwrap_or_default();
    let place = Place::primary(business.location, &opening.address);
    let (agreed, located) =
        tokio::join!(set_policy(tx, business.id, &policy), locate(tx, business.id, &place),);
    agreed?;
    located
}

/// Says on what terms a business takes bookings.
pub(super) async fn set_policy(
    tx: &Transaction<'_>,
    business: BusinessId,
    policy: &BusinessPolicy,
) -> Result<(), db::Error> {
    let sql = "
        update businesses
        set auto_confirm = $2, min_notice_minutes = $3, booking_horizon_days = $4, cancellation_deadline_minutes = $5,
            reschedule_deadline_minutes = $6, max_open_bookings = $7, no_show_limit = $8, no_show_days = $9,
            no_show_action = $10, staff_choice = $11, hold_minutes = $12, guest_booking = $13
        where id = $1";
    tx.execute(
        sql,
        &[
            &business,
            &policy.auto_confirm,
            &policy.min_notice_minutes,
            &policy.booking_horizon_days,
            &policy.cancellation_deadline_minutes,
            &policy.reschedule_deadline_minutes,
            &policy.max_open_bookings,
            &policy.no_show_limit,
            &policy.no_show_days,
            &policy.no_show_action.as_str(),
            &policy.staff_choice.as_str(),
            &policy.hold_minutes,
            &policy.guest_booking,
        ],
    )
    .await
    .map(drop)
}

/// What is said about a location.
#[derive(Debug)]
pub struct Place<'a> {
    /// Which.
    pub id: LocationId,
    /// Whether a new one is the business's primary one; one that there is stays what it is.
    pub is_primary: bool,
    /// Where it is.
    pub address: &'a Address,
    /// Its name and telephone number; `None`: as they are.
    pub own: Option<(&'a str, &'a str)>,
}

impl<'a> Place<'a> {
    /// The primary location, with another address or for the first time.
    pub(super) fn primary(id: LocationId, address: &'a Address) -> Self {
        Self { id, is_primary: true, address, own: None }
    }
}

/// Says what a location of a business is: anew, or for the first time.
///
/// # Errors
/// If the transaction is broken.
pub async fn locate(tx: &Transaction<'_>, business: BusinessId, place: &Place<'_>) -> Result<(), db::Error> {
    let address = place.address;
    let (latitude, longitude) = address.point.unzip();
    let (name, phone_number) = place.own.unzip();
    let sql = "
        insert into locations (id, business_id, address_line1, address_line2, city, postal_code, country,
                               latitude, longitude, is_primary, label, telephone)
        values ($1, $2, $3, $4, $5, $6, $7, $8 / 1000000.0, $9 / 1000000.0, $10, coalesce($11, ''), coalesce($12, ''))
        on conflict (id) do update
            set address_line1 = excluded.address_line1, address_line2 = excluded.address_line2, city = excluded.city,
                postal_code = excluded.postal_code, country = excluded.country, latitude = excluded.latitude,
                longitude = excluded.longitude, label = coalesce($11, locations.label),
                telephone = coalesce($12, locations.telephone)";
    tx.execute(
        sql,
        &[
            &place.id,
            &business,
            &address.line1.as_str(),
            &address.line2.as_str(),
            &address.city.as_str(),
            &address.postal_code.as_str(),
            &address.country.as_str(),
            &latitude.map(Coordinate::micro_degrees),
            &longitude.map(Coordinate::micro_degrees),
            &place.is_primary,
            &name,
            &phone_number,
        ],
    )
    .await
    .map(drop)
}

/// Whether there is such a business.
///
/// # Errors
/// If the query fails.
pub async fn exists(on: &impl Sql, business: &BusinessRef) -> Result<bool, db::Error> {
    let row = on.row(&format!("select {NAMED} is not null"), &[&business.slug(), &business.id()]).await?;
    Ok(row.is_some_and(|row| row.get(0)))
}

/// Whether there is such a business, with such a location if one is asked for.
///
/// # Errors
/// If the query fails.
pub async fn has(
    on: &impl Sql,
    business: &BusinessRef,
    location: Option<LocationId>,
) -> Result<bool, db::Error> {
    let sql =
        format!("select from businesses join locations place on {IS_SHOWN} where businesses.id = {NAMED}");
    Ok(on.row(&sql, &[&business.slug(), &business.id(), &location]).await?.is_some())
}

/// What is said to whom asks for a location that there is not: whether it is the business that there is not.
pub async fn nowhere(on: &impl Sql, business: &BusinessRef) -> ApiError {
    match exists(on, business).await {
        Ok(true) => Code::NotFound.into(),
        Ok(false) => Code::BusinessNotFound.into(),
        Err(error) => error.into(),
    }
}

/// The business that a path names, and whether people can book there without an account.
///
/// # Errors
/// If the query fails.
pub async fn takes_guests(
    on: &impl Sql,
    business: &BusinessRef,
) -> Result<Option<(BusinessId, bool)>, db::Error> {
    let sql = "select id, guest_booking from businesses where (slug = $1 or id = $2) and retired_at is null";
    let row = on.row(sql, &[&business.slug(), &business.id()]).await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// The id of the business that a path names, by which one is the same under every name; a retired one's too.
///
/// # Errors
/// If the query fails.
pub async fn id_of(on: &impl Sql, business: &BusinessRef) -> Result<Option<BusinessId>, db::Error> {
    let sql = "select id from businesses where slug = $1 or id = $2";
    Ok(on.row(sql, &[&business.slug(), &business.id()]).await?.map(|row| row.get(0)))
}

/// Makes others who want to change the same business wait until the transaction ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock(tx: &Transaction<'_>, business: BusinessId) -> Result<(), db::Error> {
    tx.execute("select from businesses where id = $1 for no key update", &[&business]).await.map(drop)
}

/// Makes everybody wait who books at a business, until the transaction ends; who found something free before finds it gone
/// then, and looks again. Comes behind [`calendar::guard`](crate::calendar::guard) and before all else.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_to_rearrange(
    tx: &Transaction<'_>,
    business: BusinessId,
    now: Timestamp,
) -> Result<(), db::Error> {
    // Who is about to book has the row for key share (calendar::take), which an update alone does not wait for.
    let lock = "select from businesses where id = $1 for update";
    let touch = "
        update businesses set updated_at = greatest($2, updated_at + interval '1 microsecond') where id = $1";
    let params: [&dyn Param; 2] = [&business, &now];
    let (locked, touched) = tokio::join!(tx.execute(lock, &params[..1]), tx.execute(touch, &params));
    locked?;
    touched.map(drop)
}

/// What booking at a business depends on.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Which business.
    pub id: BusinessId,
    /// Its IANA time zone.
    pub timezone: String,
    /// On whose holidays it is closed.
    pub holidays: Option<HolidayCalendar>,
    /// The policy for services that have nothing otherwise.
    pub policy: Policy,
    /// Whom a customer gets who does not mind.
    pub staff_choice: StaffChoice,
    /// How long a time is kept for somebody who is about to book it.
    pub hold_minutes: u32,
    /// When any of it, or anything in [`lock_to_rearrange`], was last said otherwise.
    pub as_of: Timestamp,
    primary_location: Option<LocationId>,
}

impl Terms {
    /// Where something is that is said to be at a location, or at none in particular: then at the primary one.
    #[must_use]
    pub fn location_of(&self, said: Option<LocationId>) -> Option<LocationId> {
        said.or(self.primary_location)
    }
}

impl From<&Row> for Terms {
    /// Reads [`TERMS`].
    fn from(row: &Row) -> Self {
        let said = BusinessPolicy::from_row(row, 3);
        Self {
            id: row.get(0),
            timezone: row.get(1),
            holidays: row.get(2),
            policy: said.resolved(),
            staff_choice: said.staff_choice,
            hold_minutes: said.hold_minutes.unsigned_abs(),
            as_of: row.get(3 + POLICY_WIDTH),
            primary_location: row.get(4 + POLICY_WIDTH),
        }
    }
}

/// Columns of [`Terms`], of the table `businesses`.
pub static TERMS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "businesses.id, businesses.timezone, businesses.holiday_calendar, {POLICY}, businesses.updated_at,
         (select id from locations where locations.business_id = businesses.id and locations.is_primary)"
    )
});

/// How many columns [`TERMS`] has.
pub const TERMS_WIDTH: usize = 5 + POLICY_WIDTH;

/// The booking terms of a business.
///
/// # Errors
/// If the query fails.
pub async fn terms(on: &impl Sql, business: &BusinessRef) -> Result<Option<Terms>, db::Error> {
    let sql = format!("select {} from businesses where id = {NAMED}", *TERMS);
    let row = on.row(&sql, &[&business.slug(), &business.id()]).await?;
    Ok(row.as_ref().map(Terms::from))
}

/// The booking terms of several businesses.
///
/// # Errors
/// If the query fails.
pub async fn terms_of(on: &impl Sql, businesses: &[BusinessId]) -> Result<Vec<Terms>, db::Error> {
    let sql = format!("select {} from businesses where id = any($1) and retired_at is null", *TERMS);
    Ok(on.rows(&sql, &[&businesses]).await?.iter().map(Terms::from).collect())
}
