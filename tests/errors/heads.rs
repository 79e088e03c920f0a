//! What comes before the body: addresses and headers that are too long, over real connections, and what is no HTTP at all.

use shared::http::layers::{MAX_HEADER_BYTES, MAX_HEADERS, MAX_URI_BYTES};

use super::raw;
use crate::support::TestApp;

/// The answer to a GET with an address of its own and headers besides the necessary two.
async fn get(app: &TestApp, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    raw(&app.base, request.as_bytes()).await
}

fn refused(answer: &str, status: &str, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    assert!(head.contains("content-type: application/json") && head.contains("x-request-id: "), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).expect("the envelope");
    assert_eq!(body["error_code"], code);
    assert_eq!(body["success"], false);
    assert_eq!(body["message"], body["detail"]);
}

#[tokio::test]
async fn an_address_is_read_up_to_its_limit_and_refused_beyond() {
    let app = TestApp::start().await;
    let of_length = |length: usize| format!("/api/health/?{}", "q".repeat(length - "/api/health/?".len()));
    assert!(get(&app, &of_length(MAX_URI_BYTES), "").await.starts_with("HTTP/1.1 200 "));
    for length in [MAX_URI_BYTES + 1, 60_000] {
        refused(&get(&app, &of_length(length), "").await, "414", "URI_TOO_LONG");
    }
    let path = format!("/api/{}/", "a".repeat(MAX_URI_BYTES));
    refused(&get(&app, &path, "").await, "414", "URI_TOO_LONG");
}

#[tokio::test]
async fn headers_are_read_up_to_their_limits_and_refused_beyond() {
    let app = TestApp::start().await;
    let many = |count: usize| "x: y\r\n".repeat(count);
    let large = |size: usize| format!("x-large: {}\r\n", "y".repeat(size));
    for fine in [many(MAX_HEADERS - 2), large(MAX_HEADER_BYTES - 100)] {
        assert!(get(&app, "/api/health/", &fine).await.starts_with("HTTP/1.1 200 "));
    }
    for too_much in [many(MAX_HEADERS - 1), many(200), large(MAX_HEADER_BYTES), large(300_000)] {
        refused(&get(&app, "/api/health/", &too_much).await, "431", "HEADERS_TOO_LARGE");
    }
}

#[tokio::test]
async fn what_cannot_be_read_as_http_is_refused_by_the_server_itself_and_the_next_caller_is_served() {
    let app = TestApp::start().await;
    let beyond = format!("/{}", "a".repeat(70_000));
    for (malformed, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), "400"),
        (format!("GET {beyond} HTTP/1.1\r\nhost: localhost\r\n\r\n"), "414"),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(1000)), "431"),
    ] {
        let answer = raw(&app.base, malformed.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
    app.get("/api/health/").await.expect(200);
}
