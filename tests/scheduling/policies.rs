//! On what terms somebody books, and that they stay what was agreed.

use serde_json::{Value, json};

use super::{DATE, bookable, cancel, id, move_to, not_bookable, of_status};
use crate::support::{Person, Salon, TestApp, together};

async fn salon_with(app: &TestApp, policy: Value) -> Salon {
    app.salon().business("booking_policy", policy).create().await
}

async fn set_policy(salon: &Salon, policy: Value) {
    let path = format!("/api/businesses/my-business/{}/", salon.slug);
    salon.owner.patch(&path, &json!({ "booking_policy": policy })).await.expect(200);
}

async fn set_overrides(salon: &Salon, overrides: Value) {
    let path = salon.path(&format!("services/{}/", salon.service));
    salon.owner.patch(&path, &json!({ "policy_overrides": overrides })).await.expect(200);
}

#[tokio::test]
async fn nobody_has_more_visits_ahead_than_the_policy_says() {
    let app = TestApp::start().await;
    let salon = salon_with(&app, json!({ "max_open_bookings": 2 })).await;
    let elsewhere = app.salon().named("Inny salon").create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let first = bookable(&app, &salon, &anna, DATE, "10:00").await;
    bookable(&app, &salon, &anna, DATE, "11:00").await;
    let details = salon.book(&anna, DATE, "12:00").await.refused(409, "CONFLICT");
    assert_eq!(details, json!({ "rule": "max_open_bookings", "limit": 2 }));
    // It is about one customer at one business; moving is not booking.
    bookable(&app, &salon, &ben, DATE, "12:00").await;
    bookable(&app, &elsewhere, &anna, DATE, "14:00").await;
    move_to(&anna, &first, DATE, "13:00").await.expect(200);

    cancel(&anna, &first).await.expect(200);
    bookable(&app, &salon, &anna, DATE, "14:00").await;
    salon.book(&anna, "2026-03-04", "10:00").await.refused(409, "CONFLICT");
    // What is over is not ahead.
    app.set_clock("2026-03-04T07:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    bookable(&app, &salon, &anna, "2026-03-05", "10:00").await;
}

#[tokio::test]
async fn nor_when_they_book_many_at_once() {
    let app = TestApp::start().await;
    let salon =
        app.salon().staff(3).business("booking_policy", json!({ "max_open_bookings": 2 })).create().await;
    let anna = app.person("anna").await;
    let answers = together(10, |index| {
        let (salon, anna) = (salon.clone(), anna.clone());
        async move { salon.book(&anna, DATE, &format!("{:02}:00", 9 + index % 8)).await }
    })
    .await;
    assert_eq!(of_status(&answers, 201), 2, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "CONFLICT");
    }
}

