//! `/api/businesses/{slug}/customers/`.

use axum::{Json, extract::State};

use super::{
    export,
    filter::Filter,
    import::{self, ImportReport},
    keeping,
    merging::{self, Into},
    store,
    terms::{Reason, Terms},
    view::{Customer, CustomerWithAnswers},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, CsvBody, CsvFile, NoContent, OptionalBody, Params, Patch, Path,
        page::{Page, PageRequest},
    },
    ids::CustomerId,
    intake,
    language::Language,
    openapi::api,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Customers";

    "/api/businesses/{business}/customers" {
        /// The business's customers
        ///
        /// A card comes into being when somebody first books. `search` finds parts of the name, the address and the phone
        /// number, whatever the case and diacritics.
        get list: WorksThere;
        /// Add a customer
        ///
        /// Somebody who walked in, say. If they book with an account that has the same address, the card is theirs.
        post create: Manages;
    }
    "/api/businesses/{business}/customers/export" {
        /// All customers as CSV
        ///
        /// UTF-8 with a byte order mark, as spreadsheets like it. What a spreadsheet would take for a formula has an apostrophe
        /// before it, which an import takes away.
        get export_all: Manages;
    }
    "/api/businesses/{business}/customers/import" {
        /// Add customers from CSV
        ///
        /// The first line names the columns: `name` and `email` or `phone`, or both, and perhaps `notes` and `tags` (with commas
        /// between), separated by commas or semicolons. Who is known by their address, or else by their phone number, gets what
        /// their card lacks; nothing on it is replaced. So the same file can be sent again. At most 5000 lines.
        post import_some: Manages;
    }
    "/api/businesses/{business}/customers/{customer}" {
        /// One customer
        ///
        /// With what they answered last to each question they were asked.
        get one: WorksThere;
        /// Change some of a customer's card
        patch change: Manages;
        /// Forget a customer
        ///
        /// What they booked stays, and they can book again, which makes a new card. Refused while they have visits ahead, where
        /// `details` says how many.
        delete remove: Manages, [Conflict];
    }
    "/api/businesses/{business}/customers/{customer}/block" {
        /// Take no more bookings from a customer
        ///
        /// Nor holds. What they have booked stays. They are told that they cannot book, never why.
        post block: Manages;
    }
    "/api/businesses/{business}/customers/{customer}/unblock" {
        /// Take bookings from a customer again
        post unblock: Manages;
    }
    "/api/businesses/{business}/customers/{customer}/merge" {
        /// Put a customer's card into another
        ///
        /// With all they booked. The other card keeps its contact and gets what it lacks, the notes and tags of both, and is
        /// blocked if either was.
        post merge: Manages;
    }
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Json<Page<Customer>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let (connection, now) = (app.connection().await?, app.now());
    page.of(|slice| store::page(&connection, business, &filter, slice, now)).await.map(Json)
}

async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
) -> ApiResult<Json<CustomerWithAnswers>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    let (found, answers) = tokio::try_join!(
        store::one(&connection, business, id, app.now()),
        intake::latest_of(&connection, id, app.sealing()),
    )?;
    let customer = found.ok_or(Code::NotFound)?;
    Ok(Json(CustomerWithAnswers { customer, answers }))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(terms): Body<Terms>,
) -> ApiResult<Created<Customer>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::add(&app, &manager, &terms).await.map(Created)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
    patch: Patch<Terms>,
) -> ApiResult<Json<Customer>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, id, patch).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::remove(&app, &manager, id).await?;
    Ok(NoContent)
}

async fn block(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
    OptionalBody(reason): OptionalBody<Reason>,
) -> ApiResult<Json<Customer>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::block(&app, &manager, id, &reason).await.map(Json)
}

async fn unblock(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
) -> ApiResult<Json<Customer>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::unblock(&app, &manager, id).await.map(Json)
}

async fn merge(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, CustomerId)>,
    Body(into): Body<Into>,
) -> ApiResult<Json<Customer>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    merging::merge(&app, &manager, id, into).await.map(Json)
}

async fn export_all(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<CsvFile> {
    let business = businesses::managed(&app, &caller, &business).await?;
    let all = store::all(&app.connection().await?, business, app.now()).await?;
    export::file(&all)
}

async fn import_some(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(options): Params<import::Options>,
    CsvBody(text): CsvBody,
) -> ApiResult<Json<ImportReport>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    import::import(&app, &manager, &text, options, language).await.map(Json)
}
