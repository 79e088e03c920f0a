//! Booking a series: all of its dates in one transaction. What is planned for them is taken in one order and under one guard,
//! so that two series that cross wait for each other once, before either has anything. Where somebody was quicker with a
//! date, everything is looked at anew.

use std::slice;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    plan::{self, Plan, Planning},
    store::{self, NewSeries, NewVisit},
    view::{Series, SeriesPreview, dates},
    wish::{SeriesWish, refused},
};
use crate::{
    app::App,
    appointments::{
        admission,
        attempt::AttemptError,
        choice,
        holds::{self, Held},
        idempotency::{self, Once},
        store as appointments_store,
        wanted::MOST_LOOKS,
    },
    businesses::{self, BusinessRef, Terms},
    calendar::{self, Claim, Seat},
    customers::Party,
    db::{self, Transaction},
    http::{ApiError, Code},
    ids::{AppointmentId, CalendarEntryId, SeriesId, StaffMemberId, UserId},
    intake::{self, Answered, ToKeep},
    outbox::{self, Notice, SeriesNews},
    scheduling::{Occurrence, Slot, Span},
};

/// Books a series, once per idempotency key.
///
/// # Errors
/// Where nothing is booked, that of the first date that was refused, with what becomes of each under `dates` of its details:
/// `PAST_BOOKING`, `SLOT_UNAVAILABLE`, `CONFLICT`. `VALIDATION_ERROR` for a rule without an end or with too many dates;
/// `IDEMPOTENCY_KEY_REUSED`; `CUSTOMER_BLOCKED`; those of [`availability::load`](crate::availability::load) and of
/// [`intake::checked`].
pub(super) async fn book(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &SeriesWish,
    key: Option<&str>,
) -> Result<Series, ApiError> {
    let request = Request::read(app, customer, business, wish).await?;
    let once = key.map(|key| Once::new(customer, key, &wish.in_one_line(request.terms.id, app.keys())));
    match request.look_and_book(once.as_ref(), false).await? {
        Attempt::Booked(series) => Ok(*series),
        Attempt::BookedBefore(id) => {
            let found = store::with_appointment(&app.connection().await?, id, customer).await?;
            // The key's row goes with its appointment.
            Ok(found.ok_or(Code::ServerError)?)
        }
        Attempt::Off(plan) => Err(request.off(&plan)),
        Attempt::Previewed(_) | Attempt::Taken => Err(ApiError::slot_unavailable(&[])),
    }
}

/// What would become of each date if the series were booked now: the same, and taken back.
///
/// # Errors
/// Those of [`book`], but that no date is bookable is no error here.
pub(super) async fn preview(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &SeriesWish,
) -> Result<SeriesPreview, ApiError> {
    let request = Request::read(app, customer, business, wish).await?;
    match request.look_and_book(None, true).await? {
        Attempt::Previewed(plan) | Attempt::Off(plan) => {
            let would_book = if plan.refusal(wish.on_conflict).is_some() { 0 } else { plan.places().count() };
            Ok(SeriesPreview { would_book, dates: dates(&plan, Vec::new(), &request.zone) })
        }
        _ => Err(ApiError::slot_unavailable(&[])),
    }
}

/// How an attempt to book ended.
enum Attempt {
    Booked(Box<Series>),
    /// By an earlier request with the same key.
    BookedBefore(AppointmentId),
    /// It could be booked, which was not to be done.
    Previewed(Plan),
    /// Nothing is to be booked of it.
    Off(Plan),
    Taken,
}

/// Who wants what, and on which dates that is.
struct Request<'a> {
    app: &'a App,
    customer: UserId,
    business: &'a BusinessRef,
    wish: &'a SeriesWish,
    terms: Terms,
    zone: TimeZone,
    occurrences: Vec<Occurrence>,
    held: Option<Held>,
    now: Timestamp,
}

impl<'a> Request<'a> {
    async fn read(
        app: &'a App,
        customer: UserId,
        business: &'a BusinessRef,
        wish: &'a SeriesWish,
    ) -> Result<Self, ApiError> {
        let now = app.now();
        let connection = app.connection().await?;
        let held = async {
            match wish.first.hold {
                Some(hold) => holds::of(&connection, hold, customer, now).await,
                None => Ok(None),
            }
        };
        let (terms, held) = tokio::try_join!(businesses::terms(&connection, business), held)?;
        let terms = terms.ok_or(Code::BusinessNotFound)?;
        let zone = TimeZone::get(&terms.timezone).map_err(ApiError::internal)?;
        let occurrences = wish.rule.dates(wish.first.date, wish.first.time, &zone).map_err(refused)?;
        Ok(Self { app, customer, business, wish, terms, zone, occurrences, held, now })
    }

