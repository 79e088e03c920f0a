//! Choosing another password while signed in.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use super::{log_in, mails_written, refresh};
use crate::support::{Answer, PASSWORD, Person, TestApp, together};

const PATH: &str = "/api/users/change-password/";
const NEW: &str = "czarna-kawa-8";

fn to(new: &str) -> Value {
    json!({ "old_password": PASSWORD, "new_password": new })
}

async fn signs_in(app: &TestApp, password: &str) -> Answer {
    log_in(app, &json!({ "username": "anna", "password": password })).await
}

#[tokio::test]
async fn the_new_password_is_the_one_that_counts() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let answer = anna.put(PATH, &to(NEW)).await.expect(200);
    assert_eq!(answer, json!({ "success": true, "message": "Hasło zostało zmienione." }));
    signs_in(&app, NEW).await.expect(200);
    signs_in(&app, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");

    let back = json!({ "old_password": NEW, "new_password": PASSWORD, "new_password2": PASSWORD });
    anna.post(PATH, &back).await.expect(200);
    signs_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn every_other_session_ends_and_this_one_goes_on() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let (elsewhere, ewa) = (anna.signed_in_again(&app).await, app.person("ewa").await);
    anna.post(PATH, &to(NEW)).await.expect(200);
    elsewhere.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
    refresh(&app, &elsewhere.refresh).await.refused(401, "INVALID_TOKEN");
    anna.get("/api/users/me/").await.expect(200);
    refresh(&app, &anna.refresh).await.expect(200);
    ewa.get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn whoever_does_not_know_the_present_password_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let elsewhere = anna.signed_in_again(&app).await;
    for (method, old) in [(Method::PUT, NEW), (Method::POST, " zielona-herbata-7"), (Method::POST, "x")] {
        let wrong = json!({ "old_password": old, "new_password": NEW });
        anna.send(method, PATH, Some(&wrong)).await.refused(400, "WRONG_PASSWORD");
    }
    elsewhere.get("/api/users/me/").await.expect(200);
    signs_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_weak_password_is_refused_as_when_registering() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    anna.patch("/api/users/me/", &json!({ "last_name": "Szczebrzeszyńska" })).await.expect(200);
    for weak in ["krótkie", "9182736455", "Password1", "szczebrzeszyńska1", "Anna@Example.com"] {
        assert_eq!(anna.put(PATH, &to(weak)).await.wrong_fields(), ["new_password"], "{weak}");
    }
    let differing =
        json!({ "old_password": PASSWORD, "new_password": NEW, "new_password2": "czarna-kawa-9" });
    assert_eq!(anna.put(PATH, &differing).await.wrong_fields(), ["new_password2"]);
    for missing in [json!({ "old_password": PASSWORD }), json!({ "new_password": NEW })] {
        anna.put(PATH, &missing).await.refused(400, "REQUIRED_FIELD");
    }
    signs_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_change_is_told_to_the_person() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let written = mails_written(&app).await;
    anna.put(PATH, &json!({ "old_password": NEW, "new_password": NEW })).await.refused(400, "WRONG_PASSWORD");
    assert_eq!(mails_written(&app).await, written);
    anna.put(PATH, &to(NEW)).await.expect(200);
    assert_eq!(mails_written(&app).await, written + 1);
}

#[tokio::test]
async fn of_simultaneous_changes_one_is_made() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let answers = together(6, |index| {
        let (anna, new) = (anna.clone(), format!("{NEW}{index}"));
        async move { (anna.post(PATH, &to(&new)).await, new) }
    })
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, _)| answer.status == 200);
    assert_eq!(made.len(), 1, "{answers:?}");
    for (answer, _) in refused {
        answer.refused(400, "WRONG_PASSWORD");
    }
    signs_in(&app, &made[0].1).await.expect(200);
}

#[tokio::test]
async fn whoever_is_signing_in_with_the_old_password_meanwhile_is_refused() {
    let app = Arc::new(TestApp::start().await);
    let anna = app.person("anna").await;
    anna.signed_in_again(&app).await;
    // Held where it ends the other session: the password has been changed, and nobody can know yet.
    let mut holder = app.database.connect().await;
    let held = holder.transaction().await.unwrap();
    held.execute("select from sessions for update", &[]).await.unwrap();
    let change = tokio::spawn({
        let anna = anna.clone();
        async move { anna.post(PATH, &to(NEW)).await }
    });
    app.database.waiting(1).await;
    let late = tokio::spawn({
        let app = app.clone();
        async move { signs_in(&app, PASSWORD).await }
    });
    app.database.waiting(2).await;
    held.commit().await.unwrap();
    change.await.unwrap().expect(200);
    late.await.unwrap().refused(401, "INVALID_CREDENTIALS");
    signs_in(&app, NEW).await.expect(200);
}

#[tokio::test]
async fn no_session_that_the_old_password_began_outlasts_a_change() {
    let app = Arc::new(TestApp::start().await);
    let anna = app.person("anna").await;
    for round in 0..8 {
        let (old, new) = (format!("{NEW}{round}"), format!("{NEW}{}", round + 1));
        let first = if round == 0 { PASSWORD } else { &old };
        let body = json!({ "old_password": first, "new_password": new });
        let sign_ins = together(6, |turn| {
            let (app, first) = (app.clone(), first.to_owned());
            async move {
                tokio::time::sleep(Duration::from_millis(turn as u64 * 15)).await;
                signs_in(&app, &first).await
            }
        });
        let (change, sign_ins) = tokio::join!(anna.post(PATH, &body), sign_ins);
        change.expect(200);
        for answer in sign_ins {
            if answer.status == 200 {
                anna.holding(&answer.json()).get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
            } else {
                answer.refused(401, "INVALID_CREDENTIALS");
            }
        }
    }
}

#[tokio::test]
async fn changing_it_takes_a_verified_account() {
    let app = TestApp::start().await;
    app.post(PATH, &to(NEW)).await.refused(401, "UNAUTHORIZED");
    Person::register(&app, "anna").await.put(PATH, &to(NEW)).await.refused(403, "EMAIL_NOT_VERIFIED");
}
