//! What people type, and what opens doors, is in no log line and in no report, whatever becomes of the request: values that
//! are easily found again are sent through every flow. A new flow is an entry in [`flows`].

use reqwest::Method;
use serde_json::{Value, json};
use shared::config::LogFormat;
use tracing::level_filters::LevelFilter;

use crate::support::{Answer, Logs, Mood, SentryServer, TestApp, with_body};

const PASSWORD: &str = "canary-password-7Q";
const EMAIL: &str = "canary.address@example.com";
const USERNAME: &str = "canary.username";
const FIRST_NAME: &str = "Canaryfirst";
const LAST_NAME: &str = "Canarylast";
const PHONE: &str = "+48 601 234 567";
const NOTES: &str = "canary-notes";
const QUERY: &str = "canary-query";
const REFRESH: &str = "canary-refresh-token";
const ACCESS: &str = "canary-access-token";

/// Everything that may not turn up, as it was sent; codes and tokens that the app itself made are added.
const CANARIES: [&str; 10] =
    [PASSWORD, EMAIL, USERNAME, FIRST_NAME, LAST_NAME, PHONE, NOTES, QUERY, REFRESH, ACCESS];

/// A request, and what it says.
type Flow = (Method, String, Value);

/// Every way in which a value can be sent, rightly or wrongly. `salon` is a path below which a business is.
fn flows(salon: &str, code: &str) -> Vec<Flow> {
    let post = |path: &str, body| (Method::POST, path.to_owned(), body);
    let send = |method, path: String, body| (method, path, body);
    let person = json!({
        "username": USERNAME, "email": EMAIL, "password": PASSWORD, "password2": PASSWORD,
        "first_name": FIRST_NAME, "last_name": LAST_NAME, "phone": PHONE,
    });
    let business = json!({
        "name": FIRST_NAME, "category": "spa", "address_line1": LAST_NAME, "city": "Łódź", "postal_code": "90-001",
        "email": EMAIL, "phone_number": PHONE, "description": NOTES,
    });
    let visit = json!({ "service_id": NOTES, "date": QUERY, "start_time": "9", "notes": NOTES });
    let new_password = json!({ "old_password": PASSWORD, "new_password": PASSWORD, "new_password2": NOTES });
    let reset = json!({ "email": EMAIL, "code": code, "new_password": PASSWORD });
    vec![
        post("/api/users/register/", person.clone()),
        post(
            "/api/users/register/",
            json!({ "email": EMAIL, "password": [PASSWORD], "username": { "x": USERNAME } }),
        ),
        post("/api/users/verify-email/", json!({ "email": EMAIL, "code": code })),
        post("/api/users/verify-email/resend/", json!({ "email": EMAIL })),
        post("/api/users/login/", json!({ "email": EMAIL, "password": PASSWORD })),
        post("/api/users/login/", json!({ "username": USERNAME, "password": NOTES })),
        post("/api/users/token/refresh/", json!({ "refresh": REFRESH })),
        post("/api/users/logout/", json!({ "refresh": REFRESH })),
        post("/api/users/password-reset/", json!({ "email": EMAIL })),
        post("/api/users/password-reset/confirm/", reset),
        post("/api/users/change-password/", new_password.clone()),
        send(Method::PUT, "/api/users/change-password/".to_owned(), new_password),
        send(Method::PATCH, "/api/users/me/".to_owned(), person.clone()),
        send(Method::GET, "/api/users/me/".to_owned(), Value::Null),
        send(Method::GET, "/api/users/me/export/".to_owned(), Value::Null),
        send(
            Method::GET,
            format!("/api/businesses/?search={QUERY}&city={QUERY}&category={QUERY}"),
            Value::Null,
        ),
        send(Method::GET, format!("/api/{QUERY}/{REFRESH}/"), Value::Null),
        post("/api/businesses/", business),
        post(&format!("{salon}appointments/"), visit.clone()),
        send(Method::GET, format!("{salon}appointments/?status={QUERY}"), Value::Null),
        post(&format!("{salon}appointments/{QUERY}/cancel/"), json!({ "reason": NOTES })),
        post(&format!("/api/users/appointments/{QUERY}/cancel/"), json!({ "reason": NOTES })),
        post(&format!("/api/users/appointments/{QUERY}/reschedule/"), visit),
        post(
            &format!("{salon}customers/"),
            json!({ "name": FIRST_NAME, "email": EMAIL, "phone": PHONE, "notes": NOTES, "tags": [QUERY] }),
        ),
        send(Method::GET, format!("{salon}customers/?search={QUERY}&tag={NOTES}"), Value::Null),
        post(&format!("{salon}customers/{QUERY}/block/"), json!({ "reason": NOTES })),
        post(
            &format!("{salon}customers/import/"),
            json!(format!("name,email,notes\n{FIRST_NAME},{EMAIL},{NOTES}\n")),
        ),
        post(&format!("{salon}staff/"), json!({ "email": EMAIL, "display_name": FIRST_NAME })),
    ]
}

