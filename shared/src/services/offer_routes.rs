//! `/api/businesses/{slug}/services/{service}/staff/`.

use axum::{Json, extract::State};

use super::{
    offer::{self, Offer, Offering},
    offer_store as store,
    routes::seen,
};
use crate::{
    accounts::{MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, ListBody, Path, Seen,
        page::{Page, PageRequest},
    },
    ids::ServiceId,
    openapi::api,
};

/// As many as can be on the staff.
const MOST_STAFF: usize = 200;

api! {
    /// Routes of the function `management`.
    pub fn offer_routes, offer_operations; "Services";

    "/api/businesses/{business}/services/{service}/staff" {
        /// Who offers a service
        ///
        /// With what it takes and costs with each of them. Those who work there also see who takes no bookings.
        get list: Anyone;
        /// Set who offers a service
        ///
        /// And what it takes and costs with each of them, where that is not what it takes and costs otherwise. All of it at
        /// once: who is not in the list does not offer it. One bad entry changes nothing.
        put replace: Manages;
    }
}

async fn list(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    page: PageRequest,
) -> ApiResult<Seen<Page<Offering>>> {
    let connection = app.connection().await?;
    let by_colleague = seen(&connection, caller.as_ref(), &business, service).await?;
    let page = page.of_all(store::of(&connection, &business, service, by_colleague).await?)?;
    Ok(if by_colleague { Seen::ByColleagues(page) } else { Seen::ByEveryone(page) })
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    ListBody(offers): ListBody<Offer, MOST_STAFF>,
) -> ApiResult<Json<Vec<Offering>>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    offer::replace(&app, &manager, service, &offers).await.map(Json)
}
