//! Which other origins' pages may call us: those named in the configuration, exactly, with
//! credentials; while developing also the local ports of Expo, Vite and Next.

use axum::http::{HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::Config;

const LOCAL_PORTS: [&str; 6] = ["3000", "3001", "5173", "8081", "19000", "19006"];

/// The CORS layer for this configuration.
pub(super) fn layer(config: &Config) -> CorsLayer {
    let origins = config.cors_allowed_origins.clone();
    let local = !config.environment.is_production();
    let allowed = move |origin: &HeaderValue, _: &Parts| {
        let Ok(origin) = origin.to_str() else { return false };
        origins.iter().any(|allowed| allowed == origin) || (local && is_local(origin))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")])
        .max_age(std::time::Duration::from_mins(10))
}

fn is_local(origin: &str) -> bool {
    let host = origin.strip_prefix("http://localhost:").or_else(|| origin.strip_prefix("http://127.0.0.1:"));
    host.is_some_and(|port| LOCAL_PORTS.contains(&port))
}
