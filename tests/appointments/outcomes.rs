//! How visits went: the business says that they were completed, or that nobody came.

use reqwest::Method;
use serde_json::json;

use super::{history, id_of};
use crate::support::{Answer, Person, Salon, TestApp, together};

const DATE: &str = "2026-03-03";

async fn act(person: &Person, salon: &Salon, id: &str, action: &str) -> Answer {
    person.send(Method::POST, &salon.path(&format!("appointments/{id}/{action}/")), None).await
}

/// A salon with a confirmed appointment from ten to eleven.
async fn confirmed(app: &TestApp) -> (Salon, String) {
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    act(&salon.owner, &salon, &id, "confirm").await.expect(200);
    (salon, id)
}

#[tokio::test]
async fn a_visit_that_has_begun_is_completed() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    app.set_clock("2026-03-03T09:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;

    let completed = act(&owner, &salon, &id, "complete").await.expect(200);
    assert_eq!(
        (&completed["status"], &completed["customer_email"]),
        (&json!("completed"), &json!("anna@example.com"))
    );
    assert_eq!(completed["completed_at"], "2026-03-03T10:00:00+01:00");
    let one = owner.get(&salon.path(&format!("appointments/{id}/"))).await.expect(200);
    assert_eq!(one, completed);
    assert_eq!(history(&app, &id).await[2], json!(["confirmed", "completed", salon.owner.id, ""]));
}

#[tokio::test]
async fn who_did_not_come_is_recorded_and_the_time_is_free_again() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    app.set_clock("2026-03-03T09:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;

    let missed = act(&owner, &salon, &id, "no-show").await.expect(200);
    assert_eq!((&missed["status"], &missed["completed_at"]), (&json!("no_show"), &json!(null)));
    assert_eq!(history(&app, &id).await[2], json!(["confirmed", "no_show", salon.owner.id, ""]));
    assert!(salon.free(&app, DATE).await.contains(&"10:00".to_owned()));
}

#[tokio::test]
async fn before_it_begins_nothing_can_be_said_about_it() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    app.set_clock("2026-03-03T08:59:59Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    for (action, to) in [("complete", "completed"), ("no-show", "no_show")] {
        let details = act(&owner, &salon, &id, action).await.refused(409, "INVALID_STATUS_TRANSITION");
        assert_eq!(details, json!({ "from": "confirmed", "to": to }));
    }
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn only_what_was_confirmed_has_an_outcome_and_only_one() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    let ben = app.person("ben").await;
    let pending = id_of(&salon.book(&ben, DATE, "09:00").await.expect(201));
    app.set_clock("2026-03-03T12:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;

    for (action, to) in [("complete", "completed"), ("no-show", "no_show")] {
        let details = act(&owner, &salon, &pending, action).await.refused(409, "INVALID_STATUS_TRANSITION");
        assert_eq!(details, json!({ "from": "pending", "to": to }));
    }
    act(&owner, &salon, &id, "complete").await.expect(200);
    let again = [
        ("complete", "completed"),
        ("no-show", "no_show"),
        ("cancel", "cancelled"),
        ("confirm", "confirmed"),
    ];
    for (action, to) in again {
        let details = act(&owner, &salon, &id, action).await.refused(409, "INVALID_STATUS_TRANSITION");
        assert_eq!(details, json!({ "from": "completed", "to": to }));
    }
}

#[tokio::test]
async fn of_those_who_say_different_things_at_once_one_is_heard() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    app.set_clock("2026-03-03T09:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    let answers = together(9, |index| {
        let (salon, owner, id) = (salon.clone(), owner.clone(), id.clone());
        let action = ["complete", "no-show", "cancel"][index % 3];
        async move { act(&owner, &salon, &id, action).await }
    })
    .await;
    let heard = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(heard, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "INVALID_STATUS_TRANSITION");
    }
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn one_appointment_is_shown_to_those_who_work_there_in_the_owner_form() {
    let app = TestApp::start().await;
    let (salon, id) = confirmed(&app).await;
    let other = app.salon().named("Inny salon").create().await;
    let listed = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    let path = format!("appointments/{id}/");
    assert_eq!(salon.owner.get(&salon.path(&path)).await.expect(200), listed);
    other.owner.get(&other.path(&path)).await.refused(404, "APPOINTMENT_NOT_FOUND");
    other.owner.get(&salon.path(&path)).await.refused(403, "PERMISSION_DENIED");
    salon.owner.get(&salon.path("appointments/7/")).await.refused(404, "APPOINTMENT_NOT_FOUND");
}
