//! A business in numbers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, Salon, TestApp};

async fn stats(salon: &Salon, owner: &Person) -> Value {
    let body = owner.get(&format!("/api/businesses/my-business/{}/stats/", salon.slug)).await.expect(200);
    assert_eq!(body["success"], true);
    body["data"].clone()
}

async fn book(salon: &Salon, customer: &Person, date: &str, time: &str) -> String {
    let booked = salon.book(customer, date, time).await.expect(201);
    booked["id"].as_str().unwrap().to_owned()
}

async fn act(owner: &Person, salon: &Salon, id: &str, action: &str) {
    let path = salon.path(&format!("appointments/{id}/{action}/"));
    owner.send(Method::POST, &path, None).await.expect(200);
}

#[tokio::test]
async fn a_new_business_has_no_numbers_yet() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let nothing = json!({ "amount": "0.00", "currency": "PLN" });
    let expected = json!({
        "total": 0, "upcoming": 0, "pending": 0, "confirmed": 0, "completed": 0, "cancelled": 0, "no_show": 0,
        "today": 0, "this_month": 0, "last_30_days": 0, "revenue": nothing, "revenue_last_30_days": nothing,
    });
    assert_eq!(stats(&salon, &salon.owner).await, expected);
}

#[tokio::test]
async fn appointments_are_counted_by_what_became_of_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let euros =
        json!({ "name": "W euro", "duration_minutes": 60, "price_amount": 30, "price_currency": "EUR" });
    let euros = salon.also_offering(&euros).await;
    let anna = app.person("anna").await;
    let done =
        [book(&salon, &anna, "2026-03-03", "09:00").await, book(&salon, &anna, "2026-03-03", "10:00").await];
    let foreign = book(&euros, &anna, "2026-03-03", "11:00").await;
    let missed = book(&salon, &anna, "2026-03-03", "12:00").await;
    let cancelled = book(&salon, &anna, "2026-03-03", "13:00").await;
    book(&salon, &anna, "2026-03-03", "16:00").await;
    let ahead = book(&salon, &anna, "2026-04-01", "10:00").await;
    for id in done.iter().chain([&foreign, &missed, &ahead]) {
        act(&salon.owner, &salon, id, "confirm").await;
    }
    act(&salon.owner, &salon, &cancelled, "cancel").await;

    app.set_clock("2026-03-03T14:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    for id in done.iter().chain([&foreign]) {
        act(&owner, &salon, id, "complete").await;
    }
    act(&owner, &salon, &missed, "no-show").await;
    let expected = json!({
        "total": 7, "upcoming": 2, "pending": 1, "confirmed": 1, "completed": 3, "cancelled": 1, "no_show": 1,
        "today": 5, "this_month": 5, "last_30_days": 4,
        "revenue": { "amount": "240.00", "currency": "PLN" },
        "revenue_last_30_days": { "amount": "240.00", "currency": "PLN" },
    });
    assert_eq!(stats(&salon, &owner).await, expected);

    // Two months later.
    app.set_clock("2026-05-04T07:00:00Z").await;
    let later = stats(&salon, &owner.signed_in_again(&app).await).await;
    assert_eq!((&later["total"], &later["today"], &later["last_30_days"]), (&json!(7), &json!(0), &json!(0)));
    assert_eq!(
        (&later["revenue"]["amount"], &later["revenue_last_30_days"]["amount"]),
        (&json!("240.00"), &json!("0.00"))
    );
}

#[tokio::test]
async fn days_and_months_are_the_businesss_own() {
    let app = TestApp::start().await;
    // Eleven hours ahead of UTC: it is still Monday there, and the first of April begins on the last of March.
    let salon = app.salon().business("timezone", "Pacific/Noumea").open("00:00", "24:00").create().await;
    let anna = app.person("anna").await;
    book(&salon, &anna, "2026-03-02", "23:00").await;
    book(&salon, &anna, "2026-03-03", "00:00").await;
    book(&salon, &anna, "2026-03-31", "23:00").await;
    book(&salon, &anna, "2026-04-01", "00:00").await;
    let numbers = stats(&salon, &salon.owner).await;
    assert_eq!((&numbers["today"], &numbers["this_month"]), (&json!(1), &json!(3)));
}

#[tokio::test]
async fn other_businesses_do_not_count() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let anna = app.person("anna").await;
    book(&salon, &anna, "2026-03-03", "09:00").await;
    assert_eq!(stats(&other, &other.owner).await["total"], 0);
    let path = format!("/api/businesses/my-business/{}/stats/", salon.slug);
    other.owner.get(&path).await.refused(403, "PERMISSION_DENIED");
}
