//! `/api/businesses/{slug}/reviews/`. Nobody can write reviews yet, so every business has none.

use axum::{Router, extract::State, routing::get};
use serde::Serialize;

use crate::{
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Code, Freshness, Path, Public,
        page::{Page, PageRequest},
    },
};

/// Routes of the function `management`.
pub fn routes() -> Router<App> {
    Router::new().route("/api/businesses/{business}/reviews", get(list))
}

/// What a customer thinks of a visit. There is none.
#[derive(Debug, Serialize)]
enum Review {}

async fn list(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Public<Page<Review>>> {
    if !businesses::exists(&app.connection().await?, &business).await? {
        return Err(Code::BusinessNotFound.into());
    }
    Ok(Public(Freshness::BUSINESS, page.of_all(Vec::new())?))
}