    /// Looks for whoever is free, and books, as long as others keep being quicker.
    async fn look_and_book(&self, once: Option<&Once<'_>>, only_look: bool) -> Result<Attempt, ApiError> {
        let Self { app, wish, now, .. } = *self;
        for look in 1..=MOST_LOOKS {
            let connection = app.connection().await?;
            if let Some(once) = once
                && let Some(id) = idempotency::earlier(&connection, once, now).await?
            {
                return Ok(Attempt::BookedBefore(id));
            }
            let wanted = wish.first.wanted(self.business, self.held, false);
            let last = self.occurrences.last().map_or(wish.first.date, |last| last.date);
            let (loaded, questions) = tokio::try_join!(
                wanted.load_dates(&connection, plan::around(wish.first.date, last), now),
                async { Ok(intake::questions_of(&connection, wish.first.service).await?) },
            )?;
            drop(connection);
            let answers = &intake::checked(&questions, &wish.first.answers)?;
            let planning = Planning {
                loaded: &loaded,
                occurrences: &self.occurrences,
                time: wish.first.time,
                on_conflict: wish.on_conflict,
                now,
            };
            let slots = planning.slots();
            let is_last = look == MOST_LOOKS;
            let booking = Booking { request: self, planning, slots, answers, once, only_look, is_last };
            match app.db().retrying("book a series", || Box::pin(booking.attempt())).await? {
                Attempt::Taken => {}
                ended => return Ok(ended),
            }
        }
        Ok(Attempt::Taken)
    }

    /// The refusal of a series of which nothing is booked.
    fn off(&self, plan: &Plan) -> ApiError {
        let refusal = plan.refusal(self.wish.on_conflict).unwrap_or_else(|| ApiError::slot_unavailable(&[]));
        refusal.of_dates(&dates(plan, Vec::new(), &self.zone))
    }
}

/// A series, and what was found for it.
struct Booking<'a> {
    request: &'a Request<'a>,
    planning: Planning<'a>,
    slots: Vec<Slot>,
    answers: &'a [Answered],
    once: Option<&'a Once<'a>>,
    only_look: bool,
    /// Nobody looks again: what others are quicker with is refused.
    is_last: bool,
}

