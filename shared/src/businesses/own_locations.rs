//! Which locations a business has, as far as others need to know who say something of one.

use std::collections::HashSet;

use super::reference::{BusinessRef, NAMED};
use crate::{
    db::{self, Row, Sql},
    ids::{BusinessId, LocationId},
};

/// One of a business's locations that has not been given up.
#[derive(Clone, Copy, Debug)]
pub struct OwnLocation {
    /// Whose.
    pub business: BusinessId,
    /// Which, unless it is the primary one: what is said of that is said of the business.
    pub secondary: Option<LocationId>,
}

/// A location of a business, if it is one.
///
/// # Errors
/// If the query fails.
pub async fn own_location(
    on: &impl Sql,
    business: &BusinessRef,
    location: LocationId,
) -> Result<Option<OwnLocation>, db::Error> {
    let sql = format!(
        "select business_id, is_primary from locations
         where business_id = {NAMED} and id = $3 and given_up_at is null"
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &location]).await?;
    let read = |row: Row| {
        let is_primary: bool = row.get(1);
        OwnLocation { business: row.get(0), secondary: (!is_primary).then_some(location) }
    };
    Ok(row.map(read))
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
