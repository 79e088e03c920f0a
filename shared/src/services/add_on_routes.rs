//! `/api/businesses/{slug}/services/{service}/add-ons/`.

use axum::{Json, extract::State};

use super::{
    add_on::{self, AddOn, Extra},
    add_on_store as store,
    routes::seen,
};
use crate::{
    accounts::{MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, NoContent, Patch, Path, Put, Seen,
        page::{Page, PageRequest},
    },
    ids::{AddOnId, ServiceId},
    openapi::api,
};

api! {
    /// Routes of the function `management`.
    pub fn add_on_routes, add_on_operations; "Services";

    "/api/businesses/{business}/services/{service}/add-ons" {
        /// What can be added to a service
        ///
        /// Those who work there also see what is switched off.
        get list: Anyone;
        /// Add something that can be added to a service
        ///
        /// It makes the visit longer and dearer, in the service's currency. With everything that can be added, a visit has to
        /// fit into a day; to one of several customers nothing is added that takes time.
        post create: Manages, [Conflict];
    }
    "/api/businesses/{business}/services/{service}/add-ons/{add_on}" {
        /// One thing that can be added to a service
        get one: Anyone;
        /// Say anew what an add-on is
        put replace: Manages;
        /// Change some of an add-on
        patch change: Manages;
        /// Remove an add-on
        ///
        /// Appointments that have it keep it.
        delete remove: Manages;
    }
}

async fn list(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    page: PageRequest,
) -> ApiResult<Seen<Page<AddOn>>> {
    let connection = app.connection().await?;
    let by_colleague = seen(&connection, caller.as_ref(), &business, service).await?;
    let mut all = store::of(&connection, service).await?;
    if by_colleague {
        return page.of_all(all).map(Seen::ByColleagues);
    }
    all.retain(|add_on| add_on.is_active);
    page.of_all(all).map(Seen::ByEveryone)
}

async fn one(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, AddOnId)>,
) -> ApiResult<Json<AddOn>> {
    let connection = app.connection().await?;
    let by_colleague = seen(&connection, caller.as_ref(), &business, service).await?;
    let found = store::one(&connection, service, id).await?;
    let visible = found.filter(|add_on| add_on.is_active || by_colleague);
    Ok(Json(visible.ok_or(Code::NotFound)?))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    Body(extra): Body<Extra>,
) -> ApiResult<Created<AddOn>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    add_on::add(&app, &manager, service, &extra).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, AddOnId)>,
    put: Put<Extra>,
) -> ApiResult<Json<AddOn>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    add_on::change(&app, &manager, service, id, put).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, AddOnId)>,
    patch: Patch<Extra>,
) -> ApiResult<Json<AddOn>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    add_on::change(&app, &manager, service, id, patch).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, AddOnId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    add_on::remove(&app, &manager, service, id).await?;
    Ok(NoContent)
}
