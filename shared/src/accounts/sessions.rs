//! Sessions and their lines of refresh tokens.
//!
//! A refresh token gives the next one and stays valid until that next one is itself used; used again after that, it
//! has been stolen or replayed, and the whole session ends. (The semantics are those of
//! [matrix-authentication-service](https://github.com/element-hq/matrix-authentication-service).)

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::tokens::{self, Bearer, RefreshSecret};
use crate::{
    app::App,
    db::{self, Param, Sql, Transaction},
    http::{ApiError, Code},
    ids::{RefreshTokenId, SessionId, UserId},
};

/// A session ends this long after sign-in, however often it is refreshed.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What a client signs its requests with, and how it gets more.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenPair {
    access: String,
    refresh: String,
}

/// Starts a session for a person who has just proved who they are by their password. `None` if the hash it was proved by
/// is not theirs any more: whoever changes it waits for this transaction, or this one for theirs, and a change ends the
/// sessions there are.
pub(super) async fn start(
    tx: &Transaction<'_>,
    app: &App,
    user: UserId,
    password_hash: &str,
    user_agent: &str,
) -> Result<Option<TokenPair>, ApiError> {
    let now = app.now();
    let session = SessionId::new(now);
    let refresh = RefreshSecret::random();
    let ends = now + LONGEST;
    let sql = "
        with person as (
            select id from users where id = $2 and password_hash = $9 for share
        ), session as (
            insert into sessions (id, user_id, user_agent, created_at, last_used_at, expires_at)
            select $1, id, left($3, 400), $4, $4, $5 from person
        )
        insert into refresh_tokens (id, session_id, token_hash, created_at, expires_at)
        select $6, $1, $7, $4, $8 from person";
    let id = RefreshTokenId::new(now);
    let expires = ends.min(now + app.config().refresh_token_life);
    let hash = refresh.hash();
    let params: [&dyn Param; 9] =
        [&session, &user, &user_agent, &now, &ends, &id, &hash, &expires, &password_hash];
    match tx.execute(sql, &params).await? {
        0 => Ok(None),
        _ => pair(app, Bearer { user, session }, now, &refresh).map(Some),
    }
}

fn pair(app: &App, bearer: Bearer, now: Timestamp, refresh: &RefreshSecret) -> Result<TokenPair, ApiError> {
    let access = tokens::sign(app.keys(), bearer, now, now + app.config().access_token_life)?;
    Ok(TokenPair { access, refresh: refresh.text() })
}

/// A refresh token as it stands, with its session.
struct Presented {
    id: RefreshTokenId,
    session: SessionId,
    user: UserId,
    session_ends: Timestamp,
    state: State,
    email_verified: bool,
}

/// What has become of a refresh token; the first that applies.
enum State {
    /// Its session was ended.
    Revoked,
    /// Its successor has been used.
    Superseded,
    /// It, or its session, is too old.
    Expired,
    Valid,
}

async fn find(tx: &Transaction<'_>, hash: &Vec<u8>, now: Timestamp) -> Result<Option<Presented>, db::Error> {
    // The session is locked in a statement before the one that reads, which therefore sees what whoever held the
    // lock has done: uses of one line of tokens come one after the other.
    let lock = "
        select from sessions where id = (select session_id from refresh_tokens where token_hash = $1) for update";
    let sql = "
        select token.id, session.id, session.user_id, session.expires_at,
               session.revoked_at is not null,
               exists (select from refresh_tokens next where next.predecessor_id = token.id and next.used_at is not null),
               least(token.expires_at, session.expires_at) <= $2,
               (select email_verified_at is not null from users where users.id = session.user_id)
        from refresh_tokens token
        join sessions session on session.id = token.session_id
        where token.token_hash = $1";
    let (lock_params, params): ([&dyn Param; 1], [&dyn Param; 2]) = ([hash], [hash, &now]);
    let (locked, row) = tokio::join!(tx.execute(lock, &lock_params), tx.row(sql, &params));
    locked?;
    Ok(row?.map(|row| Presented {
        id: row.get(0),
        session: row.get(1),
        user: row.get(2),
        session_ends: row.get(3),
        state: match (row.get(4), row.get(5), row.get(6)) {
            (true, _, _) => State::Revoked,
            (_, true, _) => State::Superseded,
            (_, _, true) => State::Expired,
            _ => State::Valid,
        },
        email_verified: row.get(7),
    }))
}

