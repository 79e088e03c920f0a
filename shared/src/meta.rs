//! `/api/health/` (the process) and `/api/ready/` (what it depends on). The function that serves them also gets every
//! path under `/api/` that is nobody's.

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    app::App,
    db::schema,
    http::{ApiError, ApiResult},
};

/// The routes of the function `meta`.
pub fn routes() -> Router<App> {
    Router::new().route("/api/health", get(health)).route("/api/ready", get(ready))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The migrations that this program needs have not run.
#[derive(Debug, Error)]
#[error("the schema is at version {found}, this program needs {}", schema::BUILT_FOR)]
struct SchemaBehind {
    found: i32,
}

async fn ready(State(app): State<App>) -> ApiResult<Json<Value>> {
    // A database that was never migrated does not know the table that says so: not ready either.
    let found = schema::version(&app.connection().await?).await.map_err(ApiError::unavailable)?;
    if found < schema::BUILT_FOR {
        return Err(ApiError::unavailable(SchemaBehind { found }));
    }
    Ok(Json(json!({ "status": "ok", "database": "ok", "migrations": "ok" })))
}
