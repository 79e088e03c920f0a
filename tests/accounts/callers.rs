//! Who is let in with what.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use super::refresh;
use crate::support::{Answer, Person, TestApp};

async fn me_with(app: &TestApp, authorization: &str) -> Answer {
    let request = app.request(Method::GET, "/api/users/me/").header("authorization", authorization);
    Answer::read(request.send().await.unwrap()).await
}

#[track_caller]
fn refused_with_a_challenge(answer: &Answer, code: &str) {
    answer.refused(401, code);
    assert!(answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")), "{answer:?}");
}

#[tokio::test]
async fn a_missing_a_bad_and_an_old_token_are_told_apart() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    refused_with_a_challenge(&app.get("/api/users/me/").await, "UNAUTHORIZED");
    for bad in ["Bearer garbage", "Bearer", "Bearer null", "Bearer a.b.c", "Token x"] {
        refused_with_a_challenge(&me_with(&app, bad).await, "INVALID_TOKEN");
    }
    me_with(&app, &format!("bearer {}", anna.access)).await.expect(200);

    app.later(SignedDuration::from_secs(15 * 60 - 1)).await;
    anna.get("/api/users/me/").await.expect(200);
    app.later(SignedDuration::from_secs(1)).await;
    refused_with_a_challenge(&anna.get("/api/users/me/").await, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn no_forged_token_is_believed() {
    let app = TestApp::start().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    let [header, payload, signature] = parts(&anna.access);
    let [_, ewas_payload, ewas_signature] = parts(&ewa.access);
    // {"alg":"none","typ":"JWT"}
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for forged in [
        format!("{unsigned}.{payload}."),
        format!("{unsigned}.{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{ewas_payload}.{signature}"),
        format!("{header}.{payload}.{ewas_signature}"),
        anna.refresh.clone(),
    ] {
        refused_with_a_challenge(&me_with(&app, &format!("Bearer {forged}")).await, "INVALID_TOKEN");
    }
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

#[tokio::test]
async fn a_token_signed_with_another_secret_is_not_believed() {
    let app = TestApp::start().await;
    let elsewhere = [("SECRET_KEY", "another secret, which is long enough too")];
    let elsewhere = TestApp::on(app.database.clone(), &elsewhere).await;
    let anna = Person::register(&elsewhere, "anna").await;
    anna.get("/api/users/me/").await.expect(200);
    refused_with_a_challenge(&anna.at(&app.base).get("/api/users/me/").await, "INVALID_TOKEN");
}

#[tokio::test]
async fn a_token_of_someone_who_no_longer_exists_is_not_believed() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let sql = "delete from users where id = $1::text::uuid";
    app.database.connect().await.execute(sql, &[&anna.id]).await.unwrap();
    refused_with_a_challenge(&anna.get("/api/users/me/").await, "INVALID_TOKEN");
}

#[tokio::test]
async fn an_unverified_account_reaches_only_itself() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = Person::register(&app, "anna").await;
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["email_verified"], false);

    refresh(&app, &anna.refresh).await.refused(403, "EMAIL_NOT_VERIFIED");
    salon.book(&anna, "2026-03-03", "10:00").await.refused(403, "EMAIL_NOT_VERIFIED");
    let some_id = "019500a0-0000-7000-8000-000000000000";
    let some_service = format!("/api/businesses/services/{some_id}/");
    let some_appointment = format!("/api/users/appointments/{some_id}/");
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    for (method, path) in [
        (&get, "/api/users/appointments/"),
        (&get, &some_appointment),
        (&post, &format!("{some_appointment}cancel/")),
        (&post, "/api/businesses/"),
        (&post, "/api/businesses/my-business/"),
        (&get, "/api/businesses/services/"),
        (&post, "/api/businesses/services/"),
        (&put, &some_service),
        (&delete, &some_service),
        (&post, &salon.path("services/")),
        (&post, &salon.path("opening-hours/")),
        (&post, &salon.path("opening-hours/bulk-update/")),
        (&get, &salon.path("appointments/")),
        (&post, &salon.path(&format!("appointments/{some_id}/confirm/"))),
        (&post, &salon.path(&format!("appointments/{some_id}/cancel/"))),
    ] {
        anna.send(method.clone(), path, Some(&json!({}))).await.refused(403, "EMAIL_NOT_VERIFIED");
    }
    // What needs no sign-in stays open.
    anna.get("/api/businesses/").await.expect(200);
    anna.get(&salon.path("")).await.expect(200);
}
