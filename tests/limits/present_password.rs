//! Guessing somebody's password with a token of theirs: where one changes it, and where one leaves.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ADDRESS, ELSEWHERE, HOME, limited, read, sign_in_from};
use crate::support::{Answer, PASSWORD, Person, TestApp, together};

const STOLEN_AT: &str = "203.0.113.9";
const NEW: &str = "czarna-kawa-8";

fn attempt(
    person: &Person,
    address: &str,
    (method, path, body): (Method, &str, Value),
) -> impl Future<Output = Answer> {
    read(person.request(method, path).header(ADDRESS, address).json(&body))
}

fn change(old: &str) -> (Method, &'static str, Value) {
    (Method::POST, "/api/users/change-password/", json!({ "old_password": old, "new_password": NEW }))
}

fn leave(password: &str) -> (Method, &'static str, Value) {
    (Method::DELETE, "/api/users/me/", json!({ "password": password }))
}

/// An app with Anna, whose token somebody else has too.
async fn anna() -> (TestApp, Person) {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    let anna = app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    (app, anna)
}

#[tokio::test]
async fn wrong_passwords_are_limited_together_with_failed_sign_ins() {
    let (app, anna) = anna().await;
    for _ in 0..2 {
        attempt(&anna, STOLEN_AT, change("wrong")).await.refused(400, "WRONG_PASSWORD");
        attempt(&anna, STOLEN_AT, leave("wrong")).await.refused(400, "WRONG_PASSWORD");
    }
    sign_in_from(&app, ELSEWHERE, "ANNA@example.com", "wrong").await.refused(401, "INVALID_CREDENTIALS");
    for request in [change("wrong"), leave("wrong")] {
        let answer = attempt(&anna, STOLEN_AT, request).await;
        answer.refused(429, "RATE_LIMITED");
        assert_eq!(answer.header("retry-after"), Some("12"));
    }
    sign_in_from(&app, ELSEWHERE, "anna@example.com", "wrong").await.refused(429, "RATE_LIMITED");
}

#[tokio::test]
async fn an_address_that_has_used_up_its_tries_is_not_listened_to() {
    let (_app, anna) = anna().await;
    for _ in 0..10 {
        attempt(&anna, STOLEN_AT, change("wrong")).await;
    }
    attempt(&anna, STOLEN_AT, change(PASSWORD)).await.refused(429, "RATE_LIMITED");
    attempt(&anna, STOLEN_AT, leave(PASSWORD)).await.refused(429, "RATE_LIMITED");
}

#[tokio::test]
async fn the_owner_signs_in_and_changes_it_from_elsewhere_meanwhile() {
    let (app, anna) = anna().await;
    for _ in 0..20 {
        attempt(&anna, STOLEN_AT, change("wrong")).await;
    }
    sign_in_from(&app, HOME, "anna@example.com", PASSWORD).await.expect(200);
    attempt(&anna, HOME, change(PASSWORD)).await.expect(200);
    attempt(&anna, HOME, leave(NEW)).await.expect(204);
}

#[tokio::test]
async fn the_right_password_does_not_count() {
    let (_app, anna) = anna().await;
    for turn in 0..10 {
        let (old, new) = if turn % 2 == 0 { (PASSWORD, NEW) } else { (NEW, PASSWORD) };
        let body = json!({ "old_password": old, "new_password": new });
        attempt(&anna, HOME, (Method::PUT, "/api/users/change-password/", body)).await.expect(200);
    }
    for _ in 0..5 {
        attempt(&anna, HOME, change("wrong")).await.refused(400, "WRONG_PASSWORD");
    }
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_are_told_wrong_than_are_allowed() {
    let (_app, anna) = anna().await;
    let answers = together(30, |number| {
        let anna = anna.clone();
        async move { attempt(&anna, &format!("203.0.113.{number}"), change("wrong")).await }
    })
    .await;
    let told_wrong = answers.iter().filter(|answer| answer.status == 400).count();
    assert_eq!(told_wrong, 5, "{answers:?}");
}