impl Booking<'_> {
    async fn attempt(&self) -> Result<Attempt, AttemptError> {
        let Request { app, wish, now, .. } = *self.request;
        // The key's row names an appointment: whichever is the first to be booked.
        let first = AppointmentId::new(now);
        let mut connection = app.connection().await?;
        let tx = connection.begin().await?;
        if let Some(once) = self.once
            && !idempotency::claim(&tx, once, first, now).await?
        {
            let earlier = idempotency::earlier(&tx, once, now).await?;
            return Ok(earlier.map_or(Attempt::Taken, Attempt::BookedBefore));
        }
        let mut plan = Box::pin(self.make_way(&tx)).await?;
        if plan.refusal(wish.on_conflict).is_some() {
            return Ok(Attempt::Off(plan));
        }
        let Some(entries) = self.take(&tx, &mut plan).await? else { return Ok(Attempt::Taken) };
        if plan.refusal(wish.on_conflict).is_some() {
            return Ok(Attempt::Off(plan));
        }
        let visits = self.visits(&plan, first, &entries);
        let series = Box::pin(self.write(&tx, &plan, &visits)).await?;
        if self.only_look {
            return Ok(Attempt::Previewed(plan));
        }
        tx.commit().await?;
        Ok(Attempt::Booked(Box::new(series)))
    }

    /// Waits for whoever is after the same customer's visits, or the same staff and resources; gives up what the customer holds
    /// and clears away what others hold no longer; and plans.
    async fn make_way(&self, tx: &Transaction<'_>) -> Result<Plan, AttemptError> {
        let Request { customer, held, now, .. } = *self.request;
        let loaded = self.planning.loaded;
        let staff = loaded.schedule.staff.iter().map(|staff| staff.id);
        let free =
            |member: &StaffMemberId| self.slots.iter().any(|slot| slot.staff().any(|free| free == *member));
        let staff: Vec<StaffMemberId> = staff.filter(free).collect();
        let busy = self.slots.iter().flat_map(|slot| &slot.offers).map(|offer| offer.times.busy);
        let alone = async {
            match held {
                Some(_) => {
                    appointments_store::lock_customer(tx, loaded.business.id, Party::Account(customer)).await
                }
                None => Ok(()),
            }
        };
        let give_up = async {
            match held {
                Some(held) => holds::drop_it(tx, held.id).await.map(drop),
                None => Ok(()),
            }
        };
        let (alone, record, guarded, dropped, cleared) = tokio::join!(
            alone,
            admission::record(tx, slice::from_ref(loaded), Party::Account(customer), now),
            loaded.guard_all(tx, &staff, held.map(|held| held.entry)),
            give_up,
            loaded.release_all_expired(tx, &staff, Span::around(busy), now),
        );
        alone?;
        let record = record?;
        guarded?;
        dropped?;
        cleared?;
        let order = self.in_order(tx, held).await?;
        Ok(self.planning.plan(&plan::by_dates(order, &self.slots, held.map(|held| held.staff)), record))
    }

    /// Whoever is free on any of the dates, in the order of the business's choice on the first.
    async fn in_order(
        &self,
        tx: &Transaction<'_>,
        held: Option<Held>,
    ) -> Result<Vec<StaffMemberId>, db::Error> {
        let Some((first, later)) = self.slots.split_first() else { return Ok(Vec::new()) };
        let mut everyone = first.clone();
        for offer in later.iter().flat_map(|slot| &slot.offers) {
            if everyone.staff().all(|member| member != offer.staff) {
                everyone.offers.push(*offer);
            }
        }
        let (preferred, leaving) = (held.map(|held| held.staff), held.map(|held| held.entry));
        let (loaded, now) = (self.planning.loaded, self.request.now);
        let offers = choice::in_order(tx, loaded, &everyone, preferred, leaving, now).await?;
        Ok(offers.iter().map(|offer| offer.staff).collect())
    }

    /// Takes what is planned; nothing, where somebody was quicker and it is to be planned anew.
    async fn take(
        &self,
        tx: &Transaction<'_>,
        plan: &mut Plan,
    ) -> Result<Option<Vec<CalendarEntryId>>, db::Error> {
        let (loaded, now) = (self.planning.loaded, self.request.now);
        let seats: Vec<Seat<'_>> = plan.places().map(|place| loaded.seat(&place.offer, now)).collect();
        let claims = (0..).zip(plan.places()).flat_map(|(seat, place)| {
            place.units.iter().map(move |(resource, unit)| Claim { seat, resource: *resource, unit: *unit })
        });
        let taken = calendar::take_all(tx, &seats, &claims.collect::<Vec<_>>()).await?;
        let had: Vec<bool> = taken.iter().map(Option::is_some).collect();
        if !self.is_last && had.contains(&false) {
            return Ok(None);
        }
        let kept = plan.without(&had, self.request.wish.on_conflict);
        let (kept, left): (Vec<_>, Vec<_>) = taken
            .into_iter()
            .zip(kept)
            .filter_map(|(entry, kept)| Some((entry?, kept)))
            .partition(|(_, kept)| *kept);
        let entries = |some: Vec<(CalendarEntryId, bool)>| some.into_iter().map(|(entry, _)| entry).collect();
        let left: Vec<CalendarEntryId> = entries(left);
        calendar::release_all(tx, &left).await?;
        Ok(Some(entries(kept)))
    }

    /// The appointments of what is planned and taken.
    fn visits(&self, plan: &Plan, first: AppointmentId, entries: &[CalendarEntryId]) -> Vec<NewVisit> {
        let ids =
            std::iter::once(first).chain(std::iter::repeat_with(|| AppointmentId::new(self.request.now)));
        let visit = |((place, entry), id): ((&plan::Place, &CalendarEntryId), AppointmentId)| NewVisit {
            id,
            entry: *entry,
            status: place.status,
            price_minor: self.planning.loaded.price_with(place.offer.staff),
        };
        plan.places().zip(entries).zip(ids).map(visit).collect()
    }

    /// Writes the series and its appointments, and reads them back, in one round trip.
    async fn write(
        &self,
        tx: &Transaction<'_>,
        plan: &Plan,
        visits: &[NewVisit],
    ) -> Result<Series, AttemptError> {
        let Request { app, customer, wish, now, ref zone, .. } = *self.request;
        let loaded = self.planning.loaded;
        let ids: Vec<AppointmentId> = visits.iter().map(|visit| visit.id).collect();
        let answers = ToKeep::with_all(self.answers, &ids, app.sealing())?;
        let missing = dates(plan, Vec::new(), zone);
        let new =
            NewSeries { id: SeriesId::new(now), customer, wish, loaded, missing: &missing, created_at: now };
        let chosen = async {
            match plan.places().next() {
                Some(first) if wish.first.staff.is_none() => {
                    choice::note(tx, loaded, first.offer.staff, now).await
                }
                _ => Ok(()),
            }
        };
        let notice = Notice::Series { series: new.id, what: SeriesNews::Booked, at: now };
        let (inserted, chosen, told, found) = tokio::join!(
            store::insert(tx, &new, visits, &answers),
            chosen,
            outbox::add(tx, now, &notice),
            store::found(tx, new.id, customer),
        );
        inserted?;
        chosen?;
        told?;
        let found = found?.ok_or_else(|| ApiError::new(Code::ServerError))?;
        Ok(found.planned(plan))
    }
}
