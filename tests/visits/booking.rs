//! Booking a visit.

use reqwest::Method;
use serde_json::{Value, json};

use super::{DATE, Stage, count, id, of_parts, wish};
use crate::support::{Answer, together};

#[tokio::test]
async fn all_parts_are_booked_and_seen_by_both_sides() {
    let stage = Stage::set().await;
    let mut wish = stage.wish("09:00");
    wish["notes"] = json!("Krótko");
    let visit = stage.book(&wish).await.expect(201);
    assert_eq!(visit["business"], stage.cut.slug);
    assert_eq!(
        (&visit["start"], &visit["end"]),
        (&json!("2026-03-03T09:00:00+01:00"), &json!("2026-03-03T11:30:00+01:00"))
    );
    assert_eq!(of_parts(&visit, "/service/name"), ["Strzyżenie", "Koloryzacja"]);
    assert_eq!(of_parts(&visit, "/start"), ["2026-03-03T09:00:00+01:00", "2026-03-03T10:00:00+01:00"]);
    assert_eq!(of_parts(&visit, "/notes"), ["Krótko", "Krótko"]);
    assert_eq!(of_parts(&visit, "/visit_id"), [id(&visit), id(&visit)]);

    let again = stage.anna.get(&format!("/api/users/visits/{}/", id(&visit))).await.expect(200);
    assert_eq!(again, visit);
    for list in [
        stage.anna.get("/api/users/appointments/").await,
        stage.cut.owner.get(&stage.cut.path("appointments/")).await,
    ] {
        let list = list.expect(200);
        let visits: Vec<&Value> =
            list["results"].as_array().unwrap().iter().map(|one| &one["visit_id"]).collect();
        assert_eq!(visits, [&visit["id"], &visit["id"]]);
    }
    let alone = stage.cut.book(&stage.anna, DATE, "15:00").await.expect(201);
    assert_eq!(alone["visit_id"], Value::Null);
}

#[tokio::test]
async fn where_a_part_is_taken_nothing_is_booked_and_other_starts_are_named() {
    let stage = Stage::set().await;
    let ewa = stage.app.person("ewa").await;
    for _ in 0..2 {
        stage.cut.book(&ewa, DATE, "11:00").await.expect(201);
    }
    let before = count(&stage.app).await;
    let refusal = stage.book(&stage.wish("10:00")).await;
    let details = refusal.refused(409, "SLOT_UNAVAILABLE").clone();
    let alternatives =
        ["2026-03-02T15:00", "2026-03-03T12:00", "2026-03-03T13:00", "2026-03-03T14:00", "2026-03-04T09:00"];
    let alternatives: Vec<String> = alternatives.iter().map(|start| format!("{start}:00+01:00")).collect();
    assert_eq!(details["alternatives"].as_array().unwrap().len(), alternatives.len(), "{details}");
    assert!(details["alternatives"].as_array().unwrap().contains(&json!(alternatives[1])), "{details}");
    assert_eq!(count(&stage.app).await, before);
    stage.book(&stage.wish("12:00")).await.expect(201);
}

#[tokio::test]
async fn the_past_is_told_apart() {
    let stage = Stage::set().await;
    let mut wish = stage.wish("09:00");
    wish["date"] = json!("2026-03-01");
    stage.book(&wish).await.refused(400, "PAST_BOOKING");
}

