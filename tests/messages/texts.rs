//! Text messages by the providers' APIs: a provider on this machine that speaks SMSAPI's and Twilio's protocols, and what
//! becomes of what it does not take.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{deliver, stored};
use crate::support::{Salon, TestApp, eventually};

const TOKEN: &str = "smsapi-token";
const SID: &str = "AC0123456789abcdef0123456789abcdef";

type Fields = BTreeMap<String, String>;

#[derive(Default)]
struct Desk {
    /// Answers to give before doing one's work again.
    refusals: Mutex<VecDeque<(u16, Value)>>,
    taken: Mutex<Vec<Fields>>,
    seen: Mutex<HashSet<String>>,
}

impl Desk {
    fn refusal(&self) -> Option<Response> {
        let (status, body) = self.refusals.lock().unwrap().pop_front()?;
        Some((StatusCode::from_u16(status).unwrap(), Json(body)).into_response())
    }
}

/// The provider; gone with its runtime.
struct Provider {
    base: String,
    desk: Arc<Desk>,
}

impl Provider {
    async fn start() -> Self {
        let desk = Arc::new(Desk::default());
        let routes = Router::new()
            .route("/sms.do", post(smsapi))
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(twilio))
            .with_state(desk.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, desk }
    }

    fn as_smsapi(&self) -> [(&'static str, &str); 3] {
        [("SMSAPI_TOKEN", TOKEN), ("SMSAPI_BASE_URL", &self.base), ("SMS_SENDER", "Sessly")]
    }

    fn as_twilio(&self) -> [(&'static str, &str); 4] {
        [
            ("TWILIO_ACCOUNT_SID", SID),
            ("TWILIO_AUTH_TOKEN", TOKEN),
            ("TWILIO_BASE_URL", &self.base),
            ("SMS_SENDER", "+48732000000"),
        ]
    }

    fn refuse_next(&self, status: u16, body: Value) {
        self.desk.refusals.lock().unwrap().push_back((status, body));
    }

    fn taken(&self) -> Vec<Fields> {
        self.desk.taken.lock().unwrap().clone()
    }
}

fn fields(headers: &HeaderMap, body: &str) -> Fields {
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let read = reqwest::Url::parse(&format!("http://localhost/?{body}")).unwrap();
    read.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// As the API's reference says: what is refused is answered with 200 too, with the number of an error.
async fn smsapi(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: String) -> Response {
    let fields = fields(&headers, &body);
    if let Some(refusal) = desk.refusal() {
        return refusal;
    }
    let error =
        |number: u32, message: &str| Json(json!({ "error": number, "message": message })).into_response();
    if headers.get("authorization").is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
        return error(101, "Authorization failed");
    }
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    assert_eq!((field("format"), field("encoding")), ("json".to_owned(), "utf-8".to_owned()));
    if field("message").is_empty() {
        return error(11, "Message too long or there is no message");
    }
    if field("to").len() != 11 || !field("to").bytes().all(|b| b.is_ascii_digit()) {
        return error(13, "No valid phone numbers");
    }
    if field("check_idx") == "1" && !desk.seen.lock().unwrap().insert(field("idx")) {
        return error(53, "Not unique idx parameter");
    }
    desk.taken.lock().unwrap().push(fields.clone());
    let sent =
        json!({ "id": "1", "points": 0.16, "number": field("to"), "status": "QUEUE", "idx": field("idx") });
    Json(json!({ "count": 1, "list": [sent] })).into_response()
}

async fn twilio(
    State(desk): State<Arc<Desk>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let fields = fields(&headers, &body);
    if let Some(refusal) = desk.refusal() {
        return refusal;
    }
    let credentials = format!("Basic {}", STANDARD.encode(format!("{SID}:{TOKEN}")));
    if headers.get("authorization").is_none_or(|value| value != &credentials) || sid != SID {
        let body = json!({ "code": 20003, "message": "Authenticate", "status": 401 });
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    let is_whole = fields.get("To").is_some_and(|to| to.starts_with('+'))
        && fields.contains_key("Body")
        && (fields.contains_key("From") || fields.contains_key("MessagingServiceSid"));
    if !is_whole {
        let body = json!({ "code": 21211, "message": "The 'To' number is not a valid phone number.", "status": 400 });
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    desk.taken.lock().unwrap().push(fields);
    (StatusCode::CREATED, Json(json!({ "sid": "SM1", "status": "queued" }))).into_response()
}

/// A guest asks for a code; nothing has left yet.
async fn ask(app: &TestApp, salon: &Salon, time: &str) {
    let held = app.post(&salon.path("guest-holds/"), &salon.wish("2026-03-03", time)).await.expect(201);
    let who = json!({ "hold_token": held["hold_token"], "name": "Gosia Maj", "phone": "700 100 200" });
    app.post(&salon.path("guest-holds/code/"), &who).await.expect(200);
}

/// An app that texts by a provider, and a salon that takes guests.
async fn texting(variables: &[(&str, &str)]) -> (TestApp, Salon) {
    let app = TestApp::with(variables).await;
    let policy = json!({ "guest_booking": true });
    let salon = app.salon().business("booking_policy", policy).create().await;
    (app, salon)
}

/// What became of the code that was asked for: sent, postponed or given up.
async fn outcome(app: &TestApp) -> Value {
    let sql = "select attempts, error, finished_at is not null as finished from outbox where thread like 'guest code%'";
    eventually("the code is sent or not", async || {
        let rows = stored(app, sql).await;
        (rows[0]["error"].is_string() || rows[0]["finished"] == true).then_some(rows)
    })
    .await
}

#[tokio::test]
async fn each_provider_gets_the_message_in_its_own_form() {
    let provider = Provider::start().await;
    let (app, salon) = texting(&provider.as_smsapi()).await;
    ask(&app, &salon, "10:00").await;
    assert_eq!(outcome(&app).await[0]["error"], json!(null));
    let [sent] = provider.taken().try_into().unwrap();
    assert_eq!((sent["to"].as_str(), sent["from"].as_str()), ("48700100200", "Sessly"));
    assert!(sent["message"].starts_with("Kod do rezerwacji: Zlote Nozyczki: "), "{sent:?}");
    let row =
        stored(&app, "select replace(id::text, '-', '') as id from outbox where thread like 'guest%'").await;
    assert_eq!(row, json!([{ "id": sent["idx"] }]));

    let provider = Provider::start().await;
    let (app, salon) = texting(&provider.as_twilio()).await;
    ask(&app, &salon, "10:00").await;
    assert_eq!(outcome(&app).await[0]["error"], json!(null));
    let [sent] = provider.taken().try_into().unwrap();
    assert_eq!((sent["To"].as_str(), sent["From"].as_str()), ("+48700100200", "+48732000000"));
    assert!(sent["Body"].starts_with("Kod do rezerwacji: Zlote Nozyczki: "), "{sent:?}");
}

#[tokio::test]
async fn a_messaging_service_sends_under_its_own_id() {
    let provider = Provider::start().await;
    let mut variables = provider.as_twilio();
    variables[3].1 = "MG0123456789abcdef0123456789abcdef";
    let (app, salon) = texting(&variables).await;
    ask(&app, &salon, "10:00").await;
    outcome(&app).await;
    let [sent] = provider.taken().try_into().unwrap();
    assert_eq!(sent["MessagingServiceSid"], variables[3].1);
    assert!(!sent.contains_key("From"));
}

#[tokio::test]
async fn what_is_refused_for_now_is_sent_once_later() {
    for (status, body, error) in [
        (200, json!({ "error": 201, "message": "Internal error" }), "the provider answered with error 201"),
        (503, json!({}), "the provider answered 503 Service Unavailable"),
        // Our own settings can be set right.
        (
            200,
            json!({ "error": 103, "message": "Not enough credits" }),
            "the provider answered with error 103",
        ),
        (200, json!([]), "the provider's answer was not its own"),
    ] {
        let provider = Provider::start().await;
        let (app, salon) = texting(&provider.as_smsapi()).await;
        provider.refuse_next(status, body);
        ask(&app, &salon, "10:00").await;
        assert_eq!(outcome(&app).await, json!([{ "attempts": 1, "error": error, "finished": false }]));
        app.later(SignedDuration::from_secs(31)).await;
        assert_eq!(deliver(&app).await.sent, 1, "{error}");
        assert_eq!(provider.taken().len(), 1);
    }
}

#[tokio::test]
async fn what_has_been_taken_already_is_not_sent_again() {
    let provider = Provider::start().await;
    let (app, salon) = texting(&provider.as_smsapi()).await;
    ask(&app, &salon, "10:00").await;
    outcome(&app).await;
    // Its process ended before it could note that it was sent.
    let again = "update outbox set finished_at = null, due_at = created_at, payload = $1 where thread like 'guest code%'";
    let hold = stored(&app, "select hold_id from guest_codes").await;
    let payload =
        json!({ "notice": "guest_code", "hold": hold[0]["hold_id"], "code": "123456", "reader": "person" });
    app.database.connect().await.execute(again, &[&payload]).await.unwrap();
    assert_eq!(deliver(&app).await.sent, 1);
    assert_eq!(provider.taken().len(), 1);
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up() {
    for (service, status, body) in [
        ("smsapi", 200, json!({ "error": 13, "message": "No valid phone numbers" })),
        ("twilio", 400, json!({ "code": 21211, "status": 400 })),
    ] {
        let provider = Provider::start().await;
        let (smsapi, twilio) = (provider.as_smsapi(), provider.as_twilio());
        let (app, salon) = texting(if service == "smsapi" { &smsapi[..] } else { &twilio[..] }).await;
        provider.refuse_next(status, body);
        ask(&app, &salon, "10:00").await;
        let became = outcome(&app).await;
        assert_eq!((&became[0]["attempts"], &became[0]["finished"]), (&json!(1), &json!(true)), "{service}");
        assert!(!became[0]["error"].as_str().unwrap().contains("700"), "{became}");
        app.later(SignedDuration::from_hours(24)).await;
        deliver(&app).await;
        assert!(provider.taken().is_empty(), "{service}");
    }
}
