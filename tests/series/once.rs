//! `Idempotency-Key`: a series that a client repeats is booked once.

use reqwest::Method;
use serde_json::{Value, json};

use super::{DATE, count, id, wish};
use crate::support::{Answer, Person, Salon, TestApp, together};

async fn book_once(salon: &Salon, customer: &Person, key: &str, wish: &Value) -> Answer {
    let path = salon.path("appointments/series/");
    let request = customer.request(Method::POST, &path).header("Idempotency-Key", key);
    Answer::read(request.json(wish).send().await.unwrap()).await
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_series_and_a_key_stands_for_one_request() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let weekly = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=3");
    let first = book_once(&salon, &anna, "key", &weekly).await.expect(201);
    assert_eq!(book_once(&salon, &anna, "key", &weekly).await.expect(201), first);
    assert_eq!(count(&app, "appointments").await, 3);

    let mut otherwise = weekly.clone();
    otherwise["on_conflict"] = json!("stop");
    for another in [wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=4"), otherwise] {
        book_once(&salon, &anna, "key", &another).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    let single = anna.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", "key");
    let single = single.json(&salon.wish(DATE, "10:00")).send().await.unwrap();
    Answer::read(single).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    book_once(&salon, &anna, " ", &weekly).await.refused(400, "INVALID_INPUT");
    // A series that was refused has not used its key up.
    let mut taken = weekly.clone();
    taken["staff_id"] = json!(salon.staff().await[0]);
    book_once(&salon, &anna, "other", &taken).await.refused(409, "SLOT_UNAVAILABLE");
    taken["start_time"] = json!("12:00");
    book_once(&salon, &anna, "other", &taken).await.expect(201);
}

#[tokio::test]
async fn simultaneous_requests_with_one_key_book_once_and_all_hear_of_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let answers =
        together(12, |_| {
            let (salon, anna) = (salon.clone(), anna.clone());
            async move {
                book_once(&salon, &anna, "key", &wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=5")).await
            }
        })
        .await;
    let mut ids: Vec<String> = answers.iter().map(|answer| id(&answer.expect(201))).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(count(&app, "appointments").await, 5);
}
