//! What someone owns, for their own copy of what is kept about them.

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use super::view::{Summary, WHOLE_SUMMARY};
use crate::{
    db::{self, Row, Sql},
    ids::UserId,
    locations::{AS_JSON, Location},
};

/// A business with what only its owner knows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Owned {
    #[serde(flatten)]
    summary: Summary,
    email: String,
    nip: String,
    timezone: String,
    currency: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    retired_at: Option<Timestamp>,
    /// Where it is or has been.
    locations: Vec<Location>,
}

/// Someone's businesses, retired ones included, oldest first.
///
/// # Errors
/// If the query fails.
pub async fn owned_by(on: &impl Sql, owner: UserId) -> Result<Vec<Owned>, db::Error> {
    let sql = format!(
        "select {}, businesses.email, businesses.nip, businesses.timezone, businesses.currency,
                businesses.created_at, businesses.updated_at, businesses.retired_at,
                (select jsonb_agg({} order by place.is_primary desc, place.id)
                 from locations place where place.business_id = businesses.id)
         from businesses
         join locations place on place.business_id = businesses.id and place.is_primary
         where businesses.owner_id = $1 order by businesses.created_at, businesses.id",
        *WHOLE_SUMMARY, *AS_JSON
    );
    let rows = on.rows(&sql, &[&owner]).await?;
    let read = |row: &Row| {
        let first = row.len() - 8;
        let Json(locations) = row.get(first + 7);
        Owned {
            summary: Summary::from(row),
            email: row.get(first),
            nip: row.get(first + 1),
            timezone: row.get(first + 2),
            currency: row.get(first + 3),
            created_at: row.get(first + 4),
            updated_at: row.get(first + 5),
            retired_at: row.get(first + 6),
            locations,
        }
    };
    Ok(rows.iter().map(read).collect())
}
