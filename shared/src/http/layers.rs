//! The layers around every function's routes, from the outside in: request id and log line, CORS,
//! the error envelope, panics, the limits on concurrency and time, then size. A request meets them in that
//! order, an answer in the reverse.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePath};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    cors,
    error::{ApiError, Code},
    public,
};
use crate::{app::App, language::Language};

/// The largest body we read.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long a request may take, its body included.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);
/// How many requests one process works on at once; more are refused rather than queued.
pub const MAX_CONCURRENT: usize = 200;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the layers let through.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// See [`MAX_CONCURRENT`].
    pub concurrent: usize,
    /// See [`TIME_LIMIT`].
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrent: MAX_CONCURRENT, time: TIME_LIMIT }
    }
}

/// Puts the layers around a function's routes.
pub fn around(routes: Router, app: &App, limits: Limits) -> Router {
    let places = Arc::new(Semaphore::new(limits.concurrent));
    let routes = routes
        .fallback(|| async { ApiError::new(Code::NotFound) })
        .method_not_allowed_fallback(|| async { ApiError::new(Code::MethodNotAllowed) })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(public::revalidate));
    // Outside the router, so that both forms of a path reach the same route.
    let routes = Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes));
    routes
        .layer(from_fn_with_state(places, limit_concurrency))
        .layer(from_fn_with_state(limits.time, limit_time))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(write_envelope))
        .layer(cors::layer(app.config()))
        .layer(from_fn(identify))
}

/// Gives the request an id, puts it on the answer and on every log line in between.
async fn identify(request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let span = tracing::info_span!("request", id = %id.to_str().unwrap_or_default());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    async move {
        let mut response = next.run(request).await;
        response.headers_mut().insert(REQUEST_ID, id);
        tracing::info!(%method, path, status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// The caller's request id if it sent a sane one (it ends up in logs), else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (8..=64).contains(&bytes.len())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    headers.get(REQUEST_ID).filter(sane).cloned().unwrap_or_else(|| {
        let id = Uuid::from_bytes(rand::random()).simple().to_string();
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("unknown"))
    })
}

/// Writes the body of every answer of status 400 and above, whichever layer refused.
async fn write_envelope(request: Request, next: Next) -> Response {
    let language = Language::of_request(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error =
        response.extensions_mut().remove::<ApiError>().unwrap_or_else(|| ApiError::for_status(status));
    if let Some(cause) = error.cause() {
        tracing::error!(code = error.code().as_str(), cause, "failed");
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(error.envelope(language).to_string()))
}

/// The panic hook has already logged what and where.
fn answer_panic(_: Box<dyn Any + Send>) -> Response {
    ApiError::new(Code::ServerError).into_response()
}

async fn limit_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(elapsed) => ApiError::unavailable(elapsed).into_response(),
    }
}

async fn limit_concurrency(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(full) => ApiError::unavailable(full).into_response(),
    }
}
