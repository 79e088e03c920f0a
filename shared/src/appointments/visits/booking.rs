//! Booking several services in a row: all of them, in one transaction, or none.
//!
//! Who takes one part has something that others wait for while the next is taken. So whoever books a visit waits for others
//! who do so in one place, before anything is taken: for everybody whom the visit may be with, and for what its services
//! need. Only then is it looked at again what is free, so that nobody else who waited there can be quicker; who books a
//! single service can, which is said by the calendar's constraints as for any other booking.

use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    super::{
        admission,
        attempt::AttemptError,
        choice,
        idempotency::{self, Once},
        store::{self as appointments, NewAppointment},
        view::{Audience, VisitInFull},
        wanted::{ALTERNATIVES, MOST_LOOKS, around},
    },
    store,
    wish::VisitWish,
};
use crate::{
    app::App,
    availability::{self, Loaded, local_instant},
    businesses::{self, BusinessRef},
    calendar::{self, Taking},
    customers::Party,
    db::{self, Connection, Retries, Sql, Transaction},
    http::{ApiError, Code},
    ids::{AppointmentId, CalendarEntryId, ResourceId, StaffMemberId, UserId, VisitId},
    intake::{self, Answered, ToKeep},
    language::Message,
    outbox::{self, Happening, Notice},
    scheduling::{DateRange, Plan, Record, Rule, Schedule, Span},
};

/// How an attempt to book ended.
enum Attempt {
    Booked(VisitId),
    /// By an earlier request with the same key, which booked this.
    BookedBefore(AppointmentId),
    Taken,
}

/// Books a visit, once per idempotency key.
///
/// # Errors
/// `PAST_BOOKING`; `SLOT_UNAVAILABLE` with the nearest starts of such a visit; `IDEMPOTENCY_KEY_REUSED`; those of
/// [`availability::load_parts`] and of [`intake::checked`].
pub(super) async fn book(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &VisitWish,
    key: Option<&str>,
) -> Result<VisitInFull, ApiError> {
    let now = app.now();
    // The same for all of it: who has to ask for another one after each look stands at the end of the queue again, and then
    // tries to book what somebody has meanwhile.
    let mut connection = app.connection().await?;
    let once = match key {
        Some(key) => {
            let business = businesses::id_of(&connection, business).await?.ok_or(Code::BusinessNotFound)?;
            Some(Once::new(customer, key, &wish.in_one_line(business, app.keys())))
        }
        None => None,
    };
    let booking = Booking { app, customer, business, wish, once: once.as_ref(), now };
    let visit = match (booking.look_and_book(&mut connection).await, &once) {
        (Ok(visit), _) => visit,
        // What is in the way may be what the same request, sent twice at once, has just booked.
        (Err(refusal), Some(once)) if refusal.code() == Code::SlotUnavailable => {
            let earlier = idempotency::earlier(&connection, once, now).await?.ok_or(refusal)?;
            booked_before(&connection, earlier).await?
        }
        (Err(refusal), _) => return Err(refusal),
    };
    Ok(store::one(&connection, visit, customer).await?.ok_or(Code::ServerError)?)
}

async fn booked_before(on: &impl Sql, part: AppointmentId) -> Result<VisitId, ApiError> {
    // The key's row goes with its appointment.
    Ok(store::with(on, part).await?.ok_or(Code::ServerError)?)
}

/// A wish on its way to being booked.
struct Booking<'a> {
    app: &'a App,
    customer: UserId,
    business: &'a BusinessRef,
    wish: &'a VisitWish,
    once: Option<&'a Once<'a>>,
    now: Timestamp,
}

