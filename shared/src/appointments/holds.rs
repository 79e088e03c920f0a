//! Holds: a slot kept for a customer for some minutes, while they pay or think. It is under the constraint that bookings
//! are under, belongs to who asked for it, and ends by being booked, given back, replaced by another at the same business,
//! or by time.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    attempt::{AttemptError, with_the_first},
    choice,
    holds_store::{self, NewHold, Stored},
    store,
    wanted::{MOST_LOOKS, Wanted},
};
use crate::{
    app::App,
    availability::{AddOns, Loaded, local_instant},
    businesses::{self, BusinessRef},
    calendar::{self, Taking},
    customers::Party,
    db::{self, Transaction},
    http::{ApiError, Code, Form, FromForm},
    ids::{HoldId, ServiceId, StaffMemberId, UserId, WaitlistEntryId},
    scheduling::{MinuteOfDay, Slot},
    waitlist,
};

pub(super) use holds_store::{Held, drop_it, of};

/// What a customer wants to have kept.
#[derive(Debug)]
pub(super) struct ToHold {
    service: ServiceId,
    date: Date,
    time: MinuteOfDay,
    /// `None`: anyone who offers it.
    staff: Option<StaffMemberId>,
    add_ons: AddOns,
}

impl FromForm for ToHold {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let time = form.required("start_time");
        let staff = form.unless_empty("staff_id");
        let add_ons = form.or("add_on_ids", AddOns::default());
        Some(Self { service: service?, date: date?, time: time?, staff: staff?, add_ons: add_ons? })
    }
}

/// Whose a hold is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder<'a> {
    /// An account's.
    Customer(UserId),
    /// Of whoever has the token with this hash.
    Guest(&'a [u8]),
    /// Of somebody who waits, to whom it was offered: one for each wait, beside the one they may have themselves.
    Waiting(WaitlistEntryId),
}

impl<'a> Holder<'a> {
    pub(super) fn account(self) -> Option<UserId> {
        match self {
            Self::Customer(user) => Some(user),
            Self::Guest(_) | Self::Waiting(_) => None,
        }
    }

    pub(super) fn guest(self) -> Option<&'a [u8]> {
        match self {
            Self::Customer(_) | Self::Waiting(_) => None,
            Self::Guest(hash) => Some(hash),
        }
    }

    pub(super) fn wait(self) -> Option<WaitlistEntryId> {
        match self {
            Self::Customer(_) | Self::Guest(_) => None,
            Self::Waiting(entry) => Some(entry),
        }
    }
}

/// A hold as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Hold {
    id: HoldId,
    /// The business's slug.
    business: String,
    service_id: ServiceId,
    staff_id: StaffMemberId,
    start: String,
    end: String,
    timezone: String,
    expires_at: String,
}

impl Hold {
    fn new(stored: Stored) -> Result<Self, ApiError> {
        let zone = TimeZone::get(&stored.timezone).map_err(ApiError::internal)?;
        let local = |instant| local_instant(instant, &zone);
        Ok(Self {
            id: stored.id,
            business: stored.business,
            service_id: stored.service,
            staff_id: stored.staff,
            start: local(stored.start),
            end: local(stored.end),
            expires_at: local(stored.expires_at),
            timezone: stored.timezone,
        })
    }
}

/// Keeps a slot, for a customer in place of what they have kept at the business.
///
/// # Errors
/// `PAST_BOOKING`; `SLOT_UNAVAILABLE` with the nearest free starts; those of
/// [`availability::load`](crate::availability::load).
pub(super) async fn hold(
    app: &App,
    holder: Holder<'_>,
    business: &BusinessRef,
    wish: &ToHold,
) -> Result<Hold, ApiError> {
    let now = app.now();
    let ToHold { service, date, time, staff, ref add_ons } = *wish;
    let add_ons = add_ons.as_slice();
    let mut wanted = Wanted {
        business,
        service,
        date,
        time,
        staff,
        add_ons,
        longer_by: 0,
        leaving: None,
        by_business: false,
    };
    for look in 0..MOST_LOOKS {
        let before = match holder {
            Holder::Customer(user) => holds_store::at(&app.connection().await?, business, user).await?,
            Holder::Guest(_) | Holder::Waiting(_) => None,
        };
        wanted.leaving = before.map(|held| held.entry);
        let (loaded, slot) = wanted.find(app).await?;
        let holding = Holding { app, holder, before, loaded: &loaded, slot: &slot, now, look };
        if let Some(stored) = app.db().retrying("hold", || Box::pin(holding.attempt())).await? {
            return Hold::new(stored);
        }
    }
    wanted.refuse(app).await
}

