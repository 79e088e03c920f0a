//! Proving an address with the code that was mailed to it.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, ToSpan};
use serde_json::json;

use super::{codes_made, mails_written, other_than, verify};
use crate::support::{Answer, Person, TestApp, together};

const EMAIL: &str = "anna@example.com";

/// An app in which Anna has registered, and the code she was sent.
async fn anna_has_a_code() -> (Arc<TestApp>, Person, String) {
    let app = Arc::new(TestApp::start().await);
    let anna = Person::register(&app, "anna").await;
    let code = app.code_for(EMAIL, 1).await;
    (app, anna, code)
}

async fn resend(app: &TestApp, email: &str) -> Answer {
    app.post("/api/users/verify-email/resend/", &json!({ "email": email })).await
}

/// The same code, many times at once: how often which answer came.
async fn verify_together(app: &Arc<TestApp>, times: usize, code: &str) -> BTreeMap<String, usize> {
    let answers = together(times, |_| {
        let (app, code) = (app.clone(), code.to_owned());
        async move { verify(&app, EMAIL, &code).await }
    })
    .await;
    let mut counts = BTreeMap::new();
    for answer in answers {
        let what = answer.json()["error_code"].as_str().unwrap_or("verified").to_owned();
        *counts.entry(what).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn the_right_code_verifies_the_address() {
    let (app, anna, code) = anna_has_a_code().await;
    let answer = verify(&app, "Anna@Example.COM", &format!(" {code} ")).await.expect(200);
    assert_eq!(answer, json!({ "success": true, "message": "Adres e-mail został potwierdzony." }));
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["email_verified"], true);
    anna.get("/api/users/appointments/").await.expect(200);
}

#[tokio::test]
async fn a_wrong_code_is_refused_as_is_any_code_for_an_unknown_address() {
    let (app, anna, code) = anna_has_a_code().await;
    let wrong = verify(&app, EMAIL, &other_than(&code, 0)).await;
    wrong.refused(400, "INVALID_VERIFICATION_CODE");
    for nonsense in ["12345", "1234567", "zażółć", "' or 1=1 --"] {
        verify(&app, EMAIL, nonsense).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    assert_eq!(verify(&app, "nobody@example.com", &code).await.text, wrong.text);
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["email_verified"], false);
}

#[tokio::test]
async fn a_code_for_someone_else_is_refused() {
    let (app, _, annas) = anna_has_a_code().await;
    Person::register(&app, "ewa").await;
    let ewas = app.code_for("ewa@example.com", 1).await;
    // One time in a million they are the same.
    let annas = if annas == ewas { other_than(&ewas, 0) } else { annas };
    verify(&app, "ewa@example.com", &annas).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn a_code_is_good_for_fifteen_minutes() {
    let (app, _, code) = anna_has_a_code().await;
    app.later(SignedDuration::from_mins(15)).await;
    verify(&app, EMAIL, &code).await.refused(400, "VERIFICATION_CODE_EXPIRED");
    app.clock.set(app.clock.now() - 1.second());
    verify(&app, EMAIL, &code).await.expect(200);
}

#[tokio::test]
async fn a_code_works_once() {
    let (app, anna, code) = anna_has_a_code().await;
    verify(&app, EMAIL, &code).await.expect(200);
    verify(&app, EMAIL, &code).await.refused(400, "EMAIL_ALREADY_VERIFIED");

    let forget = "update users set email_verified_at = null where email = $1::text::citext";
    app.database.connect().await.execute(forget, &[&EMAIL]).await.unwrap();
    verify(&app, EMAIL, &code).await.refused(400, "VERIFICATION_CODE_USED");
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["email_verified"], false);
}

#[tokio::test]
async fn the_sixth_try_is_refused_even_if_right() {
    let (app, _, code) = anna_has_a_code().await;
    for turn in 0..5 {
        verify(&app, EMAIL, &other_than(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    verify(&app, EMAIL, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn the_fifth_try_still_counts() {
    let (app, _, code) = anna_has_a_code().await;
    for turn in 0..4 {
        verify(&app, EMAIL, &other_than(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    verify(&app, EMAIL, &code).await.expect(200);
}

#[tokio::test]
async fn simultaneous_guesses_are_all_counted_until_their_address_has_none_left() {
    let (app, anna, code) = anna_has_a_code().await;
    let wrong = other_than(&code, 0);
    let counts = verify_together(&app, 30, &wrong).await;
    assert_eq!(counts, BTreeMap::from([("INVALID_VERIFICATION_CODE".to_owned(), 30)]));
    let sql = "select attempts from one_time_codes where user_id = $1::text::uuid";
    let tries: i16 = app.database.connect().await.query_one(sql, &[&anna.id]).await.unwrap().get(0);
    assert_eq!(tries, 10);
    verify(&app, EMAIL, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn of_simultaneous_right_answers_no_more_than_the_tries_left_are_looked_at() {
    let (app, _, code) = anna_has_a_code().await;
    for turn in 0..4 {
        verify(&app, EMAIL, &other_than(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    let counts = verify_together(&app, 30, &code).await;
    assert_eq!(counts.get("verified"), Some(&1), "{counts:?}");
    // Whoever is told that the code was used has had it compared: that would be a sixth try.
    assert_eq!(counts.get("VERIFICATION_CODE_USED"), None, "{counts:?}");
}

#[tokio::test]
async fn of_simultaneous_right_answers_one_verifies() {
    let (app, _, code) = anna_has_a_code().await;
    // Held back until all are past every other check; as many as the app has database connections.
    let mut holder = app.database.connect().await;
    let held = holder.transaction().await.unwrap();
    held.execute("select from one_time_codes for update", &[]).await.unwrap();
    let release = async {
        app.database.waiting(4).await;
        held.commit().await.unwrap();
    };
    let (counts, ()) = tokio::join!(verify_together(&app, 4, &code), release);
    assert_eq!(counts.get("verified"), Some(&1), "{counts:?}");
    assert_eq!(counts.get("VERIFICATION_CODE_USED"), Some(&3), "{counts:?}");
}

#[tokio::test]
async fn a_new_code_replaces_the_old_one() {
    let (app, _, old) = anna_has_a_code().await;
    app.later(SignedDuration::from_mins(1)).await;
    resend(&app, "ANNA@example.com").await.expect(200);
    let new = app.code_for(EMAIL, 2).await;
    if old != new {
        verify(&app, EMAIL, &old).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    verify(&app, EMAIL, &new).await.expect(200);
}

#[tokio::test]
async fn a_new_code_has_tries_and_minutes_of_its_own() {
    let (app, _, old) = anna_has_a_code().await;
    for turn in 0..6 {
        verify(&app, EMAIL, &other_than(&old, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    app.later(SignedDuration::from_mins(20)).await;
    resend(&app, EMAIL).await.expect(200);
    let new = app.code_for(EMAIL, 2).await;
    app.later(SignedDuration::from_mins(14)).await;
    verify(&app, EMAIL, &new).await.expect(200);
}

#[tokio::test]
async fn asking_for_a_code_tells_nobody_who_has_an_account() {
    let (app, ..) = anna_has_a_code().await;
    app.later(SignedDuration::from_secs(1)).await;
    let unverified = resend(&app, EMAIL).await;
    assert_eq!(unverified.expect(200)["success"], true);
    verify(&app, EMAIL, &app.code_for(EMAIL, 2).await).await.expect(200);
    Person::register(&app, "ewa").await.verified(&app).await;
    let (codes, mails) = (codes_made(&app).await, mails_written(&app).await);

    let (unknown, verified) =
        (resend(&app, "nobody@example.com").await, resend(&app, "ewa@example.com").await);
    for other in [unknown, verified] {
        assert_eq!((other.status, &other.text), (unverified.status, &unverified.text));
    }
    assert_eq!(codes_made(&app).await, codes, "nobody else is given a code");
    // As much is written as if there were somebody to write to, so that it takes as long.
    assert_eq!(mails_written(&app).await, mails + 2);
    app.all_delivered().await;
    assert_eq!(app.mail_to("nobody@example.com", 0).await.len(), 0);
    assert_eq!(app.mail_to("ewa@example.com", 0).await.len(), 1, "the one to verify the address");
}

#[tokio::test]
async fn an_address_and_a_code_are_needed() {
    let app = TestApp::start().await;
    let path = "/api/users/verify-email/";
    app.post(path, &json!({ "email": EMAIL })).await.refused(400, "REQUIRED_FIELD");
    app.post(path, &json!({ "code": "123456" })).await.refused(400, "REQUIRED_FIELD");
    let details =
        app.post(path, &json!({ "email": "anna", "code": "" })).await.refused(400, "VALIDATION_ERROR");
    assert_eq!(details.as_object().unwrap().keys().collect::<Vec<_>>(), ["code", "email"]);
}