/// Books and does not come, so often.
async fn miss(app: &TestApp, salon: &Salon, customer: &Person, times: u8) {
    let mut missed = Vec::new();
    for hour in 0..times {
        missed.push(salon.book(customer, DATE, &format!("{:02}:00", 9 + hour)).await.expect(201));
    }
    app.set_clock("2026-03-03T18:00:00Z").await;
    let owner = salon.owner.signed_in_again(app).await;
    for appointment in missed {
        let path = salon.path(&format!("appointments/{}/no-show/", id(&appointment)));
        owner.post(&path, &json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn who_has_missed_too_many_visits_waits_to_be_confirmed_or_is_refused() {
    let app = TestApp::start().await;
    let policy = json!({
        "auto_confirm": true, "no_show_limit": 2, "no_show_days": 30, "no_show_action": "confirm",
    });
    let salon = salon_with(&app, policy).await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    miss(&app, &salon, &anna, 2).await;
    let (anna, ben) = (anna.signed_in_again(&app).await, ben.signed_in_again(&app).await);
    let salon = Salon { owner: salon.owner.signed_in_again(&app).await, ..salon };

    let booked = bookable(&app, &salon, &anna, "2026-03-10", "10:00").await;
    assert_eq!(booked["status"], "pending");
    assert_eq!(bookable(&app, &salon, &ben, "2026-03-10", "11:00").await["status"], "confirmed");
    set_policy(&salon, json!({ "no_show_action": "refuse" })).await;
    let details = salon.book(&anna, "2026-03-10", "12:00").await.refused(409, "CONFLICT");
    assert_eq!(details, json!({ "rule": "no_show", "limit": 2 }));
    bookable(&app, &salon, &ben, "2026-03-10", "12:00").await;
    set_policy(&salon, json!({ "no_show_limit": 3 })).await;
    assert_eq!(bookable(&app, &salon, &anna, "2026-03-10", "13:00").await["status"], "confirmed");

    // It is forgotten after thirty days.
    set_policy(&salon, json!({ "no_show_limit": 1 })).await;
    salon.book(&anna, "2026-04-14", "10:00").await.refused(409, "CONFLICT");
    app.set_clock("2026-04-02T18:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    assert_eq!(salon.book(&anna, "2026-04-14", "10:00").await.expect(201)["status"], "confirmed");
}

#[tokio::test]
async fn one_service_can_have_other_terms_than_the_rest() {
    let app = TestApp::start().await;
    let salon =
        salon_with(&app, json!({ "booking_horizon_days": 30, "cancellation_deadline_minutes": 60 })).await;
    let other =
        salon.also_offering(&json!({ "name": "Farba", "duration_minutes": 60, "price_amount": 1 })).await;
    let anna = app.person("anna").await;
    let overrides = json!({
        "auto_confirm": true, "min_notice_minutes": 1560, "booking_horizon_days": 5,
        "cancellation_deadline_minutes": 2880, "reschedule_deadline_minutes": 1440, "max_open_bookings": 2,
    });
    set_overrides(&salon, overrides).await;

    // Now is Monday, eight o'clock: the notice ends on Tuesday at ten.
    assert_eq!(salon.free(&app, DATE).await[0], "10:00");
    assert_eq!(other.free(&app, DATE).await[0], "09:00");
    salon.book(&anna, DATE, "09:00").await.refused(400, "PAST_BOOKING");
    not_bookable(&app, &salon, &anna, ("2026-03-09", "10:00"), ["beyond_horizon"; 2]).await;
    bookable(&app, &other, &anna, "2026-03-09", "10:00").await;
    let booked = bookable(&app, &salon, &anna, DATE, "12:00").await;
    assert_eq!(booked["status"], "confirmed");
    let details = salon.book(&anna, "2026-03-06", "12:00").await.refused(409, "CONFLICT");
    assert_eq!(details, json!({ "rule": "max_open_bookings", "limit": 2 }));
    let third = bookable(&app, &other, &anna, DATE, "10:00").await;
    assert_eq!(third["status"], "pending");

    // Twenty-eight hours before the one, twenty-six before the other.
    cancel(&anna, &booked).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    let moved = move_to(&anna, &booked, "2026-03-05", "12:00").await.expect(200);
    assert_eq!(moved["data"]["status"], "confirmed");
    cancel(&anna, &booked).await.expect(200);
    cancel(&anna, &third).await.expect(200);
}

#[tokio::test]
async fn what_was_agreed_holds_whatever_the_business_says_later() {
    let app = TestApp::start().await;
    let lenient = json!({ "cancellation_deadline_minutes": 60, "reschedule_deadline_minutes": 30 });
    let salon = salon_with(&app, lenient.clone()).await;
    let anna = app.person("anna").await;
    let before = bookable(&app, &salon, &anna, DATE, "10:00").await;
    let mut agreed = json!({
        "auto_confirm": false, "min_notice_minutes": 0, "booking_horizon_days": 365,
        "cancellation_deadline_minutes": 60, "reschedule_deadline_minutes": 30, "max_open_bookings": null,
        "no_show": null,
    });
    assert_eq!(before["booking_policy"], agreed);

    let strict = json!({ "cancellation_deadline_minutes": 20160, "reschedule_deadline_minutes": 20160 });
    set_policy(&salon, strict).await;
    let after = bookable(&app, &salon, &anna, DATE, "12:00").await;
    cancel(&anna, &after).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    move_to(&anna, &after, DATE, "14:00").await.refused(409, "CANCELLATION_WINDOW_PASSED");
    let moved = move_to(&anna, &before, DATE, "11:00").await.expect(200)["data"].clone();
    assert_eq!(moved["booking_policy"], agreed);
    let seen = salon.owner.get(&salon.path(&format!("appointments/{}/", id(&before)))).await.expect(200);
    assert_eq!(seen["booking_policy"], agreed);
    cancel(&anna, &before).await.expect(200);
    (agreed["cancellation_deadline_minutes"], agreed["reschedule_deadline_minutes"]) =
        (json!(20160), json!(20160));
    assert_eq!(after["booking_policy"], agreed);

    // Nor does it become laxer.
    set_policy(&salon, lenient).await;
    set_overrides(&salon, json!({ "cancellation_deadline_minutes": 0 })).await;
    cancel(&anna, &after).await.refused(409, "CANCELLATION_WINDOW_PASSED");
}
