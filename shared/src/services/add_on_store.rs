//! SQL for what can be added to services.

use jiff::Timestamp;

use super::add_on::{AddOn, Extra};
use crate::{
    db::{self, Row, Sql, Transaction},
    ids::{AddOnId, BusinessId, ServiceId},
    money::Currency,
};

/// Reads add-ons; a WHERE goes behind it.
const SELECT: &str = "
    select add_ons.id, add_ons.name, add_ons.duration_minutes, add_ons.price_minor, services.price_currency,
           add_ons.position, add_ons.is_active
    from add_ons join services on services.id = add_ons.service_id";

impl From<&Row> for AddOn {
    fn from(row: &Row) -> Self {
        let currency = Currency::from_code(row.get(4)).unwrap_or(Currency::PLN);
        Self {
            id: row.get(0),
            name: row.get(1),
            duration_minutes: row.get(2),
            price_amount: currency.decimal(row.get(3)),
            price_currency: row.get(4),
            position: row.get(5),
            is_active: row.get(6),
        }
    }
}

/// What can be added to a service, in its own order, also what is switched off.
pub(super) async fn of(on: &impl Sql, service: ServiceId) -> Result<Vec<AddOn>, db::Error> {
    let sql = format!(
        "{SELECT} where add_ons.service_id = $1 and add_ons.retired_at is null order by add_ons.position, add_ons.id"
    );
    Ok(on.rows(&sql, &[&service]).await?.iter().map(AddOn::from).collect())
}

/// One of them.
pub(super) async fn one(on: &impl Sql, service: ServiceId, id: AddOnId) -> Result<Option<AddOn>, db::Error> {
    let sql =
        format!("{SELECT} where add_ons.service_id = $1 and add_ons.id = $2 and add_ons.retired_at is null");
    Ok(on.row(&sql, &[&service, &id]).await?.as_ref().map(AddOn::from))
}

/// Adds one to a locked service.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    id: AddOnId,
    extra: &Extra,
    price_minor: i64,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into add_ons (id, business_id, service_id, name, duration_minutes, price_minor, position, is_active,
                             created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    tx.execute(
        sql,
        &[
            &id,
            &business,
            &service,
            &extra.name.as_str(),
            &extra.duration,
            &price_minor,
            &extra.position,
            &extra.is_active,
            &now,
        ],
    )
    .await
    .map(drop)
}

/// Changes one of a locked service.
pub(super) async fn update(
    tx: &Transaction<'_>,
    id: AddOnId,
    extra: &Extra,
    price_minor: i64,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update add_ons
        set name = $2, duration_minutes = $3, price_minor = $4, position = $5, is_active = $6, updated_at = $7
        where id = $1";
    let Extra { name, duration, position, is_active, .. } = extra;
    tx.execute(sql, &[&id, &name.as_str(), duration, &price_minor, position, is_active, &now]).await.map(drop)
}

/// Makes bookings with an add-on wait until the transaction ends, and then find out how it ended. Whether there is one.
pub(super) async fn lock_against_bookings(
    tx: &Transaction<'_>,
    service: ServiceId,
    id: AddOnId,
) -> Result<bool, db::Error> {
    let sql = "select from add_ons where service_id = $1 and id = $2 and retired_at is null for update";
    Ok(tx.row(sql, &[&service, &id]).await?.is_some())
}

/// Deletes a locked add-on that no appointment has.
pub(super) async fn delete(tx: &Transaction<'_>, id: AddOnId) -> Result<(), db::Error> {
    tx.execute("delete from add_ons where id = $1", &[&id]).await.map(drop)
}

/// Takes a locked add-on off the list for good; appointments keep it.
pub(super) async fn retire(tx: &Transaction<'_>, id: AddOnId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "update add_ons set is_active = false, retired_at = $2, updated_at = $2 where id = $1";
    tx.execute(sql, &[&id, &now]).await.map(drop)
}
