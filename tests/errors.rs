//! Whatever goes wrong, in whichever layer: the same envelope, and nothing that only insiders should read.

mod bodies;
mod heads;
mod layers;

use std::{error::Error, time::Duration};

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use shared::db::{DatabaseUrl, Db, Sql, Statements};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Answer, NOWHERE, TestApp, TestDatabase};

async fn read(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

/// Sends bytes as they are, and reads what comes back.
async fn raw(base: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_not_found() {
    let app = TestApp::start().await;
    let paths = [
        "/api/nobody/knows/",
        "/api/",
        "/api/users/nobody/",
        "/api/businesses/a/b/c/d/",
        "/nothing.html",
        "/.env",
        "/%00",
        "/api/%00/",
        "/api/%ff/",
        "/api/businesses/salon/opening-hours/%00/",
    ];
    for path in paths {
        app.get(path).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn odd_request_targets_are_refused_like_any_other() {
    let app = TestApp::start().await;
    let lines = [
        "GET // HTTP/1.1",
        "GET //evil.example/ HTTP/1.1",
        "GET /..//../etc/passwd HTTP/1.1",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
        "GET http://evil.example/nobody HTTP/1.1",
        "GET /api/businesses/salon/services/?page=%zz HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "DELETE * HTTP/1.1",
    ];
    for line in lines {
        let request = format!("{line}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = raw(&app.base, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{line}: {answer}");
        assert!(answer.contains(r#""success":false"#), "{line}: {answer}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start().await;
    let cases = [
        (Method::DELETE, "/api/businesses/", "GET,HEAD,POST"),
        (Method::POST, "/api/businesses/categories/", "GET,HEAD"),
        (Method::GET, "/api/users/register/", "POST"),
        (Method::PUT, "/api/businesses/salon/", "GET,HEAD"),
        (Method::POST, "/api/businesses/salon/services/x/", "DELETE,GET,HEAD,PATCH,PUT"),
        (Method::from_bytes(b"BREW").unwrap(), "/api/health/", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let answer = read(app.request(method, path)).await;
        answer.refused(405, "METHOD_NOT_ALLOWED");
        let mut methods: Vec<&str> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allowed, "{path}");
    }
}

#[tokio::test]
async fn without_its_database_the_api_says_when_to_come_again() {
    let app = TestApp::with(&[("DATABASE_URL", NOWHERE)]).await;
    let paths = ["/api/businesses/", "/api/businesses/categories/", "/api/businesses/salon/", "/api/ready/"];
    for path in paths {
        let answer = app.get(path).await;
        answer.refused(503, "SERVICE_UNAVAILABLE");
        assert!(answer.header("retry-after").unwrap().parse::<u32>().is_ok());
        assert!(!answer.text.contains("127.0.0.1"));
    }
    let login = json!({ "email": "anna@example.com", "password": "x" });
    app.post("/api/users/login/", &login).await.refused(503, "SERVICE_UNAVAILABLE");
    app.get("/api/health/").await.expect(200);
}

#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start().await;
    for (path, status) in [("/api/businesses/", 200), ("/api/businesses/nobody/", 404), ("/api/nobody/", 404)]
    {
        let head = read(app.request(Method::HEAD, path)).await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (status, ""), "{path}");
        assert_eq!(head.header("content-type"), app.get(path).await.header("content-type"));
    }
    read(app.request(Method::HEAD, "/api/users/register/")).await.expect(405);
}

#[tokio::test]
async fn errors_speak_the_callers_language_and_keep_their_code() {
    let app = TestApp::start().await;
    let cases = [
        ("pl", "Nie ma takiej firmy."),
        ("en", "There is no such business."),
        ("en-US,en;q=0.9,pl;q=0.8", "There is no such business."),
        ("pl; q=0.5, en; q=0.9", "There is no such business."),
        ("de", "Nie ma takiej firmy."),
        ("", "Nie ma takiej firmy."),
    ];
    for (language, expected) in cases {
        let request = app.request(Method::GET, "/api/businesses/nobody/").header("accept-language", language);
        let answer = read(request).await;
        answer.refused(404, "BUSINESS_NOT_FOUND");
        assert_eq!(answer.json()["message"], expected, "{language}");
    }
}

/// Postgres quotes the whole row in the detail of a refusal; ours are logged.
#[tokio::test]
async fn what_the_database_refuses_is_told_without_the_contents_of_the_row() {
    let database = TestDatabase::create().await;
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let connection =
        Db::new(&url, Statements::Prepared, Duration::from_secs(3)).unwrap().connection().await.unwrap();
    let sql = "
        insert into users (id, username, email, password_hash, created_at, updated_at)
        values (gen_random_uuid(), 'canary-name', 'canary-address', 'canary-hash', now(), now())";
    let error = connection.execute(sql, &[]).await.unwrap_err();
    assert_eq!(error.constraint(), Some("users_email_check"));
    let chain = std::iter::successors(Some(&error as &dyn Error), |error| (*error).source());
    let told: Vec<String> = chain.map(ToString::to_string).collect();
    assert!(told[0].contains("users_email_check"), "{told:?}");
    assert!(told.iter().all(|text| !text.contains("canary")), "{told:?}");
}
