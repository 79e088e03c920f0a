//! `/api/businesses/{slug}/date-overrides/`.

use axum::{Json, extract::State};

use super::{
    entry::Entry,
    store,
    view::{OverrideItem, SavedOverride, closed_time},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef, Colleague},
    db::{Connection, Transaction},
    hours::{bookings::BusinessClock, change, filter::Filter},
    http::{
        ApiResult, Body, Code, Created, NoContent, Params, Patch, Path, Put,
        page::{Page, PageRequest},
    },
    ids::{BusinessId, DateOverrideId, StaffMemberId},
    openapi::api,
    staff,
};

api! {
    /// Routes of the function `schedule`.
    pub(in crate::hours) fn routes, operations; "Working time";

    "/api/businesses/{business}/date-overrides" {
        /// Dates with other hours than by the week
        ///
        /// Of the business and of its staff, the earliest first; with `date_from` and `date_to`, those with a part in
        /// between.
        get list: WorksThere;
        /// Set other hours for some dates
        ///
        /// Of the business or, with `staff_id`, of a staff member; without `hours`, closed. Bookings there are at times
        /// that it closes stay, and `overlapping_bookings` says how many. A date has one override at most. Managers set
        /// any; staff their own, where the business's `staff_set_own_hours` says so.
        post create: WorksThere, [Conflict, StaffNotFound];
    }
    "/api/businesses/{business}/date-overrides/{override}" {
        /// One override
        get one: WorksThere;
        /// Say anew what an override is
        ///
        /// A single date stays one where no `last_date` is given.
        put replace: WorksThere, [Conflict, StaffNotFound];
        /// Change some of an override
        ///
        /// A single date stays one where no `last_date` is given.
        patch change: WorksThere, [Conflict, StaffNotFound];
        /// Remove an override
        delete delete: WorksThere;
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Json<Page<OverrideItem>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    page.of(|slice| store::page(&connection, business, &filter, slice)).await.map(Json)
}

async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, DateOverrideId)>,
) -> ApiResult<Json<OverrideItem>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let found = store::one(&app.connection().await?, business, id).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(entry): Body<Entry>,
) -> ApiResult<Created<SavedOverride>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    colleague.may_set_hours_of(entry.staff)?;
    let (id, mut connection) = (DateOverrideId::new(app.now()), app.connection().await?);
    let tx = change::begin(&mut connection, colleague.business, colleague.user, app.now()).await?;
    known(&tx, colleague.business, entry.staff).await?;
    store::insert(&tx, colleague.business, id, &entry, app.now()).await?;
    saved(&app, tx, colleague.business, id, &entry).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, DateOverrideId)>,
    put: Put<Entry>,
) -> ApiResult<Json<SavedOverride>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, current) = begin(&app, &mut connection, &colleague, id).await?;
    let entry = put.onto(&current.kept())?;
    update(&app, tx, &colleague, id, &entry).await
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, DateOverrideId)>,
    patch: Patch<Entry>,
) -> ApiResult<Json<SavedOverride>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, current) = begin(&app, &mut connection, &colleague, id).await?;
    let entry = patch.onto(&current.kept())?;
    update(&app, tx, &colleague, id, &entry).await
}

async fn delete(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, DateOverrideId)>,
) -> ApiResult<NoContent> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, _) = begin(&app, &mut connection, &colleague, id).await?;
    store::delete(&tx, colleague.business, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

/// Begins to change an override that the caller may change; as it is now.
async fn begin<'a>(
    app: &App,
    connection: &'a mut Connection,
    colleague: &Colleague,
    id: DateOverrideId,
) -> ApiResult<(Transaction<'a>, OverrideItem)> {
    let tx = change::begin(connection, colleague.business, colleague.user, app.now()).await?;
    let current = store::one(&tx, colleague.business, id).await?.ok_or(Code::NotFound)?;
    colleague.may_set_hours_of(current.staff_id)?;
    Ok((tx, current))
}

async fn update(
    app: &App,
    tx: Transaction<'_>,
    colleague: &Colleague,
    id: DateOverrideId,
    entry: &Entry,
) -> ApiResult<Json<SavedOverride>> {
    colleague.may_set_hours_of(entry.staff)?;
    known(&tx, colleague.business, entry.staff).await?;
    store::update(&tx, colleague.business, id, entry, app.now()).await?;
    saved(app, tx, colleague.business, id, entry).await.map(Json)
}

async fn known(tx: &Transaction<'_>, business: BusinessId, staff: Option<StaffMemberId>) -> ApiResult<()> {
    match staff {
        Some(staff) if !staff::is_member(tx, business, staff).await? => Err(Code::StaffNotFound.into()),
        _ => Ok(()),
    }
}

/// Makes it so, and says what it overlaps.
async fn saved(
    app: &App,
    tx: Transaction<'_>,
    business: BusinessId,
    id: DateOverrideId,
    entry: &Entry,
) -> ApiResult<SavedOverride> {
    let clock = BusinessClock::of(&tx, business, app.now()).await?;
    let closed = closed_time(&entry.dates, clock.today());
    let overlapping_bookings = clock.bookings(&tx, entry.staff, closed).await?;
    tx.commit().await?;
    Ok(SavedOverride { item: OverrideItem::new(id, entry.staff, &entry.dates), overlapping_bookings })
}
