//! `/api/users/sessions/`: where the caller is signed in.

use axum::{Json, extract::State};

use super::super::{
    caller::VerifiedCaller,
    devices::{self, Device},
};
use crate::{
    app::App,
    http::{
        ApiResult, Code, NoContent, Path,
        page::{Page, PageRequest},
    },
    ids::SessionId,
};

pub(super) async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    page: PageRequest,
) -> ApiResult<Json<Page<Device>>> {
    let devices = devices::of(&app.connection().await?, &caller, app.now()).await?;
    page.of_all(devices).map(Json)
}

pub(super) async fn end(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(session): Path<SessionId>,
) -> ApiResult<NoContent> {
    if devices::sign_out(&app.connection().await?, caller.user, session, app.now()).await? {
        Ok(NoContent)
    } else {
        Err(Code::NotFound.into())
    }
}
