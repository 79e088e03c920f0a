//! `/api/businesses/{slug}/appointments/` and `/api/users/appointments/`: the function `appointments`.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    booking::{self, Wish},
    changes,
    idempotency::IdempotencyKey,
    status::Status,
    store::{self, Filter},
    view::{Appointment, Audience},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiError, ApiResult, Body, Code, Form, FromForm, OptionalBody, Path, Query,
        form::{Prose, Text},
        page::{Page, PageRequest},
    },
    ids::AppointmentId,
    language::{Language, Message},
};

/// The routes of the function `appointments`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/users/appointments", get(list_mine))
        .route("/api/users/appointments/{appointment}", get(mine))
        .route("/api/users/appointments/{appointment}/cancel", post(cancel_mine))
        .route("/api/businesses/{business}/appointments", get(list).post(book))
        .route("/api/businesses/{business}/appointments/{appointment}/confirm", post(confirm))
        .route("/api/businesses/{business}/appointments/{appointment}/cancel", post(cancel))
}

async fn book(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<Wish>,
) -> ApiResult<(StatusCode, Json<Appointment>)> {
    let appointment = booking::book(&app, caller.user, &business, &wish, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(appointment)))
}

async fn list_mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    query: Query,
    page: PageRequest,
) -> ApiResult<Json<Page<Appointment>>> {
    let mut filter = Filter { status: query.optional("status")?, ..Filter::default() };
    match query.optional::<Text<1, 20>>("time")?.as_ref().map(Text::as_str) {
        None => {}
        Some("upcoming") => filter.ends_after = Some(app.now()),
        Some("past") => filter.ended_by = Some(app.now()),
        Some(_) => return Err(ApiError::invalid_field("time", Message::NotUpcomingOrPast)),
    }
    read_page(&app, Audience::Customer(caller.user), &filter, &page).await
}

async fn read_page(
    app: &App,
    audience: Audience,
    filter: &Filter,
    page: &PageRequest,
) -> ApiResult<Json<Page<Appointment>>> {
    let connection = app.connection().await?;
    let (count, appointments) =
        store::page(&connection, audience, filter, (page.limit(), page.offset())).await?;
    page.answer(count, appointments).map(Json)
}

async fn mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<AppointmentId>,
) -> ApiResult<Json<Appointment>> {
    let found = store::one(&app.connection().await?, id, Audience::Customer(caller.user)).await?;
    Ok(Json(found.ok_or(Code::AppointmentNotFound)?))
}

/// Why something is cancelled.
struct Reason(Prose<500>);

impl FromForm for Reason {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.or("reason", Prose::default()).map(Self)
    }
}

async fn cancel_mine(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<AppointmentId>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Value>> {
    let appointment = changes::cancel_by_customer(&app, caller.user, id, reason.as_str()).await?;
    let message = Message::AppointmentCancelled.text(language);
    Ok(Json(json!({ "success": true, "data": appointment, "message": message })))
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    query: Query,
    page: PageRequest,
) -> ApiResult<Json<Page<Appointment>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let filter = Filter {
        status: query.optional("status")?,
        date_from: query.optional("date_from")?,
        date_to: query.optional("date_to")?,
        staff: query.optional("staff_id")?,
        ..Filter::default()
    };
    read_page(&app, Audience::Business(business), &filter, &page).await
}

async fn confirm(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    changes::by_business(&app, business, caller.user, id, Status::Confirmed, "").await.map(Json)
}

async fn cancel(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    changes::by_business(&app, business, caller.user, id, Status::Cancelled, reason.as_str()).await.map(Json)
}
