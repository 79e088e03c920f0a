//! Keeping a slot while one pays or thinks.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::Value;

use super::id_of;
use crate::support::{Answer, Person, Salon, TestApp, together};

const DATE: &str = "2026-03-03";

async fn hold(salon: &Salon, customer: &Person, time: &str) -> Answer {
    customer.post(&salon.path("holds/"), &salon.wish(DATE, time)).await
}

async fn offered(app: &TestApp, salon: &Salon) -> Value {
    let path = salon.path(&format!("availability/?service_id={}&date={DATE}", salon.service));
    app.get(&path).await.expect(200)["slots"].clone()
}

fn offers(slots: &Value, time: &str) -> bool {
    slots.as_array().unwrap().iter().any(|slot| slot == time)
}

#[tokio::test]
async fn a_held_slot_is_nobody_elses_until_it_is_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let held = hold(&salon, &anna, "10:00").await.expect(201);
    assert_eq!(held["start"], "2026-03-03T10:00:00+01:00");
    assert_eq!(held["business"], salon.slug);
    assert_eq!(held["expires_at"], "2026-03-02T08:10:00+01:00");
    let own = salon.path(&format!("holds/{}/", id_of(&held)));
    assert_eq!(anna.get(&own).await.expect(200), held);

    assert!(!offers(&offered(&app, &salon).await, "10:00"));
    salon.book(&ben, DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
    hold(&salon, &ben, "10:00").await.refused(409, "SLOT_UNAVAILABLE");

    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_id"] = held["id"].clone();
    anna.post(&salon.path("appointments/"), &wish).await.expect(201);
    anna.get(&own).await.refused(404, "NOT_FOUND");
    salon.book(&ben, DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn a_hold_is_its_holders_only() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let held = hold(&salon, &anna, "10:00").await.expect(201);
    let path = |salon: &Salon| salon.path(&format!("holds/{}/", id_of(&held)));
    for stranger in [&ben, &salon.owner] {
        stranger.get(&path(&salon)).await.refused(404, "NOT_FOUND");
        stranger.delete(&path(&salon)).await.refused(404, "NOT_FOUND");
    }
    anna.get(&path(&other)).await.refused(404, "NOT_FOUND");
    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_id"] = held["id"].clone();
    ben.post(&salon.path("appointments/"), &wish).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(anna.get(&path(&salon)).await.expect(200), held);
}

#[tokio::test]
async fn what_cannot_be_booked_cannot_be_held() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let place = salon.path("holds/");
    let mut wish = salon.wish("2026-03-01", "10:00");
    anna.post(&place, &wish).await.refused(400, "PAST_BOOKING");
    wish["date"] = DATE.into();
    wish["staff_id"] = wish["service_id"].clone();
    anna.post(&place, &wish).await.refused(404, "STAFF_NOT_FOUND");
    salon.owner.delete(&salon.path(&format!("services/{}/", salon.service))).await.expect(204);
    hold(&salon, &anna, "10:00").await.refused(404, "SERVICE_NOT_FOUND");
}

#[tokio::test]
async fn a_hold_ends_by_being_given_back_or_replaced() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let first = hold(&salon, &anna, "10:00").await.expect(201);
    let second = hold(&salon, &anna, "10:00").await.expect(201);
    assert_ne!(first["id"], second["id"]);
    hold(&salon, &anna, "12:00").await.expect(201);
    let slots = offered(&app, &salon).await;
    assert!(offers(&slots, "10:00") && !offers(&slots, "12:00"));

    let third = hold(&salon, &anna, "13:00").await.expect(201);
    let own = salon.path(&format!("holds/{}/", id_of(&third)));
    anna.delete(&own).await.expect(204);
    anna.delete(&own).await.refused(404, "NOT_FOUND");
    assert!(offers(&offered(&app, &salon).await, "13:00"));
}

#[tokio::test]
async fn a_hold_that_has_expired_is_in_nobodys_way() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let held = hold(&salon, &anna, "10:00").await.expect(201);
    app.later(SignedDuration::from_mins(10)).await;
    let own = salon.path(&format!("holds/{}/", id_of(&held)));
    anna.get(&own).await.refused(404, "NOT_FOUND");
    assert!(offers(&offered(&app, &salon).await, "10:00"));
    hold(&salon, &ben, "10:00").await.expect(201);
    app.later(SignedDuration::from_mins(10)).await;
    let anna = anna.signed_in_again(&app).await;
    let late = hold(&salon, &anna, "10:00").await.expect(201);

    // Whoever comes too late with a hold books like everybody else.
    app.later(SignedDuration::from_mins(10)).await;
    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_id"] = late["id"].clone();
    anna.post(&salon.path("appointments/"), &wish).await.expect(201);
}

#[tokio::test]
async fn of_many_who_hold_one_slot_at_once_one_has_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let mut people = Vec::new();
    for name in 0..8 {
        people.push(app.person(&format!("person{name}")).await);
    }
    let answers = together(16, |n| {
        let (salon, person) = (salon.clone(), people[n % 8].clone());
        async move { hold(&salon, &person, "10:00").await }
    })
    .await;
    let held = answers.iter().filter(|answer| answer.status == 201).count();
    // The same person may have held it twice, one after the other.
    assert!((1..=2).contains(&held), "{held}");
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status.as_u16())), "{answers:?}");
    let client = app.database.connect().await;
    let counts = "select (select count(*) from holds), (select count(*) from calendar_entries), (select sum(booked) from calendar_entries)";
    let row = client.query_one(counts, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)), (1, 1, 1));
}

#[tokio::test]
async fn a_hold_keeps_somebody_who_is_free_and_books_with_them() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let held = hold(&salon, &anna, "10:00").await.expect(201);
    let other = hold(&salon, &ben, "10:00").await.expect(201);
    assert_ne!(held["staff_id"], other["staff_id"]);
    let own = salon.path(&format!("holds/{}/", id_of(&held)));
    anna.send(Method::DELETE, &own, None).await.expect(204);
    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_id"] = other["id"].clone();
    let booked = ben.post(&salon.path("appointments/"), &wish).await.expect(201);
    assert_eq!(booked["staff"]["id"], other["staff_id"]);
}

#[tokio::test]
async fn who_comes_too_late_with_a_hold_gets_whoever_others_would_get() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let [first, second] = salon.staff().await.try_into().unwrap();
    let bens = salon.book(&ben, DATE, "10:00").await.expect(201);
    let held = hold(&salon, &anna, "10:00").await.expect(201);
    assert_eq!(
        (&bens["staff"]["id"], &held["staff_id"]),
        (&Value::from(first.clone()), &Value::from(second))
    );
    let path = format!("/api/users/appointments/{}/cancel/", id_of(&bens));
    ben.send(Method::POST, &path, None).await.expect(200);
    app.later(SignedDuration::from_mins(10)).await;
    let mut wish = salon.wish(DATE, "10:00");
    wish["hold_id"] = held["id"].clone();
    let booked = anna.post(&salon.path("appointments/"), &wish).await.expect(201);
    assert_eq!(booked["staff"]["id"], first);
}
