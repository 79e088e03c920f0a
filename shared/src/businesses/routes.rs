//! `/api/businesses/`: list, categories, detail, and creation.

use axum::{Json, Router, extract::State, routing::get};

use super::{
    categories::{self, CategoryItem},
    creation::{self, Opening},
    discovery::{self, FullDetail},
    reference::BusinessRef,
    store::Summary,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    http::{
        ApiResult, Body, Created, Path, Query,
        page::{Page, PageRequest},
    },
    language::Language,
};

/// The routes of the function `businesses`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/businesses", get(list).post(create))
        .route("/api/businesses/categories", get(list_categories))
        .route("/api/businesses/{business}", get(detail))
}

async fn list(State(app): State<App>, query: Query, page: PageRequest) -> ApiResult<Json<Page<Summary>>> {
    let filter = discovery::filter(&query)?;
    discovery::list(&app, &filter, &page).await.map(Json)
}

async fn list_categories(State(app): State<App>, language: Language) -> ApiResult<Json<Vec<CategoryItem>>> {
    let items = categories::all(&app.connection().await?, language).await?;
    Ok(Json(items))
}

async fn detail(
    State(app): State<App>,
    language: Language,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Json<FullDetail>> {
    discovery::detail(&app, &business, language).await.map(Json)
}

/// Opens a business, at this path and at the owners' own.
pub(super) async fn create(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Body(opening): Body<Opening>,
) -> ApiResult<Created<FullDetail>> {
    let id = creation::open(&app, &caller, &opening).await?;
    let detail = discovery::detail(&app, &BusinessRef::from(id), language).await?;
    Ok(Created(detail))
}
