//! Who is calling. A handler that takes a [`Caller`] is for people who signed in, one that takes a
//! [`VerifiedCaller`] for those who also proved their e-mail address. The session is looked up every
//! time, so a revoked one stops working at once.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
};

use super::{
    store::Role,
    tokens::{self, Bearer},
};
use crate::{
    app::App,
    db::Sql,
    http::{ApiError, Code},
    ids::{SessionId, UserId},
};

/// Someone signed in.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// As what.
    pub role: Role,
    email_verified: bool,
}

impl Caller {
    pub(super) fn bearer(&self) -> Bearer {
        Bearer { user: self.user, session: self.session }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).ok_or(Code::Unauthorized)?;
        let token = header.to_str().ok().and_then(bearer_token).ok_or(Code::InvalidToken)?;
        let now = app.now();
        let bearer = tokens::read(app.keys(), token, now)?;
        let sql = "
            select users.role, users.email_verified_at is not null
            from sessions
            join users on users.id = sessions.user_id
            where sessions.id = $1 and users.id = $2 and sessions.revoked_at is null and sessions.expires_at > $3";
        let row = app.connection().await?.row(sql, &[&bearer.session, &bearer.user, &now]).await?;
        let row = row.ok_or(Code::InvalidToken)?;
        Ok(Self { user: bearer.user, session: bearer.session, role: row.get(0), email_verified: row.get(1) })
    }
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
