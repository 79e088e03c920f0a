//! `/api/users/favorites/`: businesses the caller has marked.

use std::borrow::Cow;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::caller::VerifiedCaller;
use crate::{
    app::App,
    businesses::{self, BusinessRef, Favorite},
    http::{ApiResult, Code, Path, Toggled},
    language::{Language, Message},
};

pub(super) async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<Json<Vec<Favorite>>> {
    Ok(Json(businesses::favorites_of(&app.connection().await?, caller.user).await?))
}

/// Whether a business is a favourite now.
#[derive(Serialize, ToSchema)]
pub(super) struct Marked {
    detail: Cow<'static, str>,
    is_favorite: bool,
}

pub(super) async fn toggle(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Toggled<Marked>> {
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let toggled = businesses::toggle_favorite(&tx, caller.user, &business, app.now()).await?;
    let is_favorite = toggled.ok_or(Code::BusinessNotFound)?;
    tx.commit().await?;
    let marked = |message: Message| Marked { detail: message.text(language), is_favorite };
    Ok(if is_favorite {
        Toggled::Made(marked(Message::FavoriteAdded))
    } else {
        Toggled::Undone(marked(Message::FavoriteRemoved))
    })
}
