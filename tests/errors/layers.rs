//! What the layers around every function do, whatever its routes are.

use std::{future::pending, sync::Arc, time::Duration};

use axum::{
    Router,
    routing::{get, post},
};
use reqwest::{Client, Method};
use shared::http::layers::Limits;
use tokio::sync::Notify;

use super::{raw, read};
use crate::support::{Answer, TestApp, serve_routes};

async fn serve(routes: Router, limits: Limits) -> String {
    serve_routes(routes.with_state(()), limits, &[]).await
}

async fn get_from(base: &str, path: &str) -> Answer {
    read(Client::new().get(format!("{base}{path}"))).await
}

#[tokio::test]
async fn a_panic_is_an_answer_that_tells_nothing() {
    async fn handler() {
        panic!("the secret ingredient");
    }
    let routes = Router::new().route("/panic", get(handler)).route("/fine", get(async || "fine"));
    let base = serve(routes, Limits::default()).await;
    for _ in 0..3 {
        let answer = get_from(&base, "/panic").await;
        answer.refused(500, "SERVER_ERROR");
        assert!(!answer.text.contains("ingredient"));
        assert!(answer.header("x-request-id").is_some());
    }
    assert_eq!(get_from(&base, "/fine").await.text, "fine");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_to_come_again() {
    let limits = Limits { time: Duration::from_millis(100), ..Limits::default() };
    let routes =
        Router::new().route("/never", get(pending::<()>)).route("/read", post(async |body: String| body));
    let base = serve(routes, limits).await;
    let answer = get_from(&base, "/never").await;
    answer.refused(503, "SERVICE_UNAVAILABLE");
    assert!(answer.header("retry-after").unwrap().parse::<u32>().is_ok());

    let stalled =
        b"POST /read HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9\r\n\r\nonly";
    let answer = raw(&base, stalled).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

#[tokio::test]
async fn more_requests_than_there_are_places_are_told_to_come_again() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = {
        let (entered, leave) = (entered.clone(), leave.clone());
        async move || {
            entered.notify_one();
            leave.notified().await;
        }
    };
    let limits = Limits { concurrent: 1, ..Limits::default() };
    let base = serve(Router::new().route("/wait", get(wait)).route("/", get(async || "here")), limits).await;
    let first = tokio::spawn({
        let base = base.clone();
        async move { get_from(&base, "/wait").await }
    });
    entered.notified().await;
    let second = get_from(&base, "/").await;
    second.refused(503, "SERVICE_UNAVAILABLE");
    assert!(second.header("retry-after").unwrap().parse::<u32>().is_ok());
    leave.notify_one();
    first.await.unwrap().expect(200);
    get_from(&base, "/").await.expect(200);
}

#[tokio::test]
async fn a_request_id_is_kept_if_sane_and_made_if_not() {
    let app = TestApp::start().await;
    let sent = async |id: &str| {
        let answer = read(app.request(Method::GET, "/api/nobody/").header("x-request-id", id)).await;
        answer.header("x-request-id").unwrap().to_owned()
    };
    let trace = "Root=1-67891233-abcdef012345678912345678";
    for sane in ["0190-abcd_EFGH", "1", trace, "fra1::iad1:a/b+c.d==", &"a".repeat(128)] {
        assert_eq!(sent(sane).await, sane);
    }
    for insane in ["", "with space in it", "semi;colon;semi", "<script>alert(1)", "a,b", &"a".repeat(129)] {
        let id = sent(insane).await;
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    }
    let [one, other] = [app.get("/api/health/").await, app.get("/api/health/").await];
    assert!(one.header("x-request-id").is_some());
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[tokio::test]
async fn pages_of_known_origins_may_call_and_read_errors_too() {
    let app =
        TestApp::with(&[("CORS_ALLOWED_ORIGINS", "https://app.example.com/, https://b.example.com")]).await;
    let from =
        async |origin: &str, path: &str| read(app.request(Method::GET, path).header("origin", origin)).await;
    for path in ["/api/businesses/", "/api/nobody/", "/api/users/me/"] {
        for origin in ["https://app.example.com", "https://b.example.com", "http://localhost:8081"] {
            let answer = from(origin, path).await;
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
            assert!(
                answer.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin"))
            );
            assert!(answer.header("access-control-expose-headers").unwrap().contains("x-request-id"));
        }
        let strangers = [
            "https://evil.example",
            "https://app.example.com.evil.example",
            "http://app.example.com",
            "https://app.example.com:8443",
            "http://localhost:9999",
            "https://localhost:3000",
            "http://localhost:3000.evil.example",
            "null",
        ];
        for origin in strangers {
            assert_eq!(from(origin, path).await.header("access-control-allow-origin"), None, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_preflight_is_answered_for_known_origins() {
    let app = TestApp::with(&[("CORS_ALLOWED_ORIGINS", "https://app.example.com")]).await;
    let preflight = async |origin: &str| {
        let request = app
            .request(Method::OPTIONS, "/api/businesses/salon/services/x/")
            .header("origin", origin)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", "authorization,content-type,idempotency-key");
        read(request).await
    };
    let answer = preflight("https://app.example.com").await;
    assert!(answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.com"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(answer.header("access-control-allow-methods").unwrap().contains(method), "{method}");
    }
    for header in ["authorization", "content-type", "idempotency-key", "accept-language", "x-request-id"] {
        assert!(answer.header("access-control-allow-headers").unwrap().contains(header), "{header}");
    }
    assert_eq!(preflight("https://evil.example").await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn in_production_local_pages_are_strangers() {
    let variables =
        [("SESSLY_ENV", "production"), ("ALLOWED_HOSTS", "api.example.com"), ("EMAIL_HOST", "127.0.0.1")];
    let app = TestApp::with(&variables).await;
    let answer =
        read(app.request(Method::GET, "/api/health/").header("origin", "http://localhost:3000")).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
