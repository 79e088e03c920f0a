//! Confirmed visits that are over become completed by themselves, whenever somebody looks: a visit counts as completed
//! when it ended, however much later that was recorded.

use jiff::Timestamp;

use crate::{
    db::{self, Sql},
    ids::HistoryEntryId,
};

/// How many are completed by one statement.
const BATCH: i64 = 500;

/// Completes confirmed visits that are over, and records that nobody in particular did; how many, and whether there
/// may be more. Waits for nobody, and so is harmless to run twice at once.
///
/// # Errors
/// If the statement fails.
pub async fn complete_past(on: &impl Sql, now: Timestamp) -> Result<(u64, bool), db::Error> {
    // What has begun is a range of the index `appointments_confirmed`, and little of it is not over.
    let sql = "
        with over as (
            select appointments.id
            from appointments join calendar_entries on calendar_entries.id = appointments.entry_id
            where appointments.status = 'confirmed' and appointments.starts_at < $1 and appointments.ends_at <= $1
            order by appointments.starts_at limit $2
            for update skip locked
        ), completed as (
            update appointments set status = 'completed', completed_at = ends_at, updated_at = $1
            from over where appointments.id = over.id
            returning appointments.id
        ), numbered as (
            select id, row_number() over () as place from completed
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, at)
        select ($3)[place::int], id, 'confirmed', 'completed', $1 from numbered";
    let history: Vec<HistoryEntryId> = (0..BATCH).map(|_| HistoryEntryId::new(now)).collect();
    let completed = on.execute(sql, &[&now, &BATCH, &history]).await?;
    Ok((completed, completed == BATCH.unsigned_abs()))
}
