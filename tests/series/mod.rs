//! Series: visits booked at once by a recurrence rule.

mod booking;
mod cancelling;
mod clocks;
mod each_as_if_alone;
mod once;
mod races;
mod scale;
mod staff;
mod told;
mod wishes;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp};

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

async fn cancel(customer: &Person, series: &Value) -> Answer {
    let body = json!({ "reason": "Wyjazd" });
    customer.post(&format!("/api/users/appointments/series/{}/cancel/", id(series)), &body).await
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn dates(series: &Value) -> &[Value] {
    series["dates"].as_array().unwrap()
}

/// Each date of a series, and what became of it.
fn outcomes(series: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    dates(series).iter().map(|date| (text(&date["date"]), text(&date["outcome"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(date, outcome)| ((*date).to_owned(), (*outcome).to_owned())).collect()
}

/// How many rows there are.
async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    app.database.connect().await.query_one(&sql, &[]).await.unwrap().get(0)
}
