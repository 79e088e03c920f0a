//! Booking: the engine that lists the slots says whether this one is offered and by whom, the database says whether
//! it is still free. Nothing here decides that a slot is free by looking.

use std::ops::ControlFlow;

use jiff::{Timestamp, civil::Date};

use super::{
    attempt::{AttemptError, with_the_first},
    booker::Booker,
    choice,
    guests::Proven,
    holds::{self, Held},
    idempotency::{self, Once},
    store::{self, NewAppointment},
    view::{Appointment, Audience},
    wanted::{MOST_LOOKS, Wanted},
};
use crate::{
    accounts::Keys,
    app::App,
    availability::{AddOns, Loaded},
    businesses::{self, BusinessRef, Colleague},
    calendar::{self, Seat, Taking},
    customers::Whom,
    db::{self, Sql, Transaction},
    http::{ApiError, Code, Form, FromForm, form::Prose},
    ids::{AppointmentId, BusinessId, HoldId, ServiceId, StaffMemberId, UserId},
    intake::{self, Answered, Given, ToKeep},
    outbox::{self, Notice},
    scheduling::{MinuteOfDay, Slot},
    services::AddOn,
};

/// What a customer wants to book.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) service: ServiceId,
    pub(super) date: Date,
    pub(super) time: MinuteOfDay,
    /// `None`: anyone who offers it.
    pub(super) staff: Option<StaffMemberId>,
    pub(super) notes: Prose<500>,
    add_ons: AddOns,
    /// A hold that is used up by it, whatever it is for.
    pub(super) hold: Option<HoldId>,
    /// To what the business asks.
    pub(super) answers: Vec<Given>,
}

impl FromForm for Wish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let time = form.required("start_time");
        let staff = form.unless_empty("staff_id");
        let notes = form.or("notes", Prose::default());
        let add_ons = form.or("add_on_ids", AddOns::default());
        let hold = form.unless_empty("hold_id");
        let answers = form.list("answers", intake::MOST_ANSWERS);
        Some(Self {
            service: service?,
            date: date?,
            time: time?,
            staff: staff?,
            notes: notes?,
            add_ons: add_ons?,
            hold: hold?,
            answers: answers?,
        })
    }
}

