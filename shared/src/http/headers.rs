//! The headers that every answer carries, whoever gave it, unless it set its own: how browsers are to treat it, who may
//! keep it, and in which language it speaks.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::{config::Environment, language::Language};

/// What we serve are documents for programs. No browser has to run, frame or guess anything.
const EVERYWHERE: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    // Keeps pages that do not ask (as CORS makes them) from loading an answer into their process. Those that do are
    // not concerned.
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// One year: the least that browsers' preload lists take.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The language in which a handler chose to speak: set by whoever takes a [`Language`].
#[derive(Clone, Default)]
pub(super) struct Spoken(Arc<OnceLock<Language>>);

impl Spoken {
    pub(super) fn note(&self, language: Language) {
        // Of one request it is always the same.
        self.0.get_or_init(|| language);
    }
}

/// Completes the headers of an answer.
pub(super) async fn complete(
    State(environment): State<Environment>,
    mut request: Request,
    next: Next,
) -> Response {
    let personal = request.headers().contains_key(header::AUTHORIZATION);
    let spoken = Spoken::default();
    request.extensions_mut().insert(spoken.clone());
    let mut response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.entry(name).or_insert(value);
    }
    if environment.is_production() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HSTS);
    }
    if personal || failed {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    } else {
        headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    }
    if let Some(language) = spoken.0.get() {
        tell_language(headers, *language);
    }
    response
}

/// Says in which language an answer is, and that another caller might get it in another.
fn tell_language(headers: &mut HeaderMap, language: Language) {
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let name = header::ACCEPT_LANGUAGE;
    let lists = headers.get_all(header::VARY).iter().filter_map(|list| list.to_str().ok());
    let said =
        lists.flat_map(|list| list.split(',')).any(|item| item.trim().eq_ignore_ascii_case(name.as_str()));
    if !said {
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    }
}
