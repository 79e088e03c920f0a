//! What those who work at a business see of its appointments, and do with them: plain staff, managers and the owner
//! alike.

use axum::{Json, extract::State};

use super::{
    booking::{self, WishForCustomer},
    changes,
    idempotency::IdempotencyKey,
    rescheduling::{self, Mover, NewTime},
    routes::{Reason, read_page},
    status::Status,
    store::{self, Filter},
    view::{Audience, OwnAppointment},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    host::Background,
    http::{
        ApiResult, Body, Code, Created, OptionalBody, Params, Path,
        page::{Page, PageRequest},
    },
    ids::AppointmentId,
    outbox,
};

pub(super) async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Json<Page<OwnAppointment>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let page = read_page(&app, Audience::Business(business), &filter, &page).await?;
    Ok(Json(page.map(|found| OwnAppointment::new(found, app.sealing()))))
}

pub(super) async fn one(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let found = store::one(&app.connection().await?, id, Audience::Business(business)).await?;
    Ok(Json(OwnAppointment::new(found.ok_or(Code::AppointmentNotFound)?, app.sealing())))
}

pub(super) async fn book_for_customer(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wanted): Body<WishForCustomer>,
) -> ApiResult<Created<OwnAppointment>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let booked = booking::book_for_customer(&app, &colleague, wanted, key.as_deref()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Created(OwnAppointment::new(booked, app.sealing())))
}

pub(super) async fn confirm(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let confirmed = changes::by_business(&app, business, caller.user, id, Status::Confirmed, "").await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(OwnAppointment::new(confirmed, app.sealing())))
}

pub(super) async fn cancel(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let cancelled =
        changes::by_business(&app, business, caller.user, id, Status::Cancelled, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(OwnAppointment::new(cancelled, app.sealing())))
}

pub(super) async fn complete(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let ended = changes::by_business(&app, business, caller.user, id, Status::Completed, "").await?;
    Ok(Json(OwnAppointment::new(ended, app.sealing())))
}

pub(super) async fn no_show(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let ended = changes::by_business(&app, business, caller.user, id, Status::NoShow, "").await?;
    Ok(Json(OwnAppointment::new(ended, app.sealing())))
}

pub(super) async fn reschedule(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, AppointmentId)>,
    Body(new): Body<NewTime>,
) -> ApiResult<Json<OwnAppointment>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let mover = Mover { audience: Audience::Business(business), user: caller.user };
    let appointment = rescheduling::reschedule(&app, mover, id, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(OwnAppointment::new(appointment, app.sealing())))
}
