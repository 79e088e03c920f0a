//! Staying signed in: lines of refresh tokens.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use serde_json::json;

use super::refresh;
use crate::support::{Person, TestApp, together};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The next pair, which has to be given.
async fn refreshed(app: &TestApp, person: &Person) -> Person {
    let answer = refresh(app, &person.refresh).await.expect(200);
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["access", "refresh"]);
    person.holding(&answer)
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair() {
    let app = TestApp::start().await;
    let first = app.person("anna").await;
    let second = refreshed(&app, &first).await;
    assert!(second.access != first.access && second.refresh != first.refresh);
    second.get("/api/users/me/").await.expect(200);
    refreshed(&app, &second).await;
}

#[tokio::test]
async fn a_client_that_never_stores_the_new_refresh_token_keeps_working() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for _ in 0..5 {
        app.later(DAY).await;
        let next = refreshed(&app, &anna).await;
        // Using the new access token does not count as using the new refresh token.
        next.get("/api/users/me/").await.expect(200);
    }
    app.later(DAY * 2).await;
    refresh(&app, &anna.refresh).await.refused(401, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_token_used_again_after_its_successor_ends_the_whole_session() {
    let app = TestApp::start().await;
    let first = app.person("anna").await;
    let elsewhere = first.signed_in_again(&app).await;
    let second = refreshed(&app, &first).await;
    let third = refreshed(&app, &second).await;
    third.get("/api/users/me/").await.expect(200);

    refresh(&app, &first.refresh).await.refused(401, "INVALID_TOKEN");
    for stolen in [&first, &second, &third] {
        stolen.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
        refresh(&app, &stolen.refresh).await.refused(401, "INVALID_TOKEN");
    }
    elsewhere.get("/api/users/me/").await.expect(200);
    refreshed(&app, &elsewhere).await;
}

#[tokio::test]
async fn reuse_is_noticed_even_after_the_token_has_expired() {
    let app = TestApp::start().await;
    let first = app.person("anna").await;
    app.later(DAY * 6).await;
    let second = refreshed(&app, &first).await;
    let third = refreshed(&app, &second).await;
    app.later(DAY * 2).await;
    refresh(&app, &first.refresh).await.refused(401, "INVALID_TOKEN");
    refresh(&app, &third.refresh).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn simultaneous_refreshes_leave_one_live_line() {
    let app = Arc::new(TestApp::start().await);
    let anna = app.person("anna").await;
    let pairs = together(20, |_| {
        let (app, anna) = (app.clone(), anna.clone());
        async move { refreshed(&app, &anna).await }
    })
    .await;
    let successors: BTreeSet<&str> = pairs.iter().map(|pair| pair.refresh.as_str()).collect();
    assert_eq!(successors.len(), 1);
    let count = "select count(*) from refresh_tokens join sessions on sessions.id = session_id
                 where user_id = $1::text::uuid";
    let tokens: i64 = app.database.connect().await.query_one(count, &[&anna.id]).await.unwrap().get(0);
    assert_eq!(tokens, 2);
    refreshed(&app, &pairs[0]).await;
    pairs[19].get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_lives_seven_days() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.later(DAY * 7 - SignedDuration::from_secs(1)).await;
    refresh(&app, &anna.refresh).await.expect(200);
    app.later(SignedDuration::from_secs(1)).await;
    let late = refresh(&app, &anna.refresh).await;
    late.refused(401, "TOKEN_EXPIRED");
    assert!(late.header("www-authenticate").is_some());
}

#[tokio::test]
async fn a_token_handed_out_again_lives_as_long_as_any() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    refreshed(&app, &anna).await;
    app.later(DAY * 6).await;
    let again = refreshed(&app, &anna).await;
    app.later(DAY * 6).await;
    refreshed(&app, &again).await;
}

#[tokio::test]
async fn a_session_ends_ninety_days_after_sign_in() {
    let app = TestApp::start().await;
    let mut anna = app.person("anna").await;
    for _ in 0..17 {
        app.later(DAY * 5).await;
        anna = refreshed(&app, &anna).await;
    }
    app.later(DAY * 5 - SignedDuration::from_secs(1)).await;
    let last = refreshed(&app, &anna).await;
    last.get("/api/users/me/").await.expect(200);
    app.later(SignedDuration::from_secs(1)).await;
    refresh(&app, &last.refresh).await.refused(401, "TOKEN_EXPIRED");
    last.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let nobodys = "A".repeat(43);
    let longer = format!("{}AAAA", anna.refresh);
    for garbage in ["", "garbage", "zażółć", &nobodys, &longer, &anna.access] {
        let answer = refresh(&app, garbage).await;
        answer.refused(401, "INVALID_TOKEN");
        assert!(answer.header("www-authenticate").is_some());
    }
    app.post("/api/users/token/refresh/", &json!({})).await.refused(400, "REQUIRED_FIELD");
    app.post("/api/users/token/refresh/", &json!({ "refresh": 7.5 })).await.refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_refresh_token_ends_with_its_session() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    anna.post("/api/users/logout/", &json!({})).await.expect(205);
    refresh(&app, &anna.refresh).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn lifetimes_are_settings() {
    let app = TestApp::with(&[("JWT_ACCESS_MIN", "60"), ("JWT_REFRESH_DAYS", "30")]).await;
    let anna = app.person("anna").await;
    app.later(SignedDuration::from_mins(59)).await;
    anna.get("/api/users/me/").await.expect(200);
    app.later(DAY * 29).await;
    anna.get("/api/users/me/").await.refused(401, "TOKEN_EXPIRED");
    refresh(&app, &anna.refresh).await.expect(200);
}
