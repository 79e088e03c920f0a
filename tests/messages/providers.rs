//! Mail by the providers' APIs, and what becomes of what they do not take.

use jiff::SignedDuration;
use serde_json::json;
use shared::{
    ids::UserId,
    outbox::{Happening, Notice},
};

use super::{
    deliver, happens,
    provider::{Provider, Taken},
    stored, tell, visit,
};
use crate::support::TestApp;

/// Someone without a history of mail.
async fn anna(app: &TestApp) -> UserId {
    let sql = "
        insert into users (id, username, email, password_hash, email_verified_at, created_at, updated_at)
        values ($1, 'anna', 'anna@example.com', '', $2, $2, $2)";
    let now = app.clock.now();
    let id = UserId::new(now);
    app.database.connect().await.execute(sql, &[&id, &now]).await.unwrap();
    id
}

/// Tells Anna that her password was changed: a message that does not age.
async fn tell_anna(app: &TestApp) {
    tell(app, &Notice::PasswordChanged { user: anna(app).await }).await;
}

fn only(provider: &Provider) -> Taken {
    let [mail] = provider.taken().try_into().unwrap();
    mail
}

#[tokio::test]
async fn each_provider_gets_the_whole_mail_in_its_own_form() {
    for (name, content_type) in [
        ("sendgrid", "text/calendar; method=REQUEST"),
        ("mailgun", "text/calendar; method=REQUEST; charset=utf-8"),
    ] {
        let provider = Provider::start().await;
        let variables = if name == "sendgrid" { provider.as_sendgrid() } else { provider.as_mailgun() };
        let local = TestApp::start().await;
        let salon = local.salon().create().await;
        let person = local.person("anna").await;
        let app = TestApp::on(local.database.clone(), &variables).await;
        let id = visit(&app, &salon, &person, "pending").await;
        happens(&app, id, Happening::Confirmed).await;
        assert_eq!(deliver(&app).await.sent, 1, "{name}");

        let mail = only(&provider);
        assert!(mail.from.contains("Łódź") && mail.from.contains("<no-reply@sessly.example>"), "{mail:?}");
        assert_eq!(mail.to, "anna@example.com");
        assert!(mail.subject.starts_with("Wizyta potwierdzona: Złote Nożyczki"), "{mail:?}");
        assert!(mail.text.contains("Usługa: Strzyżenie") && mail.html.contains("Strzyżenie"), "{mail:?}");
        let (kind, file, content) = mail.attachment.unwrap();
        assert_eq!((kind.as_str(), file.as_str()), (content_type, "invite.ics"));
        assert!(content.contains("\r\nMETHOD:REQUEST\r\n"), "{content}");
        // The row's id is the key, the name of the message, and what events give back.
        let row = stored(&app, "select id from outbox where thread like 'visit%'").await;
        assert_eq!(row, json!([{ "id": mail.key }]));
        assert_eq!(mail.argument, mail.key);
        assert_eq!(mail.message_id, format!("<{}@sessly.example>", mail.key));
    }
}

#[tokio::test]
async fn what_a_provider_refuses_for_now_is_sent_later_under_the_same_key() {
    for status in [429, 500, 503] {
        let provider = Provider::start().await;
        let app = TestApp::with(&provider.as_sendgrid()).await;
        provider.refuse_next(status, None);
        tell_anna(&app).await;
        assert_eq!(deliver(&app).await.postponed, 1, "{status}");
        assert_eq!(deliver(&app).await, shared::outbox::Delivered::default(), "not at once");
        app.later(SignedDuration::from_secs(30)).await;
        assert_eq!(deliver(&app).await.sent, 1);
        only(&provider);
    }
}

#[tokio::test]
async fn a_provider_is_left_alone_for_as_long_as_it_asks() {
    let provider = Provider::start().await;
    let app = TestApp::with(&provider.as_mailgun()).await;
    provider.refuse_next(429, Some("3600"));
    tell_anna(&app).await;
    deliver(&app).await;
    app.later(SignedDuration::from_secs(3599)).await;
    deliver(&app).await;
    assert_eq!(provider.requests(), 1);
    app.later(SignedDuration::from_secs(1)).await;
    assert_eq!(deliver(&app).await.sent, 1);
}

#[tokio::test]
async fn what_a_provider_refuses_for_good_is_given_up() {
    let provider = Provider::start().await;
    let app = TestApp::with(&provider.as_sendgrid()).await;
    provider.refuse_next(400, None);
    tell_anna(&app).await;
    assert_eq!(deliver(&app).await.given_up, 1);
    app.later(SignedDuration::from_hours(24)).await;
    deliver(&app).await;
    assert_eq!(provider.requests(), 1);
    let rows = stored(&app, "select payload, error, finished_at is not null as finished from outbox").await;
    let error = "the provider answered 400 Bad Request";
    assert_eq!(rows, json!([{ "payload": null, "error": error, "finished": true }]));
}

#[tokio::test]
async fn mail_outlives_a_key_that_is_refused_and_a_domain_that_is_not_there() {
    let provider = Provider::start().await;
    for variables in [
        [
            ("SENDGRID_API_KEY", "SG.wrong"),
            ("SENDGRID_BASE_URL", provider.base.as_str()),
            ("EMAIL_TRANSPORT", "sendgrid"),
        ]
        .to_vec(),
        [provider.as_mailgun(), vec![("MAILGUN_API_KEY", "wrong")]].concat(),
        [provider.as_mailgun(), vec![("MAILGUN_DOMAIN", "other.example.com")]].concat(),
    ] {
        let app = TestApp::with(&variables).await;
        tell_anna(&app).await;
        assert_eq!(deliver(&app).await.postponed, 1);
        let mended = TestApp::on(app.database.clone(), &provider.as_mailgun()).await;
        mended.later(SignedDuration::from_secs(30)).await;
        assert_eq!(deliver(&mended).await.sent, 1);
    }
    assert_eq!(provider.taken().len(), 3);
}

#[tokio::test]
async fn mail_waits_for_a_provider_that_cannot_be_reached() {
    let app =
        TestApp::with(&[("SENDGRID_API_KEY", "SG.key"), ("SENDGRID_BASE_URL", "http://127.0.0.1:1")]).await;
    tell_anna(&app).await;
    assert_eq!(deliver(&app).await.postponed, 1);
    let rows = stored(&app, "select error from outbox").await;
    assert_eq!(rows, json!([{ "error": "the provider could not be reached" }]));
}
