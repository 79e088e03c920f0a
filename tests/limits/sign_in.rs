//! Guessing somebody's password, from one address and from many.

use jiff::SignedDuration;
use serde_json::json;

use super::{ADDRESS, ELSEWHERE, HOME, limited, read, sign_in_from};
use crate::support::{PASSWORD, TestApp, together};

fn address(number: usize) -> String {
    format!("203.0.113.{number}")
}

/// Wrong passwords from as many addresses, until the name's own failures are used up.
async fn besiege(app: &TestApp, identifier: &str) {
    for number in 0..5 {
        sign_in_from(app, &address(number), identifier, "wrong").await.refused(401, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn wrong_passwords_from_many_addresses_are_limited_for_whom_they_are_meant() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    app.person("anna").await;
    for identifier in ["anna", "nobody"] {
        app.later(SignedDuration::from_mins(1)).await;
        besiege(&app, identifier).await;
        for number in 10..30 {
            let answer = sign_in_from(&app, &address(number), identifier, "wrong").await;
            answer.refused(429, "RATE_LIMITED");
            assert_eq!(answer.header("retry-after"), Some("12"), "{identifier}");
        }
        let upper = sign_in_from(&app, ELSEWHERE, &identifier.to_uppercase(), "wrong").await;
        upper.refused(429, "RATE_LIMITED");
    }
}

#[tokio::test]
async fn however_a_name_is_written_its_failures_are_counted_together() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    for (name, other_spellings) in [("kinga", ["KİNGA", "kİnga", "\u{212a}inga"]), ("ασ", ["ΑΣ", "Ασ", "αΣ"])]
    {
        besiege(&app, name).await;
        for (number, spelling) in other_spellings.into_iter().enumerate() {
            let answer = sign_in_from(&app, &address(20 + number), spelling, "wrong").await;
            answer.refused(429, "RATE_LIMITED");
        }
    }
}

#[tokio::test]
async fn the_owner_gets_in_from_another_address_while_strangers_guess() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    besiege(&app, "anna").await;
    sign_in_from(&app, &address(9), "anna", "wrong").await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, HOME, "anna", PASSWORD).await.expect(200);
    // Even after a slip of the fingers.
    sign_in_from(&app, HOME, "anna", "zielona-herbata-8").await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, HOME, "anna", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn while_strangers_guess_an_address_has_a_few_tries_an_hour() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    besiege(&app, "anna").await;
    for _ in 0..5 {
        sign_in_from(&app, HOME, "anna", "wrong").await.refused(429, "RATE_LIMITED");
    }
    // The address's own limit has recovered, but somebody else has used up what Anna's name recovered.
    app.later(SignedDuration::from_mins(1)).await;
    besiege(&app, "anna").await;
    sign_in_from(&app, HOME, "anna", PASSWORD).await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, HOME, "ewa", "wrong").await.refused(401, "INVALID_CREDENTIALS");
    sign_in_from(&app, ELSEWHERE, "anna", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn the_right_password_does_not_count_as_a_failure() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    for number in 0..10 {
        sign_in_from(&app, &address(number), "anna", PASSWORD).await.expect(200);
    }
    besiege(&app, "anna").await;
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_are_told_wrong_than_are_allowed() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    let (http, base) = (app.http.clone(), app.base.clone());
    let answers = together(30, |number| {
        let request = http.post(format!("{base}/api/users/login/")).header(ADDRESS, address(number));
        read(request.json(&json!({ "username": "anna", "password": "wrong" })))
    })
    .await;
    let told_wrong = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(told_wrong, 5, "{answers:?}");
}
