//! `/api/businesses/{slug}/resources/`.

use axum::{Json, extract::State};

use super::{
    keeping::{self, Terms},
    store::{self, Resource},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, NoContent, Patch, Path, Put,
        page::{Page, PageRequest},
    },
    ids::ResourceId,
    openapi::api,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Resources";

    "/api/businesses/{business}/resources" {
        /// Rooms, chairs and devices
        get list: WorksThere;
        /// Add a resource
        ///
        /// Services say how many units of it they need; a visit is offered when as many are free.
        post create: Manages;
    }
    "/api/businesses/{business}/resources/{resource}" {
        /// One resource
        get one: WorksThere;
        /// Say anew what a resource is
        ///
        /// Refused while visits to come have units that are to go, where `details` says how many, or services need them, where
        /// it says which.
        put replace: Manages, [Conflict];
        /// Change some of a resource
        patch change: Manages, [Conflict];
        /// Remove a resource
        ///
        /// Refused as long as visits to come have it or services need it.
        delete remove: Manages, [Conflict];
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Json<Page<Resource>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    page.of(|slice| store::page(&connection, business, slice)).await.map(Json)
}

async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, ResourceId)>,
) -> ApiResult<Json<Resource>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let found = store::one(&app.connection().await?, business, id).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Resource>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::add(&app, &manager, &terms).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, ResourceId)>,
    put: Put<Terms>,
) -> ApiResult<Json<Resource>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, id, put).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, ResourceId)>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Resource>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, id, patch).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, ResourceId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::remove(&app, &manager, id).await?;
    Ok(NoContent)
}
