//! Signing out.

use serde_json::json;

use super::refresh;
use crate::support::{Answer, Person, TestApp};

#[track_caller]
fn assert_signed_out(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (205, ""));
}

async fn assert_ended(app: &TestApp, person: &Person) {
    person.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
    refresh(app, &person.refresh).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn signing_out_ends_this_session_at_once_and_no_other() {
    let app = TestApp::start().await;
    let phone = app.person("anna").await;
    let laptop = phone.signed_in_again(&app).await;
    assert_signed_out(&phone.send(reqwest::Method::POST, "/api/users/logout/", None).await);
    assert_ended(&app, &phone).await;
    laptop.get("/api/users/me/").await.expect(200);
    phone.post("/api/users/logout/", &json!({})).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn every_access_token_of_the_session_ends() {
    let app = TestApp::start().await;
    let first = app.person("anna").await;
    let second = first.holding(&refresh(&app, &first.refresh).await.expect(200));
    assert_signed_out(&second.post("/api/users/logout/", &json!({ "refresh": second.refresh })).await);
    assert_ended(&app, &first).await;
    assert_ended(&app, &second).await;
}

#[tokio::test]
async fn a_refresh_token_names_the_session_to_end() {
    let app = TestApp::start().await;
    let phone = app.person("anna").await;
    let laptop = phone.signed_in_again(&app).await;
    assert_signed_out(&phone.post("/api/users/logout/", &json!({ "refresh": laptop.refresh })).await);
    assert_ended(&app, &laptop).await;
    phone.get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn nobody_signs_somebody_else_out() {
    let app = TestApp::start().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    assert_signed_out(&ewa.post("/api/users/logout/", &json!({ "refresh": anna.refresh })).await);
    assert_ended(&app, &ewa).await;
    anna.get("/api/users/me/").await.expect(200);
    refresh(&app, &anna.refresh).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_that_is_none_still_signs_out() {
    let app = TestApp::start().await;
    for (name, token) in [("anna", json!("garbage")), ("ewa", json!("")), ("ola", json!(null))] {
        let person = app.person(name).await;
        assert_signed_out(&person.post("/api/users/logout/", &json!({ "refresh": token })).await);
        assert_ended(&app, &person).await;
    }
}

#[tokio::test]
async fn signing_out_takes_being_signed_in() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.post("/api/users/logout/", &json!({ "refresh": anna.refresh })).await.refused(401, "UNAUTHORIZED");
    anna.get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn people_who_are_not_verified_yet_sign_out_too() {
    let app = TestApp::start().await;
    let anna = Person::register(&app, "anna").await;
    assert_signed_out(&anna.post("/api/users/logout/", &json!({ "refresh": anna.refresh })).await);
    assert_ended(&app, &anna).await;
}
