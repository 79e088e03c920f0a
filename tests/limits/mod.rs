//! How often what may be done, and what whoever does it too often is told.

mod addresses;
mod codes;
mod codes_sent;
mod everywhere;
mod invitations;
mod present_password;
mod sign_in;

use jiff::SignedDuration;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, NOWHERE, Person, TestApp, together};

/// The header in which these tests say from where somebody calls.
const ADDRESS: &str = "x-test-address";

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

/// An app with one limit switched on.
async fn limited(variable: &str, rate: &str) -> TestApp {
    TestApp::with(&[("CLIENT_IP_HEADER", ADDRESS), (variable, rate)]).await
}

async fn read(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

async fn get_from(app: &TestApp, address: &str, path: &str) -> Answer {
    read(app.request(Method::GET, path).header(ADDRESS, address)).await
}

async fn post_from(app: &TestApp, address: &str, path: &str, body: &Value) -> Answer {
    read(app.request(Method::POST, path).header(ADDRESS, address).json(body)).await
}

async fn sign_in_from(app: &TestApp, address: &str, identifier: &str, password: &str) -> Answer {
    let body = json!({ "username": identifier, "password": password });
    post_from(app, address, "/api/users/login/", &body).await
}

/// What the headers say: limit, remaining, reset.
#[track_caller]
fn standing(answer: &Answer) -> [u32; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .map(|name| answer.header(name).expect(name).parse().unwrap())
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_again() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    let refresh = json!({ "refresh": "nothing" });
    for turn in 1..=5 {
        let answer = post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await;
        answer.refused(401, "INVALID_TOKEN");
        assert_eq!(standing(&answer), [5, 5 - turn, 12 * turn]);
        assert_eq!(answer.header("retry-after"), None);
    }
    let answer = post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await;
    answer.refused(429, "RATE_LIMITED");
    assert_eq!(standing(&answer), [5, 0, 60]);
    assert_eq!(answer.header("retry-after"), Some("12"));

    app.later(SignedDuration::from_secs(11)).await;
    let answer = post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await;
    answer.refused(429, "RATE_LIMITED");
    assert_eq!(answer.header("retry-after"), Some("1"));
    app.later(SignedDuration::from_secs(1)).await;
    post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await.refused(401, "INVALID_TOKEN");
    post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await.refused(429, "RATE_LIMITED");
    app.later(SignedDuration::from_mins(1)).await;
    let answer = post_from(&app, HOME, "/api/users/token/refresh/", &refresh).await;
    assert_eq!(standing(&answer), [5, 4, 12]);
}

#[tokio::test]
async fn all_ways_of_proving_who_one_is_share_a_limit() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    let email = json!({ "email": "anna@example.com" });
    let code = json!({ "email": "anna@example.com", "code": "123456" });
    post_from(&app, HOME, "/api/users/token/refresh/", &json!({ "refresh": "x" })).await.expect(401);
    post_from(&app, HOME, "/api/users/verify-email/", &code).await.expect(400);
    post_from(&app, HOME, "/api/users/verify-email/resend", &email).await.expect(200);
    sign_in_from(&app, HOME, "anna", "x").await.expect(401);
    post_from(&app, HOME, "/api/users/login/", &json!({})).await.expect(400);
    sign_in_from(&app, HOME, "anna", "x").await.refused(429, "RATE_LIMITED");
    sign_in_from(&app, ELSEWHERE, "anna", "x").await.refused(401, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn of_many_requests_at_once_no_more_get_through_than_are_allowed() {
    let app = limited("RATE_LIMIT_AUTH", "5/m").await;
    let (http, base) = (app.http.clone(), app.base.clone());
    let answers = together(40, |_| {
        let request = http.post(format!("{base}/api/users/token/refresh/")).header(ADDRESS, HOME);
        read(request.json(&json!({ "refresh": "nothing" })))
    })
    .await;
    let through = answers.iter().filter(|answer| answer.status != 429).count();
    assert_eq!(through, 5, "{answers:?}");
}

#[tokio::test]
async fn every_process_counts_for_all() {
    let variables = [("CLIENT_IP_HEADER", ADDRESS), ("RATE_LIMIT_AUTH", "4/m")];
    let one = TestApp::with(&variables).await;
    let other = TestApp::on(one.database.clone(), &variables).await;
    for _ in 0..2 {
        sign_in_from(&one, HOME, "anna", "x").await.expect(401);
        sign_in_from(&other, HOME, "anna", "x").await.expect(401);
    }
    sign_in_from(&one, HOME, "anna", "x").await.refused(429, "RATE_LIMITED");
    sign_in_from(&other, HOME, "anna", "x").await.refused(429, "RATE_LIMITED");
}

#[tokio::test]
async fn accounts_are_made_a_few_an_hour_from_each_address() {
    let app = limited("RATE_LIMIT_REGISTRATION", "3/h").await;
    let register = async |address: &str, name: &str| {
        let body = json!({ "username": name, "email": format!("{name}@example.com"), "password": "zielona-herbata-7" });
        post_from(&app, address, "/api/users/register/", &body).await
    };
    for name in ["anna", "ewa", "ola"] {
        register(HOME, name).await.expect(201);
    }
    let refused = register(HOME, "iga").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), Some("1200"));
    register(ELSEWHERE, "iga").await.expect(201);
    app.later(SignedDuration::from_mins(20)).await;
    register(HOME, "zoe").await.expect(201);
}