impl Wish {
    pub(super) fn wanted<'a>(
        &'a self,
        business: &'a BusinessRef,
        held: Option<Held>,
        by_business: bool,
    ) -> Wanted<'a> {
        let Self { service, date, time, staff, .. } = *self;
        let (add_ons, leaving) = (self.add_ons.as_slice(), held.map(|held| held.entry));
        Wanted { business, service, date, time, staff, add_ons, longer_by: 0, leaving, by_business }
    }

    /// Whether time that was held for it may be left to others.
    pub(super) fn leaves_time(&self) -> bool {
        self.hold.is_some()
    }

    /// Everything that makes this wish another one than another, for its idempotency key.
    pub(super) fn in_one_line(&self, business: BusinessId, keys: &Keys) -> String {
        let Self { service, date, time, staff, notes, add_ons, hold: _, answers } = self;
        let staff = staff.map_or_else(|| "anyone".to_owned(), |staff| staff.to_string());
        let added: Vec<String> = add_ons.as_slice().iter().map(ToString::to_string).collect();
        let mut line =
            format!("{business} {service} {date} {time} {staff} {} {}", added.join(","), notes.as_str());
        if !answers.is_empty() {
            // Nobody is to find out what they were by trying.
            line.push_str(&keys.fingerprint(&answers.iter().map(Given::in_one_line).collect::<String>()));
        }
        line
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
/// [`availability::load`](crate::availability::load) and of [`intake::checked`].
pub(super) async fn book(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &Wish,
    key: Option<&str>,
) -> Result<Appointment, ApiError> {
    book_once(app, Booker::Customer(customer), business, wish, key).await
}

/// What somebody who works there wants to book for a customer.
#[derive(Debug)]
pub(super) struct WishForCustomer {
    wish: Wish,
    whom: Whom,
}

impl FromForm for WishForCustomer {
    fn from_form(form: &mut Form) -> Option<Self> {
        let wish = Wish::from_form(form);
        let whom = Whom::from_form(form);
        Some(Self { wish: wish?, whom: whom? })
    }
}

/// Books for a customer, once per idempotency key. Staff who do not manage the business book with themselves.
///
/// # Errors
/// `PERMISSION_DENIED` for who may not book with that staff member; `NOT_FOUND` if the business has no such card; those of
/// [`book`].
pub(super) async fn book_for_customer(
    app: &App,
    colleague: &Colleague,
    mut wanted: WishForCustomer,
    key: Option<&str>,
) -> Result<Appointment, ApiError> {
    wanted.wish.staff = colleague.may_book_with(wanted.wish.staff)?;
    let business = BusinessRef::from(colleague.business);
    let booker = Booker::Colleague { user: colleague.user, business: colleague.business, whom: &wanted.whom };
    book_once(app, booker, &business, &wanted.wish, key).await
}

/// Books what a guest holds, who has shown an address to be theirs.
///
/// # Errors
/// `INVALID_VERIFICATION_CODE` if that was used meanwhile; `CONFLICT` with too many visits ahead; those of [`book`].
pub(super) async fn book_as_guest(
    app: &App,
    proven: Proven,
    business: &BusinessRef,
    wish: &Wish,
) -> Result<Appointment, ApiError> {
    let booked = book_once(app, Booker::Guest(proven), business, wish, None).await;
    // What is in the way may be what the same code, sent twice at once, has just booked.
    match booked {
        Err(refusal) if refusal.code() == Code::SlotUnavailable => {
            let used = !proven.is_unused(&app.connection().await?).await?;
            Err(if used { Code::InvalidVerificationCode.into() } else { refusal })
        }
        booked => booked,
    }
}

async fn book_once(
    app: &App,
    booker: Booker<'_>,
    business: &BusinessRef,
    wish: &Wish,
    key: Option<&str>,
) -> Result<Appointment, ApiError> {
    let now = app.now();
    let once = match key.zip(booker.user()) {
        Some((key, user)) => {
            let business = businesses::id_of(&app.connection().await?, business).await?;
            let business = business.ok_or(Code::BusinessNotFound)?;
            let request =
                format!("{}{}", wish.in_one_line(business, app.keys()), booker.in_one_line(app.keys()));
            Some(Once::new(user, key, &request))
        }
        None => None,
    };
    let outcome = look_and_book(app, booker, business, wish, once.as_ref(), now).await;
    // What is in the way may be what the same request, sent twice at once, has just booked.
    match (outcome, &once) {
        (Err(refusal), Some(once)) if refusal.code() == Code::SlotUnavailable => {
            let connection = app.connection().await?;
            let earlier = idempotency::earlier(&connection, once, now).await?.ok_or(refusal)?;
            booked_before(&connection, booker, earlier).await
        }
        (outcome, _) => outcome,
    }
}

/// Looks for whoever is free, and books, as long as others keep being quicker.
async fn look_and_book(
    app: &App,
    booker: Booker<'_>,
    business: &BusinessRef,
    wish: &Wish,
    once: Option<&Once<'_>>,
    now: Timestamp,
) -> Result<Appointment, ApiError> {
    let held = booker.held(&app.connection().await?, wish.hold, now).await?;
    let wanted = wish.wanted(business, held, booker.is_business());
    for look in 0..MOST_LOOKS {
        if let Some(once) = once {
            let connection = app.connection().await?;
            if let Some(id) = idempotency::earlier(&connection, once, now).await? {
                return booked_before(&connection, booker, id).await;
            }
        }
        let (loaded, slot, questions) = wanted.find_with_questions(app).await?;
        let answers = &booker.answers(&questions, &wish.answers)?;
        let booking =
            Booking { app, booker, loaded: &loaded, slot: &slot, wish, answers, held, once, now, look };
        match app.db().retrying("book", || Box::pin(booking.attempt())).await? {
            Attempt::Booked(appointment) => return Ok(*appointment),
            Attempt::BookedBefore(id) => return booked_before(&app.connection().await?, booker, id).await,
            // Somebody was quicker with everyone who was free. Perhaps somebody else has become so meanwhile.
            Attempt::Taken => {}
        }
    }
    wanted.refuse(app).await
}

/// A wish, and the slot that was found for it.
struct Booking<'a> {
    app: &'a App,
    booker: Booker<'a>,
    loaded: &'a Loaded,
    slot: &'a Slot,
    wish: &'a Wish,
    answers: &'a [Answered],
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
        let Self { booker, loaded, slot, held, now, .. } = *self;
        let id = AppointmentId::new(now);
        let answers = ToKeep::new(self.answers, id, self.app.sealing())?;
        let mut connection = self.app.connection().await?;
        let tx = booker.begin(&mut connection, now).await?;
        if let Some(once) = self.once
            && !idempotency::claim(&tx, once, id, now).await?
        {
            let earlier = idempotency::earlier(&tx, once, now).await?;
            return Ok(earlier.map_or(Attempt::Taken, Attempt::BookedBefore));
        }
        let (holder, clearing) = (held.and(booker.user()), self.look > 0);
        if booker.makes_cards() {
            holds::take_turns(&tx, loaded, slot, holder, held, clearing).await?;
        }
        let (customer, status) = booker.admitted(&tx, loaded, now).await?;
        let (preferred, leaving) = (held.map(|held| held.staff), held.map(|held| held.entry));
        let offers = choice::in_order(&tx, loaded, slot, preferred, leaving, now).await?;
        for (place, offer) in offers.iter().enumerate() {
            let new = NewAppointment {
                id,
                customer,
                actor: booker.user(),
                status,
                price_minor: loaded.price_with(offer.staff),
                price_currency: loaded.service.price_currency,
                policy: &loaded.schedule.policy,
                notes: self.wish.notes.as_str(),
                answers: &answers,
                visit: None,
                created_at: now,
            };
            let make_way = holds::make_way(&tx, loaded, slot, holder, held, clearing, now);
            // Where nobody is free it is rolled back.
            let notice = Notice::Appointment { appointment: id, what: booker.happening() };
            let tell = outbox::add(&tx, now, &notice);
            let seat = loaded.seat(offer, now);
            let (way, booked, told) = tokio::join!(
                with_the_first(place, make_way),
                with_seat(&tx, &seat, &new, &loaded.add_ons, booker.audience(customer)),
                with_the_first(place, tell),
            );
            way?;
            let booked = booked?;
            told?;
            let ControlFlow::Break(booked) = booked else { continue };
            let Some(appointment) = booked else { break };
            if self.wish.staff.is_none() {
                choice::note(&tx, loaded, offer.staff, now).await?;
            }
            tx.commit().await?;
            return Ok(Attempt::Booked(Box::new(appointment)));
        }
        Ok(Attempt::Taken)
    }
}

