//! Booking: the engine that lists the slots says whether this one is offered and by whom, the database says whether
//! it is still free. Nothing here decides that a slot is free by looking.

use jiff::{Timestamp, civil::Date};

use super::{
    attempt::AttemptError,
    idempotency::{self, Once},
    status::Status,
    store::{self, NewAppointment},
    view::{Appointment, Audience},
    wanted::Wanted,
};
use crate::{
    app::App,
    availability::Loaded,
    businesses::BusinessRef,
    db::Sql,
    http::{ApiError, Code, Form, FromForm, form::Prose},
    ids::{AppointmentId, ServiceId, StaffMemberId, UserId},
    outbox::{self, Happening, Notice},
    scheduling::{MinuteOfDay, Refusal, Slot},
};

/// What a customer wants to book.
#[derive(Debug)]
pub(super) struct Wish {
    service: ServiceId,
    date: Date,
    time: MinuteOfDay,
    /// `None`: anyone who offers it.
    staff: Option<StaffMemberId>,
    notes: Prose<500>,
}

impl FromForm for Wish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let time = form.required("start_time");
        let staff = form.unless_empty("staff_id");
        let notes = form.or("notes", Prose::default());
        Some(Self { service: service?, date: date?, time: time?, staff: staff?, notes: notes? })
    }
}

impl Wish {
    fn wanted<'a>(&self, business: &'a BusinessRef) -> Wanted<'a> {
        let Self { service, date, time, staff, .. } = *self;
        Wanted { business, service, date, time, staff, moved: None }
    }

    /// Everything that makes this wish another one than another, for its idempotency key.
    fn in_one_line(&self, business: &BusinessRef) -> String {
        let Self { service, date, time, staff, notes } = self;
        let staff = staff.map_or_else(|| "anyone".to_owned(), |staff| staff.to_string());
        format!("{} {service} {date} {time} {staff} {}", business.slug(), notes.as_str())
    }
}

/// How an attempt to book ended.
enum Attempt {
    Booked(Box<Appointment>),
    /// By an earlier request with the same key.
    BookedBefore(AppointmentId),
    Taken,
}

/// Books, once per idempotency key.
///
/// # Errors
/// `PAST_BOOKING`; `SLOT_UNAVAILABLE` with the nearest free starts; `IDEMPOTENCY_KEY_REUSED`; those of
/// [`availability::load`](crate::availability::load).
pub(super) async fn book(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &Wish,
    key: Option<&str>,
) -> Result<Appointment, ApiError> {
    let now = app.now();
    let wanted = wish.wanted(business);
    let once = key.map(|key| Once::new(customer, key, &wish.in_one_line(business)));
    let loaded = {
        let connection = app.connection().await?;
        if let Some(once) = &once
            && let Some(id) = idempotency::earlier(&connection, once, now).await?
        {
            return booked_before(&connection, customer, id).await;
        }
        wanted.load(&connection).await?
    };
    let slot = match loaded.schedule.check(wish.date, wish.time, now) {
        Ok(slot) => slot,
        Err(Refusal::TooSoon) => return Err(Code::PastBooking.into()),
        Err(_) => return wanted.refuse(app).await,
    };
    let attempt =
        app.db().retrying("book", || attempt(app, customer, &loaded, &slot, wish, once.as_ref(), now));
    match attempt.await? {
        Attempt::Booked(appointment) => Ok(*appointment),
        Attempt::BookedBefore(id) => booked_before(&app.connection().await?, customer, id).await,
        Attempt::Taken => wanted.refuse(app).await,
    }
}

/// Tries everyone who is free by the schedule, one after the other, in a transaction: someone else may have been
/// quicker with some of them.
async fn attempt(
    app: &App,
    customer: UserId,
    loaded: &Loaded,
    slot: &Slot,
    wish: &Wish,
    once: Option<&Once<'_>>,
    now: Timestamp,
) -> Result<Attempt, AttemptError> {
    let new = NewAppointment {
        id: AppointmentId::new(now),
        business: loaded.business.id,
        service: &loaded.service,
        customer,
        slot,
        status: if loaded.business.auto_confirm { Status::Confirmed } else { Status::Pending },
        notes: wish.notes.as_str(),
        created_at: now,
    };
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if let Some(once) = once
        && !idempotency::claim(&tx, once, new.id, now).await?
    {
        let earlier = idempotency::earlier(&tx, once, now).await?;
        return Ok(earlier.map_or(Attempt::Taken, Attempt::BookedBefore));
    }
    for (place, staff) in slot.staff.iter().enumerate() {
        // Said once, with the first try and not behind the one that succeeds, which would be one more round trip:
        // where nobody is free it is rolled back.
        let tell = async {
            if place > 0 {
                return Ok(());
            }
            let notice = Notice::Appointment { appointment: new.id, what: Happening::Booked };
            outbox::add(&tx, now, &notice).await
        };
        let (booked, told) = tokio::join!(store::insert(&tx, &new, *staff), tell);
        if let Some(appointment) = booked? {
            told?;
            tx.commit().await?;
            return Ok(Attempt::Booked(Box::new(appointment)));
        }
        told?;
    }
    Ok(Attempt::Taken)
}

async fn booked_before(on: &impl Sql, customer: UserId, id: AppointmentId) -> Result<Appointment, ApiError> {
    let found = store::one(on, id, Audience::Customer(customer)).await?;
    // The key's row goes with its appointment.
    Ok(found.ok_or(Code::ServerError)?)
}
