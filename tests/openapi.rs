//! The document of the API says what the code does.

use dev::{
    openapi,
    routing::{Routing, VERCEL_JSON},
};
use shared::functions;

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
