//! `/api/businesses/{slug}/services/`, and the same for the caller's own business at
//! `/api/businesses/services/`.

use axum::{Json, extract::State};

use super::{
    store::{self, Service, Which},
    terms::Terms,
};
use crate::{
    accounts::{MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiError, ApiResult, Body, Change, Code, Created, NoContent, Patch, Path, Put, Seen,
        page::{Page, PageRequest},
    },
    ids::{BusinessId, ServiceId},
    openapi::api,
    staff,
};

api! {
    /// Routes of the function `management`.
    pub fn routes, operations; "Services";

    "/api/businesses/services" {
        /// The own business's services
        ///
        /// All of them, also those that are switched off; a bare array.
        get list_own: Owns;
        /// Add a service to the own business
        post create_own: Owns;
    }
    "/api/businesses/services/{service}" {
        /// A service of the own business
        get own: Owns;
        /// Say anew what a service of the own business is
        put replace_own: Owns;
        /// Change some of a service of the own business
        patch change_own: Owns;
        /// Remove a service of the own business
        delete retire_own: Owns;
    }
    "/api/businesses/{business}/services" {
        /// What can be booked
        ///
        /// Those who work there see what is switched off too.
        get list: Anyone;
        /// Add a service
        ///
        /// Offered by everyone who takes bookings, until the owner says otherwise.
        post create: Manages;
    }
    "/api/businesses/{business}/services/{service}" {
        /// One service
        get one: Anyone;
        /// Say anew what a service is
        put replace: Manages;
        /// Change some of a service
        patch change: Manages;
        /// Remove a service
        ///
        /// It is gone from lists and can be booked no more; its appointments stay.
        delete retire: Manages;
    }
}

async fn list(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Seen<Page<Service>>> {
    let connection = app.connection().await?;
    let works_there = businesses::works_at(&connection, caller.as_ref(), &business).await?;
    let which = if works_there { Which::All } else { Which::OnOffer };
    let (on, named) = (&connection, &business);
    let read = move |slice| async move {
        let found = store::page(on, named, which, slice).await?;
        found.ok_or_else(|| ApiError::from(Code::BusinessNotFound))
    };
    let services = page.of(read).await?;
    Ok(if works_there { Seen::ByColleagues(services) } else { Seen::ByEveryone(services) })
}

/// One that is switched off is seen by the business's own people only; so this is no public read.
async fn one(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
) -> ApiResult<Json<Service>> {
    let connection = app.connection().await?;
    let found = store::one(&connection, &business, service).await?;
    let service = found.ok_or(Code::ServiceNotFound)?;
    if service.is_active() || businesses::works_at(&connection, caller.as_ref(), &business).await? {
        Ok(Json(service))
    } else {
        Err(Code::ServiceNotFound.into())
    }
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Service>> {
    let business = businesses::managed(&app, &caller, &business).await?;
    add(&app, business, &terms).await
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    put: Put<Terms>,
) -> ApiResult<Json<Service>> {
    let business = businesses::managed(&app, &caller, &business).await?;
    apply(&app, business, service, put).await
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Service>> {
    let business = businesses::managed(&app, &caller, &business).await?;
    apply(&app, business, service, patch).await
}

async fn retire(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
) -> ApiResult<NoContent> {
    let business = businesses::managed(&app, &caller, &business).await?;
    delete(&app, business, service).await
}

async fn list_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<Json<Vec<Service>>> {
    let connection = app.connection().await?;
    let business = businesses::own(&connection, &caller).await?;
    Ok(Json(store::all(&connection, business).await?))
}

async fn own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
) -> ApiResult<Json<Service>> {
    let connection = app.connection().await?;
    let business = businesses::own(&connection, &caller).await?;
    let found = store::one(&connection, &business.into(), service).await?;
    Ok(Json(found.ok_or(Code::ServiceNotFound)?))
}

async fn create_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Service>> {
    let business = businesses::own(&app.connection().await?, &caller).await?;
    add(&app, business, &terms).await
}

async fn replace_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
    put: Put<Terms>,
) -> ApiResult<Json<Service>> {
    let business = businesses::own(&app.connection().await?, &caller).await?;
    apply(&app, business, service, put).await
}

async fn change_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Service>> {
    let business = businesses::own(&app.connection().await?, &caller).await?;
    apply(&app, business, service, patch).await
}

async fn retire_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
) -> ApiResult<NoContent> {
    let business = businesses::own(&app.connection().await?, &caller).await?;
    delete(&app, business, service).await
}

/// A new service is offered by everyone who takes bookings, until the owner says otherwise.
async fn add(app: &App, business: BusinessId, terms: &Terms) -> ApiResult<Created<Service>> {
    let now = app.now();
    let id = ServiceId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let service = store::insert(&tx, business, id, terms, now).await?.ok_or(Code::ServerError)?;
    staff::all_offer(&tx, business, id).await?;
    tx.commit().await?;
    Ok(Created(service))
}

async fn apply<const WHOLE: bool>(
    app: &App,
    business: BusinessId,
    service: ServiceId,
    change: Change<Terms, WHOLE>,
) -> ApiResult<Json<Service>> {
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let current = store::one_to_change(&tx, business, service).await?.ok_or(Code::ServiceNotFound)?;
    let terms = change.onto(&current)?;
    let updated = store::update(&tx, business, service, &terms, app.now()).await?;
    tx.commit().await?;
    Ok(Json(updated.ok_or(Code::ServiceNotFound)?))
}

async fn delete(app: &App, business: BusinessId, service: ServiceId) -> ApiResult<NoContent> {
    if store::retire(&app.connection().await?, business, service, app.now()).await? {
        Ok(NoContent)
    } else {
        Err(Code::ServiceNotFound.into())
    }
}
