//! SQL for moving appointments.

use jiff::Timestamp;

use super::store::Current;
use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, CalendarEntryId, HistoryEntryId, UserId},
};

/// A locked appointment on its way to another entry.
pub(super) struct Move<'a> {
    pub(super) id: AppointmentId,
    pub(super) entry: CalendarEntryId,
    pub(super) from: &'a Current,
    pub(super) actor: Option<UserId>,
    pub(super) at: Timestamp,
}

/// Moves an appointment to the time of an entry, and records it.
pub(super) async fn move_to(tx: &Transaction<'_>, step: &Move<'_>) -> Result<(), db::Error> {
    let sql = "
        with moved as (
            update appointments
            set entry_id = entry.id, staff_id = entry.staff_id, starts_at = entry.starts_at, ends_at = entry.ends_at,
                busy_from = entry.busy_from, busy_to = entry.busy_to, gap_from = entry.gap_from, gap_to = entry.gap_to,
                updated_at = $3
            from calendar_entries entry
            where appointments.id = $1 and entry.id = $2
            returning appointments.id, appointments.status
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at,
                                         old_starts_at)
        select $4, id, status, status, $5, 'rescheduled', $3, $6 from moved";
    let Move { id, entry, from, actor, at } = step;
    let history = HistoryEntryId::new(*at);
    tx.execute(sql, &[id, entry, at, &history, actor, &from.starts_at]).await.map(drop)
}
