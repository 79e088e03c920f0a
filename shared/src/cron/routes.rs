//! `/api/cron/` (every task) and `/api/cron/{task}/` (one): the function `cron`. Called by Vercel with GET, by others with
//! either method, and with `Authorization: Bearer` and the `CRON_SECRET` by all.

use axum::{
    Json, Router,
    extract::{FromRequestParts, State},
    http::{header::AUTHORIZATION, request::Parts},
    routing::get,
};
use serde_json::{Value, json};

use super::tasks::{self, Task};
use crate::{
    accounts::{mac, mac_matches},
    app::App,
    http::{ApiError, ApiResult, Code, Path, extract::PathParameter},
};

/// The routes of the function `cron`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/cron", get(every_task).post(every_task))
        .route("/api/cron/{task}", get(one_task).post(one_task))
}

async fn every_task(State(app): State<App>, _: Scheduler) -> ApiResult<Json<Value>> {
    run(&app, &Task::ALL).await
}

async fn one_task(State(app): State<App>, _: Scheduler, Path(task): Path<Task>) -> ApiResult<Json<Value>> {
    run(&app, &[task]).await
}

async fn run(app: &App, tasks: &[Task]) -> ApiResult<Json<Value>> {
    let report = tasks::run(app, tasks).await?;
    Ok(Json(json!({ "success": true, "data": report })))
}

impl PathParameter for Task {
    const ABSENT: Code = Code::NotFound;

    fn from_parameter(text: &str) -> Option<Self> {
        Self::named(text)
    }
}

/// Whoever knows the `CRON_SECRET`. Where none is set there is no such function, except on a developer's machine, where
/// it is anybody's.
struct Scheduler;

impl FromRequestParts<App> for Scheduler {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let config = app.config();
        let Some(secret) = &config.cron_secret else {
            return if config.environment.is_production() { Err(Code::NotFound.into()) } else { Ok(Self) };
        };
        let header = parts.headers.get(AUTHORIZATION).ok_or(Code::Unauthorized)?;
        let given = header.as_bytes().strip_prefix(b"Bearer ").ok_or(Code::InvalidToken)?;
        // Of MACs, so that neither the time it takes nor a length tells anything.
        let secret = secret.0.as_bytes();
        if mac_matches(secret, &[given], &mac(secret, &[secret])) {
            Ok(Self)
        } else {
            Err(Code::InvalidToken.into())
        }
    }
}
