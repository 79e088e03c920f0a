//! What becomes of mail that the server does not take. Registering answers 201 in every case.

use shared::outbox::{self, Notice, deliver_due};
use tokio::net::TcpListener;

use super::{
    SOON, another_mailing_to, app_mailing_to,
    message::Message,
    outbox as rows, people, smtp,
    smtp_server::{Manner, SmtpServer},
    tried_once,
};
use crate::support::{Person, TestApp};

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_and_forgotten() {
    let server = SmtpServer::start(Manner::Refuses("550 no such user")).await;
    let app = app_mailing_to(&server).await;
    let anna = Person::register(&app, "anna").await;
    let row = tried_once(&app).await;
    assert!(row.finished && row.error.is_some(), "{row:?}");
    assert_eq!(row.payload, None);

    server.now(Manner::Takes);
    app.later(SOON).await;
    deliver_due(&app.state).await.unwrap();
    assert!(server.received().is_empty());
    anna.get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn what_is_refused_for_now_is_delivered_later_and_once() {
    let server = SmtpServer::start(Manner::Refuses("451 try again later")).await;
    let app = app_mailing_to(&server).await;
    let anna = Person::register(&app, "anna").await;
    let row = tried_once(&app).await;
    assert!(!row.finished && row.payload.is_some() && row.due > app.clock.now(), "{row:?}");

    server.now(Manner::Takes);
    deliver_due(&app.state).await.unwrap();
    assert!(server.received().is_empty(), "it is not due yet");

    app.later(SOON).await;
    deliver_due(&app.state).await.unwrap();
    deliver_due(&app.state).await.unwrap();
    let [mail] = server.received().try_into().unwrap();
    assert_eq!(mail.recipient, anna.email);
    let row = rows(&app).await.pop().unwrap();
    assert_eq!((row.attempts, row.finished, row.error, row.payload), (2, true, None, None));
}

#[tokio::test]
async fn what_is_refused_again_and_again_is_given_up_after_some_two_days() {
    let server = SmtpServer::start(Manner::Refuses("451 try again later")).await;
    let app = app_mailing_to(&server).await;
    // A message that does not age, as a code does.
    let [anna] = people(&app, 1).await.try_into().unwrap();
    let mut connection = app.state.connection().await.unwrap();
    let tx = connection.begin().await.unwrap();
    outbox::add(&tx, app.clock.now(), &Notice::PasswordChanged { user: anna }).await.unwrap();
    tx.commit().await.unwrap();
    deliver_due(&app.state).await.unwrap();
    let begun = app.clock.now();
    let mut row = tried_once(&app).await;
    while !row.finished {
        assert!(row.due > app.clock.now() && row.attempts < 100, "{row:?}");
        app.clock.set(row.due);
        deliver_due(&app.state).await.unwrap();
        row = rows(&app).await.pop().unwrap();
    }
    assert_eq!(row.payload, None);
    let hours = app.clock.now().duration_since(begun).as_hours();
    assert!((24..72).contains(&hours), "{hours}");
}

#[tokio::test]
async fn mail_outlives_a_sign_in_that_the_server_refuses() {
    let server = SmtpServer::start(Manner::RefusesSignIn("535 wrong password")).await;
    let port = server.port.to_string();
    let mut variables = smtp(&port).to_vec();
    variables.extend([("EMAIL_HOST_USER", "sessly"), ("EMAIL_HOST_PASSWORD", "an old password")]);
    let app = TestApp::with(&variables).await;
    Person::register(&app, "anna").await;
    let row = tried_once(&app).await;
    assert!(!row.finished && row.payload.is_some(), "{row:?}");

    server.now(Manner::Takes);
    app.later(SOON).await;
    deliver_due(&app.state).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn registering_does_not_wait_for_a_server_that_is_silent() {
    let server = SmtpServer::start(Manner::IsSilent).await;
    let app = app_mailing_to(&server).await;
    let anna = Person::register(&app, "anna").await;
    server.connection().await;
    let row = rows(&app).await.pop().unwrap();
    assert!(!row.finished && row.error.is_none(), "still being tried: {row:?}");
    anna.get("/api/users/me/").await.expect(200);

    // And the delivery does not wait for ever.
    let row = tried_once(&app).await;
    assert!(!row.finished && row.payload.is_some(), "{row:?}");
}

#[tokio::test]
async fn mail_waits_for_a_server_that_is_down() {
    let nobody_listens = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port().to_string()
    };
    let app = TestApp::with(&smtp(&nobody_listens)).await;
    let anna = Person::register(&app, "anna").await;
    let row = tried_once(&app).await;
    assert!(!row.finished && row.payload.is_some(), "{row:?}");

    let server = SmtpServer::start(Manner::Takes).await;
    let recovered = another_mailing_to(&server, &app).await;
    recovered.later(SOON).await;
    deliver_due(&recovered.state).await.unwrap();
    let [mail] = server.received().try_into().unwrap();
    assert_eq!(Message::parse(&mail.content).header("to"), anna.email);
}
