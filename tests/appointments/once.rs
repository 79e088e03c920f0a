//! `Idempotency-Key`: a booking that a client repeats happens once.

use reqwest::Method;
use serde_json::{Value, json};

use super::id_of;
use crate::support::{Answer, Person, Salon, TestApp, together};

const DATE: &str = "2026-03-03";

async fn book_once(salon: &Salon, customer: &Person, key: &str, wish: &Value) -> Answer {
    let request = customer.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", key);
    Answer::read(request.json(wish).send().await.unwrap()).await
}

/// How many appointments there are in all.
async fn count(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from appointments", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_one_appointment() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let wish = salon.wish(DATE, "10:00");

    let first = book_once(&salon, &anna, "key-1", &wish).await.expect(201);
    app.set_clock("2026-03-02T07:10:00Z").await;
    let again = book_once(&salon, &anna, "key-1", &wish).await.expect(201);
    assert_eq!(again, first);
    assert_eq!(count(&app).await, 1);
    // Without a key, or with another, it is another booking.
    book_once(&salon, &anna, "key-2", &wish).await.expect(201);
    assert_eq!(count(&app).await, 2);
}

#[tokio::test]
async fn a_business_is_the_same_by_slug_and_by_id() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let wish = salon.wish(DATE, "10:00");
    let first = book_once(&salon, &anna, "key", &wish).await.expect(201);
    let detail = app.get(&salon.path("")).await.expect(200);
    for name in [detail["id"].as_str().unwrap().to_owned(), salon.slug.to_uppercase()] {
        let path = salon.path("appointments/").replace(&salon.slug, &name);
        let request = anna.request(Method::POST, &path).header("Idempotency-Key", "key").json(&wish);
        assert_eq!(Answer::read(request.send().await.unwrap()).await.expect(201), first);
    }
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let anna = app.person("anna").await;
    book_once(&salon, &anna, "key", &salon.wish(DATE, "10:00")).await.expect(201);

    let mut noted = salon.wish(DATE, "10:00");
    noted["notes"] = json!("inaczej");
    let mut with_mask = salon.wish(DATE, "10:00");
    let mask = json!({ "name": "Maska", "duration_minutes": 10, "price_amount": "20" });
    let place = salon.path(&format!("services/{}/add-ons/", salon.service));
    with_mask["add_on_ids"] = json!([salon.owner.post(&place, &mask).await.expect(201)["id"]]);
    for another in [salon.wish(DATE, "11:00"), salon.wish("2026-03-04", "10:00"), noted, with_mask] {
        book_once(&salon, &anna, "key", &another).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    book_once(&other, &anna, "key", &other.wish(DATE, "10:00")).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn simultaneous_requests_with_one_key_book_once_and_all_hear_of_it() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(3).create().await;
    let anna = app.person("anna").await;

    // A second wave finds the key known from the start.
    for _ in 0..2 {
        let answers = together(20, |_| {
            let (salon, anna) = (salon.clone(), anna.clone());
            async move { book_once(&salon, &anna, "key", &salon.wish(DATE, "10:00")).await }
        })
        .await;
        let mut ids: Vec<String> = answers.iter().map(|answer| id_of(&answer.expect(201))).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(count(&app).await, 1);
    }
}

#[tokio::test]
async fn a_repeated_request_is_not_told_that_the_first_has_just_taken_the_slot() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let book = || {
        let (salon, anna) = (salon.clone(), anna.clone());
        tokio::spawn(async move { book_once(&salon, &anna, "key", &salon.wish(DATE, "10:00")).await })
    };

    // The first has found the slot and is about to claim its key; the second knows the key as new, and is about to look.
    let (claiming, looking) = (app.database.connect().await, app.database.connect().await);
    claiming.batch_execute("begin; lock table idempotency_keys in share mode").await.unwrap();
    let first = book();
    app.database.waiting(1).await;
    looking.batch_execute("begin; lock table opening_hours").await.unwrap();
    let second = book();
    app.database.waiting(2).await;
    claiming.batch_execute("commit").await.unwrap();
    let booked = first.await.unwrap().expect(201);
    looking.batch_execute("commit").await.unwrap();
    assert_eq!(second.await.unwrap().expect(201), booked);
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn simultaneous_different_requests_with_one_key_book_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    let answers =
        together(8, |index| {
            let (salon, anna) = (salon.clone(), anna.clone());
            async move {
                book_once(&salon, &anna, "key", &salon.wish(DATE, &format!("{:02}:00", 9 + index))).await
            }
        })
        .await;
    let (booked, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(booked.len(), 1, "{answers:?}");
    for answer in refused {
        answer.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn keys_are_each_persons_own() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let wish = salon.wish(DATE, "10:00");

    let annas = book_once(&salon, &anna, "key", &wish).await.expect(201);
    let bens = book_once(&salon, &ben, "key", &wish).await.expect(201);
    assert_ne!(id_of(&annas), id_of(&bens));
    ben.get(&format!("/api/users/appointments/{}/", id_of(&annas)))
        .await
        .refused(404, "APPOINTMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let wish = salon.wish("2026-03-10", "10:00");
    let first = book_once(&salon, &anna, "key", &wish).await.expect(201);

    app.set_clock("2026-03-03T06:59:59Z").await;
    let anna = anna.signed_in_again(&app).await;
    assert_eq!(book_once(&salon, &anna, "key", &wish).await.expect(201), first);

    app.set_clock("2026-03-03T07:00:00Z").await;
    let second = book_once(&salon, &anna, "key", &wish).await.expect(201);
    assert_ne!(id_of(&second), id_of(&first));
    assert_eq!(book_once(&salon, &anna, "key", &wish).await.expect(201), second);
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let annas = salon.book(&anna, DATE, "10:00").await.expect(201);

    let wish = salon.wish(DATE, "10:00");
    book_once(&salon, &ben, "key", &wish).await.refused(409, "SLOT_UNAVAILABLE");
    anna.post(&format!("/api/users/appointments/{}/cancel/", id_of(&annas)), &json!({})).await.expect(200);
    book_once(&salon, &ben, "key", &wish).await.expect(201);
}

#[tokio::test]
async fn a_repeated_request_is_answered_even_when_its_time_has_come() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let wish = salon.wish("2026-03-02", "09:00");
    let first = book_once(&salon, &anna, "key", &wish).await.expect(201);

    app.set_clock("2026-03-02T08:30:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    assert_eq!(book_once(&salon, &anna, "key", &wish).await.expect(201), first);
}

#[tokio::test]
async fn a_key_has_one_to_255_characters() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let wish = salon.wish(DATE, "10:00");

    for bad in ["", "  ", &"k".repeat(256)] {
        book_once(&salon, &anna, bad, &wish).await.refused(400, "INVALID_INPUT");
    }
    book_once(&salon, &anna, &"k".repeat(255), &wish).await.expect(201);
}
