//! Guests who give a telephone number instead of an address.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, EMAIL, booked, confirm, hold, salon, through};
use crate::support::{Answer, Salon, TestApp};

const NUMBER: &str = "+48700100200";

/// Has a code texted for what is held.
pub(super) async fn introduce(app: &TestApp, salon: &Salon, token: &str, phone: &str) -> Answer {
    let who = json!({ "hold_token": token, "name": "Gosia Maj", "phone": phone });
    app.post(&salon.path("guest-holds/code/"), &who).await
}

/// All of it, for a number that so many messages have gone to with the code's.
async fn texted(app: &TestApp, salon: &Salon, time: &str, messages: usize) -> Value {
    let token = hold(app, salon, time).await;
    introduce(app, salon, &token, "700 100 200").await.expect(200);
    let code = app.code_for(NUMBER, messages).await;
    confirm(app, salon, time, &token, &code).await.expect(201)
}

#[tokio::test]
async fn a_guest_books_with_a_texted_code_and_comes_back_by_the_texted_link() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let visit = texted(&app, &salon, "10:00", 1).await;
    assert_eq!(visit["status"], "confirmed");
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    assert_eq!((&seen["customer_first_name"], &seen["customer_phone"]), (&json!("Gosia"), &json!(NUMBER)));

    let link = &visit["link_token"];
    let texts = app.mail_to(NUMBER, 2).await;
    let told = &texts.iter().find(|text| text.text.contains("token=")).unwrap().text;
    assert!(told.ends_with(&format!("/guest-appointment?token={}", link.as_str().unwrap())), "{told}");
    assert!(told.is_ascii() && told.contains("Zlote Nozyczki"), "{told}");
    let to = json!({ "date": DATE, "start_time": "12:00" });
    through(&app, link, "reschedule/", to).await.expect(200);
    app.mail_to(NUMBER, 3).await;
    through(&app, link, "cancel/", json!({})).await.expect(200);
    assert_eq!(app.mail_to(NUMBER, 4).await.len(), 4);
}

#[tokio::test]
async fn a_guest_is_reminded_by_text() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    texted(&app, &salon, "10:00", 1).await;
    app.mail_to(NUMBER, 2).await;
    app.set_clock("2026-03-03T07:00:30Z").await;
    shared::outbox::remind(
        &app.state.connection().await.unwrap(),
        shared::outbox::Reminder::HoursBefore,
        app.clock.now(),
    )
    .await
    .unwrap();
    app.all_delivered().await;
    let texts = app.mail_to(NUMBER, 3).await;
    assert!(texts[2].text.starts_with("Przypomnienie: Zlote Nozyczki"), "{}", texts[2].text);
}

#[tokio::test]
async fn only_numbers_that_are_written_to_are_sent_anything() {
    let app = TestApp::with(&[("SMS_COUNTRIES", "48,+49")]).await;
    let here = salon(&app).await;
    let token = hold(&app, &here, "10:00").await;
    for phone in ["+1 212 555 0100", "12345678901234", "+48 70010"] {
        introduce(&app, &here, &token, phone).await.refused(400, "VALIDATION_ERROR");
    }
    introduce(&app, &here, &token, "+49 151 23456789").await.expect(200);
    app.mail_to("+4915123456789", 1).await;
    let nobody = json!({ "hold_token": token, "name": "Gosia" });
    app.post(&here.path("guest-holds/code/"), &nobody).await.refused(400, "VALIDATION_ERROR");

    let app = TestApp::with(&[("SMS_TRANSPORT", "none")]).await;
    let there = salon(&app).await;
    let token = hold(&app, &there, "10:00").await;
    introduce(&app, &there, &token, "700100200").await.refused(400, "REQUIRED_FIELD");
}

#[tokio::test]
async fn a_hold_sends_few_codes_to_whomever() {
    let app = TestApp::with(&[("RATE_LIMIT_CODES_SENT", "3/h")]).await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    for nth in 0..6 {
        introduce(&app, &salon, &token, &format!("70010020{nth}")).await.expect(200);
    }
    let sent = "select count(*) from outbox where thread like 'guest code%'";
    assert_eq!(app.database.connect().await.query_one(sent, &[]).await.unwrap().get::<_, i64>(0), 3);
}

