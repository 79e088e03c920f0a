//! What services need, for the scheduling engine and for booking: in one statement that can travel with others.

use crate::{
    db::{self, Row, Sql},
    ids::{BusinessId, ResourceId, ServiceId},
};

/// A resource that a service needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Which service.
    pub service: ServiceId,
    /// Which resource.
    pub resource: ResourceId,
    /// How many units of it.
    pub quantity: u16,
    /// How many there are.
    pub units: u16,
}

/// Reads them; a WHERE goes behind it.
const SELECT: &str = "
    select service_resources.service_id, service_resources.resource_id, service_resources.quantity, resources.quantity
    from service_resources join resources on resources.id = service_resources.resource_id";

impl From<&Row> for Needed {
    fn from(row: &Row) -> Self {
        let number = |index| u16::try_from(row.get::<_, i32>(index)).unwrap_or(u16::MAX);
        Self { service: row.get(0), resource: row.get(1), quantity: number(2), units: number(3) }
    }
}

/// What a service needs.
///
/// # Errors
/// If the query fails.
pub async fn needed(on: &impl Sql, service: ServiceId) -> Result<Vec<Needed>, db::Error> {
    let sql = format!("{SELECT} where service_resources.service_id = $1 order by resources.id");
    Ok(on.rows(&sql, &[&service]).await?.iter().map(Needed::from).collect())
}

/// What the services of several businesses need.
///
/// # Errors
/// If the query fails.
pub async fn needed_at(on: &impl Sql, businesses: &[BusinessId]) -> Result<Vec<Needed>, db::Error> {
    let sql = format!(
        "{SELECT} where resources.business_id = any($1) and resources.retired_at is null
         order by service_resources.service_id, resources.id"
    );
    Ok(on.rows(&sql, &[&businesses]).await?.iter().map(Needed::from).collect())
}
