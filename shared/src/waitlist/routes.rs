//! `/api/businesses/{slug}/waitlist/` and `/api/users/waitlist/`: the function `appointments`.

use axum::{Json, extract::State};

use super::{
    joining::{self, Wish},
    store,
    view::{Waiting, Whose},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, Current, NoContent, Path,
        page::{Page, PageRequest},
    },
    ids::WaitlistEntryId,
    openapi::api,
};

api! {
    /// Routes of the function `appointments`.
    pub fn routes, operations; "Waitlist";

    "/api/businesses/{business}/waitlist" {
        /// Who waits for time at a business
        ///
        /// In the order in which they joined.
        get list: WorksThere;
        /// Wait for time
        ///
        /// When a start that fits becomes free, whoever joined first gets it held for some minutes and is told by mail. They have
        /// it by booking it with `hold_id`; if they give the hold back, or let it expire, it is the next one's. Each start is
        /// offered to them once.
        post join: Verified, [
            PastBooking, Conflict, CustomerBlocked, BusinessNotFound, ServiceNotFound, StaffNotFound,
        ];
    }
    "/api/businesses/{business}/waitlist/{entry}" {
        /// Take somebody off the waitlist
        ///
        /// With what is held for them.
        delete remove: WorksThere;
    }
    "/api/users/waitlist" {
        /// What the caller waits for
        get list_mine: Verified;
    }
    "/api/users/waitlist/{entry}" {
        /// Something that the caller waits for
        ///
        /// With the start that is held for them, if there is one now.
        get mine: Verified;
        /// Wait no longer
        delete leave: Verified;
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Json<Page<Waiting>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    read_page(&app, Whose::Business(business), &page).await.map(Json)
}

async fn list_mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    page: PageRequest,
) -> ApiResult<Json<Page<Waiting>>> {
    read_page(&app, Whose::Customer(caller.user), &page).await.map(Json)
}

async fn read_page(app: &App, whose: Whose, page: &PageRequest) -> ApiResult<Page<Waiting>> {
    let (connection, now) = (app.connection().await?, app.now());
    page.of(|slice| store::page(&connection, whose, slice, now)).await
}

async fn join(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(wish): Body<Wish>,
) -> ApiResult<Created<Waiting>> {
    joining::join(&app, caller.user, &business, &wish).await.map(Created)
}

async fn mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<WaitlistEntryId>,
) -> ApiResult<Current<Waiting>> {
    let connection = app.connection().await?;
    let found = store::one(&connection, Whose::Customer(caller.user), id, app.now()).await?;
    Ok(Current(found.ok_or(Code::NotFound)?))
}

async fn leave(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<WaitlistEntryId>,
) -> ApiResult<NoContent> {
    removed(store::remove(&app.connection().await?, Whose::Customer(caller.user), id).await?)?;
    Ok(NoContent)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, WaitlistEntryId)>,
) -> ApiResult<NoContent> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(caller.user, app.now()).await?;
    removed(store::remove(&tx, Whose::Business(business), id).await?)?;
    tx.commit().await?;
    Ok(NoContent)
}

fn removed(there_was_one: bool) -> ApiResult<()> {
    if there_was_one { Ok(()) } else { Err(Code::NotFound.into()) }
}
