//! Booking once, however often a client has to repeat itself: `Idempotency-Key`
//! ([IETF draft](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/)). The key's row is
//! written in the transaction that books, so there is never one without the other. Only successes are kept: a
//! refusal is evaluated anew, because what stood in the way may be gone.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, request::Parts},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    db::{self, Sql, Transaction},
    http::{ApiError, Code},
    ids::{AppointmentId, UserId},
    language::Message,
    openapi::{Input, Operation},
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The request's key, if it has one.
#[derive(Clone, Debug)]
pub(super) struct IdempotencyKey(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let key = value.to_str().ok().map(str::trim).filter(|key| (1..=255).contains(&key.len()));
        let key = key.ok_or_else(|| ApiError::invalid_input(Message::BadIdempotencyKey))?;
        Ok(Self(Some(key.to_owned())))
    }
}

impl Input for IdempotencyKey {
    fn describe(operation: &mut Operation) {
        let says = "Makes a repeated request have its effect once, for 24 hours";
        operation.takes_header(
            HEADER.as_str(),
            says,
            &json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
        );
        operation.can_refuse(Code::InvalidInput);
        operation.can_refuse(Code::IdempotencyKeyReused);
    }
}

/// One request that is to have its effect once.
pub(super) struct Once<'a> {
    pub(super) user: UserId,
    pub(super) key: &'a str,
    request_hash: Vec<u8>,
}

impl<'a> Once<'a> {
    /// `request` is what makes another request with the same key another request.
    pub(super) fn new(user: UserId, key: &'a str, request: &str) -> Self {
        Self { user, key, request_hash: Sha256::digest(request).to_vec() }
    }
}

/// What the key has already brought about.
///
/// # Errors
/// `IDEMPOTENCY_KEY_REUSED` if that was another request.
pub(super) async fn earlier(
    on: &impl Sql,
    once: &Once<'_>,
    now: Timestamp,
) -> Result<Option<AppointmentId>, ApiError> {
    let sql = "
        select appointment_id, request_hash = $4 from idempotency_keys
        where user_id = $1 and key = $2 and expires_at > $3";
    let Some(row) = on.row(sql, &[&once.user, &once.key, &now, &once.request_hash]).await? else {
        return Ok(None);
    };
    if row.get(1) { Ok(Some(row.get(0))) } else { Err(Code::IdempotencyKeyReused.into()) }
}

/// Claims the key for an appointment about to be booked. `false` if it has been claimed: also by a request still
/// under way, whose end is waited for.
pub(super) async fn claim(
    tx: &Transaction<'_>,
    once: &Once<'_>,
    appointment: AppointmentId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        insert into idempotency_keys (user_id, key, request_hash, appointment_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (user_id, key) do update
            set request_hash = excluded.request_hash, appointment_id = excluded.appointment_id,
                created_at = excluded.created_at, expires_at = excluded.expires_at
            where idempotency_keys.expires_at <= excluded.created_at";
    let expires = now + KEPT;
    Ok(tx.execute(sql, &[&once.user, &once.key, &once.request_hash, &appointment, &now, &expires]).await? > 0)
}
