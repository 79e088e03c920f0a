//! Calling off what is still ahead of a series.

use serde_json::json;

use super::{DATE, book, cancel, count, dates, id, wish};
use crate::support::TestApp;

#[tokio::test]
async fn each_visit_is_called_off_by_its_own_deadline() {
    let app = TestApp::start().await;
    let policy = json!({ "cancellation_deadline_minutes": 2880 });
    let salon = app.salon().business("booking_policy", policy).create().await;
    let anna = app.person("anna").await;
    let booked = book(&salon, &anna, &wish(&salon, DATE, "10:00", "FREQ=DAILY;COUNT=4")).await.expect(201);
    let ids: Vec<String> = dates(&booked).iter().map(|date| id(&date["appointment"])).collect();
    // One of them alone, before.
    anna.post(&format!("/api/users/appointments/{}/cancel/", ids[3]), &json!({})).await.expect(200);

    let answer = cancel(&anna, &booked).await.expect(200);
    assert_eq!(answer["success"], true);
    let told = |id: &String, outcome: &str, code: serde_json::Value| json!({ "appointment_id": id, "outcome": outcome, "error_code": code });
    let expected = json!([
        told(&ids[0], "kept", json!("CANCELLATION_WINDOW_PASSED")),
        told(&ids[1], "cancelled", json!(null)),
        told(&ids[2], "cancelled", json!(null)),
    ]);
    assert_eq!(answer["data"]["outcomes"], expected);
    let statuses: Vec<_> = dates(&answer["data"]["series"])
        .iter()
        .map(|date| date["appointment"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["pending", "cancelled", "cancelled", "cancelled"]);
    assert_eq!(count(&app, "calendar_entries").await, 1);
    let recorded =
        "appointment_history where to_status = 'cancelled' and reason = 'Wyjazd' and actor_role = 'customer'";
    assert_eq!(count(&app, recorded).await, 2);
    salon.book(&anna, "2026-03-04", "10:00").await.expect(201);

    cancel(&anna, &booked).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    app.set_clock("2026-03-20T08:00:00Z").await;
    let anna = anna.signed_in_again(&app).await;
    cancel(&anna, &booked).await.refused(400, "BAD_REQUEST");
}

#[tokio::test]
async fn a_visit_that_was_moved_stays_one_of_the_series() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = book(&salon, &anna, &wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    let first = id(&dates(&booked)[0]["appointment"]);
    let to = json!({ "date": "2026-03-12", "start_time": "15:00" });
    anna.post(&format!("/api/users/appointments/{first}/reschedule/"), &to).await.expect(200);
    let read = anna.get(&format!("/api/users/appointments/series/{}/", id(&booked))).await.expect(200);
    let found: Vec<_> = dates(&read).iter().map(|date| date["start"].as_str().unwrap()).collect();
    assert_eq!(found, ["2026-03-10T10:00:00+01:00", "2026-03-12T15:00:00+01:00"]);
    let answer = cancel(&anna, &booked).await.expect(200);
    assert_eq!(answer["data"]["outcomes"].as_array().unwrap().len(), 2);
    assert_eq!(count(&app, "calendar_entries").await, 0);
}
