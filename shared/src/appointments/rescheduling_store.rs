//! SQL for moving appointments.

use jiff::Timestamp;

use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, CalendarEntryId, HistoryEntryId, UserId},
};

/// A locked appointment on its way to another entry.
pub(super) struct Move {
    pub(super) id: AppointmentId,
    pub(super) entry: CalendarEntryId,
    /// When it starts before.
    pub(super) from: Timestamp,
}

/// Moves appointments to the times of their entries, and records it.
pub(super) async fn move_to(
    tx: &Transaction<'_>,
    moves: &[Move],
    actor: Option<UserId>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        with wanted as (
            select * from unnest($1, $2, $3, $4) as wanted (id, entry_id, history_id, old_starts_at)
        ), moved as (
            update appointments
            set entry_id = entry.id, staff_id = entry.staff_id, starts_at = entry.starts_at, ends_at = entry.ends_at,
                busy_from = entry.busy_from, busy_to = entry.busy_to, gap_from = entry.gap_from, gap_to = entry.gap_to,
                updated_at = $6
            from wanted join calendar_entries entry on entry.id = wanted.entry_id
                        join appointments before on before.id = wanted.id
            where appointments.id = wanted.id
            returning appointments.id, appointments.status, before.staff_id
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at,
                                         old_starts_at, old_staff_id)
        select history_id, id, status, status, $5, 'rescheduled', $6, old_starts_at, staff_id
        from moved join wanted using (id)";
    let ids: Vec<AppointmentId> = moves.iter().map(|step| step.id).collect();
    let entries: Vec<CalendarEntryId> = moves.iter().map(|step| step.entry).collect();
    let history: Vec<HistoryEntryId> = moves.iter().map(|_| HistoryEntryId::new(now)).collect();
    let starts: Vec<Timestamp> = moves.iter().map(|step| step.from).collect();
    tx.execute(sql, &[&ids, &entries, &history, &starts, &actor, &now]).await.map(drop)
}
