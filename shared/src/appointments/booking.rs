//! Booking: the engine that lists the slots says whether this one is offered and by whom, the database says whether
//! it is still free. Nothing here decides that a slot is free by looking.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    idempotency::{self, Once},
    status::Status,
    store::{self, NewAppointment},
    view::{Appointment, Audience},
};
use crate::{
    app::App,
    availability::{self, Loaded, local_instant},
    businesses::BusinessRef,
    db::{self, Conflict, Sql},
    http::{ApiError, Code, Form, FromForm, form::Prose},
    ids::{AppointmentId, ServiceId, StaffMemberId, UserId},
    scheduling::{DateRange, MinuteOfDay, Refusal, Slot},
};

/// How many other starts a refusal names, and how many days before and after the wanted date they may lie: a week, so
/// that the same weekday is among them.
const ALTERNATIVES: usize = 5;
const ALTERNATIVE_DAYS: u16 = 7;

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
/// [`availability::load`].
pub(super) async fn book(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &Wish,
    key: Option<&str>,
) -> Result<Appointment, ApiError> {
    let now = app.now();
    let once = key.map(|key| Once::new(customer, key, &wish.in_one_line(business)));
    let loaded = {
        let connection = app.connection().await?;
        if let Some(once) = &once
            && let Some(id) = idempotency::earlier(&connection, once, now).await?
        {
            return booked_before(&connection, customer, id).await;
        }
        let dates = DateRange { first: wish.date, days: 1 };
        availability::load(&connection, business, wish.service, wish.staff, dates).await?
    };
    let slot = match loaded.schedule.check(wish.date, wish.time, now) {
        Ok(slot) => slot,
        Err(Refusal::TooSoon) => return Err(Code::PastBooking.into()),
        Err(_) => return refuse(app, business, wish, now).await,
    };
    let attempt =
        app.db().retrying("book", || attempt(app, customer, &loaded, &slot, wish, once.as_ref(), now));
    match attempt.await? {
        Attempt::Booked(appointment) => Ok(*appointment),
        Attempt::BookedBefore(id) => booked_before(&app.connection().await?, customer, id).await,
        Attempt::Taken => refuse(app, business, wish, now).await,
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
) -> Result<Attempt, BookingError> {
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
    for staff in &slot.staff {
        if let Some(appointment) = store::insert(&tx, &new, *staff).await? {
            tx.commit().await?;
            return Ok(Attempt::Booked(Box::new(appointment)));
        }
    }
    Ok(Attempt::Taken)
}

/// What an attempt failed with: the database, which may ask for another, or a refusal, which is final.
enum BookingError {
    Database(db::Error),
    Refused(ApiError),
}

impl Conflict for BookingError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

impl From<db::Error> for BookingError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<ApiError> for BookingError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<BookingError> for ApiError {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::Database(error) => error.into(),
            BookingError::Refused(error) => error,
        }
    }
}

async fn booked_before(on: &impl Sql, customer: UserId, id: AppointmentId) -> Result<Appointment, ApiError> {
    let found = store::one(on, id, Audience::Customer(customer)).await?;
    Ok(found.ok_or(Code::AppointmentNotFound)?)
}

/// The refusal, with the nearest starts that are free as things stand now.
async fn refuse<T>(app: &App, business: &BusinessRef, wish: &Wish, now: Timestamp) -> Result<T, ApiError> {
    let first = wish.date.checked_sub(i32::from(ALTERNATIVE_DAYS).days()).unwrap_or(wish.date);
    let dates = DateRange { first, days: 2 * ALTERNATIVE_DAYS + 1 };
    let connection = app.connection().await?;
    let schedule = availability::load(&connection, business, wish.service, wish.staff, dates).await?.schedule;
    let nearest = schedule.nearest(wish.date, wish.time, dates, ALTERNATIVES, now);
    let alternatives: Vec<String> =
        nearest.iter().map(|slot| local_instant(slot.start, &schedule.zone)).collect();
    Err(ApiError::slot_unavailable(&alternatives))
}
