//! The document of the API says what the code does.

use dev::{
    openapi,
    routing::{Routing, VERCEL_JSON},
};
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
