//! Signing in.

use reqwest::Method;
use serde_json::json;

use super::{log_in, register, wish};
use crate::support::{Answer, PASSWORD, Person, TestApp};

#[tokio::test]
async fn people_sign_in_with_address_or_username_in_any_case() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for (field, identifier) in [
        ("email", "anna@example.com"),
        ("email", " ANNA@Example.com "),
        ("email", "anna"),
        ("username", "anna"),
        ("username", "aNNa"),
        ("username", "anna@example.com"),
        ("username", "Anna@EXAMPLE.com"),
    ] {
        let answer = log_in(&app, &json!({ field: identifier, "password": PASSWORD })).await.expect(200);
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["access", "refresh", "user"]);
        let me = anna.holding(&answer).get("/api/users/me/").await.expect(200);
        assert_eq!(answer["user"], me, "{field} {identifier}");
        assert_eq!(me["id"], anna.id.as_str());
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_look_the_same() {
    let app = TestApp::start().await;
    app.person("anna").await;
    let mut answers = Vec::new();
    for (field, identifier) in [
        ("username", "anna"),
        ("username", "nobody"),
        ("email", "anna@example.com"),
        ("email", "nobody@example.com"),
    ] {
        answers.push(log_in(&app, &json!({ field: identifier, "password": "czarna-herbata-7" })).await);
    }
    for answer in &mut answers {
        answer.refused(401, "INVALID_CREDENTIALS");
        assert!(answer.header("www-authenticate").is_some());
        for varies in ["x-request-id", "date"] {
            assert!(answer.headers.remove(varies).is_some());
        }
    }
    for answer in &answers[1..] {
        assert_eq!((&answer.headers, &answer.text), (&answers[0].headers, &answers[0].text));
    }
}

#[tokio::test]
async fn a_password_is_taken_to_the_letter() {
    let app = TestApp::start().await;
    app.person("anna").await;
    for almost in [PASSWORD.to_uppercase(), format!(" {PASSWORD}"), format!("{PASSWORD} ")] {
        log_in(&app, &json!({ "username": "anna", "password": almost }))
            .await
            .refused(401, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn an_unverified_account_does_not_sign_in() {
    let app = TestApp::start().await;
    Person::register(&app, "anna").await;
    log_in(&app, &json!({ "email": "anna@example.com", "password": PASSWORD }))
        .await
        .refused(403, "EMAIL_NOT_VERIFIED");
    // Whoever does not know the password is not told that the account exists.
    log_in(&app, &json!({ "email": "anna@example.com", "password": "czarna-herbata-7" }))
        .await
        .refused(401, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_username_that_is_someones_address_does_not_keep_them_out() {
    let app = TestApp::start().await;
    let mut squatter = wish("squatter");
    squatter["username"] = "anna@example.com".into();
    register(&app, &squatter).await.expect(201);
    let anna = app.person("anna").await;
    for field in ["email", "username"] {
        let answer =
            log_in(&app, &json!({ field: "anna@example.com", "password": PASSWORD })).await.expect(200);
        assert_eq!(answer["user"]["id"], anna.id.as_str());
    }
}

#[tokio::test]
async fn who_and_a_password_are_needed() {
    let app = TestApp::start().await;
    let details = log_in(&app, &json!({ "password": PASSWORD })).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(details.as_object().unwrap().keys().collect::<Vec<_>>(), ["email"]);
    let details = log_in(&app, &json!({ "username": "anna" })).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(details.as_object().unwrap().keys().collect::<Vec<_>>(), ["password"]);
    log_in(&app, &json!({ "username": ["anna"], "password": { "$ne": "" } }))
        .await
        .refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_bad_token_is_ignored_where_none_is_needed() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for token in ["null", "garbage", &format!("{}x", anna.access)] {
        let request = |path| app.request(Method::POST, path).bearer_auth(token);
        let body = json!({ "username": "anna", "password": PASSWORD });
        let answer = Answer::read(request("/api/users/login/").json(&body).send().await.unwrap()).await;
        let answer = anna.holding(&answer.expect(200));
        let body = json!({ "refresh": answer.refresh });
        Answer::read(request("/api/users/token/refresh/").json(&body).send().await.unwrap())
            .await
            .expect(200);
    }
}
