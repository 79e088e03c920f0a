//! A function with the routes that the hosting tests need and no real function may have. Built as
//! an example of the package, so that it starts, is hosted and stops as the real ones do.

mod gate;

use std::{path::PathBuf, process::ExitCode};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, Query},
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    routing::{get, post},
};
use gate::{mark, marked};
use shared::host::{self, Background, Peer};

fn main() -> ExitCode {
    host::run("host_fixture", || Ok::<_, String>(router()))
}

fn router() -> Router {
    Router::new()
        .route("/panic", get(panics))
        .route("/wait/{request}", get(wait))
        .route("/background", get(background))
        .route("/background-panic", get(background_panics))
        .route("/echo", post(async |body: Body| ([(CONTENT_TYPE, "application/octet-stream")], body)))
        .route("/peer", get(async |Extension(Peer(address)): Extension<Peer>| address.to_string()))
        .fallback(async |uri: Uri| (StatusCode::NOT_FOUND, path_and_query(&uri)))
}

fn path_and_query(uri: &Uri) -> String {
    uri.path_and_query().map(ToString::to_string).unwrap_or_default()
}

#[derive(serde::Deserialize)]
struct Gate {
    folder: PathBuf,
}

async fn panics() -> StatusCode {
    panic!("a handler panics, as the test asked")
}

/// Answers once the test has marked `release`.
async fn wait(Path(request): Path<u64>, Query(gate): Query<Gate>) -> String {
    mark(&gate.folder, &format!("started-{request}"));
    marked(&gate.folder, "release").await;
    format!("{request} waited")
}

/// Answers at once; the work behind it ends once the test has marked `release`.
async fn background(Extension(background): Extension<Background>, Query(gate): Query<Gate>) -> StatusCode {
    background.spawn(async move {
        mark(&gate.folder, "started");
        marked(&gate.folder, "release").await;
        mark(&gate.folder, "done");
    });
    StatusCode::ACCEPTED
}

async fn background_panics(Extension(background): Extension<Background>) -> StatusCode {
    background.spawn(async { panic!("background work panics, as the test asked") });
    StatusCode::ACCEPTED
}
