//! Erasing an account: whatever says who someone was is removed, everywhere and in one transaction.
//!
//! - The person goes, and with them sessions, tokens, codes, favourites and idempotency keys; messages on their way to
//!   them are called back. The address is free at once.
//! - Visits ahead are cancelled and the business is told. Past ones stay, without a customer and without anybody's words.
//! - What businesses know of them as a customer, and what they answered when they booked, goes; a card that another account of theirs has too says of it no more than
//!   that account does.
//! - A business without bookings ahead is retired, stays nobody's, and loses its contact details, its street and its customers' cards. With
//!   bookings ahead the owner is refused: those customers would stand before a closed door.
//! - At a business of someone else's their entry stays, without the person, because others have booked with it; if its
//!   name was theirs, it gets a neutral one.
//!
//! Everything that refers to a person has to lock them first, if only by a foreign key. So whatever goes on at the
//! same time either was finished before, and is erased too, or finds nobody.

use jiff::Timestamp;

use super::{caller::Caller, fields::Password, guesses, store};
use crate::{
    app::App,
    appointments::{self, Ahead},
    businesses::{self, OwnBusiness},
    customers,
    db::{self, Actor, Transaction},
    hours,
    http::{ApiError, Code, Form, FromForm},
    ids::{BusinessId, UserId},
    intake,
    language::{Language, Message},
    limits::Address,
    outbox::{self, Notice},
    staff, waitlist,
};

/// Someone's wish to be erased, confirmed by their password if the client asks for it.
pub(super) struct Farewell(Option<Password>);

impl FromForm for Farewell {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.optional("password").map(Self)
    }
}

/// Erases the caller.
///
/// # Errors
/// `WRONG_PASSWORD` if one is given and wrong; `RATE_LIMITED`; `CONFLICT` while a business of theirs has bookings ahead.
pub(super) async fn erase(
    app: &App,
    caller: &Caller,
    Farewell(password): Farewell,
    from: Address,
) -> Result<(), ApiError> {
    if let Some(password) = password {
        let current = store::credentials(&app.connection().await?, caller.user).await?;
        guesses::check_present(app, &current.ok_or(Code::InvalidToken)?, password, from).await?;
    }
    match app.db().retrying("erase an account", || attempt(app, caller.user)).await? {
        Attempt::Erased => Ok(()),
        Attempt::StillBooked { business, upcoming } => {
            Err(ApiError::business_still_booked(&business, upcoming))
        }
    }
}

enum Attempt {
    Erased,
    /// A business has bookings ahead: its slug, and how many.
    StillBooked {
        business: String,
        upcoming: i64,
    },
}

async fn attempt(app: &App, user: UserId) -> Result<Attempt, db::Error> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(Actor::System, now).await?;
    let own = lock(&tx, user).await?;
    let ids: Vec<BusinessId> = own.iter().map(|business| business.id).collect();
    let (booked, ahead) =
        tokio::join!(appointments::most_booked(&tx, &ids, now), appointments::ahead_of(&tx, user, now),);
    if let Some((id, upcoming)) = booked?
        && let Some(business) = own.into_iter().find(|business| business.id == id)
    {
        return Ok(Attempt::StillBooked { business: business.slug, upcoming });
    }
    let cancelled = ahead?;
    let notices: Vec<Notice> = cancelled.iter().map(Ahead::called_off).collect();
    let (written, told) =
        tokio::join!(appointments::cancel(&tx, &cancelled, now), outbox::add_all(&tx, now, &notices),);
    written?;
    told?;
    // Boxed: a statement for each capability, all on their way at once.
    Box::pin(forget(&tx, user, now)).await?;
    tx.commit().await?;
    Ok(Attempt::Erased)
}

/// Makes everyone wait who wants to change anything of this person's, in the order in which they too take their locks:
/// calendars, appointments, businesses, people. The businesses that are theirs.
async fn lock(tx: &Transaction<'_>, user: UserId) -> Result<Vec<OwnBusiness>, db::Error> {
    appointments::guard_all_of(tx, user).await?;
    let (waits, appointments, businesses, person) = tokio::join!(
        waitlist::lock_all_of(tx, user),
        appointments::lock_all_of(tx, user),
        businesses::lock_all_of(tx, user),
        store::lock(tx, user),
    );
    waits?;
    appointments?;
    let businesses = businesses?;
    person?;
    Ok(businesses)
}

async fn forget(tx: &Transaction<'_>, user: UserId, now: Timestamp) -> Result<(), db::Error> {
    let neutral = Message::StaffMember.text(Language::default());
    let (reasons, answers, cards, customer, colleague, owner, addressee, person) = tokio::join!(
        hours::forget(tx, user),
        intake::forget(tx, user),
        customers::forget(tx, user, now),
        appointments::forget(tx, user, now),
        staff::forget(tx, user, &neutral, now),
        businesses::forget_owner(tx, user, now),
        outbox::forget(tx, user),
        store::delete(tx, user),
    );
    reasons?;
    answers?;
    cards?;
    customer?;
    colleague?;
    owner?;
    addressee?;
    person
}