impl Booking<'_> {
    async fn look_and_book(&self, connection: &mut Connection) -> Result<VisitId, ApiError> {
        for _ in 0..MOST_LOOKS {
            if let Some(once) = self.once
                && let Some(part) = idempotency::earlier(connection, once, self.now).await?
            {
                return booked_before(connection, part).await;
            }
            let Some((loaded, answers)) = self.find(connection).await? else { break };
            let mut retries = Retries::of("book visit");
            let ended = loop {
                match Box::pin(self.attempt(connection, &loaded, &answers)).await {
                    Err(error) if retries.again(&error).await => {}
                    ended => break ended?,
                }
            };
            match ended {
                Attempt::Booked(visit) => return Ok(visit),
                Attempt::BookedBefore(part) => return booked_before(connection, part).await,
                // Somebody was quicker with a part of it. Perhaps there is another way.
                Attempt::Taken => {}
            }
        }
        self.refuse(connection).await
    }

    /// What the parts need, and what is answered to the questions of each, if there is a way to have them as things stand
    /// now.
    async fn find(&self, on: &impl Sql) -> Result<Option<(Vec<Loaded>, Vec<Vec<Answered>>)>, ApiError> {
        let questions = try_join_all(
            self.wish.parts.iter().map(async |part| intake::questions_of(on, part.service).await),
        );
        let (loaded, questions) =
            tokio::try_join!(self.load(on, self.wish.date.into()), async { Ok(questions.await?) })?;
        match self.plan(&loaded) {
            Ok(_) => {}
            Err(Rule::TooSoon) => return Err(Code::PastBooking.into()),
            Err(_) => return Ok(None),
        }
        let parts = self.wish.parts.iter().zip(&questions).enumerate();
        let answers = parts.map(|(index, (part, questions))| {
            intake::checked(questions, &part.answers).map_err(|error| error.within(&format!("parts.{index}")))
        });
        Ok(Some((loaded, answers.collect::<Result<_, _>>()?)))
    }

    async fn load(&self, on: &impl Sql, dates: DateRange) -> Result<Vec<Loaded>, ApiError> {
        let loaded =
            availability::load_parts(on, self.business, &self.wish.wanted(), dates, None, self.now).await?;
        match availability::elsewhere(&loaded) {
            Some(part) => {
                let service = format!("parts.{part}.service_id");
                Err(ApiError::invalid_field(&service, Message::NotAtOneLocation))
            }
            None => Ok(loaded),
        }
    }

    fn plan(&self, loaded: &[Loaded]) -> Result<Plan, Rule> {
        let VisitWish { date, time, .. } = *self.wish;
        availability::in_a_row(loaded, self.wish.max_wait()).check(date, time, self.now)
    }

    /// The refusal, with the nearest starts of such a visit.
    async fn refuse<T>(&self, on: &impl Sql) -> Result<T, ApiError> {
        let VisitWish { date, time, .. } = *self.wish;
        let dates = around(date);
        let loaded = self.load(on, dates).await?;
        let chain = availability::in_a_row(&loaded, self.wish.max_wait());
        let plans = chain.nearest(date, time, dates, ALTERNATIVES, self.now);
        let zone = loaded.first().map(|first| &first.schedule.zone);
        let starts = plans.iter().zip(zone.into_iter().cycle());
        let alternatives: Vec<String> =
            starts.map(|(plan, zone)| local_instant(plan.start(), zone)).collect();
        Err(ApiError::slot_unavailable(&alternatives))
    }

    async fn attempt(
        &self,
        connection: &mut Connection,
        found: &[Loaded],
        answers: &[Vec<Answered>],
    ) -> Result<Attempt, AttemptError> {
        let Self { wish, now, .. } = *self;
        let ids: Vec<AppointmentId> = wish.parts.iter().map(|_| AppointmentId::new(now)).collect();
        let tx = connection.begin().await?;
        if let (Some(once), Some(first)) = (self.once, ids.first())
            && !idempotency::claim(&tx, once, *first, now).await?
        {
            let earlier = idempotency::earlier(&tx, once, now).await?;
            return Ok(earlier.map_or(Attempt::Taken, Attempt::BookedBefore));
        }
        let record = self.alone(&tx, found).await?;
        let mut loaded = self.load(&tx, wish.date.into()).await?;
        self.by_choice(&tx, &mut loaded).await?;
        let Ok(plan) = self.plan(&loaded) else { return Ok(Attempt::Taken) };
        let Some(entries) = take_all(&tx, &loaded, &plan, now).await? else { return Ok(Attempt::Taken) };
        let visit = self.keep(&tx, &loaded, &plan, (&ids, &entries), answers, record).await?;
        for ((part, loaded), planned) in wish.parts.iter().zip(&loaded).zip(&plan.parts) {
            if part.staff.is_none() {
                choice::note(&tx, loaded, planned.offer.staff, now).await?;
            }
        }
        tx.commit().await?;
        Ok(Attempt::Booked(visit))
    }

    /// Makes everybody wait who could be in the way of this, and clears away what is no longer held; what the business
    /// knows of the customer.
    async fn alone(&self, tx: &Transaction<'_>, found: &[Loaded]) -> Result<Record, AttemptError> {
        let schedules = || found.iter().map(|loaded| &loaded.schedule);
        let staff: Vec<StaffMemberId> = schedules().flat_map(staff_of).collect();
        let resources: Vec<ResourceId> =
            schedules().flat_map(|schedule| &schedule.resources).map(|resource| resource.id).collect();
        let date = DateRange::from(self.wish.date);
        let windows = schedules().flat_map(|schedule| {
            schedule.staff.iter().map(move |member| date.window(&schedule.zone, &member.visit))
        });
        let window = Span::around(windows);
        let clear = async {
            match window {
                Some(window) => calendar::release_expired(tx, &staff, &resources, window, self.now).await,
                None => Ok(()),
            }
        };
        let (record, guarded, cleared) = tokio::join!(
            admission::record(tx, found, Party::Account(self.customer), self.now),
            calendar::guard(tx, &staff, &resources, &[]),
            clear,
        );
        guarded?;
        cleared?;
        Ok(record?)
    }

    /// Puts the staff of each part for which anyone will do into the order of the business's choice.
    async fn by_choice(&self, tx: &Transaction<'_>, loaded: &mut [Loaded]) -> Result<(), db::Error> {
        let anyone = loaded.iter_mut().zip(&self.wish.parts).filter(|(_, part)| part.staff.is_none());
        let mut anyone: Vec<&mut Loaded> = anyone.map(|(loaded, _)| loaded).collect();
        let staff: Vec<StaffMemberId> = anyone.iter().flat_map(|loaded| staff_of(&loaded.schedule)).collect();
        let Some(first) = anyone.first() else { return Ok(()) };
        let ranks = choice::ranks(tx, first, self.wish.date, &staff, None, self.now).await?;
        for loaded in &mut anyone {
            loaded.schedule.staff.sort_by_key(|member| ranks.get(&member.id));
        }
        Ok(())
    }

    /// Writes down the visit and its appointments, at the entries that were taken for them.
    async fn keep(
        &self,
        tx: &Transaction<'_>,
        loaded: &[Loaded],
        plan: &Plan,
        (ids, entries): (&[AppointmentId], &[CalendarEntryId]),
        answers: &[Vec<Answered>],
        mut record: Record,
    ) -> Result<VisitId, AttemptError> {
        let now = self.now;
        let visit = VisitId::new(now);
        let mut to_keep = Vec::new();
        for (id, answers) in ids.iter().zip(answers) {
            to_keep.push(ToKeep::new(answers, *id, self.app.sealing())?);
        }
        let mut parts = Vec::new();
        for (((loaded, planned), id), answers) in loaded.iter().zip(&plan.parts).zip(ids).zip(&to_keep) {
            let policy = &loaded.schedule.policy;
            let status = admission::status(policy, record)?;
            // The next part comes on top of this one.
            record.open_bookings = record.open_bookings.saturating_add(1);
            parts.push(NewAppointment {
                id: *id,
                customer: Party::Account(self.customer),
                actor: Some(self.customer),
                status,
                price_minor: loaded.price_with(planned.offer.staff),
                price_currency: loaded.service.price_currency,
                policy,
                notes: self.wish.notes.as_str(),
                answers,
                visit: Some(visit),
                created_at: now,
            });
        }
        let business = loaded.first().map(|loaded| loaded.business.id);
        let (business, first) = business.zip(ids.first()).ok_or_else(|| ApiError::new(Code::ServerError))?;
        let notice = Notice::Visit { visit, appointment: *first, what: Happening::Booked };
        let kept = parts.iter().zip(entries).zip(loaded);
        let audience = Audience::Customer(self.customer);
        let kept = kept
            .map(|((new, entry), loaded)| appointments::insert(tx, new, *entry, &loaded.add_ons, audience));
        let (added, kept, told) = tokio::join!(
            store::insert(tx, visit, business, now),
            try_join_all(kept),
            outbox::add(tx, now, &notice),
        );
        added?;
        let all_kept = kept?.iter().all(Option::is_some);
        told?;
        if all_kept { Ok(visit) } else { Err(ApiError::new(Code::ServerError).into()) }
    }
}

/// Takes what every part needs, one after the other, before anything else is written; nothing, if somebody was quicker with
/// any of it.
async fn take_all(
    tx: &Transaction<'_>,
    loaded: &[Loaded],
    plan: &Plan,
    now: Timestamp,
) -> Result<Option<Vec<CalendarEntryId>>, db::Error> {
    let mut entries = Vec::new();
    for (loaded, part) in loaded.iter().zip(&plan.parts) {
        match calendar::take(tx, &loaded.seat(&part.offer, now)).await? {
            Taking::Done(entry) => entries.push(entry),
            Taking::Occupied | Taking::NoRoom => return Ok(None),
        }
    }
    Ok(Some(entries))
}

fn staff_of(schedule: &Schedule) -> impl Iterator<Item = StaffMemberId> {
    schedule.staff.iter().map(|member| member.id)
}
