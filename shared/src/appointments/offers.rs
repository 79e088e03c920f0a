//! Offers to those on the waitlist: holds that are made for somebody, under the constraints that all holds and bookings are
//! under. Whom to offer what is [`waitlist`](crate::waitlist)'s to say.

use jiff::Timestamp;

use super::{
    choice,
    holds_store::{self, NewHold, Whose},
};
use crate::{
    availability::Loaded,
    calendar::{self, Taking},
    db::{self, Transaction},
    ids::{HoldId, WaitlistEntryId},
    scheduling::Slot,
};

/// Holds a slot for somebody who waits, until some instant; nothing, if others were quicker with all who are free. Comes behind
/// [`Loaded::guard`], with everything that is about to be cleared away.
///
/// # Errors
/// If the transaction is broken.
pub async fn hold_for_waiting(
    tx: &Transaction<'_>,
    (loaded, slot): (&Loaded, &Slot),
    entry: WaitlistEntryId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<Option<HoldId>, db::Error> {
    let new = NewHold { id: HoldId::new(now), whose: Whose::Waiting(entry), created_at: now, expires_at };
    let clear = loaded.release_expired(tx, slot, now);
    let (cleared, offers) = tokio::join!(clear, choice::in_order(tx, loaded, slot, None, None, now));
    cleared?;
    for offer in offers? {
        let seat = match calendar::take(tx, &loaded.seat(&offer, now)).await? {
            Taking::Done(seat) => seat,
            Taking::Occupied => continue,
            Taking::NoRoom => break,
        };
        return Ok(holds_store::insert(tx, &new, seat).await?.then_some(new.id));
    }
    Ok(None)
}
