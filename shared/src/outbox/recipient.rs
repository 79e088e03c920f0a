//! What is on its way to someone, for them to see and to be called back.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Sql, Transaction},
    ids::UserId,
};

/// Calls back what is on its way to someone who is being erased, in the words of older versions too.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, user: UserId) -> Result<(), db::Error> {
    let sql = "
        delete from outbox
        where finished_at is null
          and (recipient_id = $1 or payload ->> 'user' = $1::uuid::text
               or lower(payload ->> 'to') = (select lower(email::text) from users where id = $1))";
    tx.execute(sql, &[&user]).await.map(drop)
}

/// What is on its way to someone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// What it is about; what it says may be a secret until it arrives.
    about: String,
    created_at: Timestamp,
    due_at: Timestamp,
}

/// What is on its way to someone, oldest first.
///
/// # Errors
/// If the query fails.
pub async fn waiting_for(on: &impl Sql, user: UserId) -> Result<Vec<Waiting>, db::Error> {
    let sql = "
        select coalesce(payload ->> 'notice', payload ->> 'reminder', ''), created_at, due_at from outbox
        where finished_at is null and kind = 'notice'
          and (recipient_id = $1 or payload ->> 'user' = $1::uuid::text)
        order by created_at, id";
    let rows = on.rows(sql, &[&user]).await?;
    let waiting = |row: &db::Row| Waiting { about: row.get(0), created_at: row.get(1), due_at: row.get(2) };
    Ok(rows.iter().map(waiting).collect())
}
