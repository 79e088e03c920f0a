//! `/api/users/me/`: the caller's own account.

use axum::{
    Json,
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    response::{IntoResponse, Response},
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
    language::Language,
    limits::Address,
    openapi::{Operation, Output},
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
    from: Address,
    OptionalBody(farewell): OptionalBody<Farewell>,
) -> ApiResult<NoContent> {
    erasure::erase(&app, &caller, farewell, from).await?;
    outbox::deliver_after(&background, &app);
    Ok(NoContent)
}

/// The copy as a file to keep, which nobody else does.
pub(super) struct Download(Export);

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let headers =
            [(CONTENT_DISPOSITION, r#"attachment; filename="sessly.json""#), (CACHE_CONTROL, "no-store")];
        (headers, Json(self.0)).into_response()
    }
}

impl Output for Download {
    fn describe(operation: &mut Operation) {
        Json::<Export>::describe(operation);
    }
}

pub(super) async fn export(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<Download> {
    export::about(&app.connection().await?, &caller, language, app.sealing(), app.now()).await.map(Download)
}
