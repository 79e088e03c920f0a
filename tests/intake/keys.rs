//! Sensitive answers and the key they are encrypted with.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::cron::{self, Task};

use super::{ask, book, place, said};
use crate::support::{ENCRYPTION_KEY, Person, Salon, TestApp, TestDatabase};

const ANOTHER: &str = "YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzLCBhcyBsb24=";

/// A salon at which Anna has answered something sensitive, and a server with other keys on the same database.
async fn then_with(variables: &[(&str, &str)]) -> (TestApp, TestApp, Salon, Person, String) {
    let database = Arc::new(TestDatabase::create().await);
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let question = ask(&salon, json!({ "text": "Uczulenia?", "kind": "text", "is_sensitive": true })).await;
    book(&salon, &anna, "10:00", json!([said(&question, "lateks")])).await.expect(201);
    let later = TestApp::on(database, variables).await;
    let salon = Salon { owner: salon.owner.at(&later.base), ..salon };
    let anna = anna.at(&later.base);
    (app, later, salon, anna, question)
}

async fn answer(salon: &Salon) -> Value {
    let listed = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    listed["results"][0]["answers"][0].clone()
}

#[tokio::test]
async fn without_a_key_nothing_sensitive_is_asked_or_kept_and_all_else_works() {
    let (_app, _later, salon, anna, question) = then_with(&[("ENCRYPTION_KEY", "")]).await;
    let sensitive = json!({ "text": "Ciąża?", "kind": "yes_no", "is_sensitive": true });
    let refused = salon.owner.post(&place(&salon), &sensitive).await;
    assert_eq!(refused.wrong_fields(), ["is_sensitive"]);
    let message = "Pytania wrażliwe wymagają klucza szyfrowania, którego tu nie ustawiono.";
    assert_eq!(refused.json()["message"], message);
    let plain = ask(&salon, json!({ "text": "Włosy?", "kind": "text" })).await;
    let change = format!("{}{plain}/", place(&salon));
    let refused = salon.owner.patch(&change, &json!({ "is_sensitive": true })).await;
    assert_eq!(refused.wrong_fields(), ["is_sensitive"]);

    let kept = answer(&salon).await;
    assert_eq!((&kept["value"], &kept["is_sensitive"]), (&json!(null), &json!(true)));
    let unkept = book(&salon, &anna, "12:00", json!([said(&question, "orzechy")])).await;
    unkept.refused(503, "SERVICE_UNAVAILABLE");
    book(&salon, &anna, "12:00", json!([said(&plain, "rude")])).await.expect(201);
}

#[tokio::test]
async fn a_change_of_keys_seals_anew_what_the_key_before_has_sealed() {
    let rotated = [("ENCRYPTION_KEY", ANOTHER), ("ENCRYPTION_KEY_PREVIOUS", ENCRYPTION_KEY)];
    let (app, later, salon, anna, question) = then_with(&rotated).await;
    assert_eq!(answer(&salon).await["value"], "lateks");
    book(&salon, &anna, "12:00", json!([said(&question, "orzechy")])).await.expect(201);
    assert_eq!(cron::run(&app.state, &[Task::Cleanup]).await.unwrap().resealed, None);
    assert_eq!(cron::run(&later.state, &[Task::Cleanup]).await.unwrap().resealed, Some(1));
    assert_eq!(cron::run(&later.state, &[Task::Cleanup]).await.unwrap().resealed, Some(0));
    // The key before is not needed any more, and opens nothing.
    let only_new = TestApp::on(Arc::clone(&later.database), &[("ENCRYPTION_KEY", ANOTHER)]).await;
    let there = Salon { owner: salon.owner.at(&only_new.base), ..salon.clone() };
    let listed = there.owner.get(&there.path("appointments/")).await.expect(200);
    let mut values: Vec<&Value> =
        listed["results"].as_array().unwrap().iter().map(|visit| &visit["answers"][0]["value"]).collect();
    values.sort_by_key(ToString::to_string);
    assert_eq!(values, ["lateks", "orzechy"]);
    let old = Salon { owner: salon.owner.at(&app.base), ..salon };
    assert_eq!(answer(&old).await["value"], json!(null));
}

#[tokio::test]
async fn an_answer_cannot_be_put_with_another_appointment() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let question = ask(&salon, json!({ "text": "Uczulenia?", "kind": "text", "is_sensitive": true })).await;
    for (time, value) in [("10:00", "lateks"), ("12:00", "orzechy")] {
        book(&salon, &anna, time, json!([said(&question, value)])).await.expect(201);
    }
    let swap = "update intake_answers set sealed = (select sealed from intake_answers other
                                                    where other.appointment_id <> intake_answers.appointment_id)";
    app.database.connect().await.batch_execute(swap).await.unwrap();
    assert_eq!(answer(&salon).await["value"], json!(null));
}
