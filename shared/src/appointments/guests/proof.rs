//! Showing that an address is one's own: a code is mailed to it, by the machinery of an account's codes
//! ([`accounts`](crate::accounts)). One code of a hold counts, for five tries, each counted before anything is compared, and
//! as long as the hold is there. An address is mailed a few an hour; beyond that the answer is the same.

use jiff::Timestamp;

use super::{
    store::{self, NewCode},
    token::TokenField,
};
use crate::{
    accounts::{Email, Phone, codes},
    app::App,
    appointments::{attempt::AttemptError, holds::Held},
    availability::Loaded,
    businesses::{self, BusinessRef},
    customers::{Party, Said},
    db::{self, Sql, Transaction},
    http::{ApiError, Code, Form, FromForm, form::Text},
    ids::{BusinessId, CodeId, CustomerId},
    language::{Language, Message},
    limits::{self, Counted},
    outbox::{self, Notice},
};

/// How many visits ahead an address can have without an account, wherever they are.
const MOST_OPEN: u32 = 5;

/// The business of a path, if it takes guests.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `UNAUTHORIZED` where one needs an account to book.
pub(super) async fn taking_guests(on: &impl Sql, business: &BusinessRef) -> Result<BusinessId, ApiError> {
    match businesses::takes_guests(on, business).await? {
        Some((business, true)) => Ok(business),
        Some((_, false)) => Err(Code::Unauthorized.into()),
        None => Err(Code::BusinessNotFound.into()),
    }
}

/// Who wants to book what they hold.
pub(super) struct Introduction {
    token: TokenField,
    name: Text<1, 320>,
    email: Email,
    phone: Phone,
}

impl FromForm for Introduction {
    fn from_form(form: &mut Form) -> Option<Self> {
        let token = form.required("hold_token");
        let name = form.required("name");
        let email = form.required("email");
        let phone = form.or("phone", Phone::default());
        Some(Self { token: token?, name: name?, email: email?, phone: phone? })
    }
}

/// Mails a code to who introduces themselves.
///
/// # Errors
/// Those of [`taking_guests`]; `NOT_FOUND` if nothing is held with that token.
pub(super) async fn send(
    app: &App,
    business: &BusinessRef,
    who: &Introduction,
    language: Language,
) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let business = taking_guests(&connection, business).await?;
    let found = store::held(&connection, &who.token.hash(), business, now).await?;
    let (hold, ends) = found.ok_or(Code::NotFound)?;
    let tx = connection.begin().await?;
    if may_be_sent(&tx, app, who.email.as_str()).await? {
        let (id, digits) = (CodeId::new(now), codes::digits());
        let code = NewCode {
            hold,
            id,
            name: who.name.as_str(),
            email: who.email.as_str(),
            phone: who.phone.as_str(),
            language,
            hash: codes::hash(app.keys(), id, &digits),
            created_at: now,
            expires_at: ends.min(now + app.config().code_life),
        };
        store::keep_code(&tx, &code).await?;
        outbox::add(&tx, now, &Notice::GuestCode { hold, code: digits }).await?;
    }
    Ok(tx.commit().await?)
}

async fn may_be_sent(tx: &Transaction<'_>, app: &App, email: &str) -> Result<bool, ApiError> {
    let Some(rate) = app.config().rate_limits.codes_sent else { return Ok(true) };
    let counter = Counted::GuestCodes(email).at(rate, app.keys());
    Ok(limits::take(tx, &counter, app.now()).await?.allowed)
}

/// A guest's hold, and the code by which they have shown who they are.
#[derive(Clone, Copy, Debug)]
pub(in crate::appointments) struct Proven {
    pub(in crate::appointments) held: Held,
    business: BusinessId,
    code: CodeId,
}

/// Checks a code, and leaves it unused.
///
/// # Errors
/// `INVALID_VERIFICATION_CODE`, whatever is wrong with the token or the code.
pub(super) async fn check(
    app: &App,
    business: BusinessId,
    token: &TokenField,
    digits: &str,
) -> Result<Proven, ApiError> {
    let now = app.now();
    let tried = store::count_try(&app.connection().await?, &token.hash(), business, now).await?;
    let tried = tried.ok_or(Code::InvalidVerificationCode)?;
    let has_tries = app.config().rate_limits.codes.is_none_or(|limit| tried.tries <= limit.per_code);
    let is_right = codes::matches(app.keys(), tried.id, digits, &tried.hash);
    if has_tries && is_right && tried.expires_at > now {
        Ok(Proven { held: tried.held, business, code: tried.id })
    } else {
        Err(Code::InvalidVerificationCode.into())
    }
}

impl Proven {
    /// Whether what is held can still be booked with the code.
    pub(in crate::appointments) async fn is_unused(&self, on: &impl Sql) -> Result<bool, db::Error> {
        store::is_kept(on, self.held.id, self.code).await
    }

    /// The card of who showed that the address is theirs, for a booking that this transaction makes. The hold, which goes
    /// with it, takes the code along.
    ///
    /// # Errors
    /// `INVALID_VERIFICATION_CODE` if the code has been used; `CONFLICT` with too many visits ahead.
    pub(in crate::appointments) async fn party(
        &self,
        tx: &Transaction<'_>,
        loaded: &Loaded,
        now: Timestamp,
    ) -> Result<Party, AttemptError> {
        let guest = store::guest(tx, self.held.id, self.code).await?;
        let guest = guest.ok_or_else(|| ApiError::new(Code::InvalidVerificationCode))?;
        if store::open_bookings(tx, &guest.email, now).await? >= i64::from(MOST_OPEN) {
            let message = Message::TooManyOpenBookings(MOST_OPEN);
            return Err(ApiError::against_policy(message, "guest_bookings", MOST_OPEN).into());
        }
        debug_assert_eq!(loaded.business.id, self.business, "the hold is at the business that is booked");
        let said = Said { name: &guest.name, email: &guest.email, phone: &guest.phone };
        let card: Option<CustomerId> = said.card_by_address(tx, self.business, now).await?;
        Ok(Party::Card(card.ok_or_else(|| ApiError::new(Code::ServerError))?))
    }
}