#[tokio::test]
async fn bookings_are_counted_for_whoever_books_from_wherever() {
    let app = limited("RATE_LIMIT_BOOKING", "2/m").await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    let book = async |who: &Person, address: &str, time: &str| {
        let request = who.request(Method::POST, &salon.path("appointments/")).header(ADDRESS, address);
        read(request.json(&salon.wish("2026-03-03", time))).await
    };
    book(&anna, HOME, "09:00").await.expect(201);
    book(&anna, ELSEWHERE, "10:00").await.expect(201);
    let refused = book(&anna, "203.0.113.9", "11:00").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!((standing(&refused), refused.header("retry-after")), ([2, 0, 60], Some("30")));
    book(&ewa, HOME, "11:00").await.expect(201);
    // Looking is not booking.
    anna.get(&salon.path("")).await.expect(200);
    assert_eq!(anna.get("/api/users/appointments/").await.expect(200)["count"], 2);
}

#[tokio::test]
async fn everything_else_is_counted_for_users_or_else_for_addresses() {
    let app = limited("RATE_LIMIT_API", "100/m").await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    app.later(SignedDuration::from_mins(1)).await;
    let as_anna = async |address: &str, path: &str| {
        read(anna.request(Method::GET, path).header(ADDRESS, address)).await
    };
    assert_eq!(standing(&as_anna(HOME, "/api/users/me/").await), [100, 99, 1]);
    assert_eq!(standing(&as_anna(ELSEWHERE, "/api/businesses/").await), [100, 98, 2]);
    assert_eq!(
        standing(&read(ewa.request(Method::GET, "/api/users/me/").header(ADDRESS, HOME)).await),
        [100, 99, 1]
    );
    assert_eq!(standing(&get_from(&app, HOME, "/api/businesses/").await), [100, 99, 1]);
    // Paths that lead nowhere and answers that refuse count as well.
    assert_eq!(standing(&get_from(&app, HOME, "/api/nobody/knows/").await), [100, 98, 2]);
    assert_eq!(standing(&get_from(&app, HOME, "/api/users/me/").await), [100, 97, 2]);
    assert_eq!(standing(&get_from(&app, ELSEWHERE, "/api/businesses/").await), [100, 99, 1]);
}

#[tokio::test]
async fn a_token_that_no_longer_counts_uses_up_nothing_of_its_former_owner() {
    let app = limited("RATE_LIMIT_API", "3/h").await;
    let anna = app.person("anna").await;
    let stolen = anna.signed_in_again(&app).await;
    stolen.post("/api/users/logout/", &json!({})).await.expect(205);
    for _ in 0..3 {
        stolen.get("/api/users/me/").await.refused(401, "INVALID_TOKEN");
    }
    stolen.get("/api/users/me/").await.refused(429, "RATE_LIMITED");
    anna.get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn what_watches_over_the_api_and_what_browsers_ask_first_is_not_counted() {
    let app = limited("RATE_LIMIT_API", "1/d").await;
    get_from(&app, HOME, "/api/businesses/").await.expect(200);
    get_from(&app, HOME, "/api/businesses/").await.refused(429, "RATE_LIMITED");
    for _ in 0..3 {
        for path in ["/api/health/", "/api/ready/"] {
            let answer = get_from(&app, HOME, path).await;
            answer.expect(200);
            assert_eq!(answer.header("ratelimit-limit"), None);
        }
        let preflight = app
            .request(Method::OPTIONS, "/api/businesses/")
            .header(ADDRESS, HOME)
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "GET");
        read(preflight).await.expect(200);
    }
}

#[tokio::test]
async fn without_the_database_reads_go_on_and_credentials_do_not() {
    let variables = [("DATABASE_URL", NOWHERE), ("RATE_LIMIT_AUTH", "5/m"), ("RATE_LIMIT_API", "100/m")];
    let app = TestApp::with(&variables).await;
    app.get("/api/nobody/knows/").await.refused(404, "NOT_FOUND");
    app.get("/api/businesses/").await.refused(503, "SERVICE_UNAVAILABLE");
    // Not even looked at: what is wrong with it would be told otherwise.
    app.post("/api/users/login/", &json!({})).await.refused(503, "SERVICE_UNAVAILABLE");
    app.post("/api/users/verify-email/", &json!({})).await.refused(503, "SERVICE_UNAVAILABLE");
}
