//! How it goes when all goes well.

use jiff::SignedDuration;
use serde_json::json;

use super::{DATE, EMAIL, booked, confirm, hold, introduce, salon, through};
use crate::support::{Person, TestApp, together};

#[tokio::test]
async fn a_guest_holds_shows_their_address_books_and_comes_back_by_the_mailed_link() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    assert!(!salon.free(&app, DATE).await.contains(&"10:00".to_owned()));
    let said = introduce(&app, &salon, &token, EMAIL).await.expect(200);
    assert_eq!(said["success"], true);
    let code = app.code_for(EMAIL, 1).await;
    let booked = confirm(&app, &salon, "10:00", &token, &code).await.expect(201);
    assert_eq!(
        (&booked["status"], &booked["start"]),
        (&json!("confirmed"), &json!("2026-03-03T10:00:00+01:00"))
    );

    // The salon sees who comes, as anybody's visit, and is told.
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    assert_eq!((&seen["customer_first_name"], &seen["customer_email"]), (&json!("Gosia"), &json!(EMAIL)));
    assert_eq!((&seen["customer_id"], seen["card_id"].is_string()), (&json!(null), true));
    let audit = salon.owner.get(&salon.path("audit/?subject=appointment")).await.expect(200);
    assert_eq!(audit["results"][0]["actor"], json!({ "id": null, "name": null, "role": "customer" }));

    let mails = app.mail_to(EMAIL, 2).await;
    let link = booked["link_token"].as_str().unwrap();
    let leads_there = format!("/guest-appointment?token={link}");
    assert!(mails.iter().any(|mail| mail.text.contains(&leads_there)), "{}", mails[0].text);
    let link = &booked["link_token"];
    let one = through(&app, link, "", json!({})).await.expect(200);
    assert_eq!(one["id"], booked["id"]);
    let to = json!({ "date": DATE, "start_time": "12:00" });
    let moved = through(&app, link, "reschedule/", to).await.expect(200);
    assert_eq!(moved["data"]["start"], "2026-03-03T12:00:00+01:00");
    // Of two messages, the later one may speak for both.
    app.mail_to(EMAIL, 3).await;
    let cancelled = through(&app, link, "cancel/", json!({ "reason": "choroba" })).await.expect(200);
    assert_eq!(cancelled["data"]["status"], "cancelled");
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    assert_eq!(
        (&seen["cancelled_by"], &seen["cancellation_reason"]),
        (&json!("customer"), &json!("choroba"))
    );
    through(&app, link, "cancel/", json!({})).await.refused(400, "BAD_REQUEST");
    assert!(salon.free(&app, DATE).await.contains(&"10:00".to_owned()));
    assert_eq!(app.mail_to(EMAIL, 4).await.len(), 4);
}

#[tokio::test]
async fn the_deadline_holds_for_guests_too() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let booked = booked(&app, &salon, "10:00", 1).await;
    app.set_clock("2026-03-03T08:30:00Z").await;
    let link = &booked["link_token"];
    through(&app, link, "cancel/", json!({})).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    let to = json!({ "date": DATE, "start_time": "12:00" });
    through(&app, link, "reschedule/", to.clone()).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    app.set_clock("2026-03-02T08:30:00Z").await;
    let taken = json!({ "date": DATE, "start_time": "20:00" });
    through(&app, link, "reschedule/", taken).await.refused(409, "SLOT_UNAVAILABLE");
    let past = json!({ "date": "2026-03-02", "start_time": "09:00" });
    through(&app, link, "reschedule/", past).await.refused(400, "PAST_BOOKING");
}

#[tokio::test]
async fn guests_come_only_where_they_are_taken() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    assert_eq!(app.get(&salon.path("")).await.expect(200)["booking_policy"]["guest_booking"], false);
    for below in ["guest-holds/", "guest-holds/code/", "guest-appointments/"] {
        let mut body = salon.wish(DATE, "10:00");
        body["hold_token"] = json!("x");
        body["code"] = json!("123456");
        body["name"] = json!("Gosia");
        body["email"] = json!(EMAIL);
        app.post(&salon.path(below), &body).await.refused(401, "UNAUTHORIZED");
        let nowhere = format!("/api/businesses/nigdzie/{below}");
        app.post(&nowhere, &body).await.refused(404, "BUSINESS_NOT_FOUND");
    }
    // Who leaves neither an address nor a number cannot be sent a code.
    let on = json!({ "booking_policy": { "guest_booking": true } });
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    salon.owner.patch(&own, &on).await.expect(200);
    let token = hold(&app, &salon, "10:00").await;
    let nowhere = json!({ "hold_token": token, "name": "Gosia" });
    app.post(&salon.path("guest-holds/code/"), &nowhere).await.refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_books() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 1).await;
    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_token"] = json!(token);
    wish["code"] = json!(code);
    let (app_ref, place, wish) = (&app, &salon.path("guest-appointments/"), &wish);
    let answers = together(2, |_| {
        let request = app_ref.request(reqwest::Method::POST, place).json(wish);
        async move { crate::support::Answer::read(request.send().await.unwrap()).await }
    })
    .await;
    let booked = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(booked, 1, "{answers:?}");
    let other = answers.iter().find(|answer| answer.status != 201).unwrap();
    other.refused(400, "INVALID_VERIFICATION_CODE");
    let count = "select count(*) from appointments";
    assert_eq!(app.database.connect().await.query_one(count, &[]).await.unwrap().get::<_, i64>(0), 1);
    assert_eq!(app.database.deadlocks().await, 0);
}

