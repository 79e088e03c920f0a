//! The outermost layer: gives a request its id and its record, and when it is answered says how it went.

use std::time::Duration;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use http_body::Body;
use tokio::time::Instant;
use tracing::{Instrument, field::display};
use uuid::Uuid;

use super::{
    Record, Sentry, panics,
    report::{self, Envelope, Outcome},
};
use crate::{app::App, host::Background};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the layer needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub(super) app: App,
    /// How long a request may take before it is reported.
    slow: Duration,
}

impl Watch {
    pub(crate) fn new(app: App, slow: Duration) -> Self {
        panics::watch(app.config().environment);
        Self { app, slow }
    }

    pub(super) fn envelopes(&self, sentry: &Sentry, outcome: &Outcome) -> Vec<Envelope> {
        report::envelopes(&sentry.project, outcome, self.slow, rand::random())
    }

    fn tell(&self, record: &Record, response: &Response, took: Duration, background: Option<&Background>) {
        let outcome = Outcome::of(record, response.status(), took, self.app.now());
        log(&outcome, record, response.body().size_hint().exact());
        if let (Some(sentry), Some(background)) = (self.app.sentry(), background) {
            sentry.send_after(background, self.envelopes(sentry, &outcome));
        }
    }
}

/// Gives the request an id, puts it on the answer and on every log line in between, and writes the request's own.
pub(crate) async fn watch(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let text = id.to_str().unwrap_or_default().to_owned();
    let record = Record::new(watch.clone(), text, known(request.method()));
    let span = tracing::info_span!("request", id = record.id);
    let background = request.extensions().get::<Background>().cloned();
    let work = async {
        let started = Instant::now();
        let mut response = next.run(request).await;
        response.headers_mut().insert(REQUEST_ID, id);
        watch.tell(&record, &response, started.elapsed(), background.as_ref());
        response
    };
    record.during(work).instrument(span).await
}

/// One line per request.
fn log(outcome: &Outcome, record: &Record, bytes: Option<u64>) {
    let Outcome { method, route, statements, .. } = *outcome;
    let status = outcome.status.as_u16();
    let ms = (outcome.took.as_secs_f64() * 10_000.0).round() / 10.0;
    let user = record.user.get().map(display);
    let code = outcome.failure.map(|failure| failure.code.as_str());
    let cause = outcome.failure.and_then(|failure| failure.cause.as_deref());
    if outcome.status.is_server_error() {
        tracing::error!(method, route, status, ms, user, statements, bytes, code, cause, "answered");
    } else {
        tracing::info!(method, route, status, ms, user, statements, bytes, code, cause, "answered");
    }
}

/// Notes which route a request has found. Has to be inside the router, where that is known.
pub(crate) async fn note_route(request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        Record::note(|record| {
            record.route.get_or_init(|| route.clone());
        });
    }
    next.run(request).await
}

/// The method's name, if it is one that we know: any other is the client's to write.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// The caller's request id if it sent a sane one (it ends up in logs), else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        // As platforms write their trace ids: `Root=1-67891233-abcdef012345678912345678`, base64, `a/b:c`.
        (1..=128).contains(&bytes.len())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_.:=/+-".contains(b))
    };
    headers.get(REQUEST_ID).filter(sane).cloned().unwrap_or_else(|| {
        let id = Uuid::from_bytes(rand::random()).simple().to_string();
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("unknown"))
    })
}
