//! Moving an appointment to another time.

use reqwest::Method;
use serde_json::{Value, json};

use super::{history, id_of};
use crate::support::{Answer, Person, Salon, TestApp};

const DATE: &str = "2026-03-03";

async fn reschedule(person: &Person, id: &str, body: &Value) -> Answer {
    person.post(&format!("/api/users/appointments/{id}/reschedule/"), body).await
}

async fn to(person: &Person, id: &str, time: &str) -> Answer {
    reschedule(person, id, &json!({ "date": DATE, "start_time": time })).await
}

async fn at_salon(salon: &Salon, person: &Person, id: &str, time: &str) -> Answer {
    let body = json!({ "date": DATE, "start_time": time });
    person.post(&salon.path(&format!("appointments/{id}/reschedule/")), &body).await
}

async fn booked(salon: &Salon, customer: &Person, time: &str) -> Value {
    salon.book(customer, DATE, time).await.expect(201)
}

async fn confirm(salon: &Salon, id: &str) {
    let path = salon.path(&format!("appointments/{id}/confirm/"));
    salon.owner.send(Method::POST, &path, None).await.expect(200);
}

#[tokio::test]
async fn an_appointment_moves_and_its_old_time_is_free_again() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let before = booked(&salon, &anna, "10:00").await;
    let id = id_of(&before);

    app.set_clock("2026-03-02T07:05:00Z").await;
    let body = to(&anna, &id, "14:00").await.expect(200);
    assert_eq!((&body["success"], body["message"].is_string()), (&json!(true), true));
    let mut expected = before.clone();
    expected["start"] = json!("2026-03-03T14:00:00+01:00");
    expected["end"] = json!("2026-03-03T15:00:00+01:00");
    assert_eq!(body["data"], expected);
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200), expected);

    let free = salon.free(&app, DATE).await;
    assert!(free.contains(&"10:00".to_owned()) && !free.contains(&"14:00".to_owned()), "{free:?}");
    let recorded = json!([[null, "pending", anna.id, ""], ["pending", "pending", anna.id, "rescheduled"]]);
    assert_eq!(history(&app, &id).await, recorded);
    let old = "select old_starts_at::text from appointment_history where old_starts_at is not null";
    let old: String = app.database.connect().await.query_one(old, &[]).await.unwrap().get(0);
    assert!(old.starts_with("2026-03-03 "), "{old}");
}

#[tokio::test]
async fn an_appointment_does_not_stand_in_its_own_way() {
    let app = TestApp::start().await;
    let salon = app.salon().service("slot_step_minutes", 15).service("buffer_minutes", 10).create().await;
    let anna = app.person("anna").await;
    let id = id_of(&booked(&salon, &anna, "10:00").await);

    let moved = to(&anna, &id, "10:15").await.expect(200);
    assert_eq!(moved["data"]["start"], "2026-03-03T10:15:00+01:00");
    to(&anna, &id, "09:30").await.expect(200);
    // Of those that others might take, its own neighbourhood is offered to it alone.
    let details = to(&anna, &id, "09:31").await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(details["alternatives"][0], "2026-03-03T09:00:00+01:00");
}

#[tokio::test]
async fn where_the_new_time_is_not_free_the_old_one_is_kept() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let before = booked(&salon, &anna, "10:00").await;
    booked(&salon, &ben, "14:00").await;
    let id = id_of(&before);

    let details = to(&anna, &id, "14:00").await.refused(409, "SLOT_UNAVAILABLE");
    let expected: Vec<String> =
        ["11", "12", "13", "15", "16"].map(|hour| format!("2026-03-03T{hour}:00:00+01:00")).into();
    assert_eq!(details["alternatives"], json!(expected));
    to(&anna, &id, "17:30").await.refused(409, "SLOT_UNAVAILABLE");
    to(&anna, &id, "10:10").await.refused(409, "SLOT_UNAVAILABLE");
    let refused = at_salon(&salon, &salon.owner, &id, "14:00").await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(refused, details);
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200), before);
    salon.book(&ben, DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_it_is_with_is_preferred_and_somebody_else_comes_if_they_are_not_free() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let [first, second] = salon.staff().await.try_into().unwrap();
    booked(&salon, &ben, "10:00").await;
    let annas = booked(&salon, &anna, "10:00").await;
    assert_eq!(annas["staff"]["id"], second);
    let id = id_of(&annas);

    // Both are free at eleven: it stays with the second.
    assert_eq!(to(&anna, &id, "11:00").await.expect(200)["data"]["staff"]["id"], second);
    let mut wish = salon.wish(DATE, "12:00");
    wish["staff_id"] = json!(second);
    ben.post(&salon.path("appointments/"), &wish).await.expect(201);
    assert_eq!(to(&anna, &id, "12:00").await.expect(200)["data"]["staff"]["id"], first);
}

