//! What mail providers report, and whom they may report it for.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use shared::{
    ids::UserId,
    outbox::{Happening, Notice},
};

use super::{deliver, happens, mail_about, mails_about, stored, tell, visit};
use crate::support::{Answer, NOWHERE, Person, Salon, TestApp};

const SENDGRID: &str = "/api/integrations/mail/sendgrid/";
const MAILGUN: &str = "/api/integrations/mail/mailgun/";
const SIGNING_KEY: &str = "a signing key of the tests";

/// What comes before a point in a P-256 public key.
const SPKI: &str = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

/// A key pair as SendGrid has one.
struct SendGrid(EcdsaKeyPair);

impl SendGrid {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap())
    }

    /// As the provider's settings show it.
    fn public_key(&self) -> String {
        let before = (0..SPKI.len()).step_by(2).map(|at| u8::from_str_radix(&SPKI[at..at + 2], 16).unwrap());
        STANDARD.encode(before.chain(self.0.public_key().as_ref().iter().copied()).collect::<Vec<u8>>())
    }

    fn signature(&self, at: &str, body: &str) -> String {
        let signature = self.0.sign(&SystemRandom::new(), format!("{at}{body}").as_bytes()).unwrap();
        STANDARD.encode(signature)
    }

    async fn app(&self) -> TestApp {
        TestApp::with(&[("SENDGRID_WEBHOOK_PUBLIC_KEY", &self.public_key())]).await
    }

    async fn report(&self, app: &TestApp, events: &Value) -> Answer {
        let (at, body) = (app.clock.now().as_second().to_string(), events.to_string());
        post(app, &self.signature(&at, &body), &at, &body).await
    }
}

async fn post(app: &TestApp, signature: &str, at: &str, body: &str) -> Answer {
    let request = app
        .request(Method::POST, SENDGRID)
        .header("content-type", "application/json")
        .header("X-Twilio-Email-Event-Webhook-Signature", signature)
        .header("X-Twilio-Email-Event-Webhook-Timestamp", at)
        .body(body.to_owned());
    Answer::read(request.send().await.unwrap()).await
}

fn sendgrid_event(id: &str, event: &str, kind: Option<&str>, email: &str, at: Timestamp) -> Value {
    json!({
        "email": email, "timestamp": at.as_second(), "event": event, "type": kind, "sg_event_id": id,
        "sg_message_id": "x.y", "sessly_message_id": "0195f0aa-0000-7000-8000-000000000001",
    })
}

/// A report as Mailgun signs it.
fn mailgun_report(key: &str, token: &str, at: Timestamp, event: &Value) -> Value {
    let at = at.as_second().to_string();
    let tag =
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), format!("{at}{token}").as_bytes());
    let signature: Vec<String> = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "signature": { "timestamp": at, "token": token, "signature": signature.concat() }, "event-data": event })
}

fn mailgun_event(id: &str, event: &str, severity: &str, recipient: &str) -> Value {
    json!({
        "event": event, "severity": severity, "reason": "bounce", "id": id, "recipient": recipient,
        "timestamp": 1_772_434_800.123_456, "user-variables": { "sessly_message_id": "0195f0aa-0000-7000-8000-000000000001" },
    })
}

async fn mailgun_app() -> TestApp {
    TestApp::with(&[("MAILGUN_WEBHOOK_SIGNING_KEY", SIGNING_KEY)]).await
}

async fn kinds(app: &TestApp) -> Value {
    stored(app, "select event_id as id, kind from mail_events order by 1").await
}

/// A salon and Anna, who is told of a new booking if mail to her leaves at all.
async fn is_written_to(app: &TestApp, salon: &Salon, anna: &Person) -> bool {
    let before = mails_about(app, &anna.email, "Rezerwacja").await.len();
    let id = visit(app, salon, anna, "pending").await;
    happens(app, id, Happening::Booked).await;
    deliver(app).await;
    let after = mails_about(app, &anna.email, "Rezerwacja").await.len();
    happens(app, id, Happening::CancelledByBusiness).await;
    deliver(app).await;
    after > before
}

