//! The layers around every function's routes, from the outside in: request id and log line, the headers that every answer
//! has, CORS, the error envelope, the size of the head, panics, the limits on concurrency and time, then size and how often. A request meets
//! them in that order, an answer in the reverse.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePath};

use super::{
    code::Code,
    cors,
    error::ApiError,
    headers::{self, Spoken},
    public,
};
use crate::{
    app::App,
    language::Language,
    limits,
    monitoring::{self, Failure, Record, Watch},
};

/// The longest path and query that we read.
pub const MAX_URI_BYTES: usize = 8 * 1024;
/// How large all headers may be together, as they travel.
pub const MAX_HEADER_BYTES: usize = 32 * 1024;
/// How many headers there may be.
pub const MAX_HEADERS: usize = 100;
/// The largest body we read.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long a request may take, its body included.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);
/// How many requests one process works on at once; more are refused rather than queued.
pub const MAX_CONCURRENT: usize = 200;

/// How long a request may take before it is reported.
pub const SLOW: Duration = Duration::from_secs(2);

/// What the layers let through.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// See [`MAX_CONCURRENT`].
    pub concurrent: usize,
    /// See [`TIME_LIMIT`].
    pub time: Duration,
    /// See [`SLOW`].
    pub slow: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrent: MAX_CONCURRENT, time: TIME_LIMIT, slow: SLOW }
    }
}

/// Puts the layers around a function's routes.
pub fn around(routes: Router, app: &App, limits: Limits) -> Router {
    let places = Arc::new(Semaphore::new(limits.concurrent));
    let routes = routes
        .fallback(|| async { ApiError::new(Code::NotFound) })
        .method_not_allowed_fallback(|| async { ApiError::new(Code::MethodNotAllowed) })
        // For the layers of some of the routes alone.
        .layer(Extension(app.clone()))
        // Inside the router, which is where a request's route is known.
        .layer(from_fn_with_state(app.clone(), limits::enforce))
        .layer(from_fn(monitoring::note_route))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(public::revalidate));
    // Outside the router, so that both forms of a path reach the same route.
    let routes = Router::new().fallback_service(NormalizePath::trim_trailing_slash(routes));
    routes
        .layer(from_fn_with_state(places, limit_concurrency))
        .layer(from_fn_with_state(limits.time, limit_time))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(limit_head))
        .layer(from_fn(write_envelope))
        .layer(cors::layer(app.config()))
        .layer(from_fn_with_state(app.config().environment, headers::complete))
        .layer(from_fn_with_state(Watch::new(app.clone(), limits.slow), monitoring::watch))
}

/// Writes the body of every answer of status 400 and above, whichever layer refused.
async fn write_envelope(request: Request, next: Next) -> Response {
    let language = Language::of_request(request.headers());
    let spoken = request.extensions().get::<Spoken>().cloned();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error =
        response.extensions_mut().remove::<ApiError>().unwrap_or_else(|| ApiError::for_status(status));
    Record::note(|record| record.failed(Failure { code: error.code(), cause: error.cause() }));
    if let Some(spoken) = spoken {
        spoken.note(language);
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(error.envelope(language).to_string()))
}

/// The panic hook has already noted where.
fn answer_panic(_: Box<dyn Any + Send>) -> Response {
    ApiError::new(Code::ServerError).into_response()
}

/// Hosts read more than this, so that it is we who refuse.
async fn limit_head(request: Request, next: Next) -> Response {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    // Each has a colon, a space and the end of its line besides.
    let size = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    let headers = request.headers();
    let too_large = headers.len() > MAX_HEADERS || headers.iter().map(size).sum::<usize>() > MAX_HEADER_BYTES;
    if uri > MAX_URI_BYTES {
        ApiError::new(Code::UriTooLong).into_response()
    } else if too_large {
        ApiError::new(Code::HeadersTooLarge).into_response()
    } else {
        next.run(request).await
    }
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
