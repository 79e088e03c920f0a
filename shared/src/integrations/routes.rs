//! `/api/integrations/mail/{provider}/`: the function `integrations`. Open to whoever can sign; to nobody where no key
//! is configured.

use axum::{Json, Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{events, mailgun, sendgrid};
use crate::{
    app::App,
    http::{ApiError, ApiResult, Code},
    language::Message,
};

/// How old a signature may be, and how far ahead its maker's clock.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// The routes of the function `integrations`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/integrations/mail/sendgrid", post(from_sendgrid))
        .route("/api/integrations/mail/mailgun", post(from_mailgun))
}

async fn from_sendgrid(State(app): State<App>, headers: HeaderMap, body: Bytes) -> ApiResult<Json<Value>> {
    let key = app.config().mail_webhooks.sendgrid.as_ref().ok_or(Code::NotFound)?;
    let signed_at = sendgrid::verify(key, &headers, &body).ok_or(Code::PermissionDenied)?;
    require_fresh(signed_at, app.now())?;
    let events = sendgrid::events(&body).ok_or_else(|| ApiError::invalid_input(Message::NotJson))?;
    let recorded = events::record(&app, &events, None).await?;
    Ok(done(recorded))
}

async fn from_mailgun(State(app): State<App>, body: Bytes) -> ApiResult<Json<Value>> {
    let key = app.config().mail_webhooks.mailgun.as_ref().ok_or(Code::NotFound)?;
    let report = mailgun::Report::read(&body).ok_or(Code::PermissionDenied)?;
    let signed_at = report.verify(key).ok_or(Code::PermissionDenied)?;
    require_fresh(signed_at, app.now())?;
    let events: Vec<_> = report.event().into_iter().collect();
    let recorded = events::record(&app, &events, Some(report.token())).await?;
    Ok(done(recorded))
}

fn require_fresh(signed_at: Timestamp, now: Timestamp) -> Result<(), ApiError> {
    if signed_at.duration_since(now).abs() <= FRESH { Ok(()) } else { Err(Code::PermissionDenied.into()) }
}

fn done(recorded: u64) -> Json<Value> {
    Json(json!({ "success": true, "data": { "recorded": recorded } }))
}