#[tokio::test]
async fn where_no_key_is_configured_there_is_nothing() {
    let app = TestApp::start().await;
    app.post(SENDGRID, &json!([])).await.refused(404, "NOT_FOUND");
    app.post(MAILGUN, &json!({})).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn sendgrids_events_are_recorded_once_however_often_they_are_told() {
    let sendgrid = SendGrid::new();
    let app = sendgrid.app().await;
    let now = app.clock.now();
    let events = json!([
        sendgrid_event("1", "delivered", None, "anna@example.com", now),
        sendgrid_event("2", "bounce", Some("bounce"), "anna@example.com", now),
        sendgrid_event("3", "spamreport", None, "ben@example.com", now),
        sendgrid_event("4", "dropped", None, "ola@example.com", now),
        sendgrid_event("2", "bounce", Some("bounce"), "anna@example.com", now),
    ]);
    let answer = sendgrid.report(&app, &events).await.expect(200);
    assert_eq!(answer, json!({ "success": true, "data": { "recorded": 3 } }));
    assert_eq!(sendgrid.report(&app, &events).await.expect(200)["data"]["recorded"], 0);
    let expected = [("2", "bounce"), ("3", "complaint"), ("4", "dropped")];
    let expected: Value = expected.iter().map(|(id, kind)| json!({ "id": id, "kind": kind })).collect();
    assert_eq!(kinds(&app).await, expected);
    let everything = stored(&app, "select * from mail_events, mail_suppressions").await.to_string();
    assert!(everything.contains("0195f0aa") && !everything.contains("example.com"), "{everything}");
}

#[tokio::test]
async fn what_sendgrid_did_not_sign_is_refused() {
    let (sendgrid, stranger) = (SendGrid::new(), SendGrid::new());
    let app = sendgrid.app().await;
    let at = app.clock.now().as_second().to_string();
    let body = json!([sendgrid_event("1", "bounce", None, "anna@example.com", app.clock.now())]).to_string();
    let right = sendgrid.signature(&at, &body);
    let old = (app.clock.now() - SignedDuration::from_secs(15 * 60 + 1)).as_second().to_string();
    for (signature, at, body) in [
        (stranger.signature(&at, &body), at.clone(), body.clone()),
        (right.clone(), at.clone(), body.replace("anna", "ben")),
        (right.clone(), old.clone(), body.clone()),
        (sendgrid.signature(&old, &body), old, body.clone()),
        (STANDARD.encode("nonsense"), at.clone(), body.clone()),
        ("%%%".to_owned(), at.clone(), body.clone()),
        (String::new(), String::new(), body.clone()),
    ] {
        post(&app, &signature, &at, &body).await.refused(401, "UNAUTHORIZED");
    }
    app.post(SENDGRID, &json!([])).await.refused(401, "UNAUTHORIZED");
    assert_eq!(kinds(&app).await, json!([]));
    post(&app, &sendgrid.signature(&at, "nonsense"), &at, "nonsense").await.refused(400, "INVALID_INPUT");
    post(&app, &right, &at, &body).await.expect(200);
}

#[tokio::test]
async fn mailguns_events_are_recorded() {
    let app = mailgun_app().await;
    let now = app.clock.now();
    let mut suppressed = mailgun_event("d", "failed", "permanent", "ola@example.com");
    suppressed["reason"] = json!("suppress-bounce");
    let events = [
        mailgun_event("a", "failed", "permanent", "anna@example.com"),
        mailgun_event("b", "failed", "temporary", "ben@example.com"),
        mailgun_event("c", "complained", "", "ewa@example.com"),
        suppressed,
        mailgun_event("e", "delivered", "", "anna@example.com"),
        mailgun_event("a", "failed", "permanent", "anna@example.com"),
    ];
    for (token, event) in events.iter().enumerate() {
        app.post(MAILGUN, &mailgun_report(SIGNING_KEY, &token.to_string(), now, event)).await.expect(200);
    }
    let expected = [("a", "bounce"), ("c", "complaint"), ("d", "dropped")];
    let expected: Value = expected.iter().map(|(id, kind)| json!({ "id": id, "kind": kind })).collect();
    assert_eq!(kinds(&app).await, expected);
    assert_eq!(stored(&app, "select kind from mail_suppressions").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_mailgun_did_not_sign_just_now_is_refused() {
    let app = mailgun_app().await;
    let now = app.clock.now();
    let event = mailgun_event("a", "failed", "permanent", "anna@example.com");
    let old = now - SignedDuration::from_secs(15 * 60 + 1);
    let mut tampered = mailgun_report(SIGNING_KEY, "t", now, &event);
    tampered["signature"]["token"] = json!("u");
    let mut short = mailgun_report(SIGNING_KEY, "t", now, &event);
    short["signature"]["signature"] = json!("");
    for report in [
        mailgun_report("another key", "t", now, &event),
        mailgun_report(SIGNING_KEY, "t", old, &event),
        tampered,
        short,
        json!({ "event-data": event }),
        json!([]),
    ] {
        app.post(MAILGUN, &report).await.refused(401, "UNAUTHORIZED");
    }
    assert_eq!(kinds(&app).await, json!([]));

    let report = mailgun_report(SIGNING_KEY, "t", now, &event);
    app.post(MAILGUN, &report).await.expect(200);
    app.post(MAILGUN, &report).await.refused(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn reports_are_of_a_size_and_come_again_while_the_database_is_away() {
    let sendgrid = SendGrid::new();
    let variables = [
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", &*sendgrid.public_key()),
        ("MAILGUN_WEBHOOK_SIGNING_KEY", SIGNING_KEY),
    ];
    let app = TestApp::with(&[&variables[..], &[("DATABASE_URL", NOWHERE)]].concat()).await;
    for path in [SENDGRID, MAILGUN] {
        app.post(path, &json!(" ".repeat(1024 * 1024))).await.refused(413, "PAYLOAD_TOO_LARGE");
    }
    let now = app.clock.now();
    let bounced = json!([sendgrid_event("1", "bounce", None, "anna@example.com", now)]);
    sendgrid.report(&app, &bounced).await.refused(503, "SERVICE_UNAVAILABLE");
    let failed = mailgun_event("a", "failed", "permanent", "anna@example.com");
    let report = mailgun_report(SIGNING_KEY, "t", now, &failed);
    app.post(MAILGUN, &report).await.refused(503, "SERVICE_UNAVAILABLE");
}

#[tokio::test]
async fn an_address_that_bounced_for_good_gets_codes_only_until_it_is_verified_anew() {
    let sendgrid = SendGrid::new();
    let app = sendgrid.app().await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    let now = app.clock.now();
    let blocked = json!([sendgrid_event("1", "bounce", Some("blocked"), &anna.email, now)]);
    sendgrid.report(&app, &blocked).await.expect(200);
    assert!(is_written_to(&app, &salon, &anna).await, "it was only blocked");

    let bounced = json!([sendgrid_event("2", "bounce", Some("bounce"), "Anna@Example.com", now)]);
    sendgrid.report(&app, &bounced).await.expect(200);
    assert!(!is_written_to(&app, &salon, &anna).await);
    let user: UserId = anna.id.parse().unwrap();
    tell(&app, &Notice::PasswordResetCode { user, code: "123456".to_owned() }).await;
    deliver(&app).await;
    mail_about(&app, &anna.email, "Nowe hasło").await;

    app.later(SignedDuration::from_mins(1)).await;
    let verify = "update users set email_verified_at = $2 where id = $1";
    app.database.connect().await.execute(verify, &[&user, &app.clock.now()]).await.unwrap();
    assert!(is_written_to(&app, &salon, &anna).await);
}

#[tokio::test]
async fn who_complained_is_left_alone_and_stays_so() {
    let app = mailgun_app().await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    let now = app.clock.now();
    let complaint = mailgun_event("a", "complained", "", &anna.email);
    app.post(MAILGUN, &mailgun_report(SIGNING_KEY, "1", now, &complaint)).await.expect(200);
    let bounce = mailgun_event("b", "failed", "permanent", &anna.email);
    app.post(MAILGUN, &mailgun_report(SIGNING_KEY, "2", now, &bounce)).await.expect(200);
    app.later(SignedDuration::from_mins(1)).await;
    let verify = "update users set email_verified_at = $2 where email = $1::text::citext";
    app.database.connect().await.execute(verify, &[&anna.email, &app.clock.now()]).await.unwrap();
    assert!(!is_written_to(&app, &salon, &anna).await);
}
