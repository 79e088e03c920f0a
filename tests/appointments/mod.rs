//! Booking, seeing and cancelling appointments.

mod booking;
mod cancelling;
mod clock_changes;
mod for_customer;
mod holds;
mod mine;
mod notices;
mod of_a_business;
mod once;
mod outcomes;
mod refusals;
mod rescheduling;
mod staff;

use serde_json::{Value, json};

use crate::support::TestApp;

/// An appointment's id.
fn id_of(appointment: &Value) -> String {
    appointment["id"].as_str().unwrap().to_owned()
}

fn ids_of(page: &Value) -> Vec<String> {
    page["results"].as_array().unwrap().iter().map(id_of).collect()
}

/// What is recorded of an appointment, oldest first: from, to, by whom, why.
async fn history(app: &TestApp, id: &str) -> Value {
    let sql = "
        select coalesce(jsonb_agg(jsonb_build_array(from_status, to_status, actor_id, reason) order by at), '[]')
        from appointment_history where appointment_id = $1::text::uuid";
    app.database.connect().await.query_one(sql, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_customer_books_a_free_time_and_the_owner_confirms() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    assert_eq!(salon.free(&app, "2026-03-03").await.first().map(String::as_str), Some("09:00"));

    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    assert_eq!(booked["status"], "pending");
    assert_eq!(booked["start"], "2026-03-03T10:00:00+01:00");
    assert_eq!(booked["end"], "2026-03-03T11:00:00+01:00");
    assert!(!salon.free(&app, "2026-03-03").await.contains(&"10:00".to_owned()));

    let id = id_of(&booked);
    app.set_clock("2026-03-02T07:05:00Z").await;
    let confirmed =
        salon.owner.post(&salon.path(&format!("appointments/{id}/confirm/")), &json!({})).await.expect(200);
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(confirmed["confirmed_at"], "2026-03-02T08:05:00+01:00");
    assert_eq!(confirmed["customer_email"], anna.email);
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200)["status"], "confirmed");

    let recorded = json!([[null, "pending", anna.id, ""], ["pending", "confirmed", salon.owner.id, ""]]);
    assert_eq!(history(&app, &id).await, recorded);
}
