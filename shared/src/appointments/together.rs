//! Appointments of a customer that were booked together, those of a series or the parts of a visit of several services, as they
//! are called off together: under one guard, and in one statement.

use jiff::Timestamp;
use uuid::Uuid;

use super::store::{Current, read_current};
use crate::{
    calendar,
    db::{self, Param, Sql, Transaction},
    ids::{AppointmentId, CalendarEntryId, HistoryEntryId, SeriesId, UserId, VisitId},
};

/// What they were booked as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Together {
    Series(SeriesId),
    Visit(VisitId),
}

impl Together {
    /// SQL for what they have in common.
    fn column(self) -> &'static str {
        match self {
            Self::Series(_) => "appointments.series_id",
            Self::Visit(_) => "appointments.visit_id",
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Series(id) => id.uuid(),
            Self::Visit(id) => id.uuid(),
        }
    }
}

/// All of a customer's appointments that were booked together, in order, locked until the transaction ends. Many seats are
/// left: whoever takes many of the same waits before that, not when both have something.
pub(super) async fn to_cancel(
    tx: &Transaction<'_>,
    together: Together,
    customer: UserId,
) -> Result<Vec<Current>, db::Error> {
    let (column, id) = (together.column(), together.id());
    let entries = format!(
        "select entry_id from appointments where {column} = $1 and customer_id = $2 and entry_id is not null"
    );
    let matching = format!(
        "{column} = $1 and appointments.customer_id = $2
         order by appointments.starts_at, appointments.id for update of appointments"
    );
    let params: [&dyn Param; 2] = [&id, &customer];
    let entries = tx.rows(&entries, &params).await?;
    let entries: Vec<CalendarEntryId> = entries.iter().map(|row| row.get(0)).collect();
    let (guarded, current) =
        tokio::join!(calendar::guard(tx, &[], &[], &entries), read_current(tx, &matching, &params));
    guarded?;
    current
}

/// Appointments that their customer calls off.
pub(super) struct Cancelled<'a> {
    pub(super) appointments: &'a [&'a Current],
    pub(super) by: UserId,
    pub(super) reason: &'a str,
    pub(super) at: Timestamp,
}

/// Cancels locked appointments, and records it.
pub(super) async fn cancel(tx: &Transaction<'_>, deed: &Cancelled<'_>) -> Result<(), db::Error> {
    let sql = "
        with cancelled as (
            update appointments
            set status = 'cancelled', updated_at = $4, cancelled_at = $4, cancelled_by = 'customer',
                cancellation_reason = $5
            where id = any($2)
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at)
        select entry.id, entry.appointment_id, entry.from_status, 'cancelled', $6, $5, $4
        from unnest($1, $2, $3) as entry (id, appointment_id, from_status)";
    let all = deed.appointments;
    let entries: Vec<HistoryEntryId> = all.iter().map(|_| HistoryEntryId::new(deed.at)).collect();
    let ids: Vec<AppointmentId> = all.iter().map(|appointment| appointment.id).collect();
    let from: Vec<&str> = all.iter().map(|appointment| appointment.status.as_str()).collect();
    let params: [&dyn Param; 6] = [&entries, &ids, &from, &deed.at, &deed.reason, &deed.by];
    tx.execute(sql, &params).await.map(drop)
}
