//! `/api/businesses/{slug}/appointments/` and `/api/users/appointments/`: the function `appointments`.

use axum::{Json, extract::State};

use super::{
    booking::{self, Wish},
    business, changes,
    filters::MineFilter,
    holds::{self, Hold, Holder, ToHold},
    idempotency::IdempotencyKey,
    rescheduling::{self, Mover, NewTime},
    store::{self, Filter},
    view::{Appointment, Audience},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::BusinessRef,
    customers::Party,
    host::Background,
    http::{
        ApiResult, Body, Code, Created, Current, Done, Form, FromForm, NoContent, OptionalBody, Params, Path,
        form::Prose,
        page::{Page, PageRequest},
    },
    ids::{AppointmentId, HoldId},
    language::{Language, Message},
    openapi::api,
    outbox, waitlist,
};

api! {
    /// The routes of the function `appointments`.
    pub fn routes, operations; "Appointments";

    "/api/users/appointments" {
        /// The caller's appointments, newest start first
        get list_mine: Verified;
    }
    "/api/users/appointments/{appointment}" {
        /// One of the caller's appointments
        get mine: Verified;
    }
    "/api/users/appointments/{appointment}/cancel" {
        /// Cancel an appointment
        post cancel_mine: Verified, [BadRequest, CancellationWindowPassed];
    }
    "/api/users/appointments/{appointment}/reschedule" {
        /// Move an appointment to another start
        ///
        /// With the same person if they are free, unless another is named. The old time is kept if the new one is not
        /// free. It stays as confirmed as it was; the business is told.
        post reschedule_mine: Verified, [
            BadRequest, CancellationWindowPassed, PastBooking, SlotUnavailable, BusinessNotFound, ServiceNotFound,
            StaffNotFound,
        ];
    }
    "/api/businesses/{business}/appointments" {
        /// Appointments at a business, newest start first
        get business::list: WorksThere;
        /// Book
        post book: Verified, [
            PastBooking, SlotUnavailable, Conflict, CustomerBlocked, ServiceNotFound, StaffNotFound,
        ];
    }
    "/api/businesses/{business}/appointments/for-customer" {
        /// Book for a customer
        ///
        /// For one who called or walked in: `customer_id` names a card of the business; without it, `name`, and perhaps `email` and
        /// `phone`, find or make one. The visit is confirmed at once. The same starts can be booked as by customers, but at any
        /// notice and as far ahead as a horizon can be. Who has an address is written to. Staff who do not manage the business
        /// book with themselves.
        post business::book_for_customer: WorksThere, [
            PermissionDenied, PastBooking, SlotUnavailable, CustomerBlocked, NotFound, ServiceNotFound, StaffNotFound,
        ];
    }
    "/api/businesses/{business}/holds" {
        /// Keep a slot for some minutes
        ///
        /// Nobody else can have it until `expires_at`. Book it by sending `hold_id` with the booking. A customer has one
        /// hold at a business: another takes its place.
        post hold: Verified, [PastBooking, SlotUnavailable, CustomerBlocked, ServiceNotFound, StaffNotFound];
    }
    "/api/businesses/{business}/holds/{hold}" {
        /// A hold of the caller's own
        get held: Verified;
        /// Give a hold back
        delete give_back: Verified;
    }
    "/api/businesses/{business}/appointments/{appointment}" {
        /// One appointment at a business
        get business::one: WorksThere;
    }
    "/api/businesses/{business}/appointments/{appointment}/confirm" {
        /// Confirm an appointment
        post business::confirm: WorksThere, [InvalidStatusTransition];
    }
    "/api/businesses/{business}/appointments/{appointment}/cancel" {
        /// Cancel an appointment on the business's side
        post business::cancel: WorksThere, [InvalidStatusTransition];
    }
    "/api/businesses/{business}/appointments/{appointment}/complete" {
        /// Say that a visit took place
        ///
        /// From its start on.
        post business::complete: WorksThere, [InvalidStatusTransition];
    }
    "/api/businesses/{business}/appointments/{appointment}/no-show" {
        /// Say that nobody came
        ///
        /// From its start on.
        post business::no_show: WorksThere, [InvalidStatusTransition];
    }
    "/api/businesses/{business}/appointments/{appointment}/reschedule" {
        /// Move an appointment on the business's side
        ///
        /// It stays as confirmed as it was.
        post business::reschedule: WorksThere, [
            BadRequest, PastBooking, SlotUnavailable, ServiceNotFound, StaffNotFound,
        ];
    }
}

async fn book(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<Wish>,
) -> ApiResult<Created<Appointment>> {
    let appointment = booking::book(&app, caller.user, &business, &wish, key.as_deref()).await?;
    outbox::deliver_after(&background, &app);
    if wish.leaves_time() {
        waitlist::offer_after(&background, &app);
    }
    Ok(Created(appointment))
}

async fn hold(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(wish): Body<ToHold>,
) -> ApiResult<Created<Hold>> {
    holds::hold(&app, Holder::Customer(caller.user), &business, &wish).await.map(Created)
}

async fn held(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, HoldId)>,
) -> ApiResult<Current<Hold>> {
    holds::mine(&app, caller.user, &business, id).await.map(Current)
}

async fn give_back(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, id)): Path<(BusinessRef, HoldId)>,
) -> ApiResult<NoContent> {
    holds::give_back(&app, caller.user, &business, id).await?;
    Ok(NoContent)
}

async fn list_mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Params(wanted): Params<MineFilter>,
    page: PageRequest,
) -> ApiResult<Json<Page<Appointment>>> {
    let filter = wanted.at(app.now());
    read_page(&app, Audience::Customer(caller.user), &filter, &page).await.map(Json)
}

pub(super) async fn read_page(
    app: &App,
    audience: Audience,
    filter: &Filter,
    page: &PageRequest,
) -> ApiResult<Page<Appointment>> {
    let connection = app.connection().await?;
    page.of(|slice| store::page(&connection, audience, filter, slice)).await
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
) -> ApiResult<Json<Done<Appointment>>> {
    let appointment =
        changes::cancel_by_customer(&app, Party::Account(caller.user), id, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(appointment, &Message::AppointmentCancelled, language))
}

async fn reschedule_mine(
    State(app): State<App>,
    background: Background,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<AppointmentId>,
    Body(new): Body<NewTime>,
) -> ApiResult<Json<Done<Appointment>>> {
    let mover = Mover { audience: Audience::Customer(caller.user), user: Some(caller.user) };
    let appointment = rescheduling::reschedule(&app, mover, id, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(appointment, &Message::AppointmentRescheduled, language))
}
