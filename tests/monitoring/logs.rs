//! One line per request, and what is in it.

use axum::{Router, routing::get};
use reqwest::{Client, Method};
use serde_json::json;
use shared::{config::LogFormat, host::Background, http::layers::Limits};
use tracing::level_filters::LevelFilter;

use crate::support::{Answer, Logs, NOWHERE, TestApp, serve_routes};

const PRODUCTION: (LogFormat, LevelFilter) = (LogFormat::Json, LevelFilter::INFO);

fn keep() -> Logs {
    Logs::keep(PRODUCTION.0, PRODUCTION.1)
}

#[tokio::test]
async fn a_request_is_one_line_that_says_how_it_went() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let logs = keep();
    let request = anna.request(Method::GET, "/api/users/appointments/?page=1&canary=1");
    let request = request.header("x-request-id", "request-of-anna");
    let answer = Answer::read(request.send().await.unwrap()).await;
    answer.expect(200);

    let lines = logs.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    let expected = json!({
        "level": "INFO",
        "message": "answered",
        "method": "GET",
        "route": "/api/users/appointments",
        "status": 200,
        "user": anna.id,
        "bytes": answer.text.len(),
        "span": { "name": "request", "id": "request-of-anna" },
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&line[name], value, "{name}: {line}");
    }
    assert!(line["ms"].as_f64().is_some() && line["timestamp"].is_string(), "{line}");
    assert!(line["statements"].as_u64().is_some_and(|statements| statements >= 2), "{line}");
    assert!(!logs.text().contains("canary"), "{line}");
}

#[tokio::test]
async fn a_route_stands_for_its_paths() {
    let app = TestApp::start().await;
    let logs = keep();
    app.get("/api/businesses/canary-salon/services/").await.expect(404);
    app.get("/api/canary/nobody/").await.expect(404);
    let odd = Method::from_bytes(b"CANARY").unwrap();
    Answer::read(app.request(odd, "/api/health/").send().await.unwrap()).await.expect(405);
    let answered = logs.answered();
    let told: Vec<_> =
        answered.iter().map(|line| (line["method"].as_str(), line["route"].as_str())).collect();
    let services = Some("/api/businesses/{business}/services");
    assert_eq!(
        told,
        [(Some("GET"), services), (Some("GET"), Some("(none)")), (Some("OTHER"), Some("/api/health"))]
    );
    assert_eq!(answered[0]["code"], "BUSINESS_NOT_FOUND");
    assert!(!logs.text().to_lowercase().contains("canary"), "{}", logs.text());
}

#[tokio::test]
async fn a_failure_is_an_error_and_says_why() {
    let app = TestApp::with(&[("DATABASE_URL", NOWHERE)]).await;
    let logs = keep();
    app.get("/api/businesses/").await.expect(503);
    let answered = logs.answered();
    assert_eq!(answered.len(), 1);
    assert_eq!(answered[0]["level"], "ERROR");
    assert_eq!(answered[0]["code"], "SERVICE_UNAVAILABLE");
    assert!(answered[0]["cause"].as_str().unwrap().starts_with("no database connection"), "{answered:?}");
}

#[tokio::test]
async fn work_after_the_answer_is_logged_under_the_same_id() {
    async fn handler(background: Background) {
        background.spawn(async { tracing::info!("done afterwards") });
    }
    let base = serve_routes(Router::new().route("/later", get(handler)), Limits::default(), &[]).await;
    let logs = keep();
    Client::new().get(format!("{base}/later")).header("x-request-id", "one-request").send().await.unwrap();
    while logs.lines().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(logs.lines().iter().all(|line| line["span"]["id"] == "one-request"), "{}", logs.text());
}

#[tokio::test]
async fn logs_for_people_are_text() {
    let app = TestApp::start().await;
    let logs = Logs::keep(LogFormat::Text, LevelFilter::INFO);
    app.get("/api/health/").await.expect(200);
    let text = logs.text();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("/api/health") && text.contains("200") && !text.starts_with('{'), "{text}");
}
