//! Answering, and who is told of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{DATE, ask, book, place, said};
use crate::support::{Answer, Person, Salon, TestApp, keys};

/// Asks one question of each kind; only the first has to be answered.
async fn all_kinds(salon: &Salon) -> [String; 4] {
    [
        ask(
            salon,
            json!({ "text": "Uczulenia?", "kind": "text", "is_required": true, "is_sensitive": true }),
        )
        .await,
        ask(
            salon,
            json!({ "text": "Włosy?", "kind": "choice", "choices": ["krótkie", "długie"], "position": 1 }),
        )
        .await,
        ask(salon, json!({ "text": "Pierwszy raz?", "kind": "yes_no", "position": 2 })).await,
        ask(salon, json!({ "text": "Wzrost?", "kind": "number", "position": 3 })).await,
    ]
}

async fn of_owner(salon: &Salon, booked: &Value) -> Value {
    let path = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    salon.owner.get(&path).await.expect(200)
}

fn values(answers: &Value) -> Vec<&str> {
    answers.as_array().unwrap().iter().map(|answer| answer["value"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn answers_are_kept_with_the_appointment_as_it_was_asked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [allergies, hair, first, height] = all_kinds(&salon).await;
    let answers = json!([
        said(&height, "172,5"),
        said(&first, true),
        said(&hair, "długie"),
        said(&allergies, " lateks\norzechy "),
    ]);
    let booked = book(&salon, &anna, "10:00", answers).await.expect(201);
    assert_eq!(booked.get("answers"), None, "for the business");
    salon
        .owner
        .patch(&format!("{}{hair}/", place(&salon)), &json!({ "text": "Jakie włosy?" }))
        .await
        .expect(200);

    let own = of_owner(&salon, &booked).await;
    assert_eq!(values(&own["answers"]), ["lateks\norzechy", "długie", "true", "172.5"]);
    assert_eq!(keys(&own["answers"][0]), ["is_sensitive", "question", "question_id", "value"]);
    assert_eq!(
        (&own["answers"][0]["is_sensitive"], &own["answers"][1]["is_sensitive"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(own["answers"][1]["question"], "Włosy?");
    let listed = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!(listed["results"][0]["answers"], own["answers"]);
    // Whatever becomes of it.
    let path = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    let confirmed = salon.owner.post(&format!("{path}confirm/"), &json!({})).await.expect(200);
    assert_eq!(confirmed["answers"], own["answers"]);
    let moved = json!({ "date": DATE, "start_time": "12:00" });
    let moved = salon.owner.post(&format!("{path}reschedule/"), &moved).await.expect(200);
    assert_eq!(moved["answers"], own["answers"]);
    let mine = anna.get("/api/users/appointments/").await.expect(200);
    assert_eq!(mine["results"][0].get("answers"), None);
}

#[tokio::test]
async fn what_does_not_fit_or_is_missing_is_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [allergies, hair, first, height] = all_kinds(&salon).await;
    let missing = format!("answers.{allergies}");
    for answers in
        [json!(null), json!([]), json!([said(&allergies, "")]), json!([said(&allergies, json!(null))])]
    {
        let refused = book(&salon, &anna, "10:00", answers).await.refused(400, "REQUIRED_FIELD");
        assert_eq!(keys(&refused), [missing.as_str()]);
    }
    let wrong = json!([
        said(&hair, "rude"),
        said(&first, "może"),
        said(&height, "wysoka"),
        said("0190aaaa-0000-7000-8000-000000000000", "a"),
        said(&hair, "długie"),
    ]);
    let refused = book(&salon, &anna, "10:00", wrong).await.wrong_fields();
    let mut expected = [
        "answers.0.value",
        "answers.1.value",
        "answers.2.value",
        "answers.3.question_id",
        "answers.4.question_id",
        &missing,
    ];
    expected.sort_unstable();
    assert_eq!(refused, expected);
    let odd = book(&salon, &anna, "10:00", json!([said(&allergies, json!(["a"])), 7])).await;
    assert_eq!(odd.wrong_fields(), ["answers.0.value", "answers.1"]);
    let long = book(&salon, &anna, "10:00", json!([said(&allergies, "a".repeat(1001))])).await;
    assert_eq!(long.wrong_fields(), ["answers.0.value"]);
    assert_eq!(anna.get("/api/users/appointments/").await.expect(200)["count"], 0);
}

#[tokio::test]
async fn the_card_has_what_was_answered_last() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    let [allergies, hair, ..] = all_kinds(&salon).await;
    let before = json!([said(&allergies, "lateks"), said(&hair, "krótkie")]);
    let first = book(&salon, &anna, "10:00", before).await.expect(201);
    app.later(jiff::SignedDuration::from_mins(1)).await;
    let second = book(&salon, &anna, "09:00", json!([said(&allergies, "lateks i pyłki")])).await.expect(201);
    book(&salon, &ewa, "14:00", json!([said(&allergies, "brak")])).await.expect(201);
    let cards = salon.owner.get(&salon.path("customers/?search=anna")).await.expect(200);
    assert_eq!(cards["results"][0].get("answers"), None);
    let path = salon.path(&format!("customers/{}/", cards["results"][0]["id"].as_str().unwrap()));
    let card = salon.owner.get(&path).await.expect(200);
    assert_eq!(values(&card["answers"]), ["lateks i pyłki", "krótkie"]);
    let [latest, earlier] = [&card["answers"][0], &card["answers"][1]];
    assert_eq!((&latest["appointment_id"], &earlier["appointment_id"]), (&second["id"], &first["id"]));
    assert_eq!(latest["answered_at"], "2026-03-02T08:01:00+01:00");

    let kept = anna.get("/api/users/me/export/").await.expect(200)["intake_answers"].clone();
    assert_eq!(values(&kept), ["lateks i pyłki", "lateks", "krótkie"]);
    assert_eq!(kept[1]["appointment_id"], first["id"]);
    assert_eq!(salon.owner.get("/api/users/me/export/").await.expect(200)["intake_answers"], json!([]));
}

#[tokio::test]
async fn the_same_request_with_other_answers_is_another_one() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let question = ask(&salon, json!({ "text": "Uczulenia?", "kind": "yes_no", "is_sensitive": true })).await;
    let send = async |answer: bool| {
        let mut wish = salon.wish(DATE, "10:00");
        wish["answers"] = json!([said(&question, answer)]);
        let request =
            anna.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", "raz");
        Answer::read(request.json(&wish).send().await.unwrap()).await
    };
    let booked = send(true).await.expect(201);
    assert_eq!(send(true).await.expect(201), booked);
    send(false).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

async fn answers_left(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from intake_answers", &[]).await.unwrap().get(0)
}

/// Anna has booked with two salons, and Ewa with one of them.
async fn answered(app: &TestApp) -> (Salon, Salon, Person) {
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    for (place, person, time) in [(&salon, &anna, "10:00"), (&rival, &anna, "12:00"), (&salon, &ewa, "14:00")]
    {
        let question = ask(place, json!({ "text": "Uczulenia?", "kind": "text" })).await;
        let booked = book(place, person, time, json!([said(&question, "lateks")])).await.expect(201);
        let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
        person.post(&cancel, &json!({})).await.expect(200);
    }
    assert_eq!(answers_left(app).await, 3);
    (salon, rival, anna)
}

#[tokio::test]
async fn who_goes_takes_their_answers_along() {
    let app = TestApp::start().await;
    let (salon, _, anna) = answered(&app).await;
    anna.delete("/api/users/me/").await.expect(204);
    assert_eq!(answers_left(&app).await, 1);
    salon.owner.delete("/api/users/me/").await.expect(204);
    assert_eq!(answers_left(&app).await, 0);
}

#[tokio::test]
async fn a_forgotten_customers_answers_are_forgotten_there() {
    let app = TestApp::start().await;
    let (salon, ..) = answered(&app).await;
    let cards = salon.owner.get(&salon.path("customers/?search=anna")).await.expect(200);
    let card = salon.path(&format!("customers/{}/", cards["results"][0]["id"].as_str().unwrap()));
    salon.owner.delete(&card).await.expect(204);
    assert_eq!(answers_left(&app).await, 2);
}