#[tokio::test]
async fn whoever_is_named_takes_it_and_nobody_in_their_stead() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let [first, second] = salon.staff().await.try_into().unwrap();
    let id = id_of(&booked(&salon, &anna, "10:00").await);
    let with = |staff: &str, time: &str| json!({ "date": DATE, "start_time": time, "staff_id": staff });

    // At the same time, with somebody else.
    let moved = reschedule(&anna, &id, &with(&second, "10:00")).await.expect(200);
    assert_eq!(
        (&moved["data"]["staff"]["id"], &moved["data"]["start"]),
        (&json!(second), &json!("2026-03-03T10:00:00+01:00"))
    );
    booked(&salon, &ben, "11:00").await;
    reschedule(&anna, &id, &with(&first, "11:00")).await.refused(409, "SLOT_UNAVAILABLE");
    let nobody = "019b5c2e-0000-7000-8000-000000000000";
    reschedule(&anna, &id, &with(nobody, "12:00")).await.refused(404, "STAFF_NOT_FOUND");
    reschedule(&anna, &id, &with("", "12:00")).await.expect(200);
}

#[tokio::test]
async fn to_move_it_where_it_is_changes_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let before = booked(&salon, &anna, "10:00").await;
    let id = id_of(&before);
    confirm(&salon, &id).await;

    let same = to(&anna, &id, "10:00").await.expect(200);
    assert_eq!((&same["data"]["status"], &same["data"]["start"]), (&json!("confirmed"), &before["start"]));
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_the_customer_moves_stays_as_confirmed_as_it_was_also_where_the_business_confirms_by_hand() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&booked(&salon, &anna, "10:00").await);
    confirm(&salon, &id).await;

    assert_eq!(to(&anna, &id, "11:00").await.expect(200)["data"]["status"], "confirmed");
    let path = salon.path(&format!("appointments/{id}/"));
    assert_eq!(salon.owner.get(&path).await.expect(200)["confirmed_at"], "2026-03-02T08:00:00+01:00");
    assert_eq!(history(&app, &id).await[2], json!(["confirmed", "confirmed", anna.id, "rescheduled"]));

    let unconfirmed = id_of(&booked(&salon, &anna, "14:00").await);
    assert_eq!(to(&anna, &unconfirmed, "15:00").await.expect(200)["data"]["status"], "pending");
}

#[tokio::test]
async fn what_the_business_moves_stays_as_confirmed_as_it_was() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&booked(&salon, &anna, "10:00").await);

    let moved = at_salon(&salon, &salon.owner, &id, "11:00").await.expect(200);
    assert_eq!((&moved["status"], &moved["customer_email"]), (&json!("pending"), &json!(anna.email)));
    confirm(&salon, &id).await;
    let moved = at_salon(&salon, &salon.owner, &id, "12:00").await.expect(200);
    assert_eq!(moved["status"], "confirmed");
    assert_eq!(moved["confirmed_at"], "2026-03-02T08:00:00+01:00");
    let last = history(&app, &id).await[3].clone();
    assert_eq!(last, json!(["confirmed", "confirmed", salon.owner.id, "rescheduled"]));
}