#[tokio::test]
async fn who_calls_by_the_same_name_has_the_card_the_salon_has() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let mut wish = salon.wish(DATE, "09:00");
    wish["name"] = json!("Gosia Maj");
    wish["phone"] = json!("700-100-200");
    let by_call = salon.owner.post(&salon.path("appointments/for-customer/"), &wish).await.expect(201);
    texted(&app, &salon, "10:00", 1).await;
    let cards = salon.owner.get(&salon.path("customers/")).await.expect(200);
    assert_eq!((&cards["count"], &cards["results"][0]["id"]), (&json!(1), &by_call["card_id"]));
    // The salon writes down another number, which nobody has shown to be theirs: no more texts, and the link ends.
    let card = salon.path(&format!("customers/{}/", by_call["card_id"].as_str().unwrap()));
    salon.owner.patch(&card, &json!({ "phone": "700 999 999" })).await.expect(200);
    let shown = "select count(*) from customers where phone_shown_at is not null";
    assert_eq!(app.database.connect().await.query_one(shown, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_number_has_so_many_visits_ahead() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    for (nth, time) in ["09:00", "10:00", "11:00", "12:00", "13:00"].into_iter().enumerate() {
        texted(&app, &salon, time, 2 * nth + 1).await;
        app.mail_to(NUMBER, 2 * nth + 2).await;
        app.later(SignedDuration::from_mins(20)).await;
    }
    let token = hold(&app, &salon, "14:00").await;
    introduce(&app, &salon, &token, NUMBER).await.expect(200);
    let code = app.code_for(NUMBER, 11).await;
    confirm(&app, &salon, "14:00", &token, &code).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn who_has_the_texted_link_takes_the_booking_over_into_their_account() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let visit = texted(&app, &salon, "10:00", 1).await;
    let gosia = app.person("gosia").await;
    let claim = |link: Value| {
        let gosia = &gosia;
        async move { gosia.post("/api/guests/appointment/claim/", &json!({ "link_token": link })).await }
    };
    claim(json!("nonsense")).await.refused(404, "APPOINTMENT_NOT_FOUND");
    let taken = claim(visit["link_token"].clone()).await.expect(200);
    assert_eq!(taken["id"], visit["id"]);
    assert_eq!(gosia.get("/api/users/appointments/").await.expect(200)["results"][0]["id"], visit["id"]);
    through(&app, &visit["link_token"], "", json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
    claim(visit["link_token"].clone()).await.refused(404, "APPOINTMENT_NOT_FOUND");
}

#[tokio::test]
async fn what_a_number_shows_is_not_told_at_an_address_that_it_does_not() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    // By the same name and with the same number.
    let mailed = booked(&app, &salon, "09:00", 1).await;
    let told = app.mail_to(EMAIL, 2).await.len();
    app.later(SignedDuration::from_mins(1)).await;
    let visit = texted(&app, &salon, "10:00", 1).await;
    assert_ne!(visit["id"], mailed["id"]);
    assert_eq!(app.mail_to(NUMBER, 2).await.len(), 2);
    assert_eq!(app.mail_to(EMAIL, 2).await.len(), told);
    let cards = salon.owner.get(&salon.path("customers/")).await.expect(200);
    assert_eq!(cards["count"], 2);
}

#[tokio::test]
async fn a_mailed_link_is_no_way_into_another_account() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let visit = booked(&app, &salon, "10:00", 1).await;
    let other = app.person("marta").await;
    let claim = json!({ "link_token": visit["link_token"] });
    other.post("/api/guests/appointment/claim/", &claim).await.refused(404, "APPOINTMENT_NOT_FOUND");
    assert_eq!(app.mail_to(EMAIL, 2).await.len(), 2);
    through(&app, &visit["link_token"], "", json!({})).await.expect(200);
}

#[tokio::test]
async fn whose_number_is_on_a_blocked_card_does_not_come_by_another_name() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let card = json!({ "name": "Małgorzata", "phone": "700 100 200", "email": "m@example.com" });
    let card = salon.owner.post(&salon.path("customers/"), &card).await.expect(201);
    let block = salon.path(&format!("customers/{}/block/", card["id"].as_str().unwrap()));
    salon.owner.post(&block, &json!({})).await.expect(200);
    let token = hold(&app, &salon, "10:00").await;
    introduce(&app, &salon, &token, NUMBER).await.expect(200);
    let code = app.code_for(NUMBER, 1).await;
    confirm(&app, &salon, "10:00", &token, &code).await.refused(403, "CUSTOMER_BLOCKED");
}

#[tokio::test]
async fn a_card_that_goes_into_another_takes_what_was_shown_along() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let visit = texted(&app, &salon, "10:00", 1).await;
    app.mail_to(NUMBER, 2).await;
    let cards = salon.path("customers/");
    let double = salon.owner.get(&cards).await.expect(200)["results"][0]["id"].clone();
    let kept = json!({ "name": "Małgorzata Maj", "phone": "700 100 200" });
    let kept = salon.owner.post(&cards, &kept).await.expect(201)["id"].clone();
    let merge = format!("{cards}{}/merge/", double.as_str().unwrap());
    let merged = salon.owner.post(&merge, &json!({ "into": kept })).await.expect(200);
    assert_eq!((&merged["phone"], &merged["upcoming"]), (&json!(NUMBER), &json!(1)));
    through(&app, &visit["link_token"], "", json!({})).await.expect(200);
    let cancel = salon.path(&format!("appointments/{}/cancel/", visit["id"].as_str().unwrap()));
    salon.owner.post(&cancel, &json!({})).await.expect(200);
    assert_eq!(app.mail_to(NUMBER, 3).await.len(), 3);
}
