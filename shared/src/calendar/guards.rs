//! Waiting in one place, before anything is left or taken. Whoever leaves time of somebody's, or a room, and then takes
//! other, has what another may wait for while they wait for it: without this they could wait for each other in a circle.
//! Who only takes time of staff has nothing while they wait, and needs no guard.

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{BusinessId, CalendarEntryId, ResourceId, StaffMemberId},
};

/// Makes others wait who guard any of these staff or resources, or those of the entries that are about to be left, until the
/// transaction ends. Comes first of all that locks calendars, and once: whatever the order they are given in, nobody waits
/// for each other.
///
/// # Errors
/// If the transaction is broken.
pub async fn guard(
    tx: &Transaction<'_>,
    staff: &[StaffMemberId],
    resources: &[ResourceId],
    leaving: &[CalendarEntryId],
) -> Result<(), db::Error> {
    if staff.is_empty() && resources.is_empty() && leaving.is_empty() {
        return Ok(());
    }
    // The random half of an id. Two that share a key, whatever they are of, wait for each other without need, which is all
    // that happens: each is taken once, in one order.
    let sql = "
        select pg_advisory_xact_lock(key)
        from (select distinct ('x' || right(translate(id::text, '-', ''), 16))::bit(64)::int8 as key
              from (select unnest($1) union all select unnest($2)
                    union all select staff_id from calendar_entries where id = any($3)
                    union all select resource_id from resource_claims where entry_id = any($3)) as guarded (id)
              order by key) as keys";
    tx.execute(sql, &[&staff, &resources, &leaving]).await.map(drop)
}

/// The same for all staff and all resources of a business: nobody leaves anything there for other until the transaction
/// ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn guard_business(tx: &Transaction<'_>, business: BusinessId) -> Result<(), db::Error> {
    let sql = "
        select array(select id from staff_members where business_id = $1),
               array(select id from resources where business_id = $1)";
    let Some(row) = tx.row(sql, &[&business]).await? else { return Ok(()) };
    let (staff, resources): (Vec<StaffMemberId>, Vec<ResourceId>) = (row.get(0), row.get(1));
    guard(tx, &staff, &resources, &[]).await
}

/// Makes others wait who want a seat with a staff member, or leave one, until the transaction ends. Comes before the staff
/// member's own row is locked, which they need while they have the entry.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_all_with(
    tx: &Transaction<'_>,
    business: BusinessId,
    staff: StaffMemberId,
) -> Result<(), db::Error> {
    let entries = "
        select from calendar_entries where staff_id = $1 and business_id = $2 order by id for update";
    let params: [&dyn Param; 2] = [&staff, &business];
    let guarded = [staff];
    let (guarded, locked) = tokio::join!(guard(tx, &guarded, &[], &[]), tx.execute(entries, &params));
    guarded?;
    locked.map(drop)
}
