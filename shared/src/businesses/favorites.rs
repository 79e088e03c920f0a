//! Favourites: which businesses someone has marked to find them again. Served by [`accounts`](crate::accounts).

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    reference::{BusinessRef, NAMED},
    view::{SUMMARY, Summary},
};
use crate::{
    availability::local_instant,
    db::{self, Param, Row, Sql, Transaction},
    ids::UserId,
};

/// A favourite: the business in list form, and the same once more under a name of its own, where one screen reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Favorite {
    #[serde(flatten)]
    summary: Summary,
    /// RFC 3339, with the business's offset.
    #[schema(format = DateTime)]
    created_at: String,
    business: Summary,
}

/// Someone's favourites that are still open, the latest first.
///
/// # Errors
/// If the query fails.
pub async fn favorites_of(on: &impl Sql, user: UserId) -> Result<Vec<Favorite>, db::Error> {
    let sql = format!(
        "select {}, favorites.created_at, businesses.timezone
         from favorites
         join businesses on businesses.id = favorites.business_id
         join locations place on place.business_id = businesses.id and place.is_primary
         where favorites.user_id = $1 and businesses.retired_at is null
         order by favorites.created_at desc, businesses.id desc",
        *SUMMARY
    );
    let rows = on.rows(&sql, &[&user]).await?;
    let favorite = |row: &Row| {
        let summary = Summary::from(row);
        let zone = TimeZone::get(row.get("timezone")).unwrap_or(TimeZone::UTC);
        let created_at = local_instant(row.get("created_at"), &zone);
        Favorite { business: summary.clone(), summary, created_at }
    };
    Ok(rows.iter().map(favorite).collect())
}

/// Makes a business one of someone's favourites, or no longer. Whether it is one now; `None` if there is no such
/// business.
///
/// # Errors
/// If the transaction is broken.
pub async fn toggle_favorite(
    tx: &Transaction<'_>,
    user: UserId,
    business: &BusinessRef,
    now: Timestamp,
) -> Result<Option<bool>, db::Error> {
    // One at a time for each person; the statement after this one sees what those before have done.
    let lock = "select from users where id = $1 for no key update";
    let sql = format!(
        "with named as (
             select {NAMED} as id
         ), removed as (
             delete from favorites using named where user_id = $3 and business_id = named.id returning business_id
         ), added as (
             insert into favorites (user_id, business_id, created_at)
             select $3, id, $4 from named where id is not null and not exists (select from removed)
             returning business_id
         )
         select exists (select from added) from named where id is not null"
    );
    let lock_params: [&dyn Param; 1] = [&user];
    let params: [&dyn Param; 4] = [&business.slug(), &business.id(), &user, &now];
    let (locked, row) = tokio::join!(tx.execute(lock, &lock_params), tx.row(&sql, &params));
    locked?;
    Ok(row?.map(|row| row.get(0)))
}
