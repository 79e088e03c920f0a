//! What arrives, and how often.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;
use shared::outbox::{self, Notice};

use super::{
    SOON, another_mailing_to, app_mailing_to,
    message::Message,
    outbox as rows, people, smtp,
    smtp_server::{Manner, SmtpServer},
    tried_once,
};
use crate::support::{PASSWORD, Person, TestApp};

#[tokio::test]
async fn the_code_arrives_as_a_whole_mail() {
    let server = SmtpServer::start(Manner::Takes).await;
    let port = server.port.to_string();
    let mut variables = smtp(&port).to_vec();
    variables.push(("DEFAULT_FROM_EMAIL", "Sessly Łódź <no-reply@sessly.example>"));
    let app = TestApp::with(&variables).await;
    let anna = Person::register(&app, "anna").await;
    tried_once(&app).await;

    let [mail] = server.received().try_into().unwrap();
    assert_eq!(mail.sender, "no-reply@sessly.example");
    assert_eq!(mail.recipient, anna.email);
    let message = Message::parse(&mail.content);
    assert_eq!(message.shown("from"), "Sessly Łódź <no-reply@sessly.example>");
    assert_eq!(message.header("to"), anna.email);
    assert_eq!(message.shown("subject"), "Twój kod weryfikacyjny Sessly");
    assert!(message.header("message-id").ends_with("@sessly.example>"), "{message:?}");
    assert!(!message.header("date").is_empty());
    assert_eq!(message.header("mime-version"), "1.0");
    assert!(message.header("content-type").starts_with("multipart/alternative;"), "{message:?}");

    let [text, html] = message.parts().try_into().unwrap();
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    let text = text.text();
    let code = text.split_whitespace().find(|word| word.len() == 6 && word.parse::<u32>().is_ok()).unwrap();
    assert!(text.contains("Kod jest ważny przez 15 min."), "{text}");
    assert!(html.text().contains(&format!("<strong>{code}</strong>")), "{html:?}");
    app.post("/api/users/verify-email/", &json!({ "email": anna.email, "code": code })).await.expect(200);
}

#[tokio::test]
async fn a_delivered_mail_is_forgotten() {
    let server = SmtpServer::start(Manner::Takes).await;
    let app = app_mailing_to(&server).await;
    Person::register(&app, "anna").await;
    let row = tried_once(&app).await;
    assert_eq!((row.attempts, row.finished, row.error, row.payload), (1, true, None, None));
}

#[tokio::test]
async fn addresses_of_unusual_characters_are_written_to() {
    let server = SmtpServer::start(Manner::Takes).await;
    for email in ["o'neil+{a}!#$%&*/=?^_`|~@example.com", "anna@xn--kw-kka15bx8b.example.com"] {
        let app = app_mailing_to(&server).await;
        let wish = json!({ "username": "anna", "email": email, "password": PASSWORD });
        app.post("/api/users/register/", &wish).await.expect(201);
        assert_eq!(tried_once(&app).await.error, None, "{email}");
        assert_eq!(server.received().pop().unwrap().recipient, email);
    }
}

#[tokio::test]
async fn two_workers_deliver_each_mail_once() {
    let server = SmtpServer::start(Manner::Takes).await;
    let first = app_mailing_to(&server).await;
    let second = another_mailing_to(&server, &first).await;
    let mut connection = first.state.connection().await.unwrap();
    let tx = connection.begin().await.unwrap();
    for user in people(&first, 45).await {
        let notice = Notice::VerificationCode { user, code: "123456".to_owned() };
        outbox::add(&tx, first.state.now(), &notice).await.unwrap();
    }
    tx.commit().await.unwrap();

    let (one, other) = tokio::join!(outbox::deliver_due(&first.state), outbox::deliver_due(&second.state));
    one.unwrap();
    other.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 45);
    let recipients: BTreeSet<_> = received.into_iter().map(|mail| mail.recipient).collect();
    assert_eq!(recipients.len(), 45);
    assert!(rows(&first).await.iter().all(|row| row.finished && row.attempts == 1));
}

#[tokio::test]
async fn a_worker_that_was_overtaken_has_no_say_any_more() {
    let server = SmtpServer::start(Manner::Refuses("451 later")).await;
    let slow = app_mailing_to(&server).await;
    let quick = another_mailing_to(&server, &slow).await;
    Person::register(&slow, "anna").await;
    tried_once(&slow).await;
    server.connection().await;

    server.now(Manner::RefusesLate("451 later"));
    slow.later(SOON).await;
    let state = slow.state.clone();
    let late = tokio::spawn(async move { outbox::deliver_due(&state).await });
    server.connection().await;
    server.now(Manner::Takes);
    // The slow one's claim has run out.
    quick.later(SOON + SignedDuration::from_mins(3)).await;
    outbox::deliver_due(&quick.state).await.unwrap();
    assert_eq!(server.received().len(), 1);

    server.let_go();
    late.await.unwrap().unwrap();
    let row = rows(&slow).await.pop().unwrap();
    assert_eq!((row.finished, row.error, row.payload), (true, None, None));
}
