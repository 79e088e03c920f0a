//! Bookings that succeed: what comes of them.

use serde_json::{Value, json};

use super::{history, id_of};
use crate::support::TestApp;

/// Every field that a customer sees, sorted.
const FORM: [&str; 19] = [
    "add_ons",
    "booking_policy",
    "business",
    "business_name",
    "created_at",
    "end",
    "google_event_id",
    "id",
    "location",
    "notes",
    "price_amount",
    "price_currency",
    "series_id",
    "service",
    "staff",
    "start",
    "status",
    "timezone",
    "visit_id",
];

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn an_appointment_has_the_shape_of_the_contract() {
    let app = TestApp::start().await;
    let salon = app.salon().service("buffer_minutes", 15).create().await;
    let anna = app.person("anna").await;
    let mut wish = salon.wish("2026-03-03", "10:15");
    wish["notes"] = json!("  bez suszenia ");
    let booked = anna.post(&salon.path("appointments/"), &wish).await.expect(201);

    assert_eq!(fields(&booked), FORM);
    assert_eq!(booked["business"], salon.slug);
    assert_eq!(booked["business_name"], "Złote Nożyczki");
    assert_eq!(booked["start"], "2026-03-03T10:15:00+01:00");
    assert_eq!(booked["end"], "2026-03-03T11:15:00+01:00");
    assert_eq!(booked["timezone"], "Europe/Warsaw");
    assert_eq!(booked["price_amount"], "120.00");
    assert_eq!(booked["price_currency"], "PLN");
    assert_eq!(booked["notes"], "bez suszenia");
    assert_eq!(booked["google_event_id"], Value::Null);
    assert_eq!(booked["created_at"], "2026-03-02T08:00:00+01:00");
    assert_eq!(booked["service"]["id"], salon.service);
    assert_eq!(booked["service"]["total_slot_minutes"], 75);
    assert_eq!(booked["staff"]["id"], salon.staff().await[0]);
    for private in ["email", "username", "user_id"] {
        assert_eq!(booked["staff"].get(private), None, "{private}");
    }

    let path = format!("/api/users/appointments/{}/", id_of(&booked));
    assert_eq!(anna.get(&path).await.expect(200), booked);
}

#[tokio::test]
async fn the_owner_form_says_who_comes_and_what_became_of_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

    let page = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    let seen = &page["results"][0];
    let mut form: Vec<&str> = FORM.to_vec();
    form.extend([
        "answers",
        "cancellation_reason",
        "cancelled_at",
        "cancelled_by",
        "card_id",
        "completed_at",
        "confirmed_at",
        "customer_email",
        "customer_first_name",
        "customer_id",
        "customer_last_name",
        "customer_phone",
        "updated_at",
    ]);
    form.sort_unstable();
    assert_eq!(fields(seen), form);
    assert_eq!(seen["customer_id"], anna.id);
    assert_eq!(seen["customer_email"], anna.email);
    assert_eq!(seen["updated_at"], "2026-03-02T08:00:00+01:00");
    assert_eq!(seen["cancellation_reason"], "");
    for nothing_yet in ["confirmed_at", "cancelled_at", "cancelled_by", "completed_at"] {
        assert_eq!(seen[nothing_yet], Value::Null, "{nothing_yet}");
    }
}

#[tokio::test]
async fn the_path_may_name_the_business_by_id_and_the_time_may_have_seconds() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let business = salon.owner.get(&salon.path("")).await.expect(200);
    let path = format!("/api/businesses/{}/appointments", business["id"].as_str().unwrap());

    let booked = anna.post(&path, &salon.wish("2026-03-03", "10:00:00")).await.expect(201);
    assert_eq!(booked["start"], "2026-03-03T10:00:00+01:00");
}

#[tokio::test]
async fn the_buffer_after_a_visit_is_kept_free_and_may_run_past_closing() {
    let app = TestApp::start().await;
    let terms = app.salon().open("08:00", "12:00").service("slot_step_minutes", 15);
    let salon = terms.service("buffer_minutes", 20).create().await;
    let anna = app.person("anna").await;

    salon.book(&anna, "2026-03-03", "09:30").await.expect(201);
    // 08:10 is the last start that would leave 20 minutes before 09:30; the visit's own buffer ends at 10:50.
    assert_eq!(salon.free(&app, "2026-03-03").await, ["08:00", "11:00"]);
    salon.book(&anna, "2026-03-03", "10:45").await.refused(409, "SLOT_UNAVAILABLE");
    salon.book(&anna, "2026-03-03", "11:00").await.expect(201);
}

#[tokio::test]
async fn a_business_that_confirms_by_itself_has_nothing_to_confirm() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "auto_confirm": true })).create().await;
    let anna = app.person("anna").await;

    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    assert_eq!(booked["status"], "confirmed");
    let page = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!(page["results"][0]["confirmed_at"], "2026-03-02T08:00:00+01:00");
    assert_eq!(history(&app, &id_of(&booked)).await, json!([[null, "confirmed", anna.id, ""]]));
    assert!(!salon.free(&app, "2026-03-03").await.contains(&"10:00".to_owned()));
}

#[tokio::test]
async fn an_appointment_keeps_the_price_it_was_booked_at() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

    let service = salon.path(&format!("services/{}/", salon.service));
    salon.owner.patch(&service, &json!({ "price_amount": "150.00" })).await.expect(200);
    let path = format!("/api/users/appointments/{}/", id_of(&booked));
    let seen = anna.get(&path).await.expect(200);
    assert_eq!(seen["price_amount"], "120.00");
    assert_eq!(seen["service"]["price_amount"], "150.00");
}

#[tokio::test]
async fn notes_have_at_most_five_hundred_characters() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let mut wish = salon.wish("2026-03-03", "10:00");

    wish["notes"] = json!("ż".repeat(501));
    let details = anna.post(&salon.path("appointments/"), &wish).await.refused(400, "VALIDATION_ERROR");
    assert!(details["notes"].is_array(), "{details}");
    wish["notes"] = json!("ż".repeat(500));
    anna.post(&salon.path("appointments/"), &wish).await.expect(201);
}
