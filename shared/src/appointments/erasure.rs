//! What happens to appointments when someone erases their account: those ahead of them are cancelled, and past ones
//! stay as the business's history, without saying whose they were. The account's own rules are in
//! [`accounts`](crate::accounts).

use jiff::Timestamp;

use super::status::Status;
use crate::{
    calendar,
    db::{self, Param, Sql, Transaction},
    ids::{AppointmentId, BusinessId, CalendarEntryId, HistoryEntryId, UserId},
    outbox::{Happening, Notice},
};

/// Makes others wait who leave or want what this customer has in calendars, until the transaction ends. Comes first of all.
///
/// # Errors
/// If the transaction is broken.
pub async fn guard_all_of(tx: &Transaction<'_>, customer: UserId) -> Result<(), db::Error> {
    let sql = "
        select entry_id from appointments where customer_id = $1 and entry_id is not null
        union select entry_id from holds where customer_id = $1
        union select entry_id from holds join waitlist_entries on waitlist_entries.id = holds.waitlist_entry_id
              where waitlist_entries.customer_id = $1";
    let entries: Vec<CalendarEntryId> =
        tx.rows(sql, &[&customer]).await?.iter().map(|row| row.get(0)).collect();
    calendar::guard(tx, &[], &[], &entries).await
}

/// Makes others who want to change an appointment of this customer wait until the transaction ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_all_of(tx: &Transaction<'_>, customer: UserId) -> Result<(), db::Error> {
    let sql = "select from appointments where customer_id = $1 order by id for update";
    tx.execute(sql, &[&customer]).await.map(drop)
}

/// Which of these businesses has most bookings that are not over, and how many; none if none has any.
///
/// # Errors
/// If the query fails.
pub async fn most_booked(
    on: &impl Sql,
    businesses: &[BusinessId],
    now: Timestamp,
) -> Result<Option<(BusinessId, i64)>, db::Error> {
    let sql = "
        select business_id, count(*) from appointments
        where business_id = any($1) and status in ('pending', 'confirmed') and ends_at > $2
        group by business_id order by count(*) desc limit 1";
    let row = on.row(sql, &[&businesses, &now]).await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// An appointment that is still ahead.
pub struct Ahead {
    id: AppointmentId,
    status: Status,
}

impl Ahead {
    /// What the business is told when it is cancelled.
    #[must_use]
    pub fn called_off(&self) -> Notice {
        Notice::Appointment { appointment: self.id, what: Happening::CancelledByCustomer }
    }
}

/// A customer's appointments that have not begun.
///
/// # Errors
/// If the query fails.
pub async fn ahead_of(on: &impl Sql, customer: UserId, now: Timestamp) -> Result<Vec<Ahead>, db::Error> {
    let sql = "
        select id, status from appointments
        where customer_id = $1 and status in ('pending', 'confirmed') and starts_at > $2";
    let rows = on.rows(sql, &[&customer, &now]).await?;
    Ok(rows.iter().map(|row| Ahead { id: row.get(0), status: row.get(1) }).collect())
}

/// Cancels appointments, by nobody in particular, and records it.
///
/// # Errors
/// If the transaction is broken.
pub async fn cancel(tx: &Transaction<'_>, appointments: &[Ahead], now: Timestamp) -> Result<(), db::Error> {
    let sql = "
        with cancelled as (
            update appointments
            set status = 'cancelled', updated_at = $4, cancelled_at = $4, cancelled_by = 'system'
            where id = any($1)
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, at)
        select entry.id, entry.appointment_id, entry.from_status, 'cancelled', $4
        from unnest($1, $2, $3) as entry (appointment_id, from_status, id)";
    let ids: Vec<AppointmentId> = appointments.iter().map(|appointment| appointment.id).collect();
    let from: Vec<&str> = appointments.iter().map(|appointment| appointment.status.as_str()).collect();
    let entries: Vec<HistoryEntryId> = appointments.iter().map(|_| HistoryEntryId::new(now)).collect();
    tx.execute(sql, &[&ids, &from, &entries, &now]).await.map(drop)
}

/// Takes a person out of every appointment: as its customer, with everybody's words about it; and as someone who
/// changed it, with their own.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, person: UserId, now: Timestamp) -> Result<(), db::Error> {
    // In this order: each looks for what the next one removes.
    let of_others = "
        update appointments set cancellation_reason = '', updated_at = $2
        where cancellation_reason <> ''
          and id in (select appointment_id from appointment_history where actor_id = $1 and to_status = 'cancelled')";
    let history = "
        update appointment_history set reason = '', actor_id = nullif(actor_id, $1)
        where actor_id = $1 or appointment_id in (select id from appointments where customer_id = $1)";
    let own = "
        update appointments set customer_id = null, notes = '', cancellation_reason = '', updated_at = $2
        where customer_id = $1";
    let params: [&dyn Param; 2] = [&person, &now];
    let (reasons, entries, appointments) = tokio::join!(
        tx.execute(of_others, &params),
        tx.execute(history, &params[..1]),
        tx.execute(own, &params),
    );
    reasons?;
    entries?;
    appointments.map(drop)
}
