//! `/api/businesses/`: list, categories, detail, and creation.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};

use super::{
    categories::{self, CategoryItem},
    creation::{self, Opening},
    discovery::{self, FullDetail},
    filter::Filter,
    reference::BusinessRef,
    search::Listed,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    http::{
        ApiResult, Body, Freshness, Path, Public, Query,
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

/// Routes of the function `management`.
pub fn owner_routes() -> Router<App> {
    Router::new().route("/api/businesses/my-business", post(create))
}

async fn list(State(app): State<App>, query: Query, page: PageRequest) -> ApiResult<Public<Page<Listed>>> {
    let filter = Filter::from_query(&query)?;
    let found = discovery::list(&app, &filter, &page).await?;
    Ok(Public(discovery::freshness(&filter), found))
}

async fn list_categories(State(app): State<App>, language: Language) -> ApiResult<Public<Vec<CategoryItem>>> {
    let items = categories::all(&app.connection().await?, language).await?;
    Ok(Public(Freshness::NUMBERS, items))
}

async fn detail(
    State(app): State<App>,
    language: Language,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Public<FullDetail>> {
    let detail = discovery::detail(&app, &business, language).await?;
    Ok(Public(Freshness::BUSINESS, detail))
}

async fn create(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Body(opening): Body<Opening>,
) -> ApiResult<(StatusCode, Json<FullDetail>)> {
    let id = creation::open(&app, &caller, &opening).await?;
    let detail = discovery::detail(&app, &BusinessRef::from(id), language).await?;
    Ok((StatusCode::CREATED, Json(detail)))
}
