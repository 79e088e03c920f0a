//! Where someone is signed in: their sessions, as they see them.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use crate::{
    db::{self, Row, Sql},
    ids::{SessionId, UserId},
};

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Device {
    id: SessionId,
    /// What the client called itself when it signed in.
    user_agent: String,
    created_at: Timestamp,
    /// The latest sign-in or refresh.
    last_used_at: Timestamp,
    /// When it ended, or will unless it is refreshed before.
    expires_at: Timestamp,
    is_current: bool,
}

impl Device {
    fn from_row(row: &Row, current: SessionId) -> Self {
        let id = row.get(0);
        Self {
            id,
            user_agent: row.get(1),
            created_at: row.get(2),
            last_used_at: row.get(3),
            expires_at: row.get(4),
            is_current: id == current,
        }
    }
}

/// Columns of a [`Device`], of `sessions` joined with the latest of its `tokens`.
const DEVICES: &str = "
    select sessions.id, sessions.user_agent, sessions.created_at,
           coalesce(sessions.last_used_at, sessions.created_at) as last_used_at,
           coalesce(sessions.revoked_at, max(tokens.expires_at))
    from sessions join refresh_tokens tokens on tokens.session_id = sessions.id
    where sessions.user_id = $1";

/// Everywhere the caller is signed in, the latest used first.
pub(super) async fn of(on: &impl Sql, caller: &Caller, now: Timestamp) -> Result<Vec<Device>, db::Error> {
    let sql = format!(
        "{DEVICES} and sessions.revoked_at is null
         group by sessions.id having max(tokens.expires_at) > $2
         order by last_used_at desc, sessions.id desc"
    );
    let rows = on.rows(&sql, &[&caller.user, &now]).await?;
    Ok(rows.iter().map(|row| Device::from_row(row, caller.session)).collect())
}

/// Everywhere the caller is or was signed in, as far as it is still known; what has ended, with when it did.
pub(super) async fn all_of(on: &impl Sql, caller: &Caller) -> Result<Vec<Device>, db::Error> {
    let sql = format!("{DEVICES} group by sessions.id order by sessions.created_at, sessions.id");
    let rows = on.rows(&sql, &[&caller.user]).await?;
    Ok(rows.iter().map(|row| Device::from_row(row, caller.session)).collect())
}

/// Ends one of someone's sessions. Whether it was one that could be ended.
pub(super) async fn sign_out(
    on: &impl Sql,
    user: UserId,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update sessions set revoked_at = $3
        where id = $2 and user_id = $1 and revoked_at is null and expires_at > $3";
    Ok(on.execute(sql, &[&user, &session, &now]).await? > 0)
}
