//! Staff members as their colleagues see them, and the SQL that hires, changes and removes them.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{entry::Terms, store::WORKS_THERE};
use crate::{
    availability::local_instant,
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Row, Sql, Transaction},
    ids::{BusinessId, ServiceId, StaffMemberId, UserId},
    locations::{IS_SHOWN, Shown},
};

/// A staff member as those who work at the same business see them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StaffMember {
    id: StaffMemberId,
    user_id: Option<UserId>,
    username: String,
    first_name: String,
    last_name: String,
    /// The account's address; until there is one, the address that was invited.
    email: String,
    is_manager: bool,
    display_name: String,
    is_bookable: bool,
    /// Switched off ones too.
    service_ids: Vec<ServiceId>,
    /// Until when the invitation can be accepted, with the business's offset; null if none is open.
    #[schema(format = DateTime)]
    invitation_expires_at: Option<String>,
}

/// Reads staff members; a WHERE goes behind it.
const SELECT: &str = "
    select staff_members.id, staff_members.user_id, coalesce(users.username::text, ''),
           coalesce(users.first_name, ''), coalesce(users.last_name, ''),
           coalesce(users.email::text, staff_invitations.email::text, ''),
           staff_members.is_manager, staff_members.display_name, staff_members.is_bookable,
           array(select services.id from staff_services join services on services.id = staff_services.service_id
                 where staff_services.staff_id = staff_members.id and services.retired_at is null
                 order by services.name, services.id),
           staff_invitations.expires_at, businesses.timezone
    from staff_members
    join businesses on businesses.id = staff_members.business_id
    left join users on users.id = staff_members.user_id
    left join staff_invitations on staff_invitations.staff_id = staff_members.id";

impl From<&Row> for StaffMember {
    fn from(row: &Row) -> Self {
        Self {
            id: row.get(0),
            user_id: row.get(1),
            username: row.get(2),
            first_name: row.get(3),
            last_name: row.get(4),
            email: row.get(5),
            is_manager: row.get(6),
            display_name: row.get(7),
            is_bookable: row.get(8),
            service_ids: row.get(9),
            invitation_expires_at: row.get::<_, Option<Timestamp>>(10).map(|at| {
                let zone = TimeZone::get(row.get(11)).unwrap_or(TimeZone::UTC);
                local_instant(at, &zone)
            }),
        }
    }
}

/// The staff of a business, in their own order.
pub(super) async fn all(
    on: &impl Sql,
    business: &BusinessRef,
    shown: Shown,
) -> Result<Vec<StaffMember>, db::Error> {
    let works_there = match shown {
        Shown::At(_) => WORKS_THERE.as_str(),
        Shown::Everywhere => "true",
    };
    let sql = format!(
        "{SELECT} join locations place on {IS_SHOWN}
         where staff_members.business_id = {NAMED} and staff_members.retired_at is null and {works_there}
         order by staff_members.position, staff_members.id"
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &shown.location()]).await?;
    Ok(rows.iter().map(StaffMember::from).collect())
}

/// One of them.
pub(super) async fn one(
    on: &impl Sql,
    business: &BusinessRef,
    id: StaffMemberId,
) -> Result<Option<StaffMember>, db::Error> {
    let sql = format!(
        "{SELECT} where staff_members.business_id = {NAMED} and staff_members.id = $3
         and staff_members.retired_at is null"
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &id]).await?;
    Ok(row.as_ref().map(StaffMember::from))
}

/// What decides who may change an entry.
pub(super) struct Standing {
    pub(super) user: Option<UserId>,
    pub(super) is_manager: bool,
    /// The entry of the business's owner.
    pub(super) is_owner: bool,
}

/// What a locked entry keeps from happening until the transaction ends.
#[derive(Clone, Copy)]
pub(super) enum Lock {
    /// Other changes.
    Changes,
    /// Bookings too.
    Bookings,
}

/// An entry, locked until the transaction ends.
pub(super) async fn lock(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: StaffMemberId,
    lock: Lock,
) -> Result<Option<Standing>, db::Error> {
    standing(tx, business, id, Some(lock)).await
}

