//! `/api/health/` (the process) and `/api/ready/` (what it depends on). The function that serves them also gets every
//! path under `/api/` that is nobody's.

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use crate::{app::App, db::Sql, http::ApiResult};

/// The routes of the function `meta`.
pub fn routes() -> Router<App> {
    Router::new().route("/api/health", get(health)).route("/api/ready", get(ready))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(app): State<App>) -> ApiResult<Json<Value>> {
    app.connection().await?.row("select 1", &[]).await?;
    Ok(Json(json!({ "status": "ok", "database": "ok" })))
}
