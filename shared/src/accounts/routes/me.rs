//! `/api/users/me/`: the caller's own account.

use axum::{
    Json,
    extract::State,
    http::{
        HeaderName, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    },
};

use super::super::{
    caller::{Caller, VerifiedCaller},
    erasure::{self, Farewell},
    export::{self, Export},
    profile,
    store::{self, User},
};
use crate::{
    app::App,
    host::Background,
    http::{ApiResult, Code, Form, OptionalBody},
    outbox,
};

pub(super) async fn me(State(app): State<App>, caller: Caller) -> ApiResult<Json<User>> {
    let user = store::user(&app.connection().await?, caller.user).await?;
    Ok(Json(user.ok_or(Code::InvalidToken)?))
}

pub(super) async fn change(State(app): State<App>, caller: Caller, form: Form) -> ApiResult<Json<User>> {
    profile::change(&app, caller.user, form).await.map(Json)
}

pub(super) async fn erase(
    State(app): State<App>,
    caller: Caller,
    background: Background,
    OptionalBody(farewell): OptionalBody<Farewell>,
) -> ApiResult<StatusCode> {
    erasure::erase(&app, &caller, farewell).await?;
    outbox::deliver_after(&background, &app);
    Ok(StatusCode::NO_CONTENT)
}

const AS_A_FILE: [(HeaderName, &str); 2] =
    [(CONTENT_DISPOSITION, r#"attachment; filename="sessly.json""#), (CACHE_CONTROL, "no-store")];

pub(super) async fn export(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<([(HeaderName, &'static str); 2], Json<Export>)> {
    let export = export::about(&app.connection().await?, &caller, app.now()).await?;
    Ok((AS_A_FILE, Json(export)))
}
