//! Offering what has become free. What was noted for a business is looked at until there is nothing in it for anybody who waits
//! there: each look makes one offer at most, in a transaction of its own, to whoever joined first and wants a start that the
//! engine offers. A look that is cut short leaves what was noted, for the next. Two never look at one business at a time, so
//! that nothing is offered twice and nobody is passed over.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use tokio::time::Instant;

use super::queue::{self, Waiter};
use crate::{
    app::App,
    appointments::{self, AttemptError},
    availability::{self, Loaded, Whole},
    db::{Sql, Transaction},
    http::ApiError,
    ids::{BusinessId, ServiceId, StaffMemberId},
    outbox::{self, Notice},
    scheduling::{DateRange, Slot},
};

/// How long a start is kept for somebody who waits.
const OFFERED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// How many days are looked at together.
const DAYS_AT_ONCE: usize = 31;
/// How often others may have been quicker with what was about to be offered, before it is left to a later run.
const MOST_MISSES: u32 = 4;

/// Offers whatever has become free to those who wait for it, beginning with nothing more after some instant; how many offers were
/// made. Any number may do so at once.
///
/// # Errors
/// The first failure. It keeps none of the other businesses from having their turn.
pub async fn offer_due(app: &App, end: Option<Instant>) -> Result<u64, ApiError> {
    let (mut offers, mut failure, mut passed_over) = (0, None, Vec::new());
    while is_before(end) {
        let due = queue::next_due(&app.connection().await?, app.now(), &passed_over).await?;
        let Some(business) = due else { break };
        let mut misses = 0;
        while is_before(end) {
            match app.db().retrying("offer", || Box::pin(look(app, business))).await {
                Ok(Look::Offered) => offers += 1,
                Ok(Look::Ended) => {}
                Ok(Look::Settled) => break,
                Ok(Look::Missed) if misses < MOST_MISSES => misses += 1,
                Ok(Look::Missed | Look::NothingDue) => {
                    passed_over.push(business);
                    break;
                }
                Err(error) => {
                    let error = ApiError::from(error);
                    tracing::error!(%business, cause = error.cause(), "what became free could not be offered");
                    failure.get_or_insert(error);
                    passed_over.push(business);
                    break;
                }
            }
        }
    }
    failure.map_or(Ok(offers), Err)
}

fn is_before(end: Option<Instant>) -> bool {
    end.is_none_or(|end| Instant::now() < end)
}

/// What came of a look.
enum Look {
    /// Somebody has an offer more.
    Offered,
    /// Entries were ended that are done.
    Ended,
    /// There was nothing more in what was noted.
    Settled,
    /// Others were quicker with it, or are about to end the entry.
    Missed,
    /// Nothing is noted that nobody else is looking at.
    NothingDue,
}

async fn look(app: &App, business: BusinessId) -> Result<Look, AttemptError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let checks = queue::claim(&tx, business, now).await?;
    if checks.is_empty() {
        return Ok(Look::NothingDue);
    }
    let alone = queue::alone_at(&tx, business);
    let (alone, ended) = tokio::join!(alone, queue::end_those_done(&tx, business, now));
    alone?;
    let outcome = if ended? > 0 {
        // In a transaction of their own: what is behind them waits for others before it leaves or takes anything.
        Look::Ended
    } else {
        let waiting = queue::waiting(&tx, business, &checks, now).await?;
        match first_that_fits(&tx, business, &waiting, now).await? {
            Some(fit) if fit.offer(&tx, now).await? => Look::Offered,
            Some(_) => return Ok(Look::Missed),
            None => {
                queue::done(&tx, &checks).await?;
                Look::Settled
            }
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// Somebody who waits, and a start that they can have.
struct Fit<'a> {
    waiter: &'a Waiter,
    loaded: Loaded,
    slot: Slot,
    expires_at: Timestamp,
}

impl Fit<'_> {
    /// Makes the offer. Not, if others have been quicker.
    async fn offer(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<bool, AttemptError> {
        let Self { waiter, loaded, slot, expires_at } = self;
        let (guarded, locked) =
            tokio::join!(loaded.guard(tx, slot, None, true), queue::lock(tx, waiter.entry));
        guarded?;
        if !locked? {
            return Ok(false);
        }
        let offered = (loaded, slot);
        let made = appointments::hold_for_waiting(tx, offered, waiter.entry, *expires_at, now).await?;
        let Some(hold) = made else { return Ok(false) };
        let notice = Notice::WaitlistOffer { user: waiter.customer, entry: waiter.entry, hold };
        let (noted, told) =
            tokio::join!(queue::note_offer(tx, waiter.entry, slot.start), outbox::add(tx, now, &notice));
        noted?;
        told?;
        Ok(true)
    }
}

/// The first of those who wait for whom there is a start, and the first such start.
async fn first_that_fits<'a>(
    on: &impl Sql,
    business: BusinessId,
    waiting: &'a [Waiter],
    now: Timestamp,
) -> Result<Option<Fit<'a>>, ApiError> {
    for dates in days_of(waiting) {
        let Some(whole) = availability::whole(on, business, dates, now).await? else { break };
        let mut offered = Offered { whole, visits: HashMap::new(), now };
        let fit = waiting.iter().find_map(|waiter| offered.fit(waiter, dates));
        if fit.is_some() {
            return Ok(fit);
        }
    }
    Ok(None)
}

