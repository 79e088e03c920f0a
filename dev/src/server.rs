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
    files: Router,
}

/// The local server's router.
///
/// # Errors
/// If `vercel.json` is unusable.
pub fn router(app: &App, mail: &Path, public: &Path) -> anyhow::Result<Router> {
    let routers = functions::ALL.map(|(name, routes)| (name.to_owned(), app.router(routes())));
    let routing = Routing::parse(crate::routing::VERCEL_JSON)?;
    // What is no file either is refused as the API refuses.
    let nothing = app.router(Router::new());
    let files = ServeDir::new(public).call_fallback_on_method_not_allowed(true).fallback(nothing);
    let files = Router::new().fallback_service(files);
    let functions = Arc::new(Functions { routing, routers: HashMap::from(routers), files });
    Ok(Router::new()
        .route("/dev/about.json", get(about))
        .merge(mailbox::routes(mail))
        .fallback(dispatch)
        .with_state(functions))
}

/// Not by routes of this router: their path parameters would be seen by the function's own.
async fn dispatch(State(functions): State<Arc<Functions>>, request: Request) -> Response {
    let function = functions.routing.function(request.uri().path());
    let router = function.and_then(|name| functions.routers.get(name)).unwrap_or(&functions.files);
    router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// Lets a second `cargo dev` say who has its port.
async fn about() -> Json<Value> {
    Json(json!({ "name": "cargo dev", "pid": std::process::id() }))
}
