//! The headers that every answer has.

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header::CACHE_CONTROL},
    routing::get,
};
use reqwest::{Client, Method, RequestBuilder};
use shared::http::layers::Limits;

use crate::support::{Answer, SECRET, TestApp, serve_routes};

const PRODUCTION: [(&str, &str); 3] =
    [("SESSLY_ENV", "production"), ("ALLOWED_HOSTS", "api.example.com"), ("EMAIL_HOST", "127.0.0.1")];

async fn read(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

/// Answers of every kind: found, refused, nobody's, a wrong method, a preflight, a body that is none.
async fn all_kinds(app: &TestApp) -> Vec<Answer> {
    let preflight = app
        .request(Method::OPTIONS, "/api/businesses/")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET");
    vec![
        app.get("/api/businesses/").await,
        app.get("/api/health/").await,
        app.get("/api/users/me/").await,
        app.get("/api/nobody/").await,
        read(app.request(Method::DELETE, "/api/health/")).await,
        read(preflight).await,
        read(app.request(Method::POST, "/api/users/login/").body("{")).await,
    ]
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do_with_it() {
    let app = TestApp::with(&PRODUCTION).await;
    for answer in all_kinds(&app).await {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:?}");
        }
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn while_developing_browsers_are_not_told_to_insist_on_tls() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/api/health/").await.header("strict-transport-security"), None);
}

#[tokio::test]
async fn nothing_is_kept_by_caches_that_has_not_said_it_is_public() {
    let public = || [(CACHE_CONTROL, "public, s-maxage=60")];
    let routes = Router::new()
        .route("/public", get(async move || (public(), "for all")))
        .route("/silent", get(async || "for me"))
        .route("/refused", get(async move || (StatusCode::NOT_FOUND, public())));
    let base = serve_routes(routes, Limits::default(), &[]).await;
    let kept = async |path: &str, token: Option<&str>| {
        let request = Client::new().get(format!("{base}{path}"));
        let answer = read(if let Some(token) = token { request.bearer_auth(token) } else { request }).await;
        answer.header("cache-control").unwrap().to_owned()
    };
    assert_eq!(kept("/public", None).await, "public, s-maxage=60");
    assert_eq!(kept("/public", Some("whatever")).await, "no-store");
    assert_eq!(kept("/silent", None).await, "no-store");
    assert_eq!(kept("/refused", None).await, "no-store");
    assert_eq!(kept("/nowhere", None).await, "no-store");
}

#[tokio::test]
async fn what_is_said_in_a_language_says_in_which() {
    let app = TestApp::start().await;
    for (path, status) in [("/api/businesses/categories/", 200), ("/api/businesses/nobody/", 404)] {
        for language in ["pl", "en"] {
            let answer = read(app.request(Method::GET, path).header("accept-language", language)).await;
            answer.expect(status);
            assert_eq!(answer.header("content-language"), Some(language));
            let varies: Vec<_> =
                answer.headers.get_all("vary").iter().map(|vary| vary.to_str().unwrap()).collect();
            let about_language = varies
                .iter()
                .flat_map(|list| list.split(','))
                .filter(|item| item.trim() == "accept-language");
            assert_eq!(about_language.count(), 1, "{varies:?}");
        }
    }
    assert_eq!(app.get("/api/health/").await.header("content-language"), None);
}

#[tokio::test]
async fn pages_of_the_projects_previews_may_call_and_others_may_not() {
    let patterns = [("CORS_ALLOWED_ORIGIN_PATTERNS", "https://sessly-*-myteam.vercel.app")];
    let app = Arc::new(TestApp::with(&patterns).await);
    let from = async |origin: &str| {
        let answer = read(app.request(Method::GET, "/api/businesses/").header("origin", origin)).await;
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    let preview = "https://sessly-git-search-myteam.vercel.app";
    assert_eq!(from(preview).await.as_deref(), Some(preview));
    for other in
        ["https://sessly-evil.vercel.app", "https://sessly-a.b-myteam.vercel.app", "https://vercel.app"]
    {
        assert_eq!(from(other).await, None, "{other}");
    }
}

#[tokio::test]
async fn pages_may_read_what_they_need_to_behave() {
    let app = TestApp::start().await;
    let answer =
        read(app.request(Method::GET, "/api/businesses/").header("origin", "http://localhost:3000")).await;
    let exposed = answer.header("access-control-expose-headers").unwrap();
    for name in
        ["etag", "retry-after", "x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
    {
        assert!(exposed.split(',').any(|exposed| exposed.trim() == name), "{name}: {exposed}");
    }
}

#[tokio::test]
async fn a_preflight_needs_no_database_and_no_allowance() {
    let unreachable = "postgresql://nobody@127.0.0.1:1/nothing";
    let variables = [("DATABASE_URL", unreachable), ("RATE_LIMIT_API", "1/d"), ("SECRET_KEY", SECRET)];
    let app = TestApp::with(&variables).await;
    for _ in 0..3 {
        let preflight = app
            .request(Method::OPTIONS, "/api/businesses/x/appointments/")
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-csrftoken,sentry-trace,baggage");
        let answer = read(preflight).await;
        answer.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    }
}
