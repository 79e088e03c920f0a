//! The document of the API says what the code does.

use dev::{
    openapi,
    routing::{Routing, VERCEL_JSON},
};
use reqwest::Method;
use shared::functions;

use crate::support::TestApp;

#[test]
fn the_document_is_the_one_that_the_code_describes() {
    assert!(
        shared::openapi::DOCUMENT == openapi::text(),
        "docs/openapi.json is not current: `cargo dev -- openapi` writes it"
    );
}

#[test]
fn every_path_reaches_the_function_that_serves_it() {
    let routing = Routing::parse(VERCEL_JSON).unwrap();
    for (function, operations) in functions::operations() {
        for operation in operations {
            let path = operation.path();
            let without_slash = path.strip_suffix('/').unwrap();
            for path in [path.as_str(), without_slash] {
                assert_eq!(routing.function(path), Some(function), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_document_is_served_and_the_page_that_shows_it_needs_nobody_else() {
    let app = TestApp::start().await;
    let served = app.get("/api/openapi.json").await;
    assert_eq!(served.expect(200)["openapi"], "3.1.0");
    for address in ["/api/docs/", "/api/docs"] {
        let page = app.get(address).await;
        page.expect(200);
        assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
        let parts = page.text.split('"').filter(|part| part.starts_with("/api/docs/"));
        let parts: Vec<&str> = parts.collect();
        assert_eq!(parts.len(), 5, "{parts:?}");
        for part in parts {
            app.get(part).await.expect(200);
        }
        assert!(!page.text.contains("//"), "{}", page.text);
    }
    app.get("/api/docs/nothing.js").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_document_comes_compressed_to_those_who_take_it_so() {
    let app = TestApp::start().await;
    let asked = async |accepts: Option<&str>| {
        let mut request = app.request(Method::GET, "/api/openapi.json");
        if let Some(accepts) = accepts {
            request = request.header("accept-encoding", accepts);
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("content-type").as_deref(), Some("application/json"));
        assert!(header("vary").unwrap().contains("accept-encoding"));
        (header("content-encoding"), answer.bytes().await.unwrap())
    };
    for accepts in [None, Some("br"), Some("identity"), Some("gzip;q=0"), Some("br, gzip; q=0.0")] {
        let (encoding, body) = asked(accepts).await;
        assert_eq!(encoding, None, "{accepts:?}");
        assert!(body == shared::openapi::DOCUMENT, "{accepts:?}");
    }
    for accepts in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5"] {
        let (encoding, body) = asked(Some(accepts)).await;
        assert_eq!(encoding.as_deref(), Some("gzip"), "{accepts}");
        assert!(body.starts_with(&[0x1f, 0x8b]) && body.len() < shared::openapi::DOCUMENT.len() / 10);
    }
}
