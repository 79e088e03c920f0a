//! `/api/cron/` (every task) and `/api/cron/{task}/` (one): the function `cron`. Called by Vercel with GET, by others with
//! either method, and with `Authorization: Bearer` and the `CRON_SECRET` by all.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{header::AUTHORIZATION, request::Parts},
};
use serde_json::{Value, json};

use super::tasks::{self, Report, Task};
use crate::{
    accounts::{mac, mac_matches},
    app::App,
    http::{ApiError, ApiResult, Code, Done, Path, extract::PathParameter},
    openapi::{Input, Operation, api},
};

api! {
    /// The routes of the function `cron`.
    pub fn routes, operations; "Cron";

    "/api/cron" {
        /// Do everything that time brings
        ///
        /// Visits that are over become completed, reminders are written, mail leaves, what nobody needs any more is
        /// deleted. Harmless to repeat and to run twice at once. Signed in to by `Authorization: Bearer` and the
        /// `CRON_SECRET`; without one configured, it is not there.
        get every_task: Machine, [InvalidToken, NotFound];
        /// Do everything that time brings (the same as GET)
        post every_task: Machine, [InvalidToken, NotFound];
    }
    "/api/cron/{task}" {
        /// Do one task
        get one_task: Machine, [InvalidToken, NotFound];
        /// Do one task (the same as GET)
        post one_task: Machine, [InvalidToken, NotFound];
    }
}

async fn every_task(State(app): State<App>, _: Scheduler) -> ApiResult<Json<Done<Report>>> {
    Ok(Done::with(tasks::run(&app, &Task::ALL).await?))
}

async fn one_task(
    State(app): State<App>,
    _: Scheduler,
    Path(task): Path<Task>,
) -> ApiResult<Json<Done<Report>>> {
    Ok(Done::with(tasks::run(&app, &[task]).await?))
}

impl PathParameter for Task {
    const ABSENT: Code = Code::NotFound;

    fn from_parameter(text: &str) -> Option<Self> {
        Self::from_text(text)
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": Self::ALL.map(Self::as_str) })
    }
}

/// Whoever knows the `CRON_SECRET`. Where none is set there is no such function.
struct Scheduler;

impl FromRequestParts<App> for Scheduler {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let secret = app.config().cron_secret.as_ref().ok_or(Code::NotFound)?.0.as_bytes();
        let header = parts.headers.get(AUTHORIZATION).ok_or(Code::Unauthorized)?;
        let given = header.as_bytes().strip_prefix(b"Bearer ").ok_or(Code::InvalidToken)?;
        // Of MACs, so that neither the time it takes nor a length tells anything.
        if mac_matches(secret, &[given], &mac(secret, &[secret])) {
            Ok(Self)
        } else {
            Err(Code::InvalidToken.into())
        }
    }
}

impl Input for Scheduler {
    fn describe(_: &mut Operation) {}
}
