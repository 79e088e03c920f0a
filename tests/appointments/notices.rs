//! What happens to an appointment comes into the outbox, once, with the change itself.

use reqwest::Method;
use serde_json::{Value, json};

use super::id_of;
use crate::support::{Person, Salon, TestApp};

const DATE: &str = "2026-03-03";

/// What was said of an appointment to its customer and to its business, in order.
async fn told_of(app: &TestApp, id: &str) -> [Vec<String>; 2] {
    let told = app.told("appointment").await;
    ["person", "business"].map(|reader| {
        let told = told.iter().filter(|notice| notice["appointment"] == id && notice["reader"] == reader);
        told.map(|notice| notice["what"].as_str().unwrap().to_owned()).collect()
    })
}

async fn act(person: &Person, salon: &Salon, id: &str, action: &str, body: &Value) {
    let path = salon.path(&format!("appointments/{id}/{action}/"));
    person.send(Method::POST, &path, Some(body)).await.expect(200);
}

#[tokio::test]
async fn booking_confirming_moving_and_cancelling_are_told() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    act(&salon.owner, &salon, &id, "confirm", &json!({})).await;
    let later = json!({ "date": DATE, "start_time": "11:00" });
    act(&salon.owner, &salon, &id, "reschedule", &later).await;
    let again = json!({ "date": DATE, "start_time": "12:00" });
    anna.post(&format!("/api/users/appointments/{id}/reschedule/"), &again).await.expect(200);
    anna.post(&format!("/api/users/appointments/{id}/cancel/"), &json!({})).await.expect(200);
    let [customer, business] = told_of(&app, &id).await;
    assert_eq!(customer, ["booked", "confirmed", "rescheduled", "rescheduled", "cancelled_by_customer"]);
    assert_eq!(business, ["booked", "rescheduled", "rescheduled", "cancelled_by_customer"]);

    let second = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    act(&salon.owner, &salon, &second, "cancel", &json!({})).await;
    for told in told_of(&app, &second).await {
        assert_eq!(told, ["booked", "cancelled_by_business"]);
    }
}

#[tokio::test]
async fn how_a_visit_went_is_nobodys_news() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let salon = app.salon().business("booking_policy", json!({ "auto_confirm": true })).create().await;
    let anna = app.person("anna").await;
    let first = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    let second = id_of(&salon.book(&anna, DATE, "11:00").await.expect(201));
    app.set_clock("2026-03-03T12:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    act(&owner, &salon, &first, "complete", &json!({})).await;
    act(&owner, &salon, &second, "no-show", &json!({})).await;
    for visit in [first, second] {
        assert_eq!(told_of(&app, &visit).await, [["booked"], ["booked"]]);
    }
}

#[tokio::test]
async fn what_was_refused_or_changed_nothing_is_not_told() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    for _ in 0..2 {
        salon.book(&anna, DATE, "10:00").await.expect(201);
    }
    salon.book(&anna, DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
    let id = id_of(&anna.get("/api/users/appointments/").await.expect(200)["results"][0]);
    let same = json!({ "date": DATE, "start_time": "10:00" });
    anna.post(&format!("/api/users/appointments/{id}/reschedule/"), &same).await.expect(200);
    let off = json!({ "date": DATE, "start_time": "10:01" });
    let refused = anna.post(&format!("/api/users/appointments/{id}/reschedule/"), &off).await;
    refused.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(app.told("appointment").await.len(), 4, "two bookings, to two readers each");
}
