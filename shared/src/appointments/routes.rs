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
    business, changes,
    idempotency::IdempotencyKey,
    rescheduling::{self, Mover, NewTime},
    store::{self, Filter},
    view::{Appointment, Audience},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    host::Background,
    http::{
        ApiError, ApiResult, Body, Code, Form, FromForm, OptionalBody, Path, Query,
        form::{Prose, Text},
        page::{Page, PageRequest},
    },
    ids::AppointmentId,
    language::{Language, Message},
    outbox,
};

/// The routes of the function `appointments`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/users/appointments", get(list_mine))
        .route("/api/users/appointments/{appointment}", get(mine))
        .route("/api/users/appointments/{appointment}/cancel", post(cancel_mine))
        .route("/api/users/appointments/{appointment}/reschedule", post(reschedule_mine))
        .route("/api/businesses/{business}/appointments", get(list).post(book))
        .merge(business::routes())
}

async fn book(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<Wish>,
) -> ApiResult<(StatusCode, Json<Appointment>)> {
    let appointment = booking::book(&app, caller.user, &business, &wish, key.as_deref()).await?;
    outbox::deliver_after(&background, &app);
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
pub(super) struct Reason(pub(super) Prose<500>);

impl FromForm for Reason {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.or("reason", Prose::default()).map(Self)
    }
}

async fn cancel_mine(
    State(app): State<App>,
    background: Background,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<AppointmentId>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Value>> {
    let appointment = changes::cancel_by_customer(&app, caller.user, id, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    let message = Message::AppointmentCancelled.text(language);
    Ok(Json(json!({ "success": true, "data": appointment, "message": message })))
}

async fn reschedule_mine(
    State(app): State<App>,
    background: Background,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<AppointmentId>,
    Body(new): Body<NewTime>,
) -> ApiResult<Json<Value>> {
    let mover = Mover { audience: Audience::Customer(caller.user), user: caller.user };
    let appointment = rescheduling::reschedule(&app, mover, id, &new).await?;
    outbox::deliver_after(&background, &app);
    let message = Message::AppointmentRescheduled.text(language);
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
