//! Which other origins' pages may call us, with credentials: those named in the configuration, exactly, and this project's
//! previews; while developing also the local ports of Expo, Vite and Next.

use axum::http::{HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{config::Config, limits};

const LOCAL_PORTS: [&str; 6] = ["3000", "3001", "5173", "8081", "19000", "19006"];

/// The CORS layer for this configuration.
pub(super) fn layer(config: &Config) -> CorsLayer {
    let origins = config.cors_allowed_origins.clone();
    let patterns = config.cors_allowed_origin_patterns.clone();
    let local = !config.environment.is_production();
    let allowed = move |origin: &HeaderValue, _: &Parts| {
        let Ok(origin) = origin.to_str() else { return false };
        origins.iter().any(|allowed| allowed == origin)
            || patterns.iter().any(|pattern| pattern.covers(origin))
            || (local && is_local(origin))
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
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("x-request-id"),
            // Sent by clients of the earlier version, and by pages that trace their requests with Sentry. They mean
            // nothing here, but a browser that may not send them does not call at all.
            HeaderName::from_static("x-csrftoken"),
            HeaderName::from_static("x-requested-with"),
            HeaderName::from_static("baggage"),
            HeaderName::from_static("sentry-trace"),
        ])
        .expose_headers(
            [header::ETAG, header::RETRY_AFTER, HeaderName::from_static("x-request-id")]
                .into_iter()
                .chain(limits::HEADERS)
                .collect::<Vec<_>>(),
        )
        .max_age(std::time::Duration::from_mins(10))
}

fn is_local(origin: &str) -> bool {
    let host = origin.strip_prefix("http://localhost:").or_else(|| origin.strip_prefix("http://127.0.0.1:"));
    host.is_some_and(|port| LOCAL_PORTS.contains(&port))
}
