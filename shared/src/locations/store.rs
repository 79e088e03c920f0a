//! SQL for locations.

use jiff::Timestamp;
use tokio_postgres::types::Json;

use super::place::{AS_JSON, Location};
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Row, Sql, Transaction},
    ids::{BusinessId, LocationId},
};

fn location(row: &Row) -> Location {
    let Json(location) = row.get(0);
    location
}

/// The locations that a business has, the primary one first and the others in the order in which they came.
pub(super) async fn of(on: &impl Sql, business: &BusinessRef) -> Result<Vec<Location>, db::Error> {
    let sql = format!(
        "select {} from locations place
         where place.business_id = {NAMED} and place.given_up_at is null
         order by place.is_primary desc, place.id",
        *AS_JSON
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id()]).await?;
    Ok(rows.iter().map(location).collect())
}

/// One of them.
pub(super) async fn one(
    on: &impl Sql,
    business: &BusinessRef,
    id: LocationId,
) -> Result<Option<Location>, db::Error> {
    let sql = format!(
        "select {} from locations place
         where place.business_id = {NAMED} and place.id = $3 and place.given_up_at is null",
        *AS_JSON
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &id]).await?;
    Ok(row.as_ref().map(location))
}

/// How many locations a business has.
pub(super) async fn number_of(on: &impl Sql, business: BusinessId) -> Result<i64, db::Error> {
    let sql = "select count(*) from locations where business_id = $1 and given_up_at is null";
    Ok(on.row(sql, &[&business]).await?.map_or(0, |row| row.get(0)))
}

/// How many services, switched off ones included, take place at a location that is not the primary one.
pub(super) async fn services_at(
    on: &impl Sql,
    business: BusinessId,
    id: LocationId,
) -> Result<i64, db::Error> {
    let sql =
        "select count(*) from services where business_id = $1 and location_id = $2 and retired_at is null";
    Ok(on.row(sql, &[&business, &id]).await?.map_or(0, |row| row.get(0)))
}

/// How many people have hours of their own at a location, now or later.
pub(super) async fn staff_at(
    on: &impl Sql,
    business: BusinessId,
    id: LocationId,
    now: Timestamp,
) -> Result<i64, db::Error> {
    let sql = "
        select count(distinct staff_id)
        from staff_hours join staff_members on staff_members.id = staff_id
        where staff_hours.business_id = $1 and location_id = $2 and retired_at is null
          and coalesce(upper(valid), 'infinity') > ($3::timestamptz at time zone 'UTC')::date";
    Ok(on.row(sql, &[&business, &id, &now]).await?.map_or(0, |row| row.get(0)))
}

/// Gives up a location of a locked business: it is off every list, and stays for what took place there.
pub(super) async fn retire(tx: &Transaction<'_>, id: LocationId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute("update locations set given_up_at = $2 where id = $1", &[&id, &now]).await.map(drop)
}
