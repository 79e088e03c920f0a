//! `/api/businesses/{slug}/staff/`.

use axum::extract::State;

use super::store::{self, PublicStaffMember};
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
    pub fn routes, operations; "Staff";

    "/api/businesses/{business}/staff" {
        /// Who works there, as everyone sees them
        get list: Anyone;
    }
}

async fn list(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Public<Page<PublicStaffMember>>> {
    let connection = app.connection().await?;
    let (exists, all) =
        tokio::try_join!(businesses::exists(&connection, &business), store::public(&connection, &business))?;
    if !exists {
        return Err(Code::BusinessNotFound.into());
    }
    Ok(Public(Freshness::BUSINESS, page.of_all(all)?))
}
