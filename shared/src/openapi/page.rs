//! `/api/openapi.json`, and a page that shows it at `/api/docs/`: Swagger UI, whose files are part of the program, so
//! that nothing is fetched from elsewhere.

use std::{
    io::Read,
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    extract::Path,
    http::{
        HeaderMap, HeaderValue,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::read::GzDecoder;
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::{
    app::App,
    http::{ApiError, ApiResult, Code},
};

/// It runs its own scripts only, and styles elements as it goes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// The document, as `build.rs` has compressed it.
const COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
/// Both change with a deployment only.
const KEPT: &str = "public, max-age=0, s-maxage=3600, stale-while-revalidate=86400";

/// With whole paths, so that it works without the trailing slash too.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sessly API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/swagger-ui-standalone-preset.js"></script>
<script src="/api/docs/swagger-initializer.js"></script>
</body>
</html>
"#;

static SETTINGS: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/api/openapi.json");
    Arc::new(config.deep_linking(true).display_request_duration(true).doc_expansion("list").use_base_layout())
});

/// Routes of the function `meta`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(document))
        .route("/api/docs", get(page))
        .route("/api/docs/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
}

async fn document(headers: HeaderMap) -> ApiResult<Response> {
    let described =
        [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, KEPT), (VARY, ACCEPT_ENCODING.as_str())];
    if takes_gzip(&headers) {
        return Ok((described, [(CONTENT_ENCODING, "gzip")], COMPRESSED).into_response());
    }
    let mut text = Vec::new();
    GzDecoder::new(COMPRESSED).read_to_end(&mut text).map_err(ApiError::internal)?;
    Ok((described, text).into_response())
}

/// Whether a client says that it takes gzip, and does not weigh it with nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| match coding.split_once(';') {
        None => coding.trim().eq_ignore_ascii_case("gzip"),
        Some((name, weight)) => {
            let unwanted = weight.trim().trim_end_matches(['0', '.']).eq_ignore_ascii_case("q=");
            name.trim().eq_ignore_ascii_case("gzip") && !unwanted
        }
    })
}

async fn page() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CACHE_CONTROL, KEPT),
            (CONTENT_SECURITY_POLICY, POLICY),
        ],
        PAGE,
    )
}

fn file(name: &str) -> ApiResult<Response> {
    let found = utoipa_swagger_ui::serve(name, Arc::clone(&SETTINGS));
    let found = found.map_err(|error| ApiError::internal(std::io::Error::other(error.to_string())))?;
    let SwaggerFile { bytes, content_type, gzpipped, .. } = found.ok_or(Code::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::try_from(content_type).map_err(ApiError::internal)?),
        (CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    let mut response = (headers, bytes.into_owned()).into_response();
    if gzpipped {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
