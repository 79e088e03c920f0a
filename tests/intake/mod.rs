//! What businesses ask those who book, and what becomes of the answers.

mod answers;
mod discretion;
mod keys;
mod questions;
mod scale;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon};

pub(crate) const DATE: &str = "2026-03-03";

fn place(salon: &Salon) -> String {
    salon.path(&format!("services/{}/questions/", salon.service))
}

/// Asks something; its id.
async fn ask(salon: &Salon, question: Value) -> String {
    let made = salon.owner.post(&place(salon), &question).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn book(salon: &Salon, customer: &Person, time: &str, answers: Value) -> Answer {
    let mut wish = salon.wish(DATE, time);
    wish["answers"] = answers;
    customer.post(&salon.path("appointments/"), &wish).await
}

fn said(question: &str, value: impl Into<Value>) -> Value {
    json!({ "question_id": question, "value": value.into() })
}
