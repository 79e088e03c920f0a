//! Which locations a business has, as far as others need to know who say something of one.

use std::collections::HashSet;

use super::reference::{BusinessRef, NAMED};
use crate::{
    db::{self, Sql},
    ids::{BusinessId, LocationId},
};

/// Whether a location that a business has and has not given up is the primary one, of which what is said is said of the
/// business; nothing if it has no such location.
///
/// # Errors
/// If the query fails.
pub async fn is_primary(
    on: &impl Sql,
    business: &BusinessRef,
    location: LocationId,
) -> Result<Option<bool>, db::Error> {
    let sql = format!(
        "select is_primary from locations where business_id = {NAMED} and id = $3 and given_up_at is null"
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &location]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Those of some locations that a business has and has not given up.
///
/// # Errors
/// If the query fails.
pub async fn own_locations(
    on: &impl Sql,
    business: BusinessId,
    locations: &[LocationId],
) -> Result<HashSet<LocationId>, db::Error> {
    let sql = "select id from locations where business_id = $1 and id = any($2) and given_up_at is null";
    let rows = on.rows(sql, &[&business, &locations]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
