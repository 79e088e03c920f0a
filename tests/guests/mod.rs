//! People without an account hold a time, show that an address is theirs, and book.

mod attacks;
mod booking;
mod by_phone;
mod refusals;
mod scale;

use serde_json::{Value, json};

use crate::support::{Answer, Salon, TestApp};

pub(crate) const DATE: &str = "2026-03-03";
const EMAIL: &str = "gosia@example.com";

/// A salon that takes guests, and confirms at once.
async fn salon(app: &TestApp) -> Salon {
    let policy = json!({ "guest_booking": true, "auto_confirm": true, "cancellation_deadline_minutes": 60 });
    app.salon().business("booking_policy", policy).create().await
}

/// Holds a time; the token.
async fn hold(app: &TestApp, salon: &Salon, time: &str) -> String {
    let held = app.post(&salon.path("guest-holds/"), &salon.wish(DATE, time)).await.expect(201);
    held["hold_token"].as_str().unwrap().to_owned()
}

/// Has a code mailed for what is held.
async fn introduce(app: &TestApp, salon: &Salon, token: &str, email: &str) -> Answer {
    let who = json!({ "hold_token": token, "name": "Gosia Maj", "email": email, "phone": "+48 700 100 200" });
    app.post(&salon.path("guest-holds/code/"), &who).await
}

/// Books what is held.
async fn confirm(app: &TestApp, salon: &Salon, time: &str, token: &str, code: &str) -> Answer {
    let mut wish = salon.wish(DATE, time);
    wish["hold_token"] = json!(token);
    wish["code"] = json!(code);
    app.post(&salon.path("guest-appointments/"), &wish).await
}

/// All of it, for an address that so many mails have gone to with the code's.
async fn booked(app: &TestApp, salon: &Salon, time: &str, mails: usize) -> Value {
    let token = hold(app, salon, time).await;
    introduce(app, salon, &token, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, mails).await;
    confirm(app, salon, time, &token, &code).await.expect(201)
}

/// Asks what a link leads to, or for something to be done there.
async fn through(app: &TestApp, link: &Value, below: &str, more: Value) -> Answer {
    let mut body = more;
    body["link_token"] = link.clone();
    app.post(&format!("/api/guests/appointment/{below}"), &body).await
}
