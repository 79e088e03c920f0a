//! `/api/users/favorites/`: businesses the caller has marked.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::super::caller::VerifiedCaller;
use crate::{
    app::App,
    businesses::{self, BusinessRef, Favorite},
    http::{ApiResult, Code, Path},
    language::{Language, Message},
};

pub(super) async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<Json<Vec<Favorite>>> {
    Ok(Json(businesses::favorites_of(&app.connection().await?, caller.user).await?))
}

pub(super) async fn toggle(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<(StatusCode, Json<Value>)> {
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let toggled = businesses::toggle_favorite(&tx, caller.user, &business, app.now()).await?;
    let is_favorite = toggled.ok_or(Code::BusinessNotFound)?;
    tx.commit().await?;
    let (status, message) = if is_favorite {
        (StatusCode::CREATED, Message::FavoriteAdded)
    } else {
        (StatusCode::OK, Message::FavoriteRemoved)
    };
    Ok((status, Json(json!({ "detail": message.text(language), "is_favorite": is_favorite }))))
}