/// An entry as it stands, locked or not.
pub(super) async fn standing(
    on: &impl Sql,
    business: BusinessId,
    id: StaffMemberId,
    lock: Option<Lock>,
) -> Result<Option<Standing>, db::Error> {
    let lock = match lock {
        None => "",
        Some(Lock::Changes) => "for no key update of staff_members",
        Some(Lock::Bookings) => "for update of staff_members",
    };
    let sql = format!(
        "select staff_members.user_id, staff_members.is_manager,
                coalesce(staff_members.user_id = businesses.owner_id, false)
         from staff_members join businesses on businesses.id = staff_members.business_id
         where staff_members.business_id = $1 and staff_members.id = $2 and staff_members.retired_at is null
         {lock}"
    );
    let row = on.row(&sql, &[&business, &id]).await?;
    Ok(row.map(|row| Standing { user: row.get(0), is_manager: row.get(1), is_owner: row.get(2) }))
}

/// How many work at a business.
pub(super) async fn count(on: &impl Sql, business: BusinessId) -> Result<i64, db::Error> {
    let sql = "select count(*) from staff_members where business_id = $1 and retired_at is null";
    Ok(on.row(sql, &[&business]).await?.map_or(0, |row| row.get(0)))
}

/// Someone about to join.
pub(super) struct Joining<'a> {
    pub(super) id: StaffMemberId,
    pub(super) business: BusinessId,
    pub(super) user: Option<UserId>,
    /// Only with a user may there be none: then it is made of theirs.
    pub(super) display_name: Option<&'a str>,
    pub(super) terms: &'a Terms,
    pub(super) now: Timestamp,
}

/// Adds someone behind all others. `false` if there is no such user.
pub(super) async fn insert(tx: &Transaction<'_>, joining: &Joining<'_>) -> Result<bool, db::Error> {
    let sql = "
        insert into staff_members (id, business_id, user_id, display_name, is_manager, is_bookable, position,
                                   created_at, updated_at)
        select $1, $2, users.id,
               coalesce($4, nullif(trim(first_name || ' ' || last_name), ''), username::text),
               $5, $6, (select coalesce(max(position), 0) + 1 from staff_members where business_id = $2), $7, $7
        from (select $3 as id) wanted left join users using (id)
        where wanted.id is null or users.id is not null";
    let Joining { id, business, user, display_name, terms, now } = joining;
    let params: [&dyn Param; 7] =
        [id, business, user, display_name, &terms.is_manager, &terms.is_bookable, now];
    Ok(tx.execute(sql, &params).await? > 0)
}

/// Sets what someone offers: these services, or all there are. `false` if not all of these are the business's own.
pub(super) async fn offer(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: StaffMemberId,
    services: Option<&[ServiceId]>,
) -> Result<bool, db::Error> {
    let sql = "
        with offered as (
            select id from services where business_id = $1 and retired_at is null and ($3 or id = any($4))
        ), dropped as (
            delete from staff_services where staff_id = $2 and service_id not in (select id from offered)
        ), added as (
            insert into staff_services (business_id, staff_id, service_id)
            select $1, $2, id from offered on conflict do nothing
        )
        select $3 or count(*) = cardinality($4) from offered";
    let params: [&dyn Param; 4] = [&business, &id, &services.is_none(), &services.unwrap_or_default()];
    Ok(tx.row(sql, &params).await?.is_some_and(|row| row.get(0)))
}

/// Changes a locked entry.
pub(super) async fn update(
    tx: &Transaction<'_>,
    id: StaffMemberId,
    display_name: &str,
    terms: &Terms,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update staff_members set display_name = $2, is_manager = $3, is_bookable = $4, updated_at = $5
        where id = $1";
    tx.execute(sql, &[&id, &display_name, &terms.is_manager, &terms.is_bookable, &now]).await.map(drop)
}

/// Deletes a locked entry that has no history.
pub(super) async fn delete(tx: &Transaction<'_>, id: StaffMemberId) -> Result<(), db::Error> {
    tx.execute("delete from staff_members where id = $1", &[&id]).await.map(drop)
}

/// Takes a locked entry off the list for good; its appointments stay.
pub(super) async fn retire(tx: &Transaction<'_>, id: StaffMemberId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "
        with uninvited as (delete from staff_invitations where staff_id = $1)
        update staff_members set retired_at = $2, updated_at = $2 where id = $1";
    tx.execute(sql, &[&id, &now]).await.map(drop)
}

/// Takes everyone off the list of a business that closes.
///
/// # Errors
/// If the transaction is broken.
pub async fn retire_all(tx: &Transaction<'_>, business: BusinessId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "
        with uninvited as (delete from staff_invitations where business_id = $1)
        update staff_members set retired_at = $2, updated_at = $2
        where business_id = $1 and retired_at is null";
    tx.execute(sql, &[&business, &now]).await.map(drop)
}
