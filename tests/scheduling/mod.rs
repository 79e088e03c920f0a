//! Booking keeps to everything that a business says of its time: what is not offered is refused, and it is said why.

mod any_staff;
mod classes;
mod locations;
mod moving_services;
mod policies;
mod resources;
mod statements;
mod visits;
mod waiting;
mod working_time;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp};

/// A Tuesday; the clock stands at the Monday before.
const DATE: &str = "2026-03-03";

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// So many customers.
async fn people(app: &TestApp, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for index in 0..count {
        people.push(app.person(&format!("person{index}")).await);
    }
    people
}

async fn explained(person: &Person, salon: &Salon, date: &str, time: &str) -> Value {
    let query = format!("availability/explain/?service_id={}&date={date}&time={time}", salon.service);
    person.get(&salon.path(&query)).await.expect(200)
}

fn reasons(staff: &Value) -> Vec<&str> {
    staff["reasons"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect()
}

/// A start is not offered, booking it is refused, and both its owner and others are told why.
async fn not_bookable(
    app: &TestApp,
    salon: &Salon,
    customer: &Person,
    (date, time): (&str, &str),
    reasons: [&str; 2],
) {
    let free = salon.free(app, date).await;
    assert!(!free.iter().any(|slot| slot == time), "{date} {time} is among {free:?}");
    salon.book(customer, date, time).await.refused(409, "SLOT_UNAVAILABLE");
    for (person, reason) in [&salon.owner, customer].into_iter().zip(reasons) {
        let told = explained(person, salon, date, time).await;
        assert_eq!(told["is_offered"], false, "{date} {time}: {told}");
        assert_eq!(told["reason"]["reason"], reason, "{date} {time}, to {}: {told}", person.name);
    }
}

/// A start is offered and can be booked; the appointment.
async fn bookable(app: &TestApp, salon: &Salon, customer: &Person, date: &str, time: &str) -> Value {
    let free = salon.free(app, date).await;
    assert!(free.iter().any(|slot| slot == time), "{date} {time} is not among {free:?}");
    assert_eq!(explained(customer, salon, date, time).await["is_offered"], true, "{date} {time}");
    salon.book(customer, date, time).await.expect(201)
}

async fn book_with(salon: &Salon, customer: &Person, date: &str, time: &str, more: Value) -> Answer {
    let mut wish = salon.wish(date, time);
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    customer.post(&salon.path("appointments/"), &wish).await
}

async fn cancel(customer: &Person, appointment: &Value) -> Answer {
    customer.post(&format!("/api/users/appointments/{}/cancel/", id(appointment)), &json!({})).await
}

async fn move_to(customer: &Person, appointment: &Value, date: &str, time: &str) -> Answer {
    let body = json!({ "date": date, "start_time": time });
    customer.post(&format!("/api/users/appointments/{}/reschedule/", id(appointment)), &body).await
}

fn of_status(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Checks that so many have booked, and that all others were told that it is taken.
#[track_caller]
fn so_many_booked(answers: &[Answer], expected: usize) {
    assert_eq!(of_status(answers, 201), expected, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
}
