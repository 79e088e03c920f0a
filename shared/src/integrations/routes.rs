//! `/api/integrations/mail/{provider}/`: the function `integrations`. Open to whoever can sign; to nobody where no key
//! is configured.

use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{events, mailgun, sendgrid};
use crate::{
    app::App,
    http::{ApiError, ApiResult, Code, Done},
    language::Message,
    openapi::api,
};

/// How old a signature may be, and how far ahead its maker's clock.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

api! {
    /// The routes of the function `integrations`.
    pub fn routes, operations; "Integrations";

    "/api/integrations/mail/sendgrid" {
        /// What SendGrid reports of our mail
        ///
        /// The body is a list of events as SendGrid's Event Webhook posts them, signed with its key. Without one
        /// configured, it is not there.
        post from_sendgrid: Machine, [InvalidInput, NotFound, PayloadTooLarge];
    }
    "/api/integrations/mail/mailgun" {
        /// What Mailgun reports of our mail
        ///
        /// The body is one event as Mailgun's webhooks post it, with its signature. Without a key configured, it is
        /// not there.
        post from_mailgun: Machine, [NotFound, PayloadTooLarge];
    }
}

/// What came of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailReport)]
struct Recorded {
    /// Events that were news.
    recorded: u64,
}

async fn from_sendgrid(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Json<Done<Recorded>>> {
    let key = app.config().mail_webhooks.sendgrid.as_ref().ok_or(Code::NotFound)?;
    let signed_at = sendgrid::verify(key, &headers, &body).ok_or(Code::Unauthorized)?;
    require_fresh(signed_at, app.now())?;
    let events = sendgrid::events(&body).ok_or_else(|| ApiError::invalid_input(Message::NotJson))?;
    let recorded = events::record(&app, &events, None).await?;
    Ok(Done::with(Recorded { recorded }))
}

async fn from_mailgun(State(app): State<App>, body: Bytes) -> ApiResult<Json<Done<Recorded>>> {
    let key = app.config().mail_webhooks.mailgun.as_ref().ok_or(Code::NotFound)?;
    let report = mailgun::Report::read(&body).ok_or(Code::Unauthorized)?;
    let signed_at = report.verify(key).ok_or(Code::Unauthorized)?;
    require_fresh(signed_at, app.now())?;
    let events: Vec<_> = report.event().into_iter().collect();
    let recorded = events::record(&app, &events, Some(report.token())).await?;
    Ok(Done::with(Recorded { recorded }))
}

fn require_fresh(signed_at: Timestamp, now: Timestamp) -> Result<(), ApiError> {
    if signed_at.duration_since(now).abs() <= FRESH { Ok(()) } else { Err(Code::Unauthorized.into()) }
}
