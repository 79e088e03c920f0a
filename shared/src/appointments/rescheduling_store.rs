//! SQL for moving appointments.

use jiff::Timestamp;

use super::{status::Status, store::Current};
use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, HistoryEntryId, StaffMemberId, UserId},
    scheduling::Slot,
};

/// Makes others who move appointments of these staff wait until the transaction ends; whatever the order they are
/// given in, nobody waits for each other.
pub(super) async fn lock_staff(tx: &Transaction<'_>, staff: &[StaffMemberId]) -> Result<(), db::Error> {
    // Two who share a key wait for each other without need, which is all that happens.
    let mut keys: Vec<i64> = staff.iter().map(|id| id.uuid().as_u64_pair().1.cast_signed()).collect();
    keys.sort_unstable();
    keys.dedup();
    let sql = "select pg_advisory_xact_lock(key) from unnest($1) with ordinality as locked (key, place) order by place";
    tx.execute(sql, &[&keys]).await.map(drop)
}

/// A locked appointment on its way to another slot.
pub(super) struct Move<'a> {
    pub(super) id: AppointmentId,
    pub(super) slot: &'a Slot,
    pub(super) from: &'a Current,
    /// What it is from then on.
    pub(super) status: Status,
    pub(super) actor: UserId,
    pub(super) at: Timestamp,
}

/// Moves an appointment to the slot, with this staff member, and records it. `false` if they are taken or gone.
///
/// # Errors
/// Of the constraint `appointments_no_overlap`, if somebody is booking just that; the transaction is over then.
pub(super) async fn move_to(
    tx: &Transaction<'_>,
    step: &Move<'_>,
    staff: StaffMemberId,
) -> Result<bool, db::Error> {
    let sql = "
        with moved as (
            update appointments
            set staff_id = $2, starts_at = $3, ends_at = $4, busy_from = $5, busy_to = $6, status = $7,
                confirmed_at = case when $7::text = 'confirmed' then confirmed_at end, updated_at = $8
            where id = $1
              and exists (select from staff_members where id = $2 and retired_at is null for key share)
              and not exists (
                  select from appointments other
                  where other.staff_id = $2 and other.status in ('pending', 'confirmed') and other.id <> $1
                    and other.busy && tstzrange($5, $6))
            returning id
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at,
                                         old_starts_at)
        select $9, id, $10, $7, $11, 'rescheduled', $8, $12 from moved";
    let Move { id, slot, from, status, actor, at } = step;
    let moved = tx
        .execute(
            sql,
            &[
                id,
                &staff,
                &slot.start,
                &slot.end,
                &slot.busy.start,
                &slot.busy.end,
                &status.as_str(),
                at,
                &HistoryEntryId::new(*at),
                &from.status.as_str(),
                actor,
                &from.starts_at,
            ],
        )
        .await?;
    Ok(moved > 0)
}
