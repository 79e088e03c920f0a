//! `/api/businesses/{slug}/guest-…/` and `/api/guests/`: the function `appointments`. Tokens come in bodies, and reading is a
//! POST, so that no log along the way has them.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    link::{LinkField, link_token},
    proof::{self, Introduction},
    token::{HoldToken, TokenField},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    appointments::{
        booking::{self, Wish},
        changes,
        holds::{self, Hold, Holder, ToHold},
        rescheduling::{self, Mover, NewTime},
        routes::Reason,
        store,
        view::Appointment,
    },
    businesses::BusinessRef,
    customers::{self, Party},
    host::Background,
    http::{ApiResult, Body, Code, Created, Current, Done, Form, FromForm, Path, Said, form::Text},
    language::{Language, Message},
    openapi::api,
    outbox,
};

api! {
    /// The routes of guests, of the function `appointments`.
    pub fn routes, operations; "Guests";

    "/api/businesses/{business}/guest-holds" {
        /// Keep a slot for some minutes, without an account
        ///
        /// Where the business takes guests (`guest_booking` of its `booking_policy`); elsewhere it is `UNAUTHORIZED`. The token is
        /// shown once: whoever has it can book what is held.
        post hold: Anyone, [Unauthorized, PastBooking, SlotUnavailable, ServiceNotFound, StaffNotFound];
    }
    "/api/businesses/{business}/guest-holds/code" {
        /// Have a code sent, to book what is held
        ///
        /// To the `email` or, without one, as a text message to the `phone`, where text messages are set up and go to its country.
        /// The same answer whether or not the address has an account, and however many codes it was sent already. Another code
        /// takes the place of the one before.
        post code: Anyone, [Unauthorized, NotFound];
    }
    "/api/businesses/{business}/guest-appointments" {
        /// Book what is held, with the code
        ///
        /// Whatever is wrong with the token or the code, or if they were used, is `INVALID_VERIFICATION_CODE`. `link_token` is the
        /// one in the link of the mail or text message.
        post book: Anyone, [
            Unauthorized, InvalidVerificationCode, PastBooking, SlotUnavailable, Conflict, CustomerBlocked, ServiceNotFound,
            StaffNotFound,
        ];
    }
    "/api/guests/appointment" {
        /// The booking that a mailed link leads to
        post one: Anyone, [AppointmentNotFound];
    }
    "/api/guests/appointment/cancel" {
        /// Cancel the booking that a mailed link leads to
        post cancel: Anyone, [AppointmentNotFound, BadRequest, CancellationWindowPassed];
    }
    "/api/guests/appointment/claim" {
        /// Take the booking that a texted link leads to over into one's account
        ///
        /// For guests who showed a telephone number to be theirs, with all that was booked there for the same number and name. From
        /// then on it is under `/api/users/appointments/`, and the link leads nowhere. Who showed an address gets their bookings
        /// by registering with it.
        post claim: Verified, [AppointmentNotFound];
    }
    "/api/guests/appointment/reschedule" {
        /// Move the booking that a mailed link leads to
        post reschedule: Anyone, [
            AppointmentNotFound, BadRequest, CancellationWindowPassed, PastBooking, SlotUnavailable, BusinessNotFound,
            ServiceNotFound, StaffNotFound,
        ];
    }
}

/// A hold of somebody without an account.
#[derive(Debug, Serialize, ToSchema)]
struct GuestHold {
    #[serde(flatten)]
    hold: Hold,
    /// What shows that it is theirs.
    hold_token: String,
}

async fn hold(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    Body(wish): Body<ToHold>,
) -> ApiResult<Created<GuestHold>> {
    proof::taking_guests(&app.connection().await?, &business).await?;
    let token = HoldToken::by_chance();
    let hold = holds::hold(&app, Holder::Guest(&token.hash()), &business, &wish).await?;
    Ok(Created(GuestHold { hold, hold_token: token.text() }))
}

