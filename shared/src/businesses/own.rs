//! `/api/businesses/my-business/` and `/api/businesses/me/`: a business as its owner and managers see and change it.

use axum::{Json, extract::State};

use super::{
    access::{self, Manager},
    creation::Opening,
    management::{self, OwnDetail},
    own_store::{self, OwnSummary},
    reference::BusinessRef,
    routes::create,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    appointments::{self, Stats},
    http::{
        ApiResult, Code, Done, NoContent, Patch, Path, Put,
        page::{Page, PageRequest},
    },
    language::Language,
    openapi::api,
};

api! {
    /// Routes of the function `management`.
    pub fn routes, operations; "Own business";

    "/api/businesses/my-business" {
        /// The caller's own businesses
        get list: Verified;
        /// Open a business
        ///
        /// The caller owns it and is its first staff member, so that it can take bookings at once.
        post create: Verified, [Conflict];
    }
    "/api/businesses/my-business/{business}" {
        /// A business as those who manage it see it
        get one: Manages;
        /// Say anew what a business is
        ///
        /// The slug stays unless one is given. Only owners change the booking policy.
        put replace: Manages, [Conflict];
        /// Change some of what is said about a business
        ///
        /// Also some of the `booking_policy`. Bookings keep their instants in another time zone.
        patch change: Manages, [Conflict];
        /// Close a business
        ///
        /// Refused while bookings are to come: `details` says how many. Its appointments stay.
        delete retire: Owns, [Conflict];
    }
    "/api/businesses/my-business/{business}/stats" {
        /// A business in numbers
        get stats: Manages;
    }
    "/api/businesses/me" {
        /// The caller's own business
        get own: Owns;
        /// Say anew what the own business is
        put replace_own: Owns, [Conflict];
        /// Change some of what is said about the own business
        patch change_own: Owns, [Conflict];
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    page: PageRequest,
) -> ApiResult<Json<Page<OwnSummary>>> {
    let connection = app.connection().await?;
    page.of(|slice| own_store::owned_by(&connection, caller.user, slice)).await.map(Json)
}

async fn one(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Json<OwnDetail>> {
    let business = access::managed(&app, &caller, &business).await?;
    management::detail(&app, business, language).await.map(Json)
}

async fn replace(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    put: Put<Opening>,
) -> ApiResult<Json<OwnDetail>> {
    let manager = access::manager(&app, &caller, &business).await?;
    management::change(&app, &manager, put).await?;
    management::detail(&app, manager.business, language).await.map(Json)
}

async fn change(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    patch: Patch<Opening>,
) -> ApiResult<Json<OwnDetail>> {
    let manager = access::manager(&app, &caller, &business).await?;
    management::change(&app, &manager, patch).await?;
    management::detail(&app, manager.business, language).await.map(Json)
}

async fn retire(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<NoContent> {
    let owner = access::owned(&app, &caller, &business).await?;
    management::retire(&app, &owner).await?;
    Ok(NoContent)
}

async fn stats(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Json<Done<Stats>>> {
    let business = access::managed(&app, &caller, &business).await?;
    let stats = appointments::stats(&app.connection().await?, business, app.now()).await?;
    Ok(Done::with(stats.ok_or(Code::BusinessNotFound)?))
}

/// The caller as the owner of the business at `me`.
async fn owner(app: &App, VerifiedCaller(caller): VerifiedCaller) -> ApiResult<Manager> {
    access::own(&app.connection().await?, &caller).await
}

async fn own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}

async fn replace_own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
    put: Put<Opening>,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::change(&app, &owner, put).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}

async fn change_own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
    patch: Patch<Opening>,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::change(&app, &owner, patch).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}
