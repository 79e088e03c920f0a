//! `/api/businesses/{slug}/audit/`.

use axum::{Json, extract::State};

use super::{entry::AuditEntry, filter::Filter, store};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Params, Path,
        page::{Page, PageRequest},
    },
    openapi::api,
};

api! {
    /// Routes of the function `management`.
    pub fn routes, operations; "Own business";

    "/api/businesses/{business}/audit" {
        /// Who did what and when
        ///
        /// To appointments, hours, services, resources, staff and the business itself, the latest first. What an account did
        /// stays when it is erased, with its role there and without its name. `subject_id` with the id of a service, a staff
        /// member or an override also finds what belongs to it.
        get list: Owns;
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Json<Page<AuditEntry>>> {
    let owner = businesses::owned(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    page.of(|slice| store::page(&connection, owner.business, &filter, slice)).await.map(Json)
}
