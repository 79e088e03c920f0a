//! "What if?": which bookings a change would leave without their time, and making it together with what is to become of
//! them.

mod apply;
mod kinds;
mod moving;
mod preview;
mod properties;
mod races;
mod scale;

use dev::stress::checks;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, SalonBuilder, TestApp, TestDatabase};

/// A Tuesday.
const DATE: &str = "2026-03-03";

/// A salon about to open that confirms what is booked.
fn confirming(app: &TestApp) -> SalonBuilder<'_> {
    app.salon().business("booking_policy", json!({ "auto_confirm": true }))
}

/// A salon with some staff and a customer.
async fn salon_of(app: &TestApp, staff: usize) -> (Salon, Person, Vec<String>) {
    let salon = confirming(app).staff(staff).create().await;
    let anna = app.person("anna").await;
    let staff = salon.staff().await;
    (salon, anna, staff)
}

/// Books with somebody; the appointment's id.
async fn book(salon: &Salon, customer: &Person, staff: &str, date: &str, time: &str) -> String {
    let mut wish = salon.wish(date, time);
    wish["staff_id"] = json!(staff);
    let booked = customer.post(&salon.path("appointments/"), &wish).await.expect(201);
    booked["id"].as_str().unwrap().to_owned()
}

async fn preview(salon: &Salon, by: &Person, change: &Value) -> Answer {
    by.post(&salon.path("schedule-changes/preview/"), &json!({ "change": change })).await
}

/// What the owner sees of a change: each booking with the reason, who could take it, and where else it could be.
async fn seen(salon: &Salon, change: &Value) -> Vec<(String, String, Vec<String>, Vec<String>)> {
    let page = preview(salon, &salon.owner, change).await.expect(200);
    let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let item = |item: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let starts = item["alternatives"].as_array().unwrap().iter();
        let starts = starts.map(|start| format!("{}T{}", text(&start["date"]), text(&start["time"])));
        let id = text(&item["appointment"]["id"]);
        (id, text(&item["reason"]), texts(&item["staff_ids"]), starts.collect())
    };
    page["results"].as_array().unwrap().iter().map(item).collect()
}

/// The ids of what a change affects.
async fn affected(salon: &Salon, change: &Value) -> Vec<String> {
    seen(salon, change).await.into_iter().map(|(id, ..)| id).collect()
}

/// Time off for some hours of a day.
fn time_off(staff: &str, date: &str, from: &str, to: &str) -> Value {
    let (from, to) = (format!("{date}T{from}"), format!("{date}T{to}"));
    json!({ "time_off": { "staff_id": staff, "starts_at": from, "ends_at": to } })
}

/// The owner makes a change.
async fn apply(salon: &Salon, change: &Value, choices: &Value) -> Answer {
    let body = json!({ "change": change, "choices": choices });
    salon.owner.post(&salon.path("schedule-changes/"), &body).await
}

fn keep(id: &str) -> Value {
    json!({ "appointment_id": id, "choice": "keep" })
}

fn cancel(id: &str) -> Value {
    json!({ "appointment_id": id, "choice": "cancel", "reason": "Choroba" })
}

/// To somebody else at the same time.
fn to(id: &str, staff: &str) -> Value {
    json!({ "appointment_id": id, "choice": "move", "staff_id": staff })
}

/// To another start.
fn at(id: &str, date: &str, time: &str) -> Value {
    json!({ "appointment_id": id, "choice": "move", "date": date, "start_time": time })
}

/// With whom and when an appointment is, and its status.
async fn stands(salon: &Salon, id: &str) -> (String, String, String) {
    let found = salon.owner.get(&salon.path(&format!("appointments/{id}/"))).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&found["status"]), text(&found["staff"]["id"]), text(&found["start"])[..16].to_owned())
}

/// What must not be in the tables, whatever happened; but for what is so of the salons of the stress alone, which book with
/// keys and add nothing to visits.
async fn violations(database: &TestDatabase) -> Vec<String> {
    let mut found = checks::violations(&database.connect().await).await.unwrap();
    let of_stress = ["an idempotency key has not", "an entry takes other times than its service"];
    found.retain(|violation| !of_stress.iter().any(|other| violation.starts_with(other)));
    found
}
