//! What is left of somebody's working time when they erase their account: when, for the business, but not why. The
//! account's own rules are in [`accounts`](crate::accounts).

use crate::{
    db::{self, Sql, Transaction},
    ids::UserId,
};

/// Forgets what a person's time off and other hours were for. Has to be sent while their entries are still theirs.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, person: UserId) -> Result<(), db::Error> {
    let sql = "
        with entries as (select business_id, id from staff_members where user_id = $1),
        unnamed as (
            update date_overrides set name = '' where (business_id, staff_id) in (select business_id, id from entries))
        update time_off set reason = '' where (business_id, staff_id) in (select business_id, id from entries)";
    tx.execute(sql, &[&person]).await.map(drop)
}
