//! Where one is signed in, and ending it.

use jiff::SignedDuration;
use reqwest::{Method, header::USER_AGENT};
use serde_json::{Value, json};

use super::refresh;
use crate::support::{Answer, PASSWORD, Person, TestApp};

const SESSIONS: &str = "/api/users/sessions/";

/// The person on another device, which calls itself something.
async fn on(app: &TestApp, person: &Person, device: &str) -> Person {
    let request = app.request(Method::POST, "/api/users/login/").header(USER_AGENT, device);
    let body = json!({ "username": person.name, "password": PASSWORD });
    person.holding(&Answer::read(request.json(&body).send().await.unwrap()).await.expect(200))
}

async fn sessions(person: &Person) -> Vec<Value> {
    person.get(SESSIONS).await.expect(200)["results"].as_array().unwrap().clone()
}

/// The path of a person's session that calls itself something.
async fn path_of(person: &Person, device: &str) -> String {
    let all = sessions(person).await;
    let found = all.iter().find(|session| session["user_agent"] == device).unwrap();
    format!("{SESSIONS}{}/", found["id"].as_str().unwrap())
}

#[tokio::test]
async fn people_see_where_they_are_signed_in() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.person("ewa").await;
    app.later(SignedDuration::from_hours(1)).await;
    let phone = on(&app, &anna, "Sessly/1.0 (iPhone)").await;

    let page = phone.get(SESSIONS).await.expect(200);
    assert_eq!((&page["count"], &page["next"], &page["previous"]), (&json!(2), &json!(null), &json!(null)));
    let mut latest = page["results"][0].clone();
    assert!(latest.as_object_mut().unwrap().remove("id").is_some_and(|id| id.is_string()));
    let expected = json!({
        "user_agent": "Sessly/1.0 (iPhone)",
        "created_at": "2026-03-02T08:00:00Z",
        "last_used_at": "2026-03-02T08:00:00Z",
        "expires_at": "2026-03-09T08:00:00Z",
        "is_current": true,
    });
    assert_eq!(latest, expected);
    assert_eq!(page["results"][1]["is_current"], false);

    let second = phone.get(&format!("{SESSIONS}?page=2&page_size=1")).await.expect(200);
    assert_eq!(second["results"], json!([page["results"][1]]));
}

#[tokio::test]
async fn refreshing_uses_a_session() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.later(SignedDuration::from_hours(24)).await;
    let anna = anna.holding(&refresh(&app, &anna.refresh).await.expect(200));
    let session = &sessions(&anna).await[0];
    assert_eq!(session["created_at"], "2026-03-02T07:00:00Z");
    assert_eq!(session["last_used_at"], "2026-03-03T07:00:00Z");
    assert_eq!(session["expires_at"], "2026-03-10T07:00:00Z");
}

#[tokio::test]
async fn a_session_that_was_ended_has_no_access_at_once() {
    let app = TestApp::start().await;
    let laptop = app.person("anna").await;
    let phone = on(&app, &laptop, "phone").await;
    let path = path_of(&laptop, "phone").await;
    let answer = laptop.delete(&path).await;
    assert_eq!((answer.expect(204), answer.text.as_str()), (json!(null), ""));
    phone.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
    refresh(&app, &phone.refresh).await.refused(401, "INVALID_TOKEN");
    assert_eq!(sessions(&laptop).await.len(), 1);
    laptop.delete(&path).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_current_session_can_be_ended_too() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let phone = on(&app, &anna, "phone").await;
    phone.delete(&path_of(&phone, "phone").await).await.expect(204);
    phone.get(SESSIONS).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn sessions_that_are_over_are_not_listed() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let signed_out = on(&app, &anna, "signed out").await;
    signed_out.post("/api/users/logout/", &json!({})).await.expect(205);
    on(&app, &anna, "forgotten").await;
    app.later(SignedDuration::from_hours(7 * 24)).await;
    let back = on(&app, &anna, "back").await;
    let listed: Vec<Value> = sessions(&back).await.into_iter().map(|one| one["user_agent"].clone()).collect();
    assert_eq!(listed, ["back"]);
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let app = TestApp::start().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    let annas = on(&app, &anna, "annas").await;
    let path = path_of(&annas, "annas").await;
    ewa.delete(&path).await.refused(404, "NOT_FOUND");
    annas.get("/api/users/me/").await.expect(200);
    for none in ["019500a0-0000-7000-8000-000000000000", "current", "%00"] {
        ewa.delete(&format!("{SESSIONS}{none}/")).await.refused(404, "NOT_FOUND");
    }
    let anonymous = app.request(Method::DELETE, &path).send().await.unwrap();
    Answer::read(anonymous).await.refused(401, "UNAUTHORIZED");
    app.get(SESSIONS).await.refused(401, "UNAUTHORIZED");
}
