//! Moving an appointment to another start, and perhaps to somebody else: all or nothing, so that the old time is kept
//! where the new one is not free. The engine that lists the slots says whether the new one is offered, as if the
//! appointment were not there; the database says whether it is still free.

use jiff::{Timestamp, civil::Date};

use super::{
    attempt::AttemptError,
    rescheduling_store::{self, Move},
    store::{self, Current},
    view::{Appointment, Audience},
    wanted::{MOST_LOOKS, Wanted},
};
use crate::{
    app::App,
    availability::Loaded,
    businesses::BusinessRef,
    calendar::{self, Taking},
    http::{ApiError, Code, Form, FromForm},
    ids::{AppointmentId, StaffMemberId, UserId},
    language::Message,
    outbox::{self, Happening, Notice},
    scheduling::{MinuteOfDay, Slot},
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
        } else if matches!(self.audience, Audience::Customer(_))
            && !current.policy.may_reschedule(current.starts_at, now)
        {
            Err(Code::CancellationWindowPassed.into())
        } else {
            Ok(())
        }
    }
}

/// Moves an appointment, which stays as confirmed as it was. To move it where it already is changes nothing.
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
    let NewTime { date, time, staff } = *new;
    let mut look = 0;
    loop {
        let current = store::current(&app.connection().await?, id, mover.audience).await?;
        let current = current.ok_or(Code::AppointmentNotFound)?;
        mover.may_move(&current, now)?;
        let business = BusinessRef::from(current.business);
        let wanted = Wanted {
            business: &business,
            service: current.service,
            date,
            time,
            staff,
            add_ons: &[],
            longer_by: current.added_minutes,
            leaving: current.entry,
            by_business: false,
        };
        if look == MOST_LOOKS {
            return wanted.refuse(app).await;
        }
        let (loaded, slot) = wanted.find(app).await?;
        if slot.start == current.starts_at && staff.is_none_or(|staff| staff == current.staff) {
            let unmoved = store::one(&app.connection().await?, id, mover.audience).await?;
            return Ok(unmoved.ok_or(Code::AppointmentNotFound)?);
        }
        let moving = Moving { app, mover, id, from: &current, loaded: &loaded, slot: &slot, now, look };
        if let Some(moved) = app.db().retrying("reschedule", || moving.attempt()).await? {
            return Ok(*moved);
        }
        look += 1;
    }
}

/// An appointment, and the slot that was found for it.
struct Moving<'a> {
    app: &'a App,
    mover: Mover,
    id: AppointmentId,
    /// Where it is as far as is known.
    from: &'a Current,
    loaded: &'a Loaded,
    slot: &'a Slot,
    now: Timestamp,
    /// How often there was nobody left of those who were free.
    look: usize,
}

impl Moving<'_> {
    /// Tries everyone who is free by the schedule, whoever it is with first. Nobody else leaves their time for other
    /// meanwhile: two who go where the other comes from would wait for each other.
    async fn attempt(&self) -> Result<Option<Box<Appointment>>, AttemptError> {
        let Self { mover, id, from, loaded, slot, now, .. } = *self;
        let mut offers = slot.offers.clone();
        offers.sort_by_key(|offer| offer.staff != from.staff);
        let mut connection = self.app.connection().await?;
        let tx = connection.begin().await?;
        let (locked, current) = tokio::join!(
            loaded.guard(&tx, slot, from.entry, true),
            store::to_change(&tx, id, mover.audience),
        );
        locked?;
        let current = current?.ok_or_else(|| ApiError::new(Code::AppointmentNotFound))?;
        mover.may_move(&current, now)?;
        // Somebody else has moved it meanwhile, from where others may be who are not waiting.
        let Some(left) = current.entry.filter(|entry| Some(*entry) == from.entry) else { return Ok(None) };
        let clear =
            async { if self.look > 0 { loaded.release_expired(&tx, slot, now).await } else { Ok(()) } };
        let (released, cleared) = tokio::join!(calendar::release(&tx, left), clear);
        released?;
        cleared?;
        for offer in offers {
            let entry = match calendar::take(&tx, &loaded.seat(&offer, now)).await? {
                Taking::Done(entry) => entry,
                Taking::Occupied => continue,
                Taking::NoRoom => break,
            };
            let step = [Move { id, entry, from: current.starts_at }];
            let notice = Notice::Appointment { appointment: id, what: Happening::Rescheduled };
            let (moved, told, appointment) = tokio::join!(
                rescheduling_store::move_to(&tx, &step, mover.user, now),
                outbox::add(&tx, now, &notice),
                store::one(&tx, id, mover.audience)
            );
            moved?;
            told?;
            let appointment = appointment?.map(Box::new);
            tx.commit().await?;
            return Ok(appointment);
        }
        Ok(None)
    }
}
