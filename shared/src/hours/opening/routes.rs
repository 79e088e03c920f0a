//! `/api/businesses/{slug}/opening-hours/`.

use axum::{Json, extract::State};

use super::{
    entry::{Entry, day_twice},
    plan,
    store::{self, OpeningHour},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef, Manager},
    db::Transaction,
    hours::change,
    http::{
        ApiError, ApiResult, Body, Change, Code, Created, Done, Freshness, ListBody, NoContent, Patch, Path,
        Public, Put,
        page::{Page, PageRequest},
    },
    ids::{BusinessId, OpeningHourId},
    language::{Language, Message},
    openapi::api,
};

api! {
    /// Routes of the function `schedule`.
    pub(in crate::hours) fn routes, operations; "Opening hours";

    "/api/businesses/{business}/opening-hours" {
        /// The week's opening hours
        get list: Anyone;
        /// Add an interval, or a closed day
        post create: Manages, [Conflict];
    }
    "/api/businesses/{business}/opening-hours/bulk-update" {
        /// Set whole days
        ///
        /// Those not mentioned stay as they are, and so do the breaks of a day whose row has no `breaks`, as far as they
        /// lie within its hours. What stays the same keeps its id. One bad day changes nothing.
        post bulk_update: Manages;
    }
    "/api/businesses/{business}/opening-hours/bulk_update" {
        /// Set whole days (older spelling)
        post bulk_update: Manages;
    }
    "/api/businesses/{business}/opening-hours/{hour}" {
        /// One interval
        get one: Anyone;
        /// Say anew what an interval is
        ///
        /// Breaks that are not mentioned stay as far as they lie within the hours.
        put replace: Manages, [Conflict];
        /// Change some of an interval
        ///
        /// Breaks that are not mentioned stay as far as they lie within the hours.
        patch change: Manages, [Conflict];
        /// Remove an interval
        delete delete: Manages;
    }
}

async fn list(
    State(app): State<App>,
    language: Language,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Public<Page<OpeningHour>>> {
    let connection = app.connection().await?;
    let (exists, all) = tokio::try_join!(
        businesses::exists(&connection, &business),
        store::of(&connection, &business, language)
    )?;
    if !exists {
        return Err(Code::BusinessNotFound.into());
    }
    Ok(Public(Freshness::BUSINESS, page.of_all(all)?))
}

async fn one(
    State(app): State<App>,
    language: Language,
    Path((business, hour)): Path<(BusinessRef, OpeningHourId)>,
) -> ApiResult<Json<OpeningHour>> {
    let found = store::one(&app.connection().await?, &business, hour, language).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

/// An interval as clients see it, in the transaction that changes it.
async fn shown(
    tx: &Transaction<'_>,
    business: BusinessId,
    hour: OpeningHourId,
    language: Language,
) -> ApiResult<OpeningHour> {
    let found = store::one(tx, &business.into(), hour, language).await?;
    Ok(found.ok_or(Code::NotFound)?)
}

async fn create(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(entry): Body<Entry>,
) -> ApiResult<Created<OpeningHour>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let (business, now) = (manager.business, app.now());
    let id = OpeningHourId::new(now);
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, business, manager.user, now).await?;
    store::insert(&tx, business, None, [(id, &entry)].into_iter()).await?;
    let created = shown(&tx, business, id, language).await?;
    tx.commit().await?;
    Ok(Created(created))
}

async fn replace(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, hour)): Path<(BusinessRef, OpeningHourId)>,
    put: Put<Entry>,
) -> ApiResult<Json<OpeningHour>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    save(&app, &manager, hour, put, language).await
}

async fn change(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, hour)): Path<(BusinessRef, OpeningHourId)>,
    patch: Patch<Entry>,
) -> ApiResult<Json<OpeningHour>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    save(&app, &manager, hour, patch, language).await
}

async fn save<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    hour: OpeningHourId,
    change: Change<Entry, WHOLE>,
    language: Language,
) -> ApiResult<Json<OpeningHour>> {
    let (business, now) = (manager.business, app.now());
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, business, manager.user, now).await?;
    let current = store::stored_one(&tx, &business.into(), hour).await?.ok_or(Code::NotFound)?;
    let entry = change.onto(&current.fields())?.keeping(current.breaks());
    store::update(&tx, business, hour, &entry).await?;
    let updated = shown(&tx, business, hour, language).await?;
    tx.commit().await?;
    Ok(Json(updated))
}

async fn delete(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, hour)): Path<(BusinessRef, OpeningHourId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, manager.business, manager.user, app.now()).await?;
    if !store::delete(&tx, manager.business, hour).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(NoContent)
}

/// Sets whole days; those not mentioned stay as they are. One bad day changes nothing.
async fn bulk_update(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    ListBody(entries): ListBody<Entry, 7>,
) -> ApiResult<Json<Done<Vec<OpeningHour>>>> {
    if let Some(twice) = day_twice(&entries) {
        return Err(ApiError::invalid_field(&format!("{twice}.day_of_week"), Message::DayTwice));
    }
    let manager = businesses::manager(&app, &caller, &business).await?;
    let (business, now) = (manager.business, app.now());
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, business, manager.user, now).await?;
    plan::set(&tx, business, None, entries, now).await?;
    let data = store::of(&tx, &business.into(), language).await?;
    tx.commit().await?;
    Ok(Done::saying(data, &Message::OpeningHoursSaved, language))
}
