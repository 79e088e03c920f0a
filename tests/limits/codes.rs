//! Guessing a mailed code: each has its tries, and an account's codes together have theirs.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Answer, Person, TestApp};

const EMAIL: &str = "anna@example.com";

async fn try_code(app: &TestApp, code: &str) -> Answer {
    app.post("/api/users/verify-email/", &json!({ "email": EMAIL, "code": code })).await
}

async fn another_code(app: &TestApp, mails: usize) -> String {
    app.later(SignedDuration::from_secs(1));
    app.post("/api/users/verify-email/resend/", &json!({ "email": EMAIL })).await.expect(200);
    app.code_for(EMAIL, mails).await
}

fn wrong(code: &str, turn: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1 + turn) % 1_000_000)
}

#[tokio::test]
async fn the_tries_of_a_code_are_as_configured() {
    let app = TestApp::with(&[("RATE_LIMIT_CODES", "2")]).await;
    Person::register(&app, "anna").await;
    let code = app.code_for(EMAIL, 1).await;
    for turn in 0..2 {
        try_code(&app, &wrong(&code, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    try_code(&app, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn a_second_code_has_tries_and_a_third_has_none_until_later() {
    let app = TestApp::start().await;
    Person::register(&app, "anna").await;
    let first = app.code_for(EMAIL, 1).await;
    for turn in 0..5 {
        try_code(&app, &wrong(&first, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    let second = another_code(&app, 2).await;
    for turn in 0..5 {
        try_code(&app, &wrong(&second, turn)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    let third = another_code(&app, 3).await;
    try_code(&app, &third).await.refused(400, "INVALID_VERIFICATION_CODE");
    app.later(SignedDuration::from_mins(6));
    try_code(&app, &third).await.expect(200);
}

#[tokio::test]
async fn of_928_tries_over_any_number_of_codes_ten_an_hour_are_looked_at() {
    let app = TestApp::start().await;
    Person::register(&app, "anna").await;
    let mut code = app.code_for(EMAIL, 1).await;
    let mut looked_at = 0;
    for turn in 0..928 {
        if turn % 5 == 0 {
            code = another_code(&app, 2 + turn / 5).await;
            // An account that is not verified yet, and whose code was used by somebody else in the meantime: the right
            // answer is told so if it is looked at, and nothing else is.
            let spend = "update one_time_codes set used_at = created_at";
            app.database.connect().await.execute(spend, &[]).await.unwrap();
        }
        let answer = try_code(&app, &code).await;
        looked_at += usize::from(answer.json()["error_code"] == "VERIFICATION_CODE_USED");
    }
    // Ten at once, and none more: three minutes have passed.
    assert_eq!(looked_at, 10);
}