#[tokio::test]
async fn who_registers_later_has_it_in_their_own_list_and_the_link_ends() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let booked = booked(&app, &salon, "10:00", 1).await;
    // Codes of one moment would not say which is the latest.
    app.later(SignedDuration::from_secs(1)).await;
    let gosia = Person::register(&app, "gosia").await;
    through(&app, &booked["link_token"], "", json!({})).await.expect(200);
    // The code to book, the booking, and the code to verify.
    let code = app.code_for(EMAIL, 3).await;
    app.post("/api/users/verify-email/", &json!({ "email": EMAIL, "code": code })).await.expect(200);
    let mine = gosia.get("/api/users/appointments/").await.expect(200);
    assert_eq!(mine["results"][0]["id"], booked["id"]);
    through(&app, &booked["link_token"], "", json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
}

#[tokio::test]
async fn an_address_has_so_many_visits_ahead_and_those_who_are_blocked_none() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    for (nth, time) in ["09:00", "10:00", "11:00", "12:00", "13:00"].into_iter().enumerate() {
        booked(&app, &salon, time, 2 * nth + 1).await;
        app.later(SignedDuration::from_secs(1)).await;
    }
    let token = hold(&app, &salon, "14:00").await;
    introduce(&app, &salon, &token, &EMAIL.to_uppercase()).await.expect(200);
    let code = app.code_for(&EMAIL.to_uppercase(), 1).await;
    let refused = confirm(&app, &salon, "14:00", &token, &code).await.refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "rule": "guest_bookings", "limit": 5 }));

    let first = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    let cancel = salon.path(&format!("appointments/{}/cancel/", first["id"].as_str().unwrap()));
    salon.owner.post(&cancel, &json!({})).await.expect(200);
    let card = salon.path(&format!("customers/{}/block/", first["card_id"].as_str().unwrap()));
    salon.owner.post(&card, &json!({})).await.expect(200);
    confirm(&app, &salon, "14:00", &token, &code).await.refused(403, "CUSTOMER_BLOCKED");
}

#[tokio::test]
async fn what_was_held_without_being_booked_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
    app.all_delivered().await;
    app.later(SignedDuration::from_mins(11)).await;
    assert!(salon.free(&app, DATE).await.contains(&"10:00".to_owned()));
    shared::cron::run(&app.state, &shared::cron::Task::ALL).await.unwrap();
    let client = app.database.connect().await;
    for table in ["holds", "guest_codes", "customers", "calendar_entries"] {
        let count: i64 =
            client.query_one(&format!("select count(*) from {table}"), &[]).await.unwrap().get(0);
        assert_eq!(count, 0, "{table}");
    }
}

#[tokio::test]
async fn what_the_owner_of_an_account_books_as_a_guest_is_in_it_once_they_sign_in() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let gosia = app.person("gosia").await;
    salon.book(&gosia, DATE, "09:00").await.expect(201);
    app.all_delivered().await;
    app.later(SignedDuration::from_secs(1)).await;
    let mails = app.mail_to(EMAIL, 1).await.len();
    let guest = booked(&app, &salon, "10:00", mails + 1).await;
    assert_eq!(gosia.get("/api/users/appointments/").await.expect(200)["count"], 1);
    through(&app, &guest["link_token"], "", json!({})).await.expect(200);
    let gosia = gosia.signed_in_again(&app).await;
    let own = gosia.get("/api/users/appointments/").await.expect(200);
    assert_eq!((&own["count"], &own["results"][0]["id"]), (&json!(2), &guest["id"]));
    through(&app, &guest["link_token"], "", json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
}
