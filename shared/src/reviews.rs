//! `/api/businesses/{slug}/reviews/`. Nobody can write reviews yet, so every business has none.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Code, Freshness, Path, Public,
        page::{Page, PageRequest},
    },
    openapi::api,
};

api! {
    /// Routes of the function `management`.
    pub fn routes, operations; "Discovery";

    "/api/businesses/{business}/reviews" {
        /// What customers say of it
        ///
        /// Nothing yet.
        get list: Anyone;
    }
}

/// What a customer thinks of a visit. There is none.
#[derive(Debug, Serialize, ToSchema)]
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
