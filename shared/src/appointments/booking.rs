//! Booking: the engine that lists the slots says whether this one is offered and by whom, the database says whether
//! it is still free. Nothing here decides that a slot is free by looking.

use jiff::{Timestamp, civil::Date};

use super::{
    attempt::AttemptError,
    holds::{self, Held},
    idempotency::{self, Once},
    status::Status,
    store::{self, NewAppointment},
    view::{Appointment, Audience},
    wanted::{MOST_LOOKS, Wanted},
};
use crate::{
    app::App,
    availability::Loaded,
    businesses::{self, BusinessRef},
    calendar::{self, Seat},
    db::{self, Sql, Transaction},
    http::{ApiError, Code, Form, FromForm, form::Prose},
    ids::{AppointmentId, BusinessId, HoldId, ServiceId, StaffMemberId, UserId},
    outbox::{self, Happening, Notice},
    scheduling::{MinuteOfDay, Slot},
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
    /// A hold that is used up by it, whatever it is for.
    hold: Option<HoldId>,
}

impl FromForm for Wish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let time = form.required("start_time");
        let staff = form.unless_empty("staff_id");
        let notes = form.or("notes", Prose::default());
        let hold = form.unless_empty("hold_id");
        Some(Self { service: service?, date: date?, time: time?, staff: staff?, notes: notes?, hold: hold? })
    }
}

impl Wish {
    fn wanted<'a>(&self, business: &'a BusinessRef, held: Option<Held>) -> Wanted<'a> {
        let Self { service, date, time, staff, .. } = *self;
        Wanted { business, service, date, time, staff, leaving: held.map(|held| held.entry) }
    }

    /// Everything that makes this wish another one than another, for its idempotency key.
    fn in_one_line(&self, business: BusinessId) -> String {
        let Self { service, date, time, staff, notes, hold: _ } = self;
        let staff = staff.map_or_else(|| "anyone".to_owned(), |staff| staff.to_string());
        format!("{business} {service} {date} {time} {staff} {}", notes.as_str())
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
    let once = match key {
        Some(key) => {
            let business = businesses::id_of(&app.connection().await?, business).await?;
            let business = business.ok_or(Code::BusinessNotFound)?;
            Some(Once::new(customer, key, &wish.in_one_line(business)))
        }
        None => None,
    };
    let held = match wish.hold {
        Some(hold) => holds::of(&app.connection().await?, hold, customer, now).await?,
        None => None,
    };
    let wanted = wish.wanted(business, held);
    for look in 0..MOST_LOOKS {
        if let Some(once) = &once {
            let connection = app.connection().await?;
            if let Some(id) = idempotency::earlier(&connection, once, now).await? {
                return booked_before(&connection, customer, id).await;
            }
        }
        let (loaded, slot) = wanted.find(app).await?;
        let booking = Booking {
            app,
            customer,
            loaded: &loaded,
            slot: &slot,
            wish,
            held,
            once: once.as_ref(),
            now,
            look,
        };
        match app.db().retrying("book", || booking.attempt()).await? {
            Attempt::Booked(appointment) => return Ok(*appointment),
            Attempt::BookedBefore(id) => return booked_before(&app.connection().await?, customer, id).await,
            // Somebody was quicker with everyone who was free. Perhaps somebody else has become so meanwhile.
            Attempt::Taken => {}
        }
    }
    wanted.refuse(app).await
}

/// A wish, and the slot that was found for it.
struct Booking<'a> {
    app: &'a App,
    customer: UserId,
    loaded: &'a Loaded,
    slot: &'a Slot,
    wish: &'a Wish,
    held: Option<Held>,
    once: Option<&'a Once<'a>>,
    now: Timestamp,
    /// How often there was nobody left of those who were free.
    look: usize,
}

impl Booking<'_> {
    /// Tries everyone who is free by the schedule, one after the other, in a transaction: someone else may have been
    /// quicker with some of them.
    async fn attempt(&self) -> Result<Attempt, AttemptError> {
        let Self { loaded, slot, now, .. } = *self;
        let new = NewAppointment {
            id: AppointmentId::new(now),
            service: &loaded.service,
            customer: self.customer,
            status: if loaded.business.auto_confirm { Status::Confirmed } else { Status::Pending },
            notes: self.wish.notes.as_str(),
            created_at: now,
        };
        let mut connection = self.app.connection().await?;
        let tx = connection.begin().await?;
        if let Some(once) = self.once
            && !idempotency::claim(&tx, once, new.id, now).await?
        {
            let earlier = idempotency::earlier(&tx, once, now).await?;
            return Ok(earlier.map_or(Attempt::Taken, Attempt::BookedBefore));
        }
        if let Some(held) = self.held {
            holds::use_up(&tx, held.id).await?;
        }
        if self.look > 0 {
            loaded.release_expired(&tx, slot, now).await?;
        }
        let mut offers = slot.offers.clone();
        offers.sort_by_key(|offer| self.held.is_none_or(|held| held.staff != offer.staff));
        for (place, offer) in offers.iter().enumerate() {
            // Said once, with the first try and not behind the one that succeeds, which would be one more round trip:
            // where nobody is free it is rolled back.
            let tell = async {
                if place > 0 {
                    return Ok(());
                }
                let notice = Notice::Appointment { appointment: new.id, what: Happening::Booked };
                outbox::add(&tx, now, &notice).await
            };
            let seat = loaded.seat(offer, now);
            let (booked, told) = tokio::join!(with_seat(&tx, &seat, &new), tell);
            if let Some(appointment) = booked? {
                told?;
                tx.commit().await?;
                return Ok(Attempt::Booked(Box::new(appointment)));
            }
            told?;
        }
        Ok(Attempt::Taken)
    }
}

/// Takes the seat and books it. Where it cannot be one that others left, both go in one round trip.
async fn with_seat(
    tx: &Transaction<'_>,
    seat: &Seat<'_>,
    new: &NewAppointment<'_>,
) -> Result<Option<Appointment>, db::Error> {
    if seat.capacity == 1 && seat.resources.is_empty() {
        let (taken, booked) = tokio::join!(calendar::take(tx, seat), store::insert(tx, new, seat.id));
        taken?;
        return booked;
    }
    match calendar::take(tx, seat).await? {
        Some(entry) => store::insert(tx, new, entry).await,
        None => Ok(None),
    }
}

async fn booked_before(on: &impl Sql, customer: UserId, id: AppointmentId) -> Result<Appointment, ApiError> {
    let found = store::one(on, id, Audience::Customer(customer)).await?;
    // The key's row goes with its appointment.
    Ok(found.ok_or(Code::ServerError)?)
}
