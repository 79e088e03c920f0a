//! Each message leaves once, whoever ends where: at a receiver that honours the idempotency key.

use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};
use shared::outbox;

use super::{deliver, provider::Provider, stored};
use crate::support::{SECRET, TestApp, TestDatabase};

/// Longer than a claim lasts.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// So many messages to as many people, due at a time.
async fn messages(database: &TestDatabase, number: i32, due: Timestamp) {
    let sql = "
        with people as (
            insert into users (id, username, email, password_hash, created_at, updated_at)
            select gen_random_uuid(), 'person-' || n, 'person-' || n || '@example.com', '', now(), now()
            from generate_series(1, $1) n
            returning id
        )
        insert into outbox (id, kind, payload, recipient_id, created_at, due_at)
        select gen_random_uuid(), 'notice', jsonb_build_object('notice', 'password_changed', 'user', id), id, $2, $2
        from people";
    database.connect().await.execute(sql, &[&number, &due]).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_ends_between_sending_and_marking_leaves_nothing_to_be_sent_twice() {
    let provider = Provider::start().await;
    let app = TestApp::with(&provider.as_sendgrid()).await;
    messages(&app.database, 1, app.clock.now()).await;
    provider.hold_answers();
    let state = app.state.clone();
    let worker = tokio::spawn(async move { outbox::deliver_due(&state).await });
    provider.one_more().await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(stored(&app, "select from outbox where finished_at is not null").await, serde_json::json!([]));

    provider.answer_at_once();
    app.later(LEASE).await;
    assert_eq!(deliver(&app).await.sent, 1);
    assert_eq!((provider.requests(), provider.taken().len()), (2, 1));
}

#[tokio::test]
async fn a_process_that_is_killed_between_sending_and_marking_leaves_nothing_to_be_sent_twice() {
    let provider = Provider::start().await;
    let app = TestApp::with(&provider.as_mailgun()).await;
    messages(&app.database, 3, app.clock.now()).await;
    provider.hold_answers();

    // A real cron function; its clock is the system's, to which the messages have long been due.
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_cron"))
        .env_clear()
        .envs([
            ("SESSLY_ENV", "development"),
            ("DATABASE_URL", app.database.url().as_str()),
            ("SECRET_KEY", SECRET),
            ("LOG_LEVEL", "error"),
            ("CRON_SECRET", "secret"),
            ("PORT", "0"),
        ])
        .envs(provider.as_mailgun())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let base = crate::support::listening_at(&mut child).await;
    let asked = tokio::spawn(app.http.get(format!("{base}/api/cron/messages/")).bearer_auth("secret").send());
    for _ in 0..3 {
        provider.one_more().await;
    }
    child.kill().await.unwrap();
    assert!(asked.await.unwrap().is_err(), "it was not answered");
    assert_eq!(provider.taken().len(), 3);

    provider.answer_at_once();
    let due = "select max(due_at) from outbox where finished_at is null";
    let due: Timestamp = app.database.connect().await.query_one(due, &[]).await.unwrap().get(0);
    app.clock.set(due);
    assert_eq!(deliver(&app).await.sent, 3);
    assert_eq!((provider.requests(), provider.taken().len()), (6, 3));
}

#[tokio::test]
async fn several_workers_send_each_message_once() {
    let provider = Provider::start().await;
    let first = TestApp::with(&provider.as_sendgrid()).await;
    let second = TestApp::on(first.database.clone(), &provider.as_sendgrid()).await;
    messages(&first.database, 60, first.clock.now()).await;
    // To claim takes a while, so that both are at it at once.
    let slow = "
        create function slow() returns trigger language plpgsql as
            $$ begin perform pg_sleep(0.005); return new; end $$;
        create trigger slow before update of attempts on outbox for each row execute function slow()";
    first.database.connect().await.batch_execute(slow).await.unwrap();
    let (one, other) = tokio::join!(deliver(&first), deliver(&second));
    assert_eq!(one.sent + other.sent, 60);
    assert!(one.sent > 0 && other.sent > 0, "{one:?} {other:?}");
    assert_eq!((provider.requests(), provider.taken().len()), (60, 60));
}

#[tokio::test]
async fn a_database_that_is_away_costs_no_message() {
    let provider = Provider::start().await;
    let app = TestApp::with(&provider.as_sendgrid()).await;
    messages(&app.database, 1, app.clock.now()).await;
    // What is needed to word the message is gone for a while.
    let connection = app.database.connect().await;
    connection.batch_execute("alter table users rename column locale to elsewhere").await.unwrap();
    outbox::deliver_due(&app.state).await.unwrap_err();
    connection.batch_execute("alter table users rename column elsewhere to locale").await.unwrap();
    assert_eq!(deliver(&app).await.sent, 0, "the claim still stands");
    app.later(LEASE).await;
    assert_eq!(deliver(&app).await.sent, 1);
}
