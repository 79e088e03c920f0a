//! Booking, seeing and cancelling appointments.

use serde_json::json;

use crate::support::TestApp;

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

    let id = booked["id"].as_str().unwrap();
    let confirmed =
        salon.owner.post(&salon.path(&format!("appointments/{id}/confirm/")), &json!({})).await.expect(200);
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(confirmed["customer_email"], anna.email);
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200)["status"], "confirmed");
}
