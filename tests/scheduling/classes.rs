//! Visits that several customers come to.

use serde_json::json;

use super::{DATE, bookable, cancel, id, move_to, not_bookable, people, so_many_booked};
use crate::support::{Answer, Person, Salon, TestApp, together};

/// Two of each of the day's starts.
const STARTS: [&str; 16] = [
    "09:00", "09:00", "10:00", "10:00", "11:00", "11:00", "12:00", "12:00", "13:00", "13:00", "14:00",
    "14:00", "15:00", "15:00", "16:00", "16:00",
];

/// A salon with a class of so many seats.
async fn class_of(app: &TestApp, seats: u16) -> Salon {
    app.salon().service("capacity", seats).create().await
}

async fn book_together(
    salon: &Salon,
    people: &[Person],
    times: usize,
    starts: &'static [&str],
) -> Vec<Answer> {
    together(times, |index| {
        let (salon, person) = (salon.clone(), people[index % people.len()].clone());
        async move { salon.book(&person, DATE, starts[index % starts.len()]).await }
    })
    .await
}

/// The entries of the calendar: how many there are, and how many seats of them are taken.
async fn entries(app: &TestApp) -> (i64, i64) {
    let sql = "select count(*), coalesce(sum(booked), 0) from calendar_entries";
    let row = app.database.connect().await.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn a_class_is_booked_until_it_is_full() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 3).await;
    let people = people(&app, 4).await;
    let mut booked = Vec::new();
    for person in &people[..3] {
        booked.push(bookable(&app, &salon, person, DATE, "10:00").await);
    }
    assert_eq!(entries(&app).await, (1, 3));
    not_bookable(&app, &salon, &people[3], (DATE, "10:00"), ["class_full"; 2]).await;

    // Who leaves makes room, one way or the other.
    cancel(&people[1], &booked[1]).await.expect(200);
    let fourth = bookable(&app, &salon, &people[3], DATE, "10:00").await;
    not_bookable(&app, &salon, &people[1], (DATE, "10:00"), ["class_full"; 2]).await;
    move_to(&people[0], &booked[0], DATE, "12:00").await.expect(200);
    assert_eq!(entries(&app).await, (2, 3));
    move_to(&people[0], &booked[0], DATE, "10:00").await.expect(200);
    assert_eq!(entries(&app).await, (1, 3));
    for (person, appointment) in [(&people[0], &booked[0]), (&people[2], &booked[2]), (&people[3], &fourth)] {
        cancel(person, appointment).await.expect(200);
    }
    assert_eq!(entries(&app).await, (0, 0));
}

#[tokio::test]
async fn a_class_takes_its_teachers_time() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 3).await;
    let anna = app.person("anna").await;
    let short = json!({ "name": "Masaż", "duration_minutes": 30, "price_amount": "90" });
    let massage = salon.also_offering(&short).await;
    let other_class = json!({ "name": "Joga", "duration_minutes": 60, "price_amount": "50", "capacity": 5, "slot_step_minutes": 30 });
    let yoga = salon.also_offering(&other_class).await;
    let booked = bookable(&app, &salon, &anna, DATE, "10:00").await;

    not_bookable(&app, &massage, &anna, (DATE, "10:30"), ["taken"; 2]).await;
    for time in ["09:30", "10:00", "10:30"] {
        not_bookable(&app, &yoga, &anna, (DATE, time), ["taken"; 2]).await;
    }
    bookable(&app, &massage, &anna, DATE, "11:00").await;
    bookable(&app, &yoga, &anna, DATE, "09:00").await;
    cancel(&anna, &booked).await.expect(200);
    bookable(&app, &massage, &anna, DATE, "10:30").await;
}

#[tokio::test]
async fn a_class_never_has_more_than_its_seats() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 5).await;
    let people = people(&app, 4).await;
    so_many_booked(&book_together(&salon, &people, 20, &["10:00"]).await, 5);
    assert_eq!(entries(&app).await, (1, 5));
}

#[tokio::test]
async fn those_who_are_the_first_at_once_come_to_one_class() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 2).await;
    let people = people(&app, 2).await;
    so_many_booked(&book_together(&salon, &people, 16, &STARTS).await, 16);
    assert_eq!(entries(&app).await, (8, 16));
}

#[tokio::test]
async fn a_class_and_a_visit_that_overlap_do_not_both_take_place() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 20).await;
    let people = people(&app, 4).await;
    let massage = json!({ "name": "Masaż", "duration_minutes": 60, "price_amount": "90" });
    let massage = salon.also_offering(&massage).await;
    let answers = together(16, |index| {
        let offer = if index % 2 == 0 { salon.clone() } else { massage.clone() };
        let person = people[index % people.len()].clone();
        async move { offer.book(&person, DATE, "10:00").await }
    })
    .await;
    let booked: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| id(&answer.json()["service"]))
        .collect();
    let expected = if booked[0] == massage.service { 1 } else { 8 };
    so_many_booked(&answers, expected);
    assert!(booked.iter().all(|service| *service == booked[0]), "{booked:?}");
}

#[tokio::test]
async fn a_hold_is_a_seat() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 2).await;
    let people = people(&app, 3).await;
    let held = people[0].post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.expect(201);
    bookable(&app, &salon, &people[1], DATE, "10:00").await;
    not_bookable(&app, &salon, &people[2], (DATE, "10:00"), ["class_full"; 2]).await;
    people[2].post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.refused(409, "SLOT_UNAVAILABLE");
    let with_hold = json!({ "hold_id": held["id"] });
    super::book_with(&salon, &people[0], DATE, "10:00", with_hold).await.expect(201);
    not_bookable(&app, &salon, &people[2], (DATE, "10:00"), ["class_full"; 2]).await;
    assert_eq!(entries(&app).await, (1, 2));
}

#[tokio::test]
async fn who_leaves_last_while_somebody_joins_leaves_them_the_class() {
    let app = TestApp::start().await;
    let salon = class_of(&app, 3).await;
    let people = people(&app, 2).await;
    let annas = bookable(&app, &salon, &people[0], DATE, "10:00").await;
    let held = people[1].post(&salon.path("holds/"), &salon.wish(DATE, "12:00")).await.expect(201);
    // Somebody is about to join both.
    let mut client = app.database.connect().await;
    let joining = client.transaction().await.unwrap();
    joining.execute("update calendar_entries set booked = booked + 1", &[]).await.unwrap();
    let leaving = tokio::spawn({
        let (salon, people) = (salon.clone(), people.clone());
        async move {
            let own = salon.path(&format!("holds/{}/", id(&held)));
            tokio::join!(cancel(&people[0], &annas), people[1].delete(&own))
        }
    });
    app.database.waiting(2).await;
    joining.commit().await.unwrap();
    let (cancelled, given_back) = leaving.await.unwrap();
    cancelled.expect(200);
    given_back.expect(204);
    assert_eq!(entries(&app).await, (2, 2));
}
