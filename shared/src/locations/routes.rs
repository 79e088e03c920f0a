//! `/api/businesses/{slug}/locations/`.

use axum::{Json, extract::State};

use super::{
    keeping::{self, Terms},
    place::Location,
    store,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, Freshness, NoContent, Patch, Path, Public, Put,
        page::{Page, PageRequest},
    },
    ids::LocationId,
    openapi::api,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Locations";

    "/api/businesses/{business}/locations" {
        /// Where a business is
        ///
        /// The primary location first, then the others in the order in which they came.
        get list: Anyone;
        /// Add a location
        ///
        /// A business has 50 at most. What takes place there says so itself: services have a `location_id`.
        post create: Manages, [Conflict];
    }
    "/api/businesses/{business}/locations/{location}" {
        /// One location
        get one: Anyone;
        /// Say anew what a location is
        ///
        /// The address of the primary one is the business's own.
        put replace: Manages;
        /// Change some of a location
        patch change: Manages;
        /// Give up a location
        ///
        /// Refused for the primary one, and as long as services take place there: `details` says how many. What took place
        /// there stays.
        delete give_up: Manages, [Conflict];
    }
}

async fn list(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Public<Page<Location>>> {
    // There is no business without a location.
    let all = store::of(&app.connection().await?, &business).await?;
    if all.is_empty() {
        return Err(Code::BusinessNotFound.into());
    }
    Ok(Public(Freshness::BUSINESS, page.of_all(all)?))
}

async fn one(
    State(app): State<App>,
    Path((business, id)): Path<(BusinessRef, LocationId)>,
) -> ApiResult<Public<Location>> {
    let connection = app.connection().await?;
    let Some(found) = store::one(&connection, &business, id).await? else {
        return Err(businesses::nowhere(&connection, &business).await);
    };
    Ok(Public(Freshness::BUSINESS, found))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Location>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::add(&app, &manager, &terms).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, LocationId)>,
    put: Put<Terms>,
) -> ApiResult<Json<Location>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, id, put).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, LocationId)>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Location>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, id, patch).await.map(Json)
}

async fn give_up(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, LocationId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::give_up(&app, &manager, id).await?;
    Ok(NoContent)
}
