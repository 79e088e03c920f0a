//! Which schema the database has, as the migration runner keeps it, and which one this program was built for. Functions do
//! not carry the migrations themselves.

use super::{Error, Sql};

/// The number of the last migration there was when this program was built; a test compares it with the list.
pub const BUILT_FOR: i32 = 24;

/// The number of the last migration that the database has seen.
///
/// # Errors
/// If the database cannot be asked or was never migrated.
pub async fn version(on: &impl Sql) -> Result<i32, Error> {
    let row = on.row("select coalesce(max(version), 0)::int from refinery_schema_history", &[]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
}