#[tokio::test]
async fn what_is_wrong_with_a_part_is_said_where_it_stands() {
    let stage = Stage::set().await;
    let nobody = "01900000-0000-7000-8000-000000000000";
    let change = |pointer: &str, value: Value| {
        let mut wish = stage.wish("09:00");
        *wish.pointer_mut(pointer).unwrap() = value;
        wish
    };
    let refused = stage.book(&change("/parts", json!([{ "service_id": stage.cut.service }]))).await;
    assert_eq!(refused.refused(400, "VALIDATION_ERROR")["parts"][0], "Co najmniej tyle pozycji: 2.");
    let refused = stage.book(&change("/parts/1", json!({}))).await;
    assert!(refused.refused(400, "REQUIRED_FIELD")["parts.1.service_id"].is_array());
    stage.book(&change("/parts/1/service_id", json!(nobody))).await.refused(404, "SERVICE_NOT_FOUND");
    stage
        .book(&change("/parts/1", json!({ "service_id": stage.colour.service, "staff_id": nobody })))
        .await
        .refused(404, "STAFF_NOT_FOUND");
    let elsewhere = stage.cut.path("visits/").replace(&stage.cut.slug, "nie-ma");
    stage.anna.post(&elsewhere, &stage.wish("09:00")).await.refused(404, "BUSINESS_NOT_FOUND");
}

#[tokio::test]
async fn each_part_has_the_answers_to_its_own_questions() {
    let stage = Stage::set().await;
    let ask = json!({ "text": "Uczulenia?", "kind": "text", "is_required": true });
    let path = stage.cut.path(&format!("services/{}/questions/", stage.colour.service));
    let question = id(&stage.cut.owner.post(&path, &ask).await.expect(201));
    let refused = stage.book(&stage.wish("09:00")).await;
    let details = refused.refused(400, "REQUIRED_FIELD").clone();
    assert!(
        details.as_object().unwrap().keys().all(|field| field.starts_with("parts.1.answers")),
        "{details}"
    );
    assert_eq!(count(&stage.app).await[0], 0);

    let mut wish = stage.wish("09:00");
    wish["parts"][1]["answers"] = json!([{ "question_id": question, "value": "Lateks" }]);
    let visit = stage.book(&wish).await.expect(201);
    let place = stage.cut.path("appointments/");
    let mut told = Vec::new();
    for part in of_parts(&visit, "/id") {
        told.push(stage.cut.owner.get(&format!("{place}{part}/")).await.expect(200)["answers"].clone());
    }
    assert_eq!(told[0], json!([]));
    assert_eq!(told[1][0]["value"], "Lateks");
}

#[tokio::test]
async fn every_part_counts_against_the_bookings_a_customer_can_have_ahead() {
    let stage =
        Stage::with(json!({ "booking_policy": { "max_open_bookings": 3, "auto_confirm": true } })).await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    assert_eq!(of_parts(&visit, "/status"), ["confirmed", "confirmed"]);
    let refused = stage.book(&stage.wish("12:00")).await;
    assert_eq!(refused.refused(409, "CONFLICT"), json!({ "rule": "max_open_bookings", "limit": 3 }));
    assert_eq!(count(&stage.app).await[..3], [1, 2, 2]);
}

#[tokio::test]
async fn every_part_counts_however_they_come() {
    let stage =
        Stage::with(json!({ "booking_policy": { "max_open_bookings": 3, "auto_confirm": true } })).await;
    stage.book(&stage.wish("09:00")).await.expect(201);
    let anna = &stage.anna;
    let answers = together(4, |_| {
        let (anna, path, wish) = (anna.clone(), stage.cut.path("visits/"), stage.wish("14:00"));
        async move { anna.post(&path, &wish).await }
    })
    .await;
    assert!(answers.iter().all(|answer| answer.status == 409), "{answers:?}");
    stage.cut.book(anna, DATE, "14:00").await.expect(201);
}

#[tokio::test]
async fn who_is_blocked_books_no_visit() {
    let stage = Stage::set().await;
    stage.book(&stage.wish("09:00")).await.expect(201);
    let cards = stage.cut.owner.get(&stage.cut.path("customers/")).await.expect(200);
    let block = stage.cut.path(&format!("customers/{}/block/", id(&cards["results"][0])));
    stage.cut.owner.post(&block, &json!({ "reason": "Nie" })).await.expect(200);
    stage.book(&stage.wish("12:00")).await.refused(403, "CUSTOMER_BLOCKED");
    assert_eq!(count(&stage.app).await[..3], [1, 2, 2]);
}

