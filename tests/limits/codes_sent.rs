//! Having codes mailed to somebody, again and again.

use jiff::SignedDuration;
use serde_json::json;

use super::{limited, post_from};
use crate::support::{Answer, Person, TestApp, together};

const RESEND: &str = "/api/users/verify-email/resend/";
const RESET: &str = "/api/users/password-reset/";

async fn ask(app: &TestApp, path: &str, number: usize, email: &str) -> Answer {
    post_from(app, &format!("203.0.113.{number}"), path, &json!({ "email": email })).await
}

/// How many codes somebody was given for a purpose.
async fn given(app: &TestApp, name: &str, purpose: &str) -> i64 {
    let sql = "
        select count(*) from one_time_codes join users on users.id = user_id where username = $1 and purpose = $2";
    app.database.connect().await.query_one(sql, &[&name, &purpose]).await.unwrap().get(0)
}

#[tokio::test]
async fn an_account_is_sent_a_few_codes_of_each_kind_an_hour_wherever_they_are_asked_for() {
    let app = limited("RATE_LIMIT_CODES_SENT", "3/h").await;
    Person::register(&app, "anna").await;
    for (path, purpose, sent) in [(RESEND, "verify_email", 1 + 3), (RESET, "reset_password", 3)] {
        for number in 0..10 {
            let email = if number % 2 == 0 { "anna@example.com" } else { "ANNA@example.com" };
            let (known, unknown) =
                (ask(&app, path, number, email).await, ask(&app, path, number, "nobody@example.com").await);
            assert_eq!((known.expect(200), known.text), (unknown.expect(200), unknown.text), "{number}");
        }
        assert_eq!(given(&app, "anna", purpose).await, sent, "{purpose}");
    }
    // One's own are not used up by another's.
    Person::register(&app, "ewa").await;
    ask(&app, RESET, 1, "ewa@example.com").await.expect(200);
    assert_eq!(given(&app, "ewa", "reset_password").await, 1);

    app.later(SignedDuration::from_mins(20)).await;
    for number in 0..2 {
        ask(&app, RESET, number, "anna@example.com").await.expect(200);
    }
    assert_eq!(given(&app, "anna", "reset_password").await, 3 + 1);
}

#[tokio::test]
async fn of_many_codes_asked_for_at_once_no_more_are_sent_than_are_allowed() {
    let app = limited("RATE_LIMIT_CODES_SENT", "3/h").await;
    Person::register(&app, "anna").await;
    let (http, url) = (app.http.clone(), format!("{}{RESET}", app.base));
    let answers =
        together(20, |_| super::read(http.post(&url).json(&json!({ "email": "anna@example.com" })))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(given(&app, "anna", "reset_password").await, 3);
}

#[tokio::test]
async fn whoever_asks_on_and_on_for_somebody_leaves_them_a_code_that_works() {
    let app = limited("RATE_LIMIT_CODES_SENT", "5/h").await;
    Person::register(&app, "anna").await;
    // A stranger asks every minute for two hours.
    for minute in 0..120 {
        ask(&app, RESET, minute, "anna@example.com").await.expect(200);
        app.later(SignedDuration::from_mins(1)).await;
    }
    let sent: i64 = given(&app, "anna", "reset_password").await;
    assert_eq!(sent, 5 + 9);
    let code = app.code_for("anna@example.com", 1 + usize::try_from(sent).unwrap()).await;
    let reset = json!({ "email": "anna@example.com", "code": code, "new_password": "czarna-kawa-8" });
    app.post("/api/users/password-reset/confirm/", &reset).await.expect(200);
}
