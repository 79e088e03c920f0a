//! `/api/users/me/`: the caller's own account.

use axum::{Json, extract::State};

use super::super::{
    caller::Caller,
    profile,
    store::{self, User},
};
use crate::{
    app::App,
    http::{ApiResult, Code, Form},
};

pub(super) async fn me(State(app): State<App>, caller: Caller) -> ApiResult<Json<User>> {
    let user = store::user(&app.connection().await?, caller.user).await?;
    Ok(Json(user.ok_or(Code::InvalidToken)?))
}

pub(super) async fn change(State(app): State<App>, caller: Caller, form: Form) -> ApiResult<Json<User>> {
    profile::change(&app, caller.user, form).await.map(Json)
}