async fn book_once(stage: &Stage, key: &str, wish: &Value) -> Answer {
    let request = stage.anna.request(Method::POST, &stage.cut.path("visits/")).header("Idempotency-Key", key);
    Answer::read(request.json(wish).send().await.unwrap()).await
}

#[tokio::test]
async fn a_repeated_request_books_once() {
    let stage = Stage::set().await;
    let first = book_once(&stage, "key", &stage.wish("09:00")).await.expect(201);
    assert_eq!(book_once(&stage, "key", &stage.wish("09:00")).await.expect(201), first);
    book_once(&stage, "key", &stage.wish("12:00")).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(count(&stage.app).await, [1, 2, 2, 1]);
    // A single booking under the same key is another request.
    let request =
        stage.anna.request(Method::POST, &stage.cut.path("appointments/")).header("Idempotency-Key", "key");
    let single = Answer::read(request.json(&stage.cut.wish(DATE, "15:00")).send().await.unwrap()).await;
    single.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_request_sent_many_times_at_once_books_once() {
    let stage = Stage::set().await;
    let (anna, path, wish) = (&stage.anna, stage.cut.path("visits/"), stage.wish("09:00"));
    let answers = together(8, |_| {
        let request = anna.request(Method::POST, &path).header("Idempotency-Key", "key").json(&wish);
        async move { Answer::read(request.send().await.unwrap()).await }
    })
    .await;
    let ids: Vec<Value> = answers.iter().map(|answer| answer.expect(201)["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(count(&stage.app).await, [1, 2, 2, 1]);
}

#[tokio::test]
async fn whose_turn_it_is_has_the_parts_for_which_anyone_will_do() {
    let stage = Stage::with(json!({ "booking_policy": { "staff_choice": "rotation" } })).await;
    let [first, second] = stage.cut.staff().await.try_into().unwrap();
    let before = stage.cut.book(&stage.anna, DATE, "09:00").await.expect(201);
    assert_eq!(before["staff"]["id"], first);
    let visit = stage.book(&stage.wish("11:00")).await.expect(201);
    assert_eq!(of_parts(&visit, "/staff/id"), [second.as_str(), second.as_str()]);
    let mut named = stage.wish("14:00");
    named["parts"][0]["staff_id"] = json!(second);
    let visit = stage.book(&named).await.expect(201);
    assert_eq!(of_parts(&visit, "/staff/id"), [second.as_str(), first.as_str()]);
}

#[tokio::test]
async fn a_hold_of_somebody_else_keeps_a_visit_away_until_it_is_over() {
    let stage = Stage::set().await;
    for name in ["ewa", "ola"] {
        let person = stage.app.person(name).await;
        person.post(&stage.cut.path("holds/"), &stage.colour.wish(DATE, "10:30")).await.expect(201);
    }
    stage.book(&stage.wish("09:00")).await.refused(409, "SLOT_UNAVAILABLE");
    stage.app.later(jiff::SignedDuration::from_mins(15)).await;
    let anna = stage.anna.signed_in_again(&stage.app).await;
    anna.post(&stage.cut.path("visits/"), &stage.wish("09:00")).await.expect(201);
}

#[tokio::test]
async fn a_class_can_be_a_part() {
    let stage = Stage::set().await;
    let class = json!({ "name": "Joga", "duration_minutes": 60, "price_amount": "40", "capacity": 2 });
    let class = stage.cut.also_offering(&class).await;
    let [first, _] = stage.cut.staff().await.try_into().unwrap();
    let mut wish = wish(&[&stage.cut, &class], "09:00");
    wish["parts"][1]["staff_id"] = json!(first);
    for _ in 0..2 {
        stage.book(&wish).await.expect(201);
    }
    stage.book(&wish).await.refused(409, "SLOT_UNAVAILABLE");
    // Two cuts, and one class of two.
    assert_eq!(count(&stage.app).await[..3], [2, 4, 3]);
}
