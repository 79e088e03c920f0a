//! `/api/businesses/{slug}/services/`, and the same for the caller's own business at
//! `/api/businesses/services/`.

use axum::{Json, extract::State};

use super::{
    changes,
    store::{self, Which},
    terms::Terms,
    view::Service,
};
use crate::{
    accounts::{Caller, MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    db::Sql,
    http::{
        ApiError, ApiResult, Body, Code, Created, NoContent, Params, Patch, Path, Put, Seen,
        page::{Page, PageRequest},
    },
    ids::ServiceId,
    locations::{Asked, Shown},
    openapi::api,
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
        put replace_own: Owns, [Conflict];
        /// Change some of a service of the own business
        patch change_own: Owns, [Conflict];
        /// Remove a service of the own business
        delete retire_own: Owns;
    }
    "/api/businesses/{business}/services" {
        /// What can be booked
        ///
        /// Of a business in several places, what can be booked at the first one; with `location_id`, at that one. Those who work
        /// there see all of it unless they ask for one, and what is switched off too.
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
        ///
        /// It stays at its location as long as it has bookings to come: `details` says how many.
        put replace: Manages, [Conflict];
        /// Change some of a service
        ///
        /// It stays at its location as long as it has bookings to come: `details` says how many.
        patch change: Manages, [Conflict];
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
    Params(Asked(location)): Params<Asked>,
    page: PageRequest,
) -> ApiResult<Seen<Page<Service>>> {
    let connection = app.connection().await?;
    let works_there = businesses::works_at(&connection, caller.as_ref(), &business).await?;
    let (which, shown) = if works_there {
        (Which::All, Shown::to_colleagues(location))
    } else {
        (Which::OnOffer, Shown::At(location))
    };
    let (on, named) = (&connection, &business);
    let read = move |slice| async move {
        match store::page(on, named, which, shown, slice).await? {
            Some(found) => Ok::<_, ApiError>(found),
            None => Err(businesses::nowhere(on, named).await),
        }
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
    let manager = businesses::manager(&app, &caller, &business).await?;
    changes::add(&app, &manager, &terms).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    put: Put<Terms>,
) -> ApiResult<Json<Service>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    changes::change(&app, &manager, service, put).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Service>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    changes::change(&app, &manager, service, patch).await.map(Json)
}

async fn retire(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    changes::retire(&app, &manager, service).await?;
    Ok(NoContent)
}

async fn list_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
) -> ApiResult<Json<Vec<Service>>> {
    let connection = app.connection().await?;
    let business = businesses::own(&connection, &caller).await?.business;
    Ok(Json(store::all(&connection, business).await?))
}

async fn own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
) -> ApiResult<Json<Service>> {
    let connection = app.connection().await?;
    let business = businesses::own(&connection, &caller).await?.business;
    let found = store::one(&connection, &business.into(), service).await?;
    Ok(Json(found.ok_or(Code::ServiceNotFound)?))
}

async fn create_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Service>> {
    let manager = businesses::own(&app.connection().await?, &caller).await?;
    changes::add(&app, &manager, &terms).await.map(Created)
}

async fn replace_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
    put: Put<Terms>,
) -> ApiResult<Json<Service>> {
    let manager = businesses::own(&app.connection().await?, &caller).await?;
    changes::change(&app, &manager, service, put).await.map(Json)
}

async fn change_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Service>> {
    let manager = businesses::own(&app.connection().await?, &caller).await?;
    changes::change(&app, &manager, service, patch).await.map(Json)
}

async fn retire_own(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(service): Path<ServiceId>,
) -> ApiResult<NoContent> {
    let manager = businesses::own(&app.connection().await?, &caller).await?;
    changes::retire(&app, &manager, service).await?;
    Ok(NoContent)
}

/// Whether the caller sees a service as those do who work there. One that is switched off nobody else sees.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `SERVICE_NOT_FOUND`.
pub async fn seen(
    on: &impl Sql,
    caller: Option<&Caller>,
    business: &BusinessRef,
    service: ServiceId,
) -> ApiResult<bool> {
    let by_colleague = businesses::works_at(on, caller, business).await?;
    let found = store::one(on, business, service).await?;
    let visible = found.is_some_and(|service| service.is_active() || by_colleague);
    if visible { Ok(by_colleague) } else { Err(Code::ServiceNotFound.into()) }
}