/// A slot that was found for a hold.
struct Holding<'a> {
    app: &'a App,
    holder: Holder<'a>,
    /// What is given back for it.
    before: Option<Held>,
    loaded: &'a Loaded,
    slot: &'a Slot,
    now: Timestamp,
    /// How often there was nobody left of those who were free.
    look: usize,
}

impl Holding<'_> {
    async fn attempt(&self) -> Result<Option<Stored>, AttemptError> {
        let Self { holder, loaded, slot, before, now, .. } = *self;
        let mut connection = self.app.connection().await?;
        let tx = connection.begin().await?;
        let minutes = SignedDuration::from_mins(loaded.business.hold_minutes.into());
        let new = NewHold {
            id: HoldId::new(now),
            holder,
            created_at: now,
            expires_at: now.checked_add(minutes).unwrap_or(Timestamp::MAX),
        };
        let leaving = before.map(|held| held.entry);
        let offers = choice::in_order(&tx, loaded, slot, None, leaving, now).await?;
        for (place, offer) in offers.iter().enumerate() {
            let make_way = make_way(&tx, loaded, slot, holder.account(), before, self.look > 0, now);
            let seat = loaded.seat(offer, now);
            let (way, taken) = tokio::join!(with_the_first(place, make_way), calendar::take(&tx, &seat));
            way?;
            let entry = match taken? {
                Taking::Done(entry) => entry,
                Taking::Occupied => continue,
                Taking::NoRoom => break,
            };
            let insert = holds_store::insert(&tx, &new, entry);
            let (inserted, held) = tokio::join!(insert, holds_store::one(&tx, new.id, holder));
            inserted?;
            let held = held?;
            if held.is_some() {
                tx.commit().await?;
            }
            return Ok(held);
        }
        Ok(None)
    }
}

/// Waits for others who leave what they hold for a slot, or clear away what others hold no longer: for the same customer,
/// whose holds exclude each other, and for the same calendars.
pub(super) async fn take_turns(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    slot: &Slot,
    customer: Option<UserId>,
    held: Option<Held>,
    clearing: bool,
) -> Result<(), db::Error> {
    let alone = async {
        match customer {
            Some(customer) => store::lock_customer(tx, loaded.business.id, Party::Account(customer)).await,
            None => Ok(()),
        }
    };
    let (alone, guarded) = tokio::join!(alone, loaded.guard(tx, slot, held.map(|held| held.entry), clearing));
    alone?;
    guarded
}

/// Makes way for who takes a slot: what they hold is given up for it, and, where nobody was free at a first look, what
/// others hold no longer. Before that they [take turns](take_turns).
pub(super) async fn make_way(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    slot: &Slot,
    customer: Option<UserId>,
    held: Option<Held>,
    clearing: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    let give_up = async {
        match held {
            // They may have what they waited for.
            Some(Held { id, offered_for: Some(entry), .. }) => {
                let ended = waitlist::end(tx, entry, loaded.service.id, slot.date);
                let (ended, dropped) = tokio::join!(ended, drop_it(tx, id));
                ended?;
                dropped.map(drop)
            }
            Some(held) => drop_it(tx, held.id).await.map(drop),
            None => Ok(()),
        }
    };
    let clear = async { if clearing { loaded.release_expired(tx, slot, now).await } else { Ok(()) } };
    let turn = take_turns(tx, loaded, slot, customer, held, clearing);
    let (turn, dropped, cleared) = tokio::join!(turn, give_up, clear);
    turn?;
    dropped?;
    cleared
}

/// A hold of the customer's own that has not expired.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`, `NOT_FOUND`.
pub(super) async fn mine(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    id: HoldId,
) -> Result<Hold, ApiError> {
    let connection = app.connection().await?;
    let (place, held) = tokio::try_join!(
        businesses::exists(&connection, business),
        holds_store::one(&connection, id, Holder::Customer(customer))
    )?;
    if !place {
        return Err(Code::BusinessNotFound.into());
    }
    let held =
        held.filter(|hold| hold.expires_at > app.now() && business.names(hold.business_id, &hold.business));
    Hold::new(held.ok_or(Code::NotFound)?)
}

/// Gives a hold of the customer's own back.
///
/// # Errors
/// Those of [`mine`].
pub(super) async fn give_back(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    id: HoldId,
) -> Result<(), ApiError> {
    let held = mine(app, customer, business, id).await?;
    let dropped = drop_it(&app.connection().await?, held.id).await?;
    if dropped { Ok(()) } else { Err(Code::NotFound.into()) }
}
