//! Whom a customer gets who does not mind.

use std::collections::HashSet;

use serde_json::json;

use super::{DATE, book_with, cancel, people, so_many_booked};
use crate::support::{Person, Salon, TestApp, together};

async fn salon_choosing(app: &TestApp, choice: &str, staff: usize) -> (Salon, Vec<String>) {
    let policy = json!({ "staff_choice": choice });
    let salon = app.salon().staff(staff).business("booking_policy", policy).create().await;
    let staff = salon.staff().await;
    (salon, staff)
}

/// Books with anyone; with whom.
async fn with_anyone(salon: &Salon, customer: &Person, date: &str, time: &str) -> String {
    super::id(&salon.book(customer, date, time).await.expect(201)["staff"])
}

async fn with_one(salon: &Salon, customer: &Person, date: &str, time: &str, staff: &str) {
    book_with(salon, customer, date, time, json!({ "staff_id": staff })).await.expect(201);
}

#[tokio::test]
async fn by_priority_whoever_is_first_in_the_salons_order() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_choosing(&app, "priority", 3).await;
    let anna = app.person("anna").await;
    for expected in &staff {
        assert_eq!(&with_anyone(&salon, &anna, DATE, "10:00").await, expected);
    }
    assert_eq!(with_anyone(&salon, &anna, DATE, "11:00").await, staff[0]);
}

#[tokio::test]
async fn whoever_has_least_to_do_on_that_day() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_choosing(&app, "least_busy", 3).await;
    let long = json!({ "name": "Koloryzacja", "duration_minutes": 180, "price_amount": "300" });
    let long = salon.also_offering(&long).await;
    let anna = app.person("anna").await;
    // Minutes count, not visits; and those of that day only.
    with_one(&long, &anna, DATE, "09:00", &staff[0]).await;
    for time in ["09:00", "10:00"] {
        with_one(&salon, &anna, DATE, time, &staff[1]).await;
    }
    with_one(&salon, &anna, DATE, "09:00", &staff[2]).await;
    with_one(&long, &anna, "2026-03-04", "09:00", &staff[2]).await;

    let mut chosen = Vec::new();
    for time in ["12:00", "13:00", "14:00", "15:00"] {
        chosen.push(with_anyone(&salon, &anna, DATE, time).await);
    }
    // 180, 120, 60 minutes; then 180, 120, 120; of those who are even, the first in the salon's order.
    assert_eq!(chosen, [2, 1, 2, 0].map(|place: usize| staff[place].clone()));
    assert_eq!(with_anyone(&salon, &anna, "2026-03-04", "13:00").await, staff[0]);
}

#[tokio::test]
async fn a_hold_is_something_to_do_until_it_expires_or_is_given_up() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_choosing(&app, "least_busy", 2).await;
    let people = people(&app, 2).await;
    let hold = async |time: &str| {
        let wish = salon.wish(DATE, time);
        people[0].post(&salon.path("holds/"), &wish).await.expect(201)["staff_id"].clone()
    };
    with_one(&salon, &people[1], DATE, "09:00", &staff[0]).await;
    assert_eq!(hold("10:00").await, staff[1]);
    assert_eq!(with_anyone(&salon, &people[1], DATE, "11:00").await, staff[0]);
    with_one(&salon, &people[1], DATE, "12:00", &staff[1]).await;
    // Both have two hours to do, but for the hold: it is left for this one, and later it has expired.
    assert_eq!(hold("13:00").await, staff[1]);
    app.later(jiff::SignedDuration::from_mins(10)).await;
    assert_eq!(with_anyone(&salon, &people[1], DATE, "14:00").await, staff[1]);
}

#[tokio::test]
async fn by_rotation_they_take_turns() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_choosing(&app, "rotation", 3).await;
    let anna = app.person("anna").await;
    let mut chosen = Vec::new();
    for time in ["09:00", "10:00", "11:00", "12:00"] {
        app.later(jiff::SignedDuration::from_secs(1)).await;
        chosen.push(with_anyone(&salon, &anna, DATE, time).await);
    }
    assert_eq!(chosen, [0, 1, 2, 0].map(|place: usize| staff[place].clone()));
    // Who is asked for by name keeps their turn; who is taken is passed over.
    app.later(jiff::SignedDuration::from_secs(1)).await;
    with_one(&salon, &anna, DATE, "13:00", &staff[1]).await;
    assert_eq!(with_anyone(&salon, &anna, DATE, "13:00").await, staff[2]);
    app.later(jiff::SignedDuration::from_secs(1)).await;
    assert_eq!(with_anyone(&salon, &anna, DATE, "14:00").await, staff[1]);
}

#[tokio::test]
async fn whoever_is_held_is_booked_whatever_the_choice() {
    let app = TestApp::start().await;
    for choice in ["priority", "least_busy", "rotation"] {
        let owner = app.person(&format!("owner-{choice}").replace('_', "-")).await;
        let policy = json!({ "staff_choice": choice });
        let salon = app.salon().staff(2).business("booking_policy", policy).create_for(owner).await;
        let anna = app.person(&format!("anna-{choice}").replace('_', "-")).await;
        let first = salon.book(&anna, DATE, "10:00").await.expect(201);
        let held = anna.post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.expect(201);
        cancel(&anna, &first).await.expect(200);
        let booked =
            book_with(&salon, &anna, DATE, "10:00", json!({ "hold_id": held["id"] })).await.expect(201);
        assert_eq!(booked["staff"]["id"], held["staff_id"], "{choice}");
    }
}

#[tokio::test]
async fn of_many_at_once_each_of_the_staff_gets_one() {
    let app = TestApp::start().await;
    let people = people(&app, 5).await;
    for choice in ["priority", "least_busy", "rotation"] {
        let owner = app.person(&format!("owner-{choice}").replace('_', "-")).await;
        let policy = json!({ "staff_choice": choice });
        let salon = app.salon().staff(5).business("booking_policy", policy).create_for(owner).await;
        let answers = together(30, |index| {
            let (salon, person) = (salon.clone(), people[index % 5].clone());
            async move { salon.book(&person, DATE, "10:00").await }
        })
        .await;
        so_many_booked(&answers, 5);
        let booked = answers.iter().filter(|answer| answer.status == 201);
        let staff: HashSet<String> = booked.map(|answer| super::id(&answer.json()["staff"])).collect();
        assert_eq!(staff.len(), 5, "{choice}");
    }
}
