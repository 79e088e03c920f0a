//! What guests are refused, for the reasons for which anybody is.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, EMAIL, booked, confirm, hold, introduce, salon, through};
use crate::support::{Salon, TestApp};

/// A wish that cannot be had, and how it is refused.
fn impossible(salon: &Salon) -> [(Value, u16, &'static str); 4] {
    let with = |field: &str, value: &str| {
        let mut wish = salon.wish(DATE, "10:00");
        wish[field] = json!(value);
        wish
    };
    let nobody = "0190aaaa-0000-7000-8000-000000000000";
    [
        (with("service_id", nobody), 404, "SERVICE_NOT_FOUND"),
        (with("staff_id", nobody), 404, "STAFF_NOT_FOUND"),
        (with("date", "2026-03-01"), 400, "PAST_BOOKING"),
        (with("start_time", "20:00"), 409, "SLOT_UNAVAILABLE"),
    ]
}

#[tokio::test]
async fn a_guest_holds_what_anybody_could_and_nothing_else() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    for (wish, status, code) in impossible(&salon) {
        app.post(&salon.path("guest-holds/"), &wish).await.refused(status, code);
    }
    let token = hold(&app, &salon, "10:00").await;
    app.post(&salon.path("guest-holds/"), &salon.wish(DATE, "10:00")).await.refused(409, "SLOT_UNAVAILABLE");
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
}

#[tokio::test]
async fn a_code_that_books_nothing_is_good_for_what_is_held() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 1).await;
    let book = async |mut wish: Value| {
        (wish["hold_token"], wish["code"]) = (json!(token), json!(code));
        app.post(&salon.path("guest-appointments/"), &wish).await
    };
    for (wish, status, refusal) in impossible(&salon) {
        book(wish).await.refused(status, refusal);
    }
    book(salon.wish(DATE, "10:00")).await.expect(201);
}

#[tokio::test]
async fn a_booking_is_moved_to_what_there_is() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let booked = booked(&app, &salon, "10:00", 1).await;
    let link = &booked["link_token"];
    let later = || json!({ "date": DATE, "start_time": "12:00" });
    let mut with_nobody = later();
    with_nobody["staff_id"] = booked["id"].clone();
    through(&app, link, "reschedule/", with_nobody).await.refused(404, "STAFF_NOT_FOUND");
    let service = salon.path(&format!("services/{}/", salon.service));
    salon.owner.delete(&service).await.expect(204);
    through(&app, link, "reschedule/", later()).await.refused(404, "SERVICE_NOT_FOUND");
    // Its owner cannot close it before; whoever looks after the database can.
    let close = "update businesses set retired_at = now() where slug = $1";
    app.database.connect().await.execute(close, &[&salon.slug]).await.unwrap();
    through(&app, link, "reschedule/", later()).await.refused(404, "BUSINESS_NOT_FOUND");
    through(&app, link, "cancel/", json!({})).await.expect(200);
    through(&app, link, "reschedule/", later()).await.refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn who_is_blocked_does_not_come_as_a_guest_whatever_their_card_says_by_now() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let gosia = app.person("gosia").await;
    salon.book(&gosia, DATE, "09:00").await.expect(201);
    let cards = salon.path("customers/");
    let card = salon.owner.get(&cards).await.expect(200)["results"][0].clone();
    let card = format!("{cards}{}/", card["id"].as_str().unwrap());
    let refused = async |time: &str, mails: usize| {
        let token = hold(&app, &salon, time).await;
        introduce(&app, &salon, &token, EMAIL).await.expect(200);
        let code = app.code_for(EMAIL, mails).await;
        confirm(&app, &salon, time, &token, &code).await.refused(403, "CUSTOMER_BLOCKED");
        app.later(SignedDuration::from_secs(1)).await;
    };
    // As an account's that has another address on its card.
    salon.owner.patch(&card, &json!({ "email": "inna@example.com" })).await.expect(200);
    salon.owner.post(&format!("{card}block/"), &json!({})).await.expect(200);
    let mails = app.mail_to(EMAIL, 1).await.len();
    app.later(SignedDuration::from_secs(1)).await;
    refused("10:00", mails + 1).await;
    salon.owner.post(&format!("{card}unblock/"), &json!({})).await.expect(200);
    // And as a double, though not the first.
    for name in ["Gosia", "Gosia M."] {
        let made = salon.owner.post(&cards, &json!({ "name": name, "email": EMAIL })).await.expect(201);
        if name != "Gosia" {
            let block = format!("{cards}{}/block/", made["id"].as_str().unwrap());
            salon.owner.post(&block, &json!({})).await.expect(200);
        }
        app.later(SignedDuration::from_secs(1)).await;
    }
    refused("11:00", mails + 2).await;
}
