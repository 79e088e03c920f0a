//! Public reads: answers that are the same for everyone who asks in the same language, so that a cache in front of us
//! (Vercel's edge) may keep them for a moment. A handler returns [`Public`] instead of `Json`; [`revalidate`], around
//! every route, answers 304 to who has the same answer already. That nothing else is kept, and nothing that was asked with
//! a token, is for [`headers`](super::headers). What owners can rely on is written down in `docs/CACHING.md`.

use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;

/// How old an answer out of a cache can be.
#[derive(Clone, Copy, Debug)]
pub struct Freshness {
    /// For how many seconds a cache may serve it without asking.
    fresh: u16,
    /// For how many more it may serve it while it asks.
    stale: u16,
}

impl Freshness {
    /// Everything about one business: a change shows within a minute.
    pub const BUSINESS: Self = Self { fresh: 30, stale: 30 };
    /// Lists of businesses: within two minutes.
    pub const LIST: Self = Self { fresh: 60, stale: 60 };
    /// Numbers nobody waits for: within ten minutes.
    pub const NUMBERS: Self = Self { fresh: 300, stale: 300 };
    /// What the time of day changes: within fifteen seconds, and never while asking.
    pub const MOMENT: Self = Self { fresh: 15, stale: 0 };

    /// As a header. Browsers ask every time; what they have is confirmed by its `ETag`.
    fn cache_control(self) -> String {
        let Self { fresh, stale } = self;
        match stale {
            0 => format!("public, max-age=0, s-maxage={fresh}"),
            _ => format!("public, max-age=0, s-maxage={fresh}, stale-while-revalidate={stale}"),
        }
    }
}

/// An answer for everyone, as JSON.
#[derive(Debug)]
pub struct Public<T>(pub Freshness, pub T);

impl<T: Serialize> IntoResponse for Public<T> {
    fn into_response(self) -> Response {
        let Self(freshness, value) = self;
        let body = match serde_json::to_vec(&value) {
            Ok(body) => body,
            Err(error) => return ApiError::internal(error).into_response(),
        };
        let headers = [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::ETAG, tag(&body)),
            (header::CACHE_CONTROL, freshness.cache_control()),
            // A cache has nothing for who sends a token: owners see their changes at once, and colleagues more.
            (header::VARY, header::AUTHORIZATION.to_string()),
        ];
        (headers, body).into_response()
    }
}

/// An answer that everyone gets alike, or that shows more and is for those who work there only.
#[derive(Debug)]
pub enum Seen<T> {
    /// For those who work there.
    ByColleagues(T),
    /// Everything about one business that is nobody's secret.
    ByEveryone(T),
}

impl<T: Serialize> IntoResponse for Seen<T> {
    /// What colleagues see is nobody else's, whatever cache it comes past.
    fn into_response(self) -> Response {
        match self {
            Self::ByColleagues(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
            Self::ByEveryone(body) => Public(Freshness::BUSINESS, body).into_response(),
        }
    }
}

/// The `ETag` of a body. Weak, because it stays the same when something on the way compresses the body.
fn tag(body: &[u8]) -> String {
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..16]))
}

/// The layer around all routes that answers conditional requests
/// ([RFC 9110 §13](https://www.rfc-editor.org/rfc/rfc9110#section-13)). Answers without an `ETag` pass.
pub(super) async fn revalidate(request: Request, next: Next) -> Response {
    let known = known_tags(request.headers());
    let response = next.run(request).await;
    let Some(tag) = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()) else {
        return response;
    };
    let unchanged = known.iter().any(|known| known == "*" || opaque(known) == opaque(tag));
    if unchanged && response.status() == StatusCode::OK { not_modified(response) } else { response }
}

/// The tags of `If-None-Match`.
fn known_tags(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect()
}

/// What is compared of a tag, weak or not.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn not_modified(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}
