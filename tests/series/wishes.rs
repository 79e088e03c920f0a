//! What is refused before anything is looked for, and whose a series is.

use serde_json::json;

use super::{DATE, book, cancel, count, id, preview, wish};
use crate::support::TestApp;

#[tokio::test]
async fn a_rule_that_is_none_or_too_much_is_refused_by_name() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    for rule in [
        "every week",
        "FREQ=WEEKLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=YEARLY;BYYEARDAY=100;COUNT=3",
        "FREQ=DAILY;COUNT=61",
        "FREQ=WEEKLY;UNTIL=20990101",
        "FREQ=YEARLY;COUNT=10",
        "FREQ=YEARLY;INTERVAL=4294967295;COUNT=2",
        "FREQ=WEEKLY;UNTIL=20260301",
    ] {
        let wish = wish(&salon, DATE, "10:00", rule);
        assert_eq!(book(&salon, &anna, &wish).await.wrong_fields(), ["rule"], "{rule}");
        assert_eq!(preview(&salon, &anna, &wish).await.wrong_fields(), ["rule"], "{rule}");
    }
    let mut wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2");
    wish["on_conflict"] = json!("maybe");
    wish["date"] = json!("tomorrow");
    assert_eq!(book(&salon, &anna, &wish).await.wrong_fields(), ["date", "on_conflict"]);
    book(&salon, &anna, &salon.wish(DATE, "10:00")).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(count(&app, "appointments").await, 0);
}

#[tokio::test]
async fn what_there_is_not_is_not_found() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2");
    let nowhere = anna.post("/api/businesses/nowhere/appointments/series/", &wish).await;
    nowhere.refused(404, "BUSINESS_NOT_FOUND");
    let nowhere = anna.post("/api/businesses/nowhere/appointments/series/preview/", &wish).await;
    nowhere.refused(404, "BUSINESS_NOT_FOUND");
    for (field, code) in [("service_id", "SERVICE_NOT_FOUND"), ("staff_id", "STAFF_NOT_FOUND")] {
        let mut wish = wish.clone();
        wish[field] = json!("0190aaaa-0000-7000-8000-000000000000");
        book(&salon, &anna, &wish).await.refused(404, code);
        preview(&salon, &anna, &wish).await.refused(404, code);
    }
}

#[tokio::test]
async fn a_series_is_its_customers_own() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2");
    let booked = book(&salon, &anna, &wish).await.expect(201);
    let path = format!("/api/users/appointments/series/{}/", id(&booked));
    for other in [&ben, &salon.owner] {
        other.get(&path).await.refused(404, "NOT_FOUND");
        cancel(other, &booked).await.refused(404, "NOT_FOUND");
    }
    assert_eq!(anna.get(&path).await.expect(200), booked);
}

#[tokio::test]
async fn who_is_blocked_books_no_series_and_sees_that_before() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, "2026-03-05", "15:00").await.expect(201);
    let cards = salon.owner.get(&salon.path("customers/")).await.expect(200);
    let block = salon.path(&format!("customers/{}/block/", id(&cards["results"][0])));
    salon.owner.post(&block, &json!({})).await.expect(200);
    let wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2");
    book(&salon, &anna, &wish).await.refused(403, "CUSTOMER_BLOCKED");
    preview(&salon, &anna, &wish).await.refused(403, "CUSTOMER_BLOCKED");
    assert_eq!(count(&app, "series").await, 0);
}

#[tokio::test]
async fn a_series_of_an_erased_account_is_nobodys() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    book(&salon, &anna, &wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    anna.delete("/api/users/me/").await.expect(204);
    let sql = "select customer_id is null from series";
    assert!(app.database.connect().await.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
    assert_eq!(count(&app, "appointments where status = 'cancelled' and customer_id is null").await, 2);
}