/// Gives the next pair for a refresh token.
///
/// # Errors
/// `INVALID_TOKEN`, `TOKEN_EXPIRED`, or `EMAIL_NOT_VERIFIED`.
pub(super) async fn refresh(app: &App, presented: Option<RefreshSecret>) -> Result<TokenPair, ApiError> {
    let hash = presented.ok_or(Code::InvalidToken)?.hash();
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let token = find(&tx, &hash, now).await?.ok_or(Code::InvalidToken)?;
    match token.state {
        State::Valid => {}
        State::Revoked => return Err(Code::InvalidToken.into()),
        State::Expired => return Err(Code::TokenExpired.into()),
        State::Superseded => {
            revoke(&tx, token.session, now).await?;
            tx.commit().await?;
            tracing::warn!(session = %token.session, "a superseded refresh token was used, session revoked");
            return Err(Code::InvalidToken.into());
        }
    }
    if !token.email_verified {
        return Err(Code::EmailNotVerified.into());
    }
    let next = successor(&tx, app, &token, &hash, now).await?;
    tx.commit().await?;
    pair(app, Bearer { user: token.user, session: token.session }, now, &next)
}

/// Records that the token was used and that its successor follows it.
async fn successor(
    tx: &Transaction<'_>,
    app: &App,
    token: &Presented,
    hash: &[u8],
    now: Timestamp,
) -> Result<RefreshSecret, db::Error> {
    let next = RefreshSecret::successor_of(hash, &app.keys().current.refresh_tokens);
    let expires = token.session_ends.min(now + app.config().refresh_token_life);
    let sql = "
        with used as (
            update refresh_tokens set used_at = coalesce(used_at, $3) where id = $2
        ), seen as (
            update sessions set last_used_at = $3 where id = $4
        )
        insert into refresh_tokens (id, session_id, predecessor_id, token_hash, created_at, expires_at)
        values ($1, $4, $2, $5, $3, $6)
        on conflict (predecessor_id)
            do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at";
    let id = RefreshTokenId::new(now);
    tx.execute(sql, &[&id, &token.id, &now, &token.session, &next.hash(), &expires]).await?;
    Ok(next)
}

/// Ends a session: its refresh tokens and its access tokens stop working at once.
pub(super) async fn revoke(on: &impl Sql, session: SessionId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "update sessions set revoked_at = coalesce(revoked_at, $2) where id = $1";
    on.execute(sql, &[&session, &now]).await.map(drop)
}

/// Ends all of a person's sessions but one.
pub(super) async fn revoke_all(
    tx: &Transaction<'_>,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update sessions set revoked_at = $3
        where user_id = $1 and id is distinct from $2 and revoked_at is null";
    tx.execute(sql, &[&user, &but, &now]).await.map(drop)
}

/// Ends the session that a refresh token of this person belongs to; if it belongs to none of theirs, `current`.
pub(super) async fn sign_out(
    on: &impl Sql,
    bearer: Bearer,
    presented: &RefreshSecret,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update sessions set revoked_at = coalesce(revoked_at, $4)
        where id = coalesce(
            (select session.id from refresh_tokens token join sessions session on session.id = token.session_id
             where token.token_hash = $3 and session.user_id = $2),
            $1)";
    on.execute(sql, &[&bearer.session, &bearer.user, &presented.hash(), &now]).await.map(drop)
}
