//! Guessing a mailed code: each has its tries, an account's codes together have theirs, and so has each address.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;

use super::{HOME, limited, post_from};
use crate::support::{Answer, Person, TestApp, together};

const EMAIL: &str = "anna@example.com";
/// How many guesses there are in the stories about many.
const MANY: usize = 928;

async fn try_from(app: &TestApp, address: &str, code: &str) -> Answer {
    post_from(app, address, "/api/users/verify-email/", &json!({ "email": EMAIL, "code": code })).await
}

/// One of as many addresses as there are guesses.
fn address(number: usize) -> String {
    format!("10.0.{}.{}", number / 200, number % 200)
}

async fn another_code(app: &TestApp, mails: usize) -> String {
    app.later(SignedDuration::from_secs(1)).await;
    app.post("/api/users/verify-email/resend/", &json!({ "email": EMAIL })).await.expect(200);
    app.code_for(EMAIL, mails).await
}

fn wrong(code: &str, turn: usize) -> String {
    format!("{:06}", (code.parse::<usize>().unwrap() + 1 + turn) % 1_000_000)
}

/// An app in which Anna has registered, and the code she was sent.
async fn anna_has_a_code(limit: &str) -> (Arc<TestApp>, String) {
    let app = limited("RATE_LIMIT_CODES", limit).await;
    Person::register(&app, "anna").await;
    let code = app.code_for(EMAIL, 1).await;
    (Arc::new(app), code)
}

/// Has the codes there are used by somebody else, while the account stays unverified: the right answer is told so if it
/// is looked at, and nothing else is.
async fn spend(app: &TestApp) {
    app.database
        .connect()
        .await
        .execute("update one_time_codes set used_at = created_at", &[])
        .await
        .unwrap();
}

fn was_looked_at(answer: &Answer) -> bool {
    let told = answer.json()["error_code"].clone();
    assert!(told == "VERIFICATION_CODE_USED" || told == "INVALID_VERIFICATION_CODE", "{answer:?}");
    told == "VERIFICATION_CODE_USED"
}

#[tokio::test]
async fn the_tries_of_a_code_are_as_configured() {
    let (app, code) = anna_has_a_code("2").await;
    for turn in 0..2 {
        try_from(&app, HOME, &wrong(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    try_from(&app, HOME, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn of_928_tries_at_one_code_five_are_looked_at() {
    let (app, code) = anna_has_a_code("5").await;
    spend(&app).await;
    let mut looked_at = 0;
    for number in 0..MANY {
        looked_at += usize::from(was_looked_at(&try_from(&app, &address(number), &code).await));
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn of_928_simultaneous_tries_at_one_code_five_are_looked_at() {
    let (app, code) = anna_has_a_code("5").await;
    spend(&app).await;
    let mut looked_at = 0;
    // As many at a time as a process serves without sending some away.
    for wave in 0..8 {
        let answers = together(MANY / 8, |number| {
            let (app, code) = (app.clone(), code.clone());
            async move { try_from(&app, &address(wave * MANY / 8 + number), &code).await }
        })
        .await;
        looked_at += answers.iter().filter(|answer| was_looked_at(answer)).count();
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn after_928_wrong_codes_the_right_one_is_refused_and_a_new_one_is_not() {
    let (app, code) = anna_has_a_code("5").await;
    for turn in 0..MANY {
        try_from(&app, "203.0.113.9", &wrong(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    try_from(&app, HOME, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
    let new = another_code(&app, 2).await;
    try_from(&app, HOME, &new).await.expect(200);
}

#[tokio::test]
async fn over_any_number_of_codes_an_account_has_fifteen_tries_an_hour() {
    let (app, mut code) = anna_has_a_code("5").await;
    let mut looked_at = 0;
    for turn in 0..100 {
        if turn % 5 == 0 {
            code = another_code(&app, 2 + turn / 5).await;
            spend(&app).await;
        }
        looked_at += usize::from(was_looked_at(&try_from(&app, &address(turn), &code).await));
    }
    // Fifteen at once, and none more: a third of a minute has passed.
    assert_eq!(looked_at, 15);
    app.later(SignedDuration::from_mins(4)).await;
    code = another_code(&app, 22).await;
    try_from(&app, HOME, &code).await.expect(200);
}

#[tokio::test]
async fn from_one_address_a_second_code_has_tries_and_a_third_has_none_until_later() {
    let (app, first) = anna_has_a_code("5").await;
    for turn in 0..5 {
        try_from(&app, HOME, &wrong(&first, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    let second = another_code(&app, 2).await;
    for turn in 0..5 {
        try_from(&app, HOME, &wrong(&second, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    let third = another_code(&app, 3).await;
    try_from(&app, HOME, &third).await.refused(400, "INVALID_VERIFICATION_CODE");
    app.later(SignedDuration::from_mins(6)).await;
    try_from(&app, HOME, &third).await.expect(200);
}

#[tokio::test]
async fn one_address_cannot_keep_the_owner_from_verifying() {
    let (app, mut code) = anna_has_a_code("5").await;
    // A stranger goes on for an hour and a half, at every code there is, and asks for new ones themselves.
    for round in 0..18 {
        for turn in 0..20 {
            try_from(&app, "203.0.113.9", &wrong(&code, turn))
                .await
                .refused(400, "INVALID_VERIFICATION_CODE");
        }
        app.later(SignedDuration::from_mins(5)).await;
        code = another_code(&app, 2 + round).await;
    }
    try_from(&app, HOME, &code).await.expect(200);
}
