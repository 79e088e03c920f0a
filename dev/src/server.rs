//! Every function in one process: API paths go where `vercel.json` sends them, other paths are files of `public/`,
//! and `/dev/` is what only the local server has.

use std::{collections::HashMap, path::Path, sync::Arc};

use axum::{
    Json, Router,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use serde_json::{Value, json};
use shared::{app::App, functions};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::{mailbox, routing::Routing};

#[derive(Debug)]
struct Functions {
    routing: Routing,
    routers: HashMap<String, Router>,
}

/// The local server's router.
///
/// # Errors
/// If `vercel.json` is unusable.
pub fn router(app: &App, mail: &Path, public: &Path) -> anyhow::Result<Router> {
    let routers = functions::ALL.map(|(name, routes)| (name.to_owned(), app.router(routes())));
    let routing = Routing::parse(crate::routing::VERCEL_JSON)?;
    let functions = Arc::new(Functions { routing, routers: HashMap::from(routers) });
    // What is no file and no function is refused as the API refuses.
    let nothing = app.router(Router::new());
    let files = ServeDir::new(public).call_fallback_on_method_not_allowed(true).fallback(nothing);
    Ok(Router::new()
        .route("/dev/about.json", get(about))
        .merge(mailbox::routes(mail))
        .route("/api", axum::routing::any(dispatch))
        .route("/api/{*path}", axum::routing::any(dispatch))
        .with_state(functions)
        .fallback_service(files))
}

async fn dispatch(State(functions): State<Arc<Functions>>, request: Request) -> Response {
    let name = functions.routing.function(request.uri().path()).unwrap_or("meta");
    let router = functions.routers.get(name).cloned().unwrap_or_default();
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// Lets a second `cargo dev` say who has its port.
async fn about() -> Json<Value> {
    Json(json!({ "name": "cargo dev", "pid": std::process::id() }))
}