/// Takes the seat and books it; nothing, where no other is to be tried in this transaction. Where it cannot be one that
/// others left, both go in one round trip.
async fn with_seat(
    tx: &Transaction<'_>,
    seat: &Seat<'_>,
    new: &NewAppointment<'_>,
    add_ons: &[AddOn],
    audience: Audience,
) -> Result<ControlFlow<Option<Appointment>>, db::Error> {
    let booked = if seat.capacity == 1 && !seat.joins && seat.resources.is_empty() {
        let (taken, booked) =
            tokio::join!(calendar::take(tx, seat), store::insert(tx, new, seat.id, add_ons, audience));
        taken?;
        booked?
    } else {
        match calendar::take(tx, seat).await? {
            Taking::Done(entry) => store::insert(tx, new, entry, add_ons, audience).await?,
            Taking::Occupied => None,
            Taking::NoRoom => return Ok(ControlFlow::Break(None)),
        }
    };
    Ok(booked.map_or(ControlFlow::Continue(()), |booked| ControlFlow::Break(Some(booked))))
}

async fn booked_before(
    on: &impl Sql,
    booker: Booker<'_>,
    id: AppointmentId,
) -> Result<Appointment, ApiError> {
    let audience = match booker {
        Booker::Colleague { business, .. } => Audience::Business(business),
        Booker::Customer(user) => Audience::Customer(user),
        // Who has no account has no keys.
        Booker::Guest(_) => return Err(Code::ServerError.into()),
    };
    let found = store::one(on, id, audience).await?;
    // The key's row goes with its appointment.
    Ok(found.ok_or(Code::ServerError)?)
}
