//! SQL for resources.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::keeping::Terms;
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    http::page::Slice,
    ids::{BusinessId, ResourceId, ServiceId},
};

/// A room, a chair, a device: as many of it as there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Resource {
    id: ResourceId,
    name: String,
    quantity: i32,
}

/// Columns of a [`Resource`].
const COLUMNS: &str = "id, name, quantity";

impl From<&Row> for Resource {
    fn from(row: &Row) -> Self {
        Self { id: row.get(0), name: row.get(1), quantity: row.get(2) }
    }
}

/// One page of a business's resources, by name, and how many there are in all.
pub(super) async fn page(
    on: &impl Sql,
    business: BusinessId,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<Resource>), db::Error> {
    let count = "select count(*) from resources where business_id = $1 and retired_at is null";
    let list = format!(
        "select {COLUMNS} from resources where business_id = $1 and retired_at is null
         order by name, id limit $2 offset $3"
    );
    let params: [&dyn Param; 3] = [&business, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(count, &params[..1]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(Resource::from).collect()))
}

/// One of them.
pub(super) async fn one(
    on: &impl Sql,
    business: BusinessId,
    id: ResourceId,
) -> Result<Option<Resource>, db::Error> {
    let sql =
        format!("select {COLUMNS} from resources where business_id = $1 and id = $2 and retired_at is null");
    Ok(on.row(&sql, &[&business, &id]).await?.as_ref().map(Resource::from))
}

/// One of them. Who wants to book it, or a service to need it, waits until the transaction ends.
pub(super) async fn one_to_change(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: ResourceId,
) -> Result<Option<Resource>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from resources where business_id = $1 and id = $2 and retired_at is null for update"
    );
    Ok(tx.row(&sql, &[&business, &id]).await?.as_ref().map(Resource::from))
}

pub(super) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: ResourceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Option<Resource>, db::Error> {
    let sql = format!(
        "insert into resources (id, business_id, name, quantity, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
         returning {COLUMNS}"
    );
    let row = tx.row(&sql, &[&id, &business, &terms.name.as_str(), &terms.quantity, &now]).await?;
    Ok(row.as_ref().map(Resource::from))
}

/// Changes a locked resource.
pub(super) async fn update(
    tx: &Transaction<'_>,
    id: ResourceId,
    terms: &Terms,
    now: Timestamp,
) -> Result<Option<Resource>, db::Error> {
    let sql = format!(
        "update resources set name = $2, quantity = $3, updated_at = $4 where id = $1 returning {COLUMNS}"
    );
    let row = tx.row(&sql, &[&id, &terms.name.as_str(), &terms.quantity, &now]).await?;
    Ok(row.as_ref().map(Resource::from))
}

/// What occupies a resource.
pub(super) struct Claims {
    /// Whether anything ever has.
    pub(super) any: bool,
    /// How many visits, held or booked, that are not over yet have units beyond some number.
    pub(super) upcoming: i64,
}

/// What occupies a locked resource beyond so many units.
pub(super) async fn claims(
    tx: &Transaction<'_>,
    id: ResourceId,
    units: i32,
    now: Timestamp,
) -> Result<Claims, db::Error> {
    // Nothing is claimed for longer than 72 hours (calendar_entries_busy_bounded): that bounds the index from below.
    let sql = "
        select exists (select from resource_claims where resource_id = $1),
               (select count(distinct entry_id) from resource_claims
                where resource_id = $1 and unit > $2 and busy_from > $3 - interval '72 hours' and busy_to > $3)";
    let row = tx.row(sql, &[&id, &units, &now]).await?;
    Ok(row.map_or(Claims { any: true, upcoming: 0 }, |row| Claims { any: row.get(0), upcoming: row.get(1) }))
}

/// A service that needs a resource.
#[derive(Debug, Serialize)]
pub(super) struct Needing {
    id: ServiceId,
    name: String,
}

/// The services that need more than so many units of a resource.
pub(super) async fn needed_by(
    tx: &Transaction<'_>,
    id: ResourceId,
    units: i32,
) -> Result<Vec<Needing>, db::Error> {
    let sql = "
        select services.id, services.name
        from service_resources join services on services.id = service_resources.service_id
        where service_resources.resource_id = $1 and service_resources.quantity > $2 and services.retired_at is null
        order by services.name, services.id";
    let rows = tx.rows(sql, &[&id, &units]).await?;
    Ok(rows.iter().map(|row| Needing { id: row.get(0), name: row.get(1) }).collect())
}

/// Deletes a locked resource that nothing has ever occupied.
pub(super) async fn delete(tx: &Transaction<'_>, id: ResourceId) -> Result<(), db::Error> {
    tx.execute("delete from resources where id = $1", &[&id]).await.map(drop)
}

/// Takes a locked resource off the list for good; what has occupied it stays.
pub(super) async fn retire(tx: &Transaction<'_>, id: ResourceId, now: Timestamp) -> Result<(), db::Error> {
    tx.execute("update resources set retired_at = $2, updated_at = $2 where id = $1", &[&id, &now])
        .await
        .map(drop)
}
