//! `/api/businesses/{slug}/appointments/{id}/`: what those who work at a business see of one appointment, and do with
//! it. Plain staff, managers and the owner alike.

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};

use super::{
    changes,
    rescheduling::{self, Mover, NewTime},
    routes::Reason,
    status::Status,
    store,
    view::{Appointment, Audience},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    host::Background,
    http::{ApiResult, Body, Code, OptionalBody, Path},
    ids::AppointmentId,
    outbox,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/businesses/{business}/appointments/{appointment}", get(one))
        .route("/api/businesses/{business}/appointments/{appointment}/confirm", post(confirm))
        .route("/api/businesses/{business}/appointments/{appointment}/cancel", post(cancel))
        .route("/api/businesses/{business}/appointments/{appointment}/complete", post(complete))
        .route("/api/businesses/{business}/appointments/{appointment}/no-show", post(no_show))
        .route("/api/businesses/{business}/appointments/{appointment}/reschedule", post(reschedule))
}

async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let found = store::one(&app.connection().await?, id, Audience::Business(business)).await?;
    Ok(Json(found.ok_or(Code::AppointmentNotFound)?))
}

async fn confirm(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let confirmed = changes::by_business(&app, business, caller.user, id, Status::Confirmed, "").await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(confirmed))
}

async fn cancel(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let cancelled =
        changes::by_business(&app, business, caller.user, id, Status::Cancelled, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(cancelled))
}

async fn complete(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    changes::by_business(&app, business, caller.user, id, Status::Completed, "").await.map(Json)
}

async fn no_show(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    changes::by_business(&app, business, caller.user, id, Status::NoShow, "").await.map(Json)
}

async fn reschedule(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
    Body(new): Body<NewTime>,
) -> ApiResult<Json<Appointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let mover = Mover { audience: Audience::Business(business), user: caller.user };
    let appointment = rescheduling::reschedule(&app, mover, id, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(appointment))
}