#[tokio::test]
async fn the_deadline_for_cancelling_is_the_customers_for_moving_too() {
    let app = TestApp::start().await;
    let deadline = json!({ "cancellation_deadline_minutes": 24 * 60 });
    let salon = app.salon().business("booking_policy", deadline).create().await;
    let anna = app.person("anna").await;
    let first = id_of(&booked(&salon, &anna, "09:00").await);
    let second = id_of(&booked(&salon, &anna, "10:00").await);

    app.set_clock("2026-03-02T08:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    to(&anna, &first, "14:00").await.expect(200);
    app.set_clock("2026-03-02T09:00:01Z").await;
    let (anna, owner) = (anna.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    to(&anna, &second, "15:00").await.refused(409, "CANCELLATION_WINDOW_PASSED");
    at_salon(&salon, &owner, &second, "15:00").await.expect(200);
}

#[tokio::test]
async fn only_what_is_still_to_come_can_be_moved_and_only_into_the_future() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let cancelled = id_of(&booked(&salon, &anna, "09:00").await);
    let begun = id_of(&booked(&salon, &anna, "10:00").await);
    let ahead = id_of(&booked(&salon, &anna, "12:00").await);
    anna.post(&format!("/api/users/appointments/{cancelled}/cancel/"), &json!({})).await.expect(200);
    to(&anna, &cancelled, "16:00").await.refused(400, "BAD_REQUEST");
    at_salon(&salon, &salon.owner, &cancelled, "16:00").await.refused(400, "BAD_REQUEST");

    app.set_clock("2026-03-03T09:00:00Z").await;
    let (anna, owner) = (anna.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    to(&anna, &begun, "16:00").await.refused(400, "BAD_REQUEST");
    at_salon(&salon, &owner, &begun, "16:00").await.refused(400, "BAD_REQUEST");
    to(&anna, &ahead, "09:00").await.refused(400, "PAST_BOOKING");
    at_salon(&salon, &owner, &ahead, "09:00").await.refused(400, "PAST_BOOKING");
    to(&anna, &ahead, "11:00").await.expect(200);
}

#[tokio::test]
async fn another_persons_appointment_cannot_be_moved() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let id = id_of(&booked(&salon, &anna, "10:00").await);

    for stranger in [&ben, &salon.owner] {
        to(stranger, &id, "11:00").await.refused(404, "APPOINTMENT_NOT_FOUND");
    }
    for stranger in [&anna, &ben, &other.owner] {
        at_salon(&salon, stranger, &id, "11:00").await.refused(403, "PERMISSION_DENIED");
    }
    at_salon(&other, &other.owner, &id, "11:00").await.refused(404, "APPOINTMENT_NOT_FOUND");
    let anonymous = app.post(&format!("/api/users/appointments/{id}/reschedule/"), &json!({})).await;
    anonymous.refused(401, "UNAUTHORIZED");
    let wrong = reschedule(&anna, &id, &json!({ "date": "3 March", "start_time": "25:00" })).await;
    assert_eq!(wrong.wrong_fields(), ["date", "start_time"]);
}

#[tokio::test]
async fn what_is_gone_has_no_times_to_move_to() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&booked(&salon, &anna, "10:00").await);
    let nobody = json!({ "date": DATE, "start_time": "11:00", "staff_id": id });
    let path = salon.path(&format!("appointments/{id}/reschedule/"));
    salon.owner.post(&path, &nobody).await.refused(404, "STAFF_NOT_FOUND");
    salon.owner.delete(&salon.path(&format!("services/{}/", salon.service))).await.expect(204);
    to(&anna, &id, "11:00").await.refused(404, "SERVICE_NOT_FOUND");
    at_salon(&salon, &salon.owner, &id, "11:00").await.refused(404, "SERVICE_NOT_FOUND");

    // Its owner cannot close it before; whoever looks after the database can.
    let close = "update businesses set retired_at = now() where slug = $1";
    app.database.connect().await.execute(close, &[&salon.slug]).await.unwrap();
    to(&anna, &id, "11:00").await.refused(404, "BUSINESS_NOT_FOUND");
}

/// Moves an appointment with the first of two staff to where somebody is just being booked with both or one of them,
/// which comes true while the move waits for it.
async fn meeting_a_booking(with: usize) -> (Answer, Vec<String>) {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let staff = salon.staff().await;
    let id = id_of(&booked(&salon, &anna, "10:00").await);

    let mut other = app.database.connect().await;
    let booking = other.transaction().await.unwrap();
    let insert = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                                  busy_to, price_minor, price_currency, created_at, updated_at)
        select gen_random_uuid(), business_id, service_id, staff.id, customer_id, 'pending', starts_at + after, ends_at + after,
               busy_from + after, busy_to + after, price_minor, price_currency, created_at, updated_at
        from appointments, (select interval '4 hours' as after) later,
             (select id from staff_members order by position limit $1) staff";
    booking.execute(insert, &[&i64::try_from(with).unwrap()]).await.unwrap();
    let moving = tokio::spawn({
        let anna = anna.clone();
        async move { to(&anna, &id, "14:00").await }
    });
    app.database.waiting(1).await;
    booking.commit().await.unwrap();
    (moving.await.unwrap(), staff)
}

#[tokio::test]
async fn a_move_that_meets_a_booking_on_its_way_goes_to_somebody_who_is_free() {
    let (answer, staff) = meeting_a_booking(1).await;
    assert_eq!(answer.expect(200)["data"]["staff"]["id"], staff[1]);
}

#[tokio::test]
async fn a_move_that_meets_bookings_with_everybody_is_refused_with_alternatives() {
    let (answer, _) = meeting_a_booking(2).await;
    let details = answer.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(details["alternatives"].as_array().unwrap().len(), 5);
}
