//! SQL for visits of several services.

use jiff::Timestamp;

use super::super::{
    store::{Current, read_current},
    view::{Appointment, Audience, VisitInFull},
};
use crate::{
    calendar,
    db::{self, Sql, Transaction},
    ids::{AppointmentId, BusinessId, CalendarEntryId, UserId, VisitId},
};

/// Adds a visit, before its appointments.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    id: VisitId,
    business: BusinessId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "insert into visits (id, business_id, created_at) values ($1, $2, $3)";
    tx.execute(sql, &[&id, &business, &now]).await.map(drop)
}

/// A visit of this customer's.
pub(super) async fn one(
    on: &impl Sql,
    id: VisitId,
    customer: UserId,
) -> Result<Option<VisitInFull>, db::Error> {
    let audience = Audience::Customer(customer);
    let sql = format!(
        "{} where appointments.visit_id = $1 and {} = $2 order by appointments.starts_at, appointments.id",
        audience.select(),
        audience.column()
    );
    let rows = on.rows(&sql, &[&id, &audience.id()]).await?;
    let parts = rows.iter().map(|row| Appointment::from_row(row, audience)).collect();
    Ok(VisitInFull::of(id, parts))
}

/// What an appointment was booked as a part of.
pub(super) async fn with(on: &impl Sql, part: AppointmentId) -> Result<Option<VisitId>, db::Error> {
    let row = on.row("select visit_id from appointments where id = $1", &[&part]).await?;
    Ok(row.and_then(|row| row.get(0)))
}

/// The parts of a visit of this customer's, as they are now. Nobody else changes any of them, leaves what they occupy, or
/// wants it, until the transaction ends: calendars are guarded before appointments are locked, all of them before any is
/// left.
pub(super) async fn to_change(
    tx: &Transaction<'_>,
    id: VisitId,
    customer: UserId,
) -> Result<Vec<(AppointmentId, Current)>, db::Error> {
    let sql = "
        select entry_id from appointments where visit_id = $1 and customer_id = $2 and entry_id is not null";
    let rows = tx.rows(sql, &[&id, &customer]).await?;
    let entries: Vec<CalendarEntryId> = rows.iter().map(|row| row.get(0)).collect();
    let of_visit = ("appointments.visit_id", id.uuid());
    let lock = "for update of appointments";
    let (guarded, parts) = tokio::join!(
        calendar::guard(tx, &[], &[], &entries),
        read_current(tx, of_visit, Audience::Customer(customer), lock),
    );
    guarded?;
    parts
}
