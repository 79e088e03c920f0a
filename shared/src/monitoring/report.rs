//! What Sentry is told of a request: that it panicked, failed or was slow, and, of a share of all requests, how long they
//! took. Each names the route, the request id, the environment and the release.
//!
//! Written as Sentry documents it ([envelopes](https://develop.sentry.dev/sdk/data-model/envelopes/),
//! [events](https://develop.sentry.dev/sdk/data-model/event-payloads/)). Its own types have room for everything there is
//! to say, and take half a megabyte of every function to say it.

use std::time::Duration;

use axum::{extract::MatchedPath, http::StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Failure, Record};
use crate::config::SentryProject;

/// Where a path leads nowhere.
const NO_ROUTE: &str = "(none)";

/// How a request went.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) request_id: &'a str,
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) status: StatusCode,
    pub(super) failure: Option<&'a Failure>,
    pub(super) panicked_at: Option<String>,
    pub(super) statements: u32,
    pub(super) took: Duration,
    pub(super) ended: Timestamp,
}

impl<'a> Outcome<'a> {
    /// What the record says, and how it ended.
    pub(super) fn of(record: &'a Record, status: StatusCode, took: Duration, ended: Timestamp) -> Self {
        Self {
            request_id: &record.id,
            method: record.method,
            route: record.route.get().map_or(NO_ROUTE, MatchedPath::as_str),
            status,
            failure: record.failure.get(),
            panicked_at: record.take_panic(),
            statements: record.statements(),
            took,
            ended,
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    /// What became of it, in [Sentry's words](https://develop.sentry.dev/sdk/data-model/event-payloads/span/).
    fn span_status(&self) -> &'static str {
        match self.status.as_u16() {
            ..400 => "ok",
            401 => "unauthenticated",
            403 => "permission_denied",
            404 => "not_found",
            409 => "aborted",
            429 => "resource_exhausted",
            400..500 => "invalid_argument",
            503 => "unavailable",
            _ => "internal_error",
        }
    }
}

/// An envelope, ready to be posted.
pub(super) type Envelope = Vec<u8>;

/// Everything there is to report to a project, where `slow` is how long a request may take and `drawn` a number from 0 to
/// 1 that decides whether it is of the share that is reported anyway.
pub(super) fn envelopes(
    project: &SentryProject,
    outcome: &Outcome,
    slow: Duration,
    drawn: f32,
) -> Vec<Envelope> {
    // What is reported of one request belongs to one trace.
    let trace = json!({
        "trace_id": random_id(),
        "span_id": format!("{:016x}", rand::random::<u64>()),
        "op": "http.server",
        "status": outcome.span_status(),
    });
    let enveloped = |kind: &str, item: Value| envelope(kind, &complete(item, project, outcome, &trace));
    let problem = problem(outcome, slow).map(|problem| enveloped("event", problem));
    let duration = || enveloped("transaction", duration(outcome));
    problem.into_iter().chain((drawn < project.traces_sample_rate).then(duration)).collect()
}

/// What went wrong, if anything did.
fn problem(outcome: &Outcome, slow: Duration) -> Option<Value> {
    if let Some(location) = &outcome.panicked_at {
        return Some(exception(outcome, "panic", &format!("panicked at {location}"), false));
    }
    if outcome.status.is_server_error() {
        let code = outcome.failure.map_or("SERVER_ERROR", |failure| failure.code.as_str());
        let cause = outcome.failure.and_then(|failure| failure.cause.as_deref());
        return Some(exception(outcome, code, cause.unwrap_or_default(), true));
    }
    (outcome.took >= slow).then(
        || json!({ "level": "warning", "message": "slow request", "fingerprint": ["slow", outcome.name()] }),
    )
}

/// Reports with one fingerprint are one problem.
fn exception(outcome: &Outcome, kind: &str, value: &str, handled: bool) -> Value {
    let mechanism = json!({ "type": "request", "handled": handled });
    json!({
        "level": "error",
        "fingerprint": [kind, outcome.name(), value],
        "exception": { "values": [{ "type": kind, "value": value, "mechanism": mechanism }] },
    })
}

fn duration(outcome: &Outcome) -> Value {
    let started = outcome.ended.checked_sub(outcome.took).unwrap_or(outcome.ended);
    json!({ "type": "transaction", "start_timestamp": started, "spans": [] })
}

/// Adds what every report says.
fn complete(mut item: Value, project: &SentryProject, outcome: &Outcome, trace: &Value) -> Value {
    let millis = u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX);
    item["event_id"] = random_id().into();
    item["timestamp"] = outcome.ended.to_string().into();
    item["platform"] = "other".into();
    item["environment"] = project.environment.as_str().into();
    item["release"] = project.release.as_str().into();
    item["transaction"] = outcome.name().into();
    item["contexts"] = json!({ "trace": trace });
    item["tags"] = json!({
        "request_id": outcome.request_id,
        "method": outcome.method,
        "route": outcome.route,
        "status": outcome.status.as_str(),
    });
    item["extra"] = json!({ "ms": millis, "statements": outcome.statements });
    item
}

/// An envelope of one item: a header, the item's header and the item, each in a line.
fn envelope(kind: &str, item: &Value) -> Envelope {
    let header = json!({ "event_id": item["event_id"] });
    let text = item.to_string();
    let item_header = json!({ "type": kind, "length": text.len() });
    format!("{header}\n{item_header}\n{text}\n").into_bytes()
}

/// An id as Sentry writes them.
fn random_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
