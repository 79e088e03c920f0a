//! Accounts: making one, proving its address, signing in, staying signed in, and who is let in with what.

mod callers;
mod canary;
mod codes;
mod devices;
mod erasure;
mod export;
mod favorites;
mod logout;
mod password_change;
mod password_reset;
mod profile;
mod refresh;
mod registration;
mod roles;
mod secrets;
mod sign_in;

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, TestApp};

/// What someone sends to register.
fn wish(name: &str) -> Value {
    json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD })
}

async fn register(app: &TestApp, wish: &Value) -> Answer {
    app.post("/api/users/register/", wish).await
}

async fn verify(app: &TestApp, email: &str, code: &str) -> Answer {
    app.post("/api/users/verify-email/", &json!({ "email": email, "code": code })).await
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/api/users/token/refresh/", &json!({ "refresh": token })).await
}

async fn log_in(app: &TestApp, body: &Value) -> Answer {
    app.post("/api/users/login/", body).await
}

/// A code that is not this one; as many different ones as there are turns.
fn other_than(code: &str, turn: u32) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1 + turn) % 1_000_000)
}

/// How many mails were ever written, sent or not.
async fn mails_written(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from outbox", &[]).await.unwrap().get(0)
}

/// How many codes were ever made.
async fn codes_made(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from one_time_codes", &[]).await.unwrap().get(0)
}
