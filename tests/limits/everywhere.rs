//! That no operation was forgotten.

use reqwest::Method;
use serde_json::json;
use shared::{functions, openapi::Policy};

use super::{ADDRESS, read};
use crate::support::TestApp;

#[tokio::test]
async fn every_operation_has_a_limit() {
    let limits =
        ["AUTH", "REGISTRATION", "BOOKING", "GUEST_HOLDS", "API"].map(|name| format!("RATE_LIMIT_{name}"));
    let variables: Vec<_> = limits.iter().map(|name| (name.as_str(), "1/d")).collect();
    let app = TestApp::with(&[&variables[..], &[("CLIENT_IP_HEADER", ADDRESS)]].concat()).await;
    let operations = functions::operations().into_iter().flat_map(|(_, operations)| operations);
    for (number, operation) in operations.enumerate() {
        let path = operation.path();
        // These watch over the API or describe it, or prove themselves otherwise.
        let unlimited = ["/api/health/", "/api/ready/", "/api/openapi.json/", "/api/docs/"].contains(&&*path)
            || operation.policy() == Policy::Machine;
        let ask = async || {
            let method = Method::from_bytes(operation.method().to_uppercase().as_bytes()).unwrap();
            let address = format!("10.0.{}.{}", number / 200, number % 200);
            read(app.request(method, &path).header(ADDRESS, address).json(&json!({}))).await
        };
        let first = ask().await;
        assert_ne!(first.status, 429, "{path}");
        let second = ask().await;
        if unlimited {
            assert_ne!(second.status, 429, "{path}");
        } else {
            second.refused(429, "RATE_LIMITED");
            assert!(second.header("retry-after").is_some() && second.header("ratelimit-limit") == Some("1"));
        }
    }
}
