//! Series that cross, with each other and with single bookings, moves and holds: whoever is first has a date, and nobody waits
//! for each other in a circle.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{DATE, book, cancel, count, dates, wish};
use crate::support::{Answer, Contended, Course, Dice, Person, Salon, TestApp, together};

/// How long they go on.
const SECONDS: u64 = 10;
const CUSTOMERS: usize = 12;

#[tokio::test]
async fn of_two_series_for_the_same_dates_each_date_has_one_and_one_that_is_undone_leaves_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let answers = together(8, |index| {
        let (salon, anna) = (salon.clone(), anna.clone());
        // From either end of the same fortnight.
        let rule = if index % 2 == 0 { "FREQ=DAILY;COUNT=10" } else { "FREQ=DAILY;INTERVAL=2;COUNT=6" };
        let mut wish = wish(&salon, DATE, "10:00", rule);
        wish["on_conflict"] = json!(if index < 4 { "all_or_nothing" } else { "skip" });
        async move { book(&salon, &anna, &wish).await }
    })
    .await;
    let booked: usize = answers.iter().filter(|answer| answer.status == 201).map(taken).sum();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
    assert!(booked > 0);
    assert_eq!(count(&app, "appointments").await, i64::try_from(booked).unwrap());
    assert_eq!(count(&app, "calendar_entries").await, i64::try_from(booked).unwrap());
}

fn taken(answer: &Answer) -> usize {
    dates(&answer.json()).iter().filter(|date| date["outcome"] == "booked").count()
}

/// What is fought over: three staff, one room for two of the services, seats of a class.
async fn salon(app: &TestApp) -> Vec<Salon> {
    let salon = app.salon().open("09:00", "12:00").staff(3).service("slot_step_minutes", 30).create().await;
    let room = json!({ "name": "Gabinet", "quantity": 1 });
    let room = salon.owner.post(&salon.path("resources/"), &room).await.expect(201)["id"].clone();
    let mut services = vec![salon.clone()];
    for (name, capacity, resources) in [
        ("Zabieg", 1, json!([{ "resource_id": room, "quantity": 1 }])),
        ("Joga", 3, json!([])),
        ("Pilates", 2, json!([{ "resource_id": room, "quantity": 1 }])),
    ] {
        let service = json!({
            "name": name, "duration_minutes": 60, "price_amount": "90", "slot_step_minutes": 30,
            "capacity": capacity, "resources": resources,
        });
        services.push(salon.also_offering(&service).await);
    }
    services
}

async fn go_on(salon: Arc<Vec<Salon>>, person: Person, mut dice: Dice, course: Course) {
    let mut had: Vec<Value> = Vec::new();
    while !course.is_over() {
        let at = &salon[usize::try_from(dice.below(4)).unwrap()];
        let time = format!("{:02}:{:02}", 9 + dice.below(2), dice.below(2) * 30);
        let date = format!("2026-03-{:02}", 3 + dice.below(4));
        if dice.below(3) == 0 {
            let answer = at.book(&person, &date, &time).await;
            if answer.status == 201 {
                course.note("single");
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                let to = json!({ "date": date, "start_time": "11:00" });
                let moved = person.post(&format!("/api/users/appointments/{id}/reschedule/"), &to).await;
                assert!([200, 409].contains(&moved.status.as_u16()), "{moved:?}");
                if moved.status == 200 {
                    course.note("moved");
                }
                person.post(&format!("/api/users/appointments/{id}/cancel/"), &json!({})).await.expect(200);
            } else {
                answer.refused(409, "SLOT_UNAVAILABLE");
            }
            continue;
        }
        let mut wish = wish(at, &date, &time, &format!("FREQ=DAILY;INTERVAL={};COUNT=6", 1 + dice.below(2)));
        wish["on_conflict"] =
            json!(["skip", "stop", "all_or_nothing"][usize::try_from(dice.below(3)).unwrap()]);
        let answer = book(at, &person, &wish).await;
        if answer.status == 201 {
            course.note("series");
            if taken(&answer) > 1 {
                course.note("series of several visits");
            }
            had.push(answer.json());
        } else {
            answer.refused(409, "SLOT_UNAVAILABLE");
        }
        if had.len() > 1 || answer.status != 201 {
            for series in had.drain(..) {
                cancel(&person, &series).await.expect(200);
            }
        }
    }
}

#[tokio::test]
async fn series_that_cross_never_wait_for_each_other_in_a_circle() {
    let contended = Contended::on_servers(3).await;
    let app = &contended.servers[0];
    let salon = Arc::new(salon(app).await);
    let people = contended.people(CUSTOMERS).await;
    let course = Course::of(SECONDS, ["series", "series of several visits", "single", "moved"]);
    let mut customers = JoinSet::new();
    for (person, index) in people.into_iter().zip(1..) {
        customers.spawn(go_on(Arc::clone(&salon), person, Dice::of(index), course.clone()));
    }
    customers.join_all().await;
    course.assert_everything_happened();
    contended.assert_nobody_waited_in_a_circle().await;
    let stray = "
        calendar_entries where booked <> (select count(*) from appointments where entry_id = calendar_entries.id)
                            or capacity = 1 and (select count(*) from resource_claims where entry_id = calendar_entries.id)
                               <> (select coalesce(sum(quantity), 0) from service_resources
                                   where service_id = calendar_entries.service_id)";
    assert_eq!(count(app, stray).await, 0);
    let lost = "series where not exists (select from appointments where series_id = series.id)";
    assert_eq!(count(app, lost).await, 0);
}
