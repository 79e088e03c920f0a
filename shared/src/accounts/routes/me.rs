//! `/api/users/me/`: the caller's own account.

use axum::{
    Json,
    extract::State,
    http::{
        HeaderName,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    },
};

use super::super::{
    caller::{Caller, VerifiedCaller},
    erasure::{self, Farewell},
    export::{self, Export},
    profile::{self, Profile},
    store::{self, User},
};
use crate::{
    app::App,
    host::Background,
    http::{ApiResult, Code, NoContent, OptionalBody, Patch},
    outbox,
};

pub(super) async fn me(State(app): State<App>, caller: Caller) -> ApiResult<Json<User>> {
    let user = store::user(&app.connection().await?, caller.user).await?;
    Ok(Json(user.ok_or(Code::InvalidToken)?))
}

pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    patch: Patch<Profile>,
) -> ApiResult<Json<User>> {
    profile::change(&app, caller.user, patch).await.map(Json)
}

pub(super) async fn erase(
    State(app): State<App>,
    caller: Caller,
    background: Background,
    OptionalBody(farewell): OptionalBody<Farewell>,
) -> ApiResult<NoContent> {
    erasure::erase(&app, &caller, farewell).await?;
    outbox::deliver_after(&background, &app);
    Ok(NoContent)
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
