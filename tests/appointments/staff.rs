//! Booking with somebody, or with anybody.

use serde_json::json;

use crate::support::{Answer, Person, Salon, TestApp};

const DATE: &str = "2026-03-03";

async fn book_with(salon: &Salon, customer: &Person, time: &str, staff: &str) -> Answer {
    let mut wish = salon.wish(DATE, time);
    wish["staff_id"] = json!(staff);
    customer.post(&salon.path("appointments/"), &wish).await
}

#[tokio::test]
async fn two_people_can_take_two_bookings_of_one_time_and_no_third() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;

    let first = salon.book(&anna, DATE, "10:00").await.expect(201);
    let second = book_with(&salon, &anna, "10:00", "").await.expect(201);
    let staff = salon.staff().await;
    assert_eq!(json!([first["staff"]["id"], second["staff"]["id"]]), json!(staff));
    salon.book(&anna, DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn whoever_is_asked_for_comes_and_nobody_in_their_stead() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let [first, second] = salon.staff().await.try_into().unwrap();

    let booked = book_with(&salon, &anna, "10:00", &second).await.expect(201);
    assert_eq!(booked["staff"]["id"], second);
    let details = book_with(&salon, &anna, "10:00", &second).await.refused(409, "SLOT_UNAVAILABLE");
    let expected: Vec<String> =
        ["09", "11", "12", "13", "14"].map(|hour| format!("2026-03-03T{hour}:00:00+01:00")).into();
    assert_eq!(details["alternatives"], json!(expected));
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    assert_eq!(booked["staff"]["id"], first);
}

#[tokio::test]
async fn who_does_not_take_bookings_cannot_be_asked_for() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let [first, second] = salon.staff().await.try_into().unwrap();
    let database = app.database.connect().await;

    let sql = "update staff_members set is_bookable = false where id = $1::text::uuid";
    database.execute(sql, &[&second]).await.unwrap();
    book_with(&salon, &anna, "10:00", &second).await.refused(404, "STAFF_NOT_FOUND");

    // Who takes bookings, but not of this service, is never free for it.
    let sql = "delete from staff_services where staff_id = $1::text::uuid";
    database.execute(sql, &[&first]).await.unwrap();
    let details = book_with(&salon, &anna, "10:00", &first).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(details["alternatives"], json!([]));
}

#[tokio::test]
async fn another_service_of_the_same_person_takes_their_time_too() {
    let app = TestApp::start().await;
    let salon = app.salon().service("slot_step_minutes", 30).create().await;
    let short = json!({ "name": "Grzywka", "duration_minutes": 30, "price_amount": 30 });
    let fringe = salon.also_offering(&short).await;
    let anna = app.person("anna").await;

    fringe.book(&anna, DATE, "10:00").await.expect(201);
    for overlapping in ["09:30", "10:00"] {
        salon.book(&anna, DATE, overlapping).await.refused(409, "SLOT_UNAVAILABLE");
    }
    salon.book(&anna, DATE, "09:00").await.expect(201);
    salon.book(&anna, DATE, "10:30").await.expect(201);
}
