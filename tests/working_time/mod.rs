//! When staff work: hours of their own, other hours on single dates, time off, holidays.

mod holidays;
mod loading;
mod overrides;
mod own_hours;
mod time_off;

use serde_json::{Value, json};

use crate::support::{Person, Salon, TestApp};

/// A salon with an assistant who has an account; both, and the id of the assistant's entry.
async fn salon_with_assistant(app: &TestApp) -> (Salon, Person, String) {
    let salon = app.salon().create().await;
    let kasia = app.person("kasia").await;
    let entry = json!({ "user_id": kasia.id, "is_bookable": true, "service_ids": [salon.service] });
    let added = salon.owner.post(&salon.path("staff/"), &entry).await.expect(201);
    (salon, kasia, id(&added))
}

/// Lets the staff say themselves when they work.
async fn let_staff_decide(salon: &Salon) {
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    let changed = salon.owner.patch(&own, &json!({ "staff_set_own_hours": true })).await.expect(200);
    assert_eq!(changed["staff_set_own_hours"], true);
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn interval(opens: &str, closes: &str) -> Value {
    json!({ "open_time": opens, "close_time": closes })
}
