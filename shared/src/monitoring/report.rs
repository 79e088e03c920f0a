//! What Sentry is told of a request: that it panicked, failed or was slow, and, of a share of all requests, how long they
//! took. Each names the route, the request id, the environment and the release.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use axum::{extract::MatchedPath, http::StatusCode};
use jiff::Timestamp;
use sentry_types::protocol::v7::{
    Context, Envelope, Event, Exception, Level, Mechanism, SpanStatus, TraceContext, Transaction,
};

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
    pub(super) ended: SystemTime,
}

impl<'a> Outcome<'a> {
    /// What the record says, and how it ended.
    pub(super) fn of(record: &'a Record, status: StatusCode, took: Duration, now: Timestamp) -> Self {
        Self {
            request_id: &record.id,
            method: record.method,
            route: record.route.get().map_or(NO_ROUTE, MatchedPath::as_str),
            status,
            failure: record.failure.get(),
            panicked_at: record.take_panic(),
            statements: record.statements(),
            took,
            ended: now.into(),
        }
    }
}

/// One report on its way to a project.
pub(super) struct Reporter<'a> {
    project: &'a SentryProject,
    outcome: &'a Outcome<'a>,
    trace: TraceContext,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(project: &'a SentryProject, outcome: &'a Outcome<'a>) -> Self {
        let trace = TraceContext {
            op: Some("http.server".to_owned()),
            status: Some(match outcome.status.as_u16() {
                404 => SpanStatus::NotFound,
                429 => SpanStatus::ResourceExhausted,
                503 => SpanStatus::Unavailable,
                status if status < 400 => SpanStatus::Ok,
                status if status < 500 => SpanStatus::InvalidArgument,
                _ => SpanStatus::InternalError,
            }),
            ..TraceContext::default()
        };
        Self { project, outcome, trace }
    }

    /// Everything there is to report, where `slow` is how long a request may take and `drawn` a number from 0 to 1.
    pub(super) fn envelopes(&self, slow: Duration, drawn: f32) -> Vec<Envelope> {
        let transaction = (drawn < self.project.traces_sample_rate).then(|| self.transaction().into());
        self.event(slow).map(Envelope::from).into_iter().chain(transaction).collect()
    }

    /// What went wrong, if anything did.
    fn event(&self, slow: Duration) -> Option<Event<'static>> {
        let outcome = self.outcome;
        if let Some(location) = &outcome.panicked_at {
            return Some(self.exception("panic", format!("panicked at {location}"), false));
        }
        if outcome.status.is_server_error() {
            let code = outcome.failure.map_or("SERVER_ERROR", |failure| failure.code.as_str());
            let cause = outcome.failure.and_then(|failure| failure.cause.clone());
            return Some(self.exception(code, cause.unwrap_or_else(|| outcome.status.to_string()), true));
        }
        (outcome.took >= slow).then(|| Event {
            level: Level::Warning,
            message: Some("slow request".to_owned()),
            fingerprint: self.fingerprint("slow", ""),
            ..self.plain_event()
        })
    }

    fn exception(&self, kind: &'static str, value: String, handled: bool) -> Event<'static> {
        let mechanism =
            Mechanism { ty: "request".to_owned(), handled: Some(handled), ..Mechanism::default() };
        let fingerprint = self.fingerprint(kind, &value);
        let exception = Exception {
            ty: kind.to_owned(),
            value: Some(value),
            mechanism: Some(mechanism),
            ..Exception::default()
        };
        Event { exception: vec![exception].into(), fingerprint, ..self.plain_event() }
    }

    /// Reports with one fingerprint are one problem.
    fn fingerprint(&self, kind: &'static str, value: &str) -> Cow<'static, [Cow<'static, str>]> {
        vec![kind.into(), self.name().into(), value.to_owned().into()].into()
    }

    fn plain_event(&self) -> Event<'static> {
        Event {
            transaction: Some(self.name()),
            timestamp: self.outcome.ended,
            environment: Some(self.project.environment.clone().into()),
            release: Some(self.project.release.clone().into()),
            tags: self.tags(),
            contexts: self.contexts(),
            extra: self.measures(),
            ..Event::default()
        }
    }

    fn transaction(&self) -> Transaction<'static> {
        Transaction {
            name: Some(self.name()),
            start_timestamp: self.outcome.ended.checked_sub(self.outcome.took).unwrap_or(self.outcome.ended),
            timestamp: Some(self.outcome.ended),
            environment: Some(self.project.environment.clone().into()),
            release: Some(self.project.release.clone().into()),
            tags: self.tags(),
            contexts: self.contexts(),
            extra: self.measures(),
            ..Transaction::default()
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.outcome.method, self.outcome.route)
    }

    fn tags(&self) -> BTreeMap<String, String> {
        let Outcome { request_id, method, route, status, .. } = self.outcome;
        [
            ("request_id", (*request_id).to_owned()),
            ("method", (*method).to_owned()),
            ("route", (*route).to_owned()),
            ("status", status.as_u16().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn contexts(&self) -> BTreeMap<String, Context> {
        [("trace".to_owned(), self.trace.clone().into())].into()
    }

    fn measures(&self) -> BTreeMap<String, serde_json::Value> {
        let millis = u64::try_from(self.outcome.took.as_millis()).unwrap_or(u64::MAX);
        [("ms".to_owned(), millis.into()), ("statements".to_owned(), self.outcome.statements.into())].into()
    }
}
