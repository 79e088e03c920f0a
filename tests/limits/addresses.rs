//! From where somebody calls: nothing that a client can write changes it.

use reqwest::Method;
use serde_json::json;

use super::{ADDRESS, limited, read, sign_in_from};
use crate::support::TestApp;

#[tokio::test]
async fn a_forged_address_resets_nothing() {
    let app = TestApp::with(&[("RATE_LIMIT_AUTH", "3/m")]).await;
    let forged = [
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "x-vercel-forwarded-for",
        "x-vercel-proxied-for",
        "cf-connecting-ip",
        "true-client-ip",
        "x-client-ip",
    ];
    let mut refused = 0;
    for (turn, header) in forged.into_iter().enumerate() {
        let request =
            app.request(Method::POST, "/api/users/login/").header(header, format!("198.51.100.{turn}"));
        let answer = read(request.json(&json!({ "username": format!("u{turn}"), "password": "x" }))).await;
        refused += usize::from(answer.status == 429);
    }
    assert_eq!(refused, forged.len() - 3);
}

#[tokio::test]
async fn what_a_client_puts_before_the_platforms_own_does_not_count() {
    let app = limited("RATE_LIMIT_AUTH", "2/m").await;
    for forged in ["203.0.113.1, 192.0.2.1", "203.0.113.2,192.0.2.1"] {
        sign_in_from(&app, forged, "anna", "x").await.expect(401);
    }
    sign_in_from(&app, "203.0.113.3, 192.0.2.1", "anna", "x").await.refused(429, "RATE_LIMITED");
}

#[tokio::test]
async fn whoever_hides_their_address_shares_a_limit_with_all_who_do() {
    let app = limited("RATE_LIMIT_AUTH", "2/m").await;
    for garbage in ["unknown", "1.2.3"] {
        sign_in_from(&app, garbage, "anna", "x").await.expect(401);
    }
    for garbage in ["", "also unknown", "256.0.0.1"] {
        sign_in_from(&app, garbage, "anna", "x").await.refused(429, "RATE_LIMITED");
    }
    let without =
        app.request(Method::POST, "/api/users/login/").json(&json!({ "username": "a", "password": "x" }));
    read(without).await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, "192.0.2.1", "ewa", "x").await.expect(401);
}

#[tokio::test]
async fn the_addresses_of_one_network_share_a_limit() {
    let app = limited("RATE_LIMIT_AUTH", "2/m").await;
    for host in ["1", "ffff:0:0:2"] {
        sign_in_from(&app, &format!("2001:db8:1:2::{host}"), "anna", "x").await.expect(401);
    }
    sign_in_from(&app, "2001:db8:1:2:3:4:5:6", "anna", "x").await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, "2001:db8:1:3::1", "ewa", "x").await.expect(401);
}

#[tokio::test]
async fn no_counter_tells_whose_it_is() {
    let app = limited("RATE_LIMIT_AUTH", "2/m").await;
    let request = app.request(Method::POST, "/api/users/login/").header(ADDRESS, "192.0.2.77");
    read(request.json(&json!({ "email": "anna@example.com", "password": "x" }))).await.expect(401);
    let sql = "select string_agg(key, ' ') from rate_limits";
    let keys: String = app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(keys.split(' ').count(), 3);
    assert!(!keys.contains("192.0.2.77") && !keys.contains("anna"), "{keys}");
}
