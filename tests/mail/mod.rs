//! Mail by SMTP: what arrives, and what becomes of what does not.

mod delivery;
mod message;
mod refusals;
mod smtp_server;

use jiff::Timestamp;
use serde_json::Value;
use shared::ids::UserId;

use crate::support::{TestApp, eventually};
use smtp_server::SmtpServer;

/// Long enough after a first failed attempt for the second.
const SOON: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);

/// An app whose mail goes to this server.
async fn app_mailing_to(server: &SmtpServer) -> TestApp {
    TestApp::with(&smtp(&server.port.to_string())).await
}

/// Another one on the same database.
async fn another_mailing_to(server: &SmtpServer, first: &TestApp) -> TestApp {
    TestApp::on(first.database.clone(), &smtp(&server.port.to_string())).await
}

fn smtp(port: &str) -> [(&'static str, &str); 3] {
    [("EMAIL_TRANSPORT", "smtp"), ("EMAIL_HOST", "127.0.0.1"), ("EMAIL_PORT", port)]
}

/// A message in the outbox.
#[derive(Debug)]
struct Row {
    attempts: i32,
    payload: Option<Value>,
    error: Option<String>,
    due: Timestamp,
    finished: bool,
}

async fn outbox(app: &TestApp) -> Vec<Row> {
    let sql = "select attempts, payload, error, due_at, finished_at is not null from outbox order by id";
    let rows = app.database.connect().await.query(sql, &[]).await.unwrap();
    let row = |row: &tokio_postgres::Row| Row {
        attempts: row.get(0),
        payload: row.get(1),
        error: row.get(2),
        due: row.get(3),
        finished: row.get(4),
    };
    rows.iter().map(row).collect()
}

/// The only message in the outbox, once its first attempt is over.
async fn tried_once(app: &TestApp) -> Row {
    eventually("the first attempt is over", async || {
        let row = outbox(app).await.pop().expect("a message");
        (row.finished || row.error.is_some()).then_some(row)
    })
    .await
}

/// So many accounts, straight into the database.
async fn people(app: &TestApp, number: i32) -> Vec<UserId> {
    let sql = "
        insert into users (id, username, email, password_hash, created_at, updated_at)
        select gen_random_uuid(), 'person-' || n, 'person-' || n || '@example.com', '', now(), now()
        from generate_series(1, $1) n
        returning id";
    let rows = app.database.connect().await.query(sql, &[&number]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
