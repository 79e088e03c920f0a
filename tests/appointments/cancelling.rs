//! Customers who call an appointment off.

use serde_json::{Value, json};

use super::{history, id_of};
use crate::support::{Answer, Person, TestApp};

const DATE: &str = "2026-03-03";

async fn cancel(customer: &Person, id: &str, body: &Value) -> Answer {
    customer.post(&format!("/api/users/appointments/{id}/cancel/"), body).await
}

#[tokio::test]
async fn a_cancelled_appointment_frees_its_time() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    app.set_clock("2026-03-02T07:05:00Z").await;

    let answer = cancel(&anna, &id, &json!({ "reason": "choroba" })).await.expect(200);
    assert_eq!(answer["success"], true);
    assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert_eq!(answer["data"]["id"], id);
    assert_eq!(answer["data"]["status"], "cancelled");
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200), answer["data"]);

    let page = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    let seen = &page["results"][0];
    assert_eq!(seen["cancelled_by"], "customer");
    assert_eq!(seen["cancellation_reason"], "choroba");
    assert_eq!(seen["cancelled_at"], "2026-03-02T08:05:00+01:00");
    assert_eq!(seen["updated_at"], seen["cancelled_at"]);
    let recorded = json!([[null, "pending", anna.id, ""], ["pending", "cancelled", anna.id, "choroba"]]);
    assert_eq!(history(&app, &id).await, recorded);

    salon.book(&ben, DATE, "10:00").await.expect(201);
}

#[tokio::test]
async fn a_confirmed_appointment_can_be_cancelled_and_no_body_is_needed() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "auto_confirm": true })).create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    let path = format!("/api/users/appointments/{id}/cancel/");
    anna.send(reqwest::Method::POST, &path, None).await.expect(200);
}

#[tokio::test]
async fn what_is_cancelled_or_has_begun_cannot_be_cancelled() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let first = id_of(&salon.book(&anna, DATE, "09:00").await.expect(201));
    let second = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    cancel(&anna, &first, &json!({})).await.expect(200);
    cancel(&anna, &first, &json!({})).await.refused(400, "BAD_REQUEST");

    app.set_clock("2026-03-03T09:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    cancel(&anna, &second, &json!({})).await.refused(400, "BAD_REQUEST");
    assert_eq!(
        anna.get(&format!("/api/users/appointments/{second}/")).await.expect(200)["status"],
        "pending"
    );
}

#[tokio::test]
async fn a_deadline_ends_the_time_for_cancelling() {
    let app = TestApp::start().await;
    let deadline = json!({ "cancellation_deadline_minutes": 24 * 60 });
    let salon = app.salon().business("booking_policy", deadline).create().await;
    let anna = app.person("anna").await;
    let first = id_of(&salon.book(&anna, DATE, "09:00").await.expect(201));
    let second = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    // A day and nothing before the first one; a second later it is too late.
    app.set_clock("2026-03-02T08:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    cancel(&anna, &first, &json!({})).await.expect(200);
    app.set_clock("2026-03-02T09:00:01Z").await;
    let anna = anna.signed_in_again(&app).await;
    cancel(&anna, &second, &json!({})).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    // What has been cancelled is over, deadline or not.
    cancel(&anna, &first, &json!({})).await.refused(400, "BAD_REQUEST");
    assert!(!salon.free(&app, DATE).await.contains(&"10:00".to_owned()));
}

#[tokio::test]
async fn a_reason_has_at_most_five_hundred_characters() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    let reason = json!({ "reason": "x".repeat(501) });
    let details = cancel(&anna, &id, &reason).await.refused(400, "VALIDATION_ERROR");
    assert!(details["reason"].is_array(), "{details}");
    cancel(&anna, &id, &json!({ "reason": "x".repeat(500) })).await.expect(200);
}
