//! `/api/health/` (the process) and `/api/ready/` (what it depends on). The function that serves them also gets every
//! path under `/api/` that is nobody's.

use axum::{Json, extract::State};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::{
    app::App,
    db::schema,
    http::{ApiError, ApiResult},
    openapi::api,
};

api! {
    /// The routes of the function `meta`.
    pub fn routes, operations; "Health";

    "/api/health" {
        /// Whether the process answers
        get health: Anyone;
    }
    "/api/ready" {
        /// Whether what it depends on does
        ///
        /// The database answers, and the migrations that this program needs have run.
        get ready: Anyone;
    }
}

/// That something is as it should be.
#[derive(Serialize, ToSchema)]
enum Fine {
    #[serde(rename = "ok")]
    Ok,
}

/// The process answers.
#[derive(Serialize, ToSchema)]
struct Health {
    status: Fine,
}

/// What the process depends on answers too.
#[derive(Serialize, ToSchema)]
struct Ready {
    status: Fine,
    database: Fine,
    migrations: Fine,
}

async fn health() -> Json<Health> {
    Json(Health { status: Fine::Ok })
}

/// The migrations that this program needs have not run.
#[derive(Debug, Error)]
#[error("the schema is at version {found}, this program needs {}", schema::BUILT_FOR)]
struct SchemaBehind {
    found: i32,
}

async fn ready(State(app): State<App>) -> ApiResult<Json<Ready>> {
    // A database that was never migrated does not know the table that says so: not ready either.
    let found = schema::version(&app.connection().await?).await.map_err(ApiError::unavailable)?;
    if found < schema::BUILT_FOR {
        return Err(ApiError::unavailable(SchemaBehind { found }));
    }
    Ok(Json(Ready { status: Fine::Ok, database: Fine::Ok, migrations: Fine::Ok }))
}
