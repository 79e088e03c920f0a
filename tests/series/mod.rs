//! Series: visits booked at once by a recurrence rule.

mod booking;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon};

/// The Tuesday after the tests' Monday morning.
const DATE: &str = "2026-03-03";

/// What books a series at a time of a salon's own service.
fn wish(salon: &Salon, date: &str, time: &str, rule: &str) -> Value {
    let mut wish = salon.wish(date, time);
    wish["rule"] = json!(rule);
    wish
}

async fn book(salon: &Salon, customer: &Person, wish: &Value) -> Answer {
    customer.post(&salon.path("appointments/series/"), wish).await
}

async fn preview(salon: &Salon, customer: &Person, wish: &Value) -> Answer {
    customer.post(&salon.path("appointments/series/preview/"), wish).await
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// Each date of a series, and what became of it.
fn outcomes(series: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let dates = series["dates"].as_array().unwrap().iter();
    dates.map(|date| (text(&date["date"]), text(&date["outcome"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(date, outcome)| ((*date).to_owned(), (*outcome).to_owned())).collect()
}