async fn code(
    State(app): State<App>,
    background: Background,
    language: Language,
    Path(business): Path<BusinessRef>,
    Body(who): Body<Introduction>,
) -> ApiResult<Json<Said>> {
    proof::send(&app, &business, &who, language).await?;
    outbox::deliver_after(&background, &app);
    Ok(Said::new(&Message::GuestCodeSent, language))
}

/// What a guest wants to book, and what shows that they may.
struct GuestWish {
    wish: Wish,
    token: TokenField,
    code: Text<1, 64>,
}

impl FromForm for GuestWish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let wish = Wish::from_form(form);
        let token = form.required("hold_token");
        let code = form.required("code");
        Some(Self { wish: wish?, token: token?, code: code? })
    }
}

/// What a guest has booked.
#[derive(Debug, Serialize, ToSchema)]
struct GuestAppointment {
    #[serde(flatten)]
    appointment: Appointment,
    /// For `/api/guests/appointment/`; the same as in the mail.
    link_token: String,
}

async fn book(
    State(app): State<App>,
    background: Background,
    Path(business): Path<BusinessRef>,
    Body(wanted): Body<GuestWish>,
) -> ApiResult<Created<GuestAppointment>> {
    let id = proof::taking_guests(&app.connection().await?, &business).await?;
    let proven = proof::check(&app, id, &wanted.token, wanted.code.as_str()).await?;
    let appointment = booking::book_as_guest(&app, proven, &business, &wanted.wish).await?;
    outbox::deliver_after(&background, &app);
    let connection = app.connection().await?;
    let (_, address) =
        super::store::card_of(&connection, appointment.id()).await?.ok_or(Code::ServerError)?;
    let link_token = link_token(app.keys(), appointment.id(), &address, appointment.ends_at());
    Ok(Created(GuestAppointment { appointment, link_token }))
}

/// A link to a booking.
struct Link(LinkField);

impl FromForm for Link {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("link_token").map(Self)
    }
}

/// A link, and what is to be done to where it leads.
struct Through<T> {
    link: LinkField,
    what: T,
}

impl<T: FromForm> FromForm for Through<T> {
    fn from_form(form: &mut Form) -> Option<Self> {
        let link = form.required("link_token");
        let what = T::from_form(form);
        Some(Self { link: link?, what: what? })
    }
}

async fn one(State(app): State<App>, Body(Link(link)): Body<Link>) -> ApiResult<Current<Appointment>> {
    let (id, customer) = link.opened(&app).await?;
    let found = store::one(&app.connection().await?, id, customer.into()).await?;
    Ok(Current(found.ok_or(Code::AppointmentNotFound)?))
}

async fn cancel(
    State(app): State<App>,
    background: Background,
    language: Language,
    Body(Through { link, what: Reason(reason) }): Body<Through<Reason>>,
) -> ApiResult<Json<Done<Appointment>>> {
    let (id, customer) = link.opened(&app).await?;
    let appointment = changes::cancel_by_customer(&app, customer, id, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(appointment, &Message::AppointmentCancelled, language))
}

async fn claim(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Body(Link(link)): Body<Link>,
) -> ApiResult<Json<Appointment>> {
    let (id, customer) = link.opened(&app).await?;
    let card = customer.card().ok_or(Code::AppointmentNotFound)?;
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if !customers::claim(&tx, card, caller.user).await? {
        return Err(Code::AppointmentNotFound.into());
    }
    let found = store::one(&tx, id, Party::Account(caller.user).into()).await?;
    tx.commit().await?;
    Ok(Json(found.ok_or(Code::AppointmentNotFound)?))
}

async fn reschedule(
    State(app): State<App>,
    background: Background,
    language: Language,
    Body(Through { link, what: new }): Body<Through<NewTime>>,
) -> ApiResult<Json<Done<Appointment>>> {
    let (id, customer) = link.opened(&app).await?;
    let mover = Mover { audience: customer.into(), user: None };
    let appointment = rescheduling::reschedule(&app, mover, id, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(appointment, &Message::AppointmentRescheduled, language))
}
