//! Who is calling. A handler that takes a [`Caller`] is for people who signed in, one that takes a
//! [`VerifiedCaller`] for those who also proved their e-mail address. The session is looked up every
//! time, so a revoked one stops working at once.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
};
use jiff::Timestamp;

use super::tokens::{self, Bearer};
use crate::{
    app::App,
    db::{self, Sql},
    http::{ApiError, Code},
    ids::{SessionId, UserId},
    monitoring::Record,
};

/// Someone signed in.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// Whether they run the platform.
    pub is_admin: bool,
    email_verified: bool,
}

/// Finds the session `$1` of the user `$2` if it lives at `$3`: to be put after `select` and what is wanted of it.
pub(crate) const LIVE_SESSION: &str = "
    from sessions
    where sessions.id = $1 and sessions.user_id = $2 and sessions.revoked_at is null and sessions.expires_at > $3";

/// Who was found to be calling by a layer that needed to know; saves looking again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookedUp(pub(crate) Option<Caller>);

impl Caller {
    /// The caller whom a token speaks for, if its session lives.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub(crate) async fn find(
        on: &impl Sql,
        bearer: Bearer,
        now: Timestamp,
    ) -> Result<Option<Self>, db::Error> {
        let sql = format!(
            "select role = 'admin', email_verified_at is not null from users
             where id = (select user_id {LIVE_SESSION})"
        );
        let row = on.row(&sql, &[&bearer.session, &bearer.user, &now]).await?;
        Ok(row.map(|row| Self {
            user: bearer.user,
            session: bearer.session,
            is_admin: row.get(0),
            email_verified: row.get(1),
        }))
    }

    pub(super) fn bearer(&self) -> Bearer {
        Bearer { user: self.user, session: self.session }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let bearer = bearer(&parts.headers, app)?;
        let found = match parts.extensions.get::<LookedUp>() {
            Some(LookedUp(found)) => *found,
            None => Self::find(&app.connection().await?, bearer, app.now()).await?,
        };
        let caller = found.ok_or(Code::InvalidToken)?;
        Record::note(|record| record.signed_in(caller.user));
        Ok(caller)
    }
}

/// Whom the request's token speaks for; nothing says yet that its session lives.
///
/// # Errors
/// `UNAUTHORIZED` without one, `INVALID_TOKEN`, `TOKEN_EXPIRED`.
pub(crate) fn bearer(headers: &HeaderMap, app: &App) -> Result<Bearer, ApiError> {
    let header = headers.get(AUTHORIZATION).ok_or(Code::Unauthorized)?;
    let token = header.to_str().ok().and_then(bearer_token).ok_or(Code::InvalidToken)?;
    tokens::read(app.keys(), token, app.now())
}

/// Somebody signed in, or nobody. Where no sign-in is needed, a token that is no good is ignored and not refused.
#[derive(Clone, Copy, Debug)]
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Caller::from_request_parts(parts, app).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(error) if error.code().status() == StatusCode::UNAUTHORIZED => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Someone signed in whose e-mail address is verified.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedCaller(pub Caller);

impl FromRequestParts<App> for VerifiedCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if caller.email_verified { Ok(Self(caller)) } else { Err(Code::EmailNotVerified.into()) }
    }
}
