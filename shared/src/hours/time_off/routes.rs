//! `/api/businesses/{slug}/time-off/`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    entry::Entry,
    store::{self, TimeOffItem},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef, Colleague},
    db::{Connection, Transaction},
    hours::{
        bookings::{AHEAD, BusinessClock},
        change,
        filter::Filter,
    },
    http::{
        ApiResult, Body, Code, Created, NoContent, Params, Patch, Path, Put,
        page::{Page, PageRequest},
    },
    ids::{BusinessId, TimeOffId},
    openapi::api,
    scheduling::DateRange,
    staff,
};

api! {
    /// Routes of the function `schedule`.
    pub(in crate::hours) fn routes, operations; "Working time";

    "/api/businesses/{business}/time-off" {
        /// When staff are away
        ///
        /// The earliest first; with `date_from` and `date_to`, what is not over before and has begun by then.
        get list: WorksThere;
        /// Enter time off
        ///
        /// From `starts_at` to `ends_at`, on the business's clock: `2026-08-03T12:00`, or dates for whole days, of which
        /// `ends_at` is the last. Bookings in that time stay, and `overlapping_bookings` says how many. Managers enter
        /// anybody's; staff their own, where the business's `staff_set_own_hours` says so.
        post create: WorksThere, [StaffNotFound];
    }
    "/api/businesses/{business}/time-off/{time_off}" {
        /// One entry
        get one: WorksThere;
        /// Say anew what time off is
        put replace: WorksThere, [StaffNotFound];
        /// Change some of time off
        patch change: WorksThere, [StaffNotFound];
        /// Remove time off
        delete delete: WorksThere;
    }
}

/// Time off, as it has just been entered.
#[derive(Debug, Serialize, ToSchema)]
struct SavedTimeOff {
    #[serde(flatten)]
    item: TimeOffItem,
    /// How many bookings there are in that time, whenever it repeats. They stay.
    overlapping_bookings: i64,
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Json<Page<TimeOffItem>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    page.of(|slice| store::page(&connection, business, &filter, slice)).await.map(Json)
}

async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, TimeOffId)>,
) -> ApiResult<Json<TimeOffItem>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let found = store::one(&app.connection().await?, business, id).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(entry): Body<Entry>,
) -> ApiResult<Created<SavedTimeOff>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    colleague.may_set_hours_of(Some(entry.staff))?;
    let (id, mut connection) = (TimeOffId::new(app.now()), app.connection().await?);
    let tx = change::begin(&mut connection, colleague.business, colleague.user, app.now()).await?;
    known(&tx, colleague.business, &entry).await?;
    store::insert(&tx, colleague.business, id, &entry, app.now()).await?;
    saved(&app, tx, colleague.business, id, entry).await.map(Created)
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, TimeOffId)>,
    put: Put<Entry>,
) -> ApiResult<Json<SavedTimeOff>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, current) = begin(&app, &mut connection, &colleague, id).await?;
    let entry = put.onto(&current)?;
    update(&app, tx, &colleague, id, entry).await
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, TimeOffId)>,
    patch: Patch<Entry>,
) -> ApiResult<Json<SavedTimeOff>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, current) = begin(&app, &mut connection, &colleague, id).await?;
    let entry = patch.onto(&current)?;
    update(&app, tx, &colleague, id, entry).await
}

async fn delete(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, TimeOffId)>,
) -> ApiResult<NoContent> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let (tx, _) = begin(&app, &mut connection, &colleague, id).await?;
    store::delete(&tx, colleague.business, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

/// Begins to change time off that the caller may change; as it is now.
async fn begin<'a>(
    app: &App,
    connection: &'a mut Connection,
    colleague: &Colleague,
    id: TimeOffId,
) -> ApiResult<(Transaction<'a>, TimeOffItem)> {
    let tx = change::begin(connection, colleague.business, colleague.user, app.now()).await?;
    let current = store::one(&tx, colleague.business, id).await?.ok_or(Code::NotFound)?;
    colleague.may_set_hours_of(Some(current.staff_id))?;
    Ok((tx, current))
}

async fn update(
    app: &App,
    tx: Transaction<'_>,
    colleague: &Colleague,
    id: TimeOffId,
    entry: Entry,
) -> ApiResult<Json<SavedTimeOff>> {
    colleague.may_set_hours_of(Some(entry.staff))?;
    known(&tx, colleague.business, &entry).await?;
    store::update(&tx, colleague.business, id, &entry, app.now()).await?;
    saved(app, tx, colleague.business, id, entry).await.map(Json)
}

async fn known(tx: &Transaction<'_>, business: BusinessId, entry: &Entry) -> ApiResult<()> {
    let known = staff::is_member(tx, business, entry.staff).await?;
    if known { Ok(()) } else { Err(Code::StaffNotFound.into()) }
}

/// Makes it so, and says what it overlaps.
async fn saved(
    app: &App,
    tx: Transaction<'_>,
    business: BusinessId,
    id: TimeOffId,
    entry: Entry,
) -> ApiResult<SavedTimeOff> {
    let clock = BusinessClock::of(&tx, business, app.now()).await?;
    let dates = DateRange { first: clock.today(), days: AHEAD };
    let taken = entry.time.occurrences(dates);
    let overlapping_bookings = clock.bookings(&tx, Some(entry.staff), taken).await?;
    tx.commit().await?;
    Ok(SavedTimeOff {
        item: TimeOffItem::new(id, entry.staff, &entry.time, entry.reason),
        overlapping_bookings,
    })
}
