//! Several services in a row, found and booked as one: all of it or nothing.

mod booking;
mod cancelling;
mod finding;
mod messages;
mod scale;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp};

/// A Tuesday; the clock stands at the Monday before.
const DATE: &str = "2026-03-03";

/// A salon with two people and two services: cutting for an hour, and colouring for an hour and a half.
struct Stage {
    app: TestApp,
    cut: Salon,
    colour: Salon,
    anna: Person,
}

impl Stage {
    async fn set() -> Self {
        Self::with(json!({})).await
    }

    /// With fields of the business.
    async fn with(business: Value) -> Self {
        let app = TestApp::start().await;
        let mut salon = app.salon().staff(2);
        for (field, value) in business.as_object().unwrap() {
            salon = salon.business(field, value.clone());
        }
        let cut = salon.create().await;
        let colour = json!({ "name": "Koloryzacja", "duration_minutes": 90, "price_amount": "250.00" });
        let colour = cut.also_offering(&colour).await;
        let anna = app.person("anna").await;
        Self { app, cut, colour, anna }
    }

    /// Cutting, then colouring.
    fn wish(&self, time: &str) -> Value {
        wish(&[&self.cut, &self.colour], time)
    }

    async fn book(&self, wish: &Value) -> Answer {
        self.anna.post(&self.cut.path("visits/"), wish).await
    }

    /// When cutting and then colouring is offered.
    async fn free(&self, more: &str) -> Vec<String> {
        let starts = starts(&self.app, &[&self.cut, &self.colour], more).await;
        starts.iter().map(|start| start["time"].as_str().unwrap().to_owned()).collect()
    }
}

fn wish(parts: &[&Salon], time: &str) -> Value {
    let parts: Vec<Value> = parts.iter().map(|part| json!({ "service_id": part.service })).collect();
    json!({ "date": DATE, "start_time": time, "parts": parts })
}

/// The question for a visit.
fn question(parts: &[&Salon], more: &str) -> String {
    let services: Vec<&str> = parts.iter().map(|part| part.service.as_str()).collect();
    let query = format!("availability/visits/?service_ids={}&date={DATE}{more}", services.join(","));
    parts[0].path(&query)
}

/// Its starts on the date.
async fn starts(app: &TestApp, parts: &[&Salon], more: &str) -> Vec<Value> {
    let answer = app.get(&question(parts, more)).await.expect(200);
    answer["days"][0]["starts"].as_array().unwrap().clone()
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// A field of each part of a booked visit.
fn of_parts<'a>(visit: &'a Value, pointer: &str) -> Vec<&'a str> {
    let parts = visit["appointments"].as_array().unwrap().iter();
    parts.map(|part| part.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

/// How many visits there are, and how many appointments that occupy time, are parts of one, or say anything else.
async fn count(app: &TestApp) -> [i64; 4] {
    let sql = "
        select (select count(*) from visits), (select count(*) from appointments where visit_id is not null),
               (select count(*) from calendar_entries), (select count(*) from idempotency_keys)";
    let row = app.database.connect().await.query_one(sql, &[]).await.unwrap();
    [0, 1, 2, 3].map(|index| row.get(index))
}
