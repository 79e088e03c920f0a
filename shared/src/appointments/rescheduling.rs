//! Moving an appointment to another start, and perhaps to somebody else: all or nothing, so that the old time is kept
//! where the new one is not free. The engine that lists the slots says whether the new one is offered, as if the
//! appointment were not there; the database says whether it is still free.

use jiff::{Timestamp, civil::Date};

use super::{
    attempt::AttemptError,
    rescheduling_store::{self, Move},
    status::Status,
    store::{self, Current},
    view::{Appointment, Audience},
    wanted::Wanted,
};
use crate::{
    app::App,
    businesses::BusinessRef,
    http::{ApiError, Code, Form, FromForm},
    ids::{AppointmentId, StaffMemberId, UserId},
    language::Message,
    outbox::{self, Happening, Notice},
    scheduling::{MinuteOfDay, Refusal, Slot},
};

/// Where an appointment is to go.
#[derive(Debug)]
pub(super) struct NewTime {
    date: Date,
    time: MinuteOfDay,
    /// `None`: whoever it is with, or else anyone who offers it.
    staff: Option<StaffMemberId>,
}

impl FromForm for NewTime {
    fn from_form(form: &mut Form) -> Option<Self> {
        let date = form.required("date");
        let time = form.required("start_time");
        let staff = form.unless_empty("staff_id");
        Some(Self { date: date?, time: time?, staff: staff? })
    }
}

/// Who moves it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mover {
    pub(super) audience: Audience,
    pub(super) user: UserId,
}

impl Mover {
    /// Customers keep to the deadline for cancelling; a business may move what has not begun.
    fn may_move(self, current: &Current, now: Timestamp) -> Result<(), ApiError> {
        if !current.is_ahead(now) {
            Err(ApiError::bad_request(Message::TooLateToReschedule))
        } else if matches!(self.audience, Audience::Customer(_)) && current.is_past_deadline(now) {
            Err(Code::CancellationWindowPassed.into())
        } else {
            Ok(())
        }
    }

    /// A customer's new time is a new question, where the business answers by hand.
    fn status_after(self, current: &Current, auto_confirm: bool) -> Status {
        match self.audience {
            Audience::Customer(_) if !auto_confirm => Status::Pending,
            Audience::Customer(_) | Audience::Business(_) => current.status,
        }
    }
}

/// Moves an appointment. To move it where it already is changes nothing.
///
/// # Errors
/// `APPOINTMENT_NOT_FOUND`; `BAD_REQUEST` once it has begun, is over or cancelled; `CANCELLATION_WINDOW_PASSED`;
/// `PAST_BOOKING`; `SLOT_UNAVAILABLE` with the nearest free starts; those of
/// [`availability::load`](crate::availability::load).
pub(super) async fn reschedule(
    app: &App,
    mover: Mover,
    id: AppointmentId,
    new: &NewTime,
) -> Result<Appointment, ApiError> {
    let now = app.now();
    let connection = app.connection().await?;
    let current = store::current(&connection, id, mover.audience).await?.ok_or(Code::AppointmentNotFound)?;
    mover.may_move(&current, now)?;
    let business = BusinessRef::from(current.business);
    let NewTime { date, time, staff } = *new;
    let wanted = Wanted { business: &business, service: current.service, date, time, staff, moved: Some(id) };
    let loaded = wanted.load(&connection).await?;
    drop(connection);
    let slot = match loaded.schedule.check(date, time, now) {
        Ok(slot) => slot,
        Err(Refusal::TooSoon) => return Err(Code::PastBooking.into()),
        Err(_) => return wanted.refuse(app).await,
    };
    if slot.start == current.starts_at && staff.is_none_or(|staff| staff == current.staff) {
        let unmoved = store::one(&app.connection().await?, id, mover.audience).await?;
        return Ok(unmoved.ok_or(Code::AppointmentNotFound)?);
    }
    let auto_confirm = loaded.business.auto_confirm;
    let attempts = app
        .db()
        .retrying("reschedule", || attempt(app, mover, id, &slot, current.staff, auto_confirm, now))
        .await;
    match attempts {
        Ok(Some(appointment)) => Ok(*appointment),
        Ok(None) => wanted.refuse(app).await,
        Err(error) if error.is_overlap() => wanted.refuse(app).await,
        Err(error) => Err(error.into()),
    }
}

/// Tries everyone who is free by the schedule, whoever it is with first. Nobody else moves appointments of theirs
/// meanwhile: updates that meet at the constraint without a lock before it deadlock.
async fn attempt(
    app: &App,
    mover: Mover,
    id: AppointmentId,
    slot: &Slot,
    preferred: StaffMemberId,
    auto_confirm: bool,
    now: Timestamp,
) -> Result<Option<Box<Appointment>>, AttemptError> {
    let mut candidates = slot.staff.clone();
    candidates.sort_by_key(|staff| *staff != preferred);
    let involved: Vec<StaffMemberId> = candidates.iter().copied().chain([preferred]).collect();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let (locked, current) = tokio::join!(
        rescheduling_store::lock_staff(&tx, &involved),
        store::to_change(&tx, id, mover.audience),
    );
    locked?;
    let current = current?.ok_or_else(|| ApiError::new(Code::AppointmentNotFound))?;
    mover.may_move(&current, now)?;
    let status = mover.status_after(&current, auto_confirm);
    let step = Move { id, slot, from: &current, status, actor: mover.user, at: now };
    for staff in candidates {
        if rescheduling_store::move_to(&tx, &step, staff).await? {
            let notice = Notice::Appointment { appointment: id, what: Happening::Rescheduled };
            let (told, appointment) =
                tokio::join!(outbox::add(&tx, now, &notice), store::one(&tx, id, mover.audience));
            told?;
            let appointment = appointment?.map(Box::new);
            tx.commit().await?;
            return Ok(appointment);
        }
    }
    Ok(None)
}
