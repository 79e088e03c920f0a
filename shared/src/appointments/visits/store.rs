//! SQL for visits of several services.

use jiff::Timestamp;

use super::super::view::{Appointment, Audience, VisitInFull};
use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, BusinessId, UserId, VisitId},
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
