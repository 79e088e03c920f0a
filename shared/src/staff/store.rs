//! SQL for staff members.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Row, Sql},
    ids::{BusinessId, ServiceId, StaffMemberId, UserId},
    locations::{IS_SHOWN, OFFERED_THERE, Shown},
    services::StaffTerms,
};

/// A staff member as everyone sees them: without e-mail, username or user id.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicStaffMember {
    id: StaffMemberId,
    first_name: String,
    last_name: String,
    is_manager: bool,
    display_name: String,
    is_bookable: bool,
    service_ids: Vec<ServiceId>,
}

/// Columns of a [`PublicStaffMember`], of the table `staff_members`.
pub static COLUMNS: LazyLock<String> = LazyLock::new(|| columns_with("true"));

/// The same with only some of the services that they offer.
fn columns_with(services: &str) -> String {
    format!(
        "staff_members.id, staff_members.is_manager, staff_members.display_name, staff_members.is_bookable,
         (select coalesce(first_name, '') from users where users.id = staff_members.user_id),
         (select coalesce(last_name, '') from users where users.id = staff_members.user_id),
         array(select staff_services.service_id
               from staff_services join services on services.id = staff_services.service_id
               where staff_services.staff_id = staff_members.id and services.is_active and services.retired_at is null
                 and {services}
               order by services.name, services.id)"
    )
}

/// Whether somebody offers a service at `place`; where it is all there is of a business, everybody is there.
pub(super) static WORKS_THERE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "(not exists (select from locations other
                      where other.business_id = place.business_id and other.id <> place.id and other.given_up_at is null)
          or exists (select from staff_services join services on services.id = staff_services.service_id
                     where staff_services.staff_id = staff_members.id and services.is_active
                       and services.retired_at is null and {OFFERED_THERE}))"
    )
});

impl PublicStaffMember {
    /// Who it is.
    #[must_use]
    pub fn id(&self) -> StaffMemberId {
        self.id
    }

    /// Reads [`COLUMNS`], the first of which is the row's column `first`.
    #[must_use]
    pub fn from_row(row: &Row, first: usize) -> Self {
        Self {
            id: row.get(first),
            is_manager: row.get(first + 1),
            display_name: row.get(first + 2),
            is_bookable: row.get(first + 3),
            first_name: row.get::<_, Option<String>>(first + 4).unwrap_or_default(),
            last_name: row.get::<_, Option<String>>(first + 5).unwrap_or_default(),
            service_ids: row.get(first + 6),
        }
    }
}

/// The staff of a business as everyone sees them, in their own order.
///
/// # Errors
/// If the query fails.
pub async fn public(
    on: &impl Sql,
    business: &BusinessRef,
    shown: Shown,
) -> Result<Vec<PublicStaffMember>, db::Error> {
    let (services, works_there) = match shown {
        Shown::At(_) => (OFFERED_THERE, WORKS_THERE.as_str()),
        Shown::Everywhere => ("true", "true"),
    };
    let sql = format!(
        "select {} from staff_members
         join businesses on businesses.id = staff_members.business_id
         join locations place on {IS_SHOWN}
         where staff_members.business_id = {NAMED} and staff_members.retired_at is null and {works_there}
         order by staff_members.position, staff_members.id",
        columns_with(services)
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &shown.location()]).await?;
    Ok(rows.iter().map(|row| PublicStaffMember::from_row(row, 0)).collect())
}

/// One of them.
pub(super) async fn public_one(
    on: &impl Sql,
    business: &BusinessRef,
    id: StaffMemberId,
) -> Result<Option<PublicStaffMember>, db::Error> {
    let sql = format!(
        "select {} from staff_members where business_id = {NAMED} and id = $3 and retired_at is null",
        *COLUMNS
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &id]).await?;
    Ok(row.map(|row| PublicStaffMember::from_row(&row, 0)))
}

/// Whether somebody is on the staff of a business.
///
/// # Errors
/// If the query fails.
pub async fn is_member(on: &impl Sql, business: BusinessId, id: StaffMemberId) -> Result<bool, db::Error> {
    let sql = "select from staff_members where business_id = $1 and id = $2 and retired_at is null";
    Ok(on.row(sql, &[&business, &id]).await?.is_some())
}

/// Makes the owner a bookable staff member, so that the business can take bookings at once.
///
/// # Errors
/// If the transaction is broken.
pub async fn add_owner(
    on: &impl Sql,
    business: BusinessId,
    owner: UserId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into staff_members (id, business_id, user_id, display_name, is_manager, created_at, updated_at)
        select $1, $2, id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text), true, $4, $4
        from users where id = $3";
    on.execute(sql, &[&StaffMemberId::new(now), &business, &owner, &now]).await.map(drop)
}

/// Makes everyone who takes bookings offer a service.
///
/// # Errors
/// If the transaction is broken.
pub async fn all_offer(on: &impl Sql, business: BusinessId, service: ServiceId) -> Result<(), db::Error> {
    let sql = "
        insert into staff_services (business_id, staff_id, service_id)
        select $1, id, $2 from staff_members where business_id = $1 and is_bookable and retired_at is null";
    on.execute(sql, &[&business, &service]).await.map(drop)
}

/// Who takes bookings at a business, in their own order, and what the service has otherwise with them if they offer it;
/// only the one asked for, if one is.
///
/// # Errors
/// If the query fails.
pub async fn candidates(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
    only: Option<StaffMemberId>,
) -> Result<Vec<(StaffMemberId, Option<StaffTerms>)>, db::Error> {
    let sql = format!(
        "
        select staff_members.id, offer.service_id is not null, offer.duration_minutes, offer.price_minor
        from staff_members
        left join staff_services offer on offer.staff_id = staff_members.id and offer.service_id = $3
        where staff_members.business_id = {NAMED} and staff_members.is_bookable and staff_members.retired_at is null
          and ($4 is null or staff_members.id = $4)
        order by staff_members.position, staff_members.id"
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &service, &only]).await?;
    let terms = |row: &Row| row.get::<_, bool>(1).then(|| StaffTerms::from_row(row, 2));
    Ok(rows.iter().map(|row| (row.get(0), terms(row))).collect())
}

/// Who takes bookings at several businesses, each with one of the services they offer and what that has otherwise with
/// them; those of a service in the business's own order.
///
/// # Errors
/// If the query fails.
pub async fn offers_at(
    on: &impl Sql,
    businesses: &[BusinessId],
) -> Result<Vec<(ServiceId, StaffMemberId, StaffTerms)>, db::Error> {
    let sql = "
        select staff_services.service_id, staff_members.id, staff_services.duration_minutes, staff_services.price_minor
        from staff_members join staff_services on staff_services.staff_id = staff_members.id
        where staff_members.business_id = any($1) and staff_members.is_bookable and staff_members.retired_at is null
        order by staff_members.position, staff_members.id";
    let rows = on.rows(sql, &[&businesses]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), StaffTerms::from_row(row, 2))).collect())
}
