//! Accounts: making one, proving its address, signing in, staying signed in, and who is let in with what.

mod callers;
mod codes;
mod indistinguishable;
mod logout;
mod refresh;
mod registration;
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

/// How many mails were ever written, sent or not.
async fn mails_written(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from outbox", &[]).await.unwrap().get(0)
}