/// Sends every flow: as nobody, with a token that is none, and signed in.
async fn run(app: &TestApp, salon: &str, code: &str, tokens: &[Option<&str>]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for token in tokens {
        for (method, path, body) in flows(salon, code) {
            let request =
                app.request(method, &path).header("idempotency-key", QUERY).header("user-agent", NOTES);
            let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
            let request = if body.is_null() { request } else { with_body(request, &body) };
            answers.push(Answer::read(request.send().await.unwrap()).await);
        }
    }
    answers
}

#[tokio::test]
async fn what_people_type_is_in_no_log_line_and_in_no_report() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let dsn = sentry.dsn();
    let all = [("SENTRY_DSN", dsn.as_str()), ("SENTRY_TRACES_SAMPLE_RATE", "1")];
    let app = TestApp::with(&all).await;
    let salon = app.salon().create().await.path("");
    let logs = Logs::keep(LogFormat::Json, LevelFilter::TRACE);

    let person = json!({ "username": USERNAME, "email": EMAIL, "password": PASSWORD, "phone": PHONE });
    app.post("/api/users/register/", &person).await.expect(201);
    let code = app.code_for(EMAIL, 1).await;
    let verified = app.post("/api/users/verify-email/", &json!({ "email": EMAIL, "code": code })).await;
    verified.expect(200);
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let tokens = app.post("/api/users/login/", &body).await.expect(200);
    let (access, refresh) = (tokens["access"].as_str().unwrap(), tokens["refresh"].as_str().unwrap());
    run(&app, &salon, &code, &[None, Some(ACCESS), Some(access)]).await;
    // The same again with nothing behind it: every failure is logged and reported.
    let broken = TestApp::with(&[("DATABASE_URL", crate::support::NOWHERE), all[0], all[1]]).await;
    let failed = run(&broken, &salon, &code, &[None, Some(access)]).await;
    assert!(failed.iter().filter(|answer| answer.status == 503).count() > 10, "{failed:?}");

    let requests = logs.answered().len();
    assert!(requests > 100, "{requests}");
    let envelopes = sentry.wait_for(50).await;
    let told: Vec<String> =
        envelopes.into_iter().map(|envelope| envelope.text).chain([logs.text()]).collect();
    for text in &told {
        for canary in CANARIES.into_iter().chain([access, refresh]) {
            let at = text.to_lowercase().find(&canary.to_lowercase());
            assert_eq!(at, None, "{canary} in {}", &text[at.unwrap_or(0).saturating_sub(200)..]);
        }
        // Six digits may well be part of some random id, but do not stand alone in it.
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        assert!(words.all(|word| word != code), "the code is told: {text}");
    }
}

/// The database refuses a row, which Postgres quotes, and the refusal is nothing that a client is told.
#[tokio::test]
async fn what_the_database_refuses_is_reported_without_the_row() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let app = TestApp::with(&[("SENTRY_DSN", &sentry.dsn())]).await;
    let logs = Logs::keep(LogFormat::Json, LevelFilter::TRACE);
    let sql = "alter table users add constraint nobody check (phone = '')";
    app.database.connect().await.batch_execute(sql).await.unwrap();
    let body = json!({ "username": USERNAME, "email": EMAIL, "password": PASSWORD, "phone": PHONE });
    app.post("/api/users/register/", &body).await.refused(500, "SERVER_ERROR");
    let told = format!("{}{}", sentry.wait_for(1).await[0].text, logs.text());
    assert!(told.contains("nobody"), "the constraint is named: {told}");
    for canary in CANARIES {
        assert!(!told.contains(canary), "{canary}: {told}");
    }
}
