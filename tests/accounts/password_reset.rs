//! Choosing another password with a code that was mailed.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{codes_made, log_in, mails_written, other_than, refresh, verify};
use crate::support::{Answer, PASSWORD, Person, TestApp, together};

const EMAIL: &str = "anna@example.com";
const NEW: &str = "czarna-kawa-8";

async fn ask(app: &TestApp, email: &str) -> Answer {
    app.post("/api/users/password-reset/", &json!({ "email": email })).await
}

async fn confirm(app: &TestApp, email: &str, code: &str, new: &str) -> Answer {
    let body = json!({ "email": email, "code": code, "new_password": new });
    app.post("/api/users/password-reset/confirm/", &body).await
}

async fn signs_in(app: &TestApp, password: &str) -> Answer {
    log_in(app, &json!({ "email": EMAIL, "password": password })).await
}

/// An app in which Anna has an account and has forgotten her password, and the code she was sent.
async fn anna_has_forgotten() -> (Arc<TestApp>, Person, String) {
    let app = Arc::new(TestApp::start().await);
    let anna = app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    ask(&app, "Anna@Example.com").await.expect(200);
    let code = app.code_for(EMAIL, 2).await;
    (app, anna, code)
}

#[tokio::test]
async fn a_mailed_code_gives_a_new_password_and_ends_every_session() {
    let (app, anna, code) = anna_has_forgotten().await;
    let elsewhere = anna.signed_in_again(&app).await;
    let answer = confirm(&app, EMAIL, &code, NEW).await.expect(200);
    assert_eq!(answer, json!({ "success": true, "message": "Hasło zostało zmienione." }));
    for session in [&anna, &elsewhere] {
        session.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
        refresh(&app, &session.refresh).await.refused(401, "INVALID_TOKEN");
    }
    signs_in(&app, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
    signs_in(&app, NEW).await.expect(200);
}

#[tokio::test]
async fn asking_tells_nobody_who_has_an_account() {
    let app = TestApp::start().await;
    app.person("anna").await;
    let (codes, mails) = (codes_made(&app).await, mails_written(&app).await);
    let known = ask(&app, EMAIL).await;
    let unknown = ask(&app, "nobody@example.com").await;
    assert_eq!(known.expect(200)["success"], true);
    assert_eq!((unknown.status, &unknown.text), (known.status, &known.text));
    assert_eq!(codes_made(&app).await, codes + 1);
    // As much is written in both cases, so that it takes as long.
    assert_eq!(mails_written(&app).await, mails + 2);
    app.all_delivered().await;
    assert_eq!(app.mail_to("nobody@example.com", 0).await.len(), 0);
}

#[tokio::test]
async fn a_wrong_code_and_an_unknown_address_look_the_same() {
    let (app, _, code) = anna_has_forgotten().await;
    let wrong = confirm(&app, EMAIL, &other_than(&code, 0), NEW).await;
    wrong.refused(400, "INVALID_VERIFICATION_CODE");
    assert_eq!(confirm(&app, "nobody@example.com", &code, NEW).await.text, wrong.text);
    app.person("ewa").await;
    assert_eq!(confirm(&app, "ewa@example.com", &code, NEW).await.text, wrong.text);
    signs_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_code_works_once_for_a_while_and_for_five_tries() {
    let (app, _, code) = anna_has_forgotten().await;
    app.later(SignedDuration::from_mins(15)).await;
    confirm(&app, EMAIL, &code, NEW).await.refused(400, "VERIFICATION_CODE_EXPIRED");

    ask(&app, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 3).await;
    confirm(&app, EMAIL, &code, NEW).await.expect(200);
    confirm(&app, EMAIL, &code, PASSWORD).await.refused(400, "VERIFICATION_CODE_USED");

    app.later(SignedDuration::from_mins(1)).await;
    ask(&app, EMAIL).await.expect(200);
    app.all_delivered().await;
    let mails = app.mail_to(EMAIL, 3).await.len();
    let code = app.code_for(EMAIL, mails).await;
    for turn in 0..5 {
        confirm(&app, EMAIL, &other_than(&code, turn), PASSWORD)
            .await
            .refused(400, "INVALID_VERIFICATION_CODE");
    }
    confirm(&app, EMAIL, &code, PASSWORD).await.refused(400, "INVALID_VERIFICATION_CODE");
    signs_in(&app, NEW).await.expect(200);
}

#[tokio::test]
async fn of_simultaneous_right_answers_one_counts() {
    let (app, _, code) = anna_has_forgotten().await;
    let answers = together(4, |index| {
        let (app, code, new) = (app.clone(), code.clone(), format!("{NEW}{index}"));
        async move { (confirm(&app, EMAIL, &code, &new).await, new) }
    })
    .await;
    let (won, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, _)| answer.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for (answer, _) in refused {
        answer.refused(400, "VERIFICATION_CODE_USED");
    }
    signs_in(&app, &won[0].1).await.expect(200);
}

#[tokio::test]
async fn a_code_for_one_purpose_is_nothing_to_the_other() {
    let app = TestApp::start().await;
    Person::register(&app, "anna").await;
    let to_verify = app.code_for(EMAIL, 1).await;
    confirm(&app, EMAIL, &to_verify, NEW).await.refused(400, "INVALID_VERIFICATION_CODE");

    app.later(SignedDuration::from_mins(1)).await;
    ask(&app, EMAIL).await.expect(200);
    let to_reset = app.code_for(EMAIL, 2).await;
    // One time in a million they are the same.
    if to_reset != to_verify {
        confirm(&app, EMAIL, &to_verify, NEW).await.refused(400, "INVALID_VERIFICATION_CODE");
        verify(&app, EMAIL, &to_reset).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    verify(&app, EMAIL, &to_verify).await.expect(200);
    confirm(&app, EMAIL, &to_reset, NEW).await.expect(200);
}

#[tokio::test]
async fn whoever_gets_the_mail_has_proved_the_address() {
    let app = TestApp::start().await;
    Person::register(&app, "anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    ask(&app, EMAIL).await.expect(200);
    confirm(&app, EMAIL, &app.code_for(EMAIL, 2).await, NEW).await.expect(200);
    assert_eq!(signs_in(&app, NEW).await.expect(200)["user"]["email_verified"], true);
}

#[tokio::test]
async fn what_is_wrong_with_a_password_for_this_person_is_told_to_those_with_the_code() {
    let (app, anna, code) = anna_has_forgotten().await;
    anna.patch("/api/users/me/", &json!({ "last_name": "Szczebrzeszyńska" })).await.expect(200);
    let like_her = "szczebrzeszyńska1";
    confirm(&app, EMAIL, &other_than(&code, 0), like_her).await.refused(400, "INVALID_VERIFICATION_CODE");
    assert_eq!(confirm(&app, EMAIL, &code, like_her).await.wrong_fields(), ["new_password"]);
    confirm(&app, EMAIL, &code, NEW).await.expect(200);
}

#[tokio::test]
async fn a_password_that_is_weak_for_anybody_costs_no_try() {
    let (app, _, code) = anna_has_forgotten().await;
    for weak in ["krótkie", "9182736455", "Password1", EMAIL, "krótkie", "krótkie"] {
        assert_eq!(confirm(&app, EMAIL, &code, weak).await.wrong_fields(), ["new_password"], "{weak}");
    }
    let path = "/api/users/password-reset/confirm/";
    let differing = json!({ "email": EMAIL, "code": code, "new_password": NEW, "new_password2": PASSWORD });
    assert_eq!(app.post(path, &differing).await.wrong_fields(), ["new_password2"]);
    assert_eq!(app.post(path, &json!({})).await.wrong_fields(), ["code", "email", "new_password"]);
    app.post("/api/users/password-reset/", &json!({ "email": [] })).await.refused(400, "VALIDATION_ERROR");
    app.post("/api/users/password-reset/", &Value::Null).await.refused(400, "INVALID_INPUT");
    confirm(&app, EMAIL, &code, NEW).await.expect(200);
}

#[tokio::test]
async fn changing_the_password_makes_codes_for_resetting_it_void() {
    let (app, anna, code) = anna_has_forgotten().await;
    let change = json!({ "old_password": PASSWORD, "new_password": NEW });
    anna.post("/api/users/change-password/", &change).await.expect(200);
    confirm(&app, EMAIL, &code, "zielona-kawa-9").await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn what_cannot_be_an_address_is_answered_as_nobodys() {
    let (app, ..) = anna_has_forgotten().await;
    for path in ["/api/users/password-reset/", "/api/users/verify-email/resend/"] {
        let post = async |email: Value| app.post(path, &json!({ "email": email })).await;
        let nobody = post(json!("nobody@example.com")).await;
        nobody.expect(200);
        let (codes, mails) = (codes_made(&app).await, mails_written(&app).await);
        for wrong in ["anna", "anna@", "@example.com", "anna@localhost", "łódź@żółć.pl", "a b@example.com"]
        {
            let answer = post(json!(wrong)).await;
            assert_eq!((answer.status, &answer.text), (nobody.status, &nobody.text), "{wrong}");
        }
        assert_eq!(codes_made(&app).await, codes);
        // As much is written as for an address.
        assert_eq!(mails_written(&app).await, mails + 6);
    }
}
