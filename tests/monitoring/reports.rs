//! What Sentry is told, over its real protocol.

use std::time::Duration;

use axum::{Router, routing::get};
use reqwest::Client;
use serde_json::{Value, json};
use shared::{app::App, host::Background, http::layers::Limits};

use crate::support::{Answer, Mood, NOWHERE, Received, SentryServer, TestApp, serve_routes};

async fn panics() {
    panic!("canary-of-a-panic");
}

async fn panics_later(background: Background) {
    background.spawn(async { panic!("canary-of-a-panic") });
}

fn routes() -> Router<App> {
    Router::new()
        .route("/panics/{id}", get(panics))
        .route("/panics-later", get(panics_later))
        .route("/fine", get(async || "fine"))
}

async fn ask(base: &str, path: &str) -> Answer {
    let request = Client::new().get(format!("{base}{path}")).header("x-request-id", "the-request");
    Answer::read(request.send().await.unwrap()).await
}

/// The one item of an envelope.
#[track_caller]
fn item(envelope: &Received, kind: &str) -> Value {
    assert_eq!(envelope.items.len(), 1, "{envelope:?}");
    assert_eq!(envelope.items[0].0, kind);
    envelope.items[0].1.clone()
}

#[tokio::test]
async fn a_panic_is_reported_with_where_it_was_and_not_with_what_it_said() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let variables = [
        ("SENTRY_DSN", &*sentry.dsn()),
        ("SENTRY_ENVIRONMENT", "staging"),
        ("VERCEL_GIT_COMMIT_SHA", "c0ffee"),
    ];
    let base = serve_routes(routes(), Limits::default(), &variables).await;
    ask(&base, "/panics/canary-id?canary=query").await.refused(500, "SERVER_ERROR");

    let envelope = sentry.wait_for(1).await.remove(0);
    assert_eq!(envelope.project, "42");
    assert_eq!(envelope.content_type, "application/x-sentry-envelope");
    assert!(
        envelope.auth.starts_with("Sentry ") && envelope.auth.contains("sentry_key=public"),
        "{}",
        envelope.auth
    );
    assert!(envelope.auth.contains("sentry_version=7") && envelope.auth.contains("sentry_client=sessly/"));
    let event = item(&envelope, "event");
    assert_eq!(envelope.header["event_id"], event["event_id"]);
    assert_eq!(event["transaction"], "GET /panics/{id}");
    assert_eq!((&event["environment"], &event["release"]), (&json!("staging"), &json!("c0ffee")));
    let tags =
        json!({ "method": "GET", "request_id": "the-request", "route": "/panics/{id}", "status": "500" });
    assert_eq!(event["tags"], tags);
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["type"], "panic");
    assert!(exception["value"].as_str().unwrap().starts_with("panicked at tests/monitoring/reports.rs:"));
    assert_eq!(exception["mechanism"]["handled"], false);
    assert!(!envelope.text.contains("canary"), "{}", envelope.text);
}

#[tokio::test]
async fn a_panic_after_the_answer_is_reported_too() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let base = serve_routes(routes(), Limits::default(), &[("SENTRY_DSN", &sentry.dsn())]).await;
    ask(&base, "/panics-later").await.expect(200);
    let event = item(&sentry.wait_for(1).await[0], "event");
    assert_eq!(event["exception"]["values"][0]["type"], "panic");
    assert_eq!(event["tags"]["request_id"], "the-request");
    assert_eq!(event["transaction"], "GET /panics-later");
}

#[tokio::test]
async fn a_failure_is_reported_with_its_code_and_cause() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let app = TestApp::with(&[("DATABASE_URL", NOWHERE), ("SENTRY_DSN", &sentry.dsn())]).await;
    let answer = app.get("/api/businesses/?search=canary").await;
    answer.refused(503, "SERVICE_UNAVAILABLE");
    let envelope = sentry.wait_for(1).await.remove(0);
    let event = item(&envelope, "event");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["type"], "SERVICE_UNAVAILABLE");
    assert!(exception["value"].as_str().unwrap().contains("no database connection"), "{exception}");
    assert_eq!(event["transaction"], "GET /api/businesses");
    assert_eq!(event["tags"]["request_id"], answer.header("x-request-id").unwrap());
    assert!(!envelope.text.contains("canary"), "{}", envelope.text);
}

#[tokio::test]
async fn a_slow_request_is_reported() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let limits = Limits { slow: Duration::ZERO, ..Limits::default() };
    let base = serve_routes(routes(), limits, &[("SENTRY_DSN", &sentry.dsn())]).await;
    ask(&base, "/fine").await.expect(200);
    let event = item(&sentry.wait_for(1).await[0], "event");
    assert_eq!((&event["level"], &event["message"]), (&json!("warning"), &json!("slow request")));
    assert!(event["extra"]["ms"].is_u64() && event["extra"]["statements"] == 0, "{event}");
}

#[tokio::test]
async fn as_many_requests_are_traced_as_configured() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let all = [("SENTRY_DSN", &*sentry.dsn()), ("SENTRY_TRACES_SAMPLE_RATE", "1.0")];
    let base = serve_routes(routes(), Limits::default(), &all).await;
    ask(&base, "/fine").await.expect(200);
    let transaction = item(&sentry.wait_for(1).await[0], "transaction");
    assert_eq!(transaction["transaction"], "GET /fine");
    assert_eq!(transaction["contexts"]["trace"]["op"], "http.server");
    assert_eq!(transaction["contexts"]["trace"]["status"], "ok");
    assert!(
        transaction["start_timestamp"].is_string() && transaction["timestamp"].is_string(),
        "{transaction}"
    );

    // What went well and quickly is not reported otherwise.
    let none = serve_routes(routes(), Limits::default(), &[("SENTRY_DSN", &sentry.dsn())]).await;
    ask(&none, "/fine").await.expect(200);
    ask(&none, "/nothing").await.expect(404);
    ask(&none, "/panics/1").await.expect(500);
    let received = sentry.wait_for(2).await;
    assert_eq!(received.len(), 2);
    item(&received[1], "event");
}

#[tokio::test]
async fn a_sentry_that_is_away_or_fails_or_hangs_changes_nothing() {
    let (fails, hangs) = (SentryServer::start(Mood::Fails).await, SentryServer::start(Mood::Hangs).await);
    let away = "http://public@127.0.0.1:1/42".to_owned();
    for dsn in [fails.dsn(), hangs.dsn(), away] {
        let all = [("SENTRY_DSN", dsn.as_str()), ("SENTRY_TRACES_SAMPLE_RATE", "1")];
        let base = serve_routes(routes(), Limits::default(), &all).await;
        for _ in 0..10 {
            ask(&base, "/panics/1").await.refused(500, "SERVER_ERROR");
            assert_eq!(ask(&base, "/fine").await.text, "fine");
        }
    }
    // Of many that cannot leave, only a few are kept waiting.
    assert_eq!(hangs.received().len(), 4);
}
