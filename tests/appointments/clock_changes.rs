//! Nights on which the clock is moved: what is offered, at which offset, and for how long it really lasts.

use serde_json::Value;

use crate::support::{Salon, TestApp};

/// A salon open at night, in some zone; every service lasts so long.
async fn night_salon(app: &TestApp, zone: &str, minutes: i32) -> Salon {
    let salon = app.salon().business("timezone", zone).on_days(0..7).open("00:00", "04:00");
    salon.service("duration_minutes", minutes).create().await
}

/// What is offered on a date: start and end, as instants with their offsets.
async fn offered(app: &TestApp, salon: &Salon, date: &str) -> Vec<(String, String)> {
    let query = format!("availability/?service_id={}&date={date}&verbose=true", salon.service);
    let answer = app.get(&salon.path(&query)).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let slots = answer["slots_detail"].as_array().unwrap().iter();
    slots.map(|slot| (text(&slot["start"]), text(&slot["end"]))).collect()
}

/// Books everything that is offered, and finds start and end as they were offered.
async fn book_everything(app: &TestApp, salon: &Salon, date: &str) {
    let anna = app.person("anna").await;
    for (start, end) in offered(app, salon, date).await {
        let booked = salon.book(&anna, date, &start[11..16]).await.expect(201);
        assert_eq!((&booked["start"], &booked["end"]), (&Value::from(start), &Value::from(end)));
    }
    assert_eq!(offered(app, salon, date).await, []);
}

fn pairs(slots: &[(&str, &str)]) -> Vec<(String, String)> {
    slots.iter().map(|(start, end)| ((*start).to_owned(), (*end).to_owned())).collect()
}

#[tokio::test]
async fn in_warsaw_an_hour_is_missing_in_march() {
    let app = TestApp::start().await;
    let salon = night_salon(&app, "Europe/Warsaw", 60).await;
    let expected = [
        ("2026-03-29T00:00:00+01:00", "2026-03-29T01:00:00+01:00"),
        ("2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"),
    ];
    assert_eq!(offered(&app, &salon, "2026-03-29").await, pairs(&expected));

    let ben = app.person("ben").await;
    let details = salon.book(&ben, "2026-03-29", "02:00").await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(details["alternatives"].as_array().unwrap().len(), 5);
    book_everything(&app, &salon, "2026-03-29").await;
}

#[tokio::test]
async fn in_warsaw_an_hour_comes_twice_in_october() {
    let app = TestApp::start().await;
    let salon = night_salon(&app, "Europe/Warsaw", 60).await;
    // 02:00 is offered once and means the first one; its end is called 02:00 again.
    let expected = [
        ("2026-10-25T00:00:00+02:00", "2026-10-25T01:00:00+02:00"),
        ("2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00"),
        ("2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"),
        ("2026-10-25T03:00:00+01:00", "2026-10-25T04:00:00+01:00"),
    ];
    assert_eq!(offered(&app, &salon, "2026-10-25").await, pairs(&expected));
    book_everything(&app, &salon, "2026-10-25").await;
}

#[tokio::test]
async fn on_lord_howe_half_an_hour_comes_twice_in_april() {
    let app = TestApp::start().await;
    let salon = night_salon(&app, "Australia/Lord_Howe", 60).await;
    // At 02:00 the clock goes back to 01:30, so the visit from 01:00 ends when the second half-hour begins.
    let expected = [
        ("2026-04-05T00:00:00+11:00", "2026-04-05T01:00:00+11:00"),
        ("2026-04-05T01:00:00+11:00", "2026-04-05T01:30:00+10:30"),
        ("2026-04-05T02:00:00+10:30", "2026-04-05T03:00:00+10:30"),
        ("2026-04-05T03:00:00+10:30", "2026-04-05T04:00:00+10:30"),
    ];
    assert_eq!(offered(&app, &salon, "2026-04-05").await, pairs(&expected));
    book_everything(&app, &salon, "2026-04-05").await;
}

#[tokio::test]
async fn on_lord_howe_half_an_hour_is_missing_in_october() {
    let app = TestApp::start().await;
    let salon = night_salon(&app, "Australia/Lord_Howe", 30).await;
    let expected = [
        ("2026-10-04T00:00:00+10:30", "2026-10-04T00:30:00+10:30"),
        ("2026-10-04T00:30:00+10:30", "2026-10-04T01:00:00+10:30"),
        ("2026-10-04T01:00:00+10:30", "2026-10-04T01:30:00+10:30"),
        ("2026-10-04T01:30:00+10:30", "2026-10-04T02:30:00+11:00"),
        ("2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"),
        ("2026-10-04T03:00:00+11:00", "2026-10-04T03:30:00+11:00"),
        ("2026-10-04T03:30:00+11:00", "2026-10-04T04:00:00+11:00"),
    ];
    assert_eq!(offered(&app, &salon, "2026-10-04").await, pairs(&expected));
    let ben = app.person("ben").await;
    salon.book(&ben, "2026-10-04", "02:00").await.refused(409, "SLOT_UNAVAILABLE");
    book_everything(&app, &salon, "2026-10-04").await;
}