/// The days on which somebody waits, each once, so many together.
fn days_of(waiting: &[Waiter]) -> Vec<DateRange> {
    let mut days: Vec<Date> = Vec::new();
    let mut all: Vec<(Date, Date)> = waiting.iter().map(|waiter| waiter.days).collect();
    all.sort_unstable();
    for (first, last) in all {
        let unknown = days.last().and_then(|day| day.tomorrow().ok()).map_or(first, |next| next.max(first));
        days.extend(unknown.series(1.day()).take_while(|day| *day <= last));
    }
    let consecutive = days.chunk_by(|day, next| day.tomorrow().ok() == Some(*next));
    let together = consecutive.flat_map(|days| days.chunks(DAYS_AT_ONCE));
    together
        .filter_map(|days| Some(DateRange { first: *days.first()?, days: u16::try_from(days.len()).ok()? }))
        .collect()
}

/// A visit that somebody waits for: of a service, with whom only, so many minutes longer than usual.
type Visit = (ServiceId, Option<StaffMemberId>, u16);

/// What is offered of the visits that were asked for so far.
struct Offered {
    whole: Whole,
    /// `None`: it cannot be booked.
    visits: HashMap<Visit, Option<Starts>>,
    now: Timestamp,
}

impl Offered {
    /// The first start that somebody can have on some of the dates.
    fn fit<'a>(&mut self, waiter: &'a Waiter, dates: DateRange) -> Option<Fit<'a>> {
        let visit = (waiter.service, waiter.staff, waiter.longer_by);
        let (whole, now) = (&self.whole, self.now);
        let starts = self.visits.entry(visit).or_insert_with(|| {
            let (service, staff, longer_by) = visit;
            Some(Starts { loaded: whole.visit(service, staff, longer_by)?, of_days: HashMap::new() })
        });
        let starts = starts.as_mut()?;
        let policy = starts.loaded.schedule.policy.clone();
        policy.admits(&waiter.record).ok()?;
        // Not for longer than it can be booked.
        let until = |slot: &Slot| (now + OFFERED_FOR).min(slot.start - policy.notice());
        let (first, last) = waiter.days;
        let days = dates.dates().skip_while(|date| *date < first).take_while(|date| *date <= last);
        for date in days {
            let mut slots = starts.on(date, now).iter();
            if let Some(slot) = slots.find(|slot| waiter.wants(slot) && until(slot) > now) {
                let (slot, expires_at) = (slot.clone(), until(slot));
                return Some(Fit { waiter, loaded: starts.loaded.clone(), slot, expires_at });
            }
        }
        None
    }
}

/// The starts of a visit, of the days that were asked about so far.
struct Starts {
    loaded: Loaded,
    of_days: HashMap<Date, Vec<Slot>>,
}

impl Starts {
    fn on(&mut self, date: Date, now: Timestamp) -> &[Slot] {
        self.of_days.entry(date).or_insert_with(|| self.loaded.schedule.slots_on(date, now))
    }
}
