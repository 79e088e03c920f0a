//! Showing that an address or, where none is given, a telephone number is one's own: a code is sent to it, by the machinery of
//! an account's codes ([`accounts`](crate::accounts)). One code of a hold counts, for five tries, each counted before anything
//! is compared, and as long as the hold is there. Each is sent a few an hour, and so
//! few are texted for one hold; beyond that the answer is the same.

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
    sms::Number,
};

/// How many visits ahead an address or a number can have without an account, wherever they are.
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
    /// Without one, the code goes to the phone.
    email: Option<Email>,
    phone: Phone,
}

impl FromForm for Introduction {
    fn from_form(form: &mut Form) -> Option<Self> {
        let token = form.required("hold_token");
        let name = form.required("name");
        let email = form.unless_empty::<Email>("email");
        let phone = form.or("phone", Phone::default());
        let (email, phone) = (email?, phone?);
        if email.is_none() && phone.as_str().is_empty() {
            return form.refuse("email", Message::NoWayToReach);
        }
        Some(Self { token: token?, name: name?, email, phone })
    }
}

/// Where a code goes.
enum Way<'a> {
    Mail(&'a Email),
    Sms(Number),
}

impl Introduction {
    /// # Errors
    /// `VALIDATION_ERROR` if the number is none that can be written to.
    fn way(&self, app: &App) -> Result<Way<'_>, ApiError> {
        if let Some(email) = &self.email {
            return Ok(Way::Mail(email));
        }
        if !app.texter().is_there() {
            return Err(ApiError::invalid_field("email", Message::Required));
        }
        let number = app.texter().number(self.phone.as_str());
        number.map(Way::Sms).ok_or_else(|| ApiError::invalid_field("phone", Message::NotAPhoneNumber))
    }
}

/// Sends a code to who introduces themselves.
///
/// # Errors
/// Those of [`taking_guests`]; `NOT_FOUND` if nothing is held with that token; `VALIDATION_ERROR` if the number is none that
/// can be written to.
pub(super) async fn send(
    app: &App,
    business: &BusinessRef,
    who: &Introduction,
    language: Language,
) -> Result<(), ApiError> {
    let now = app.now();
    let way = who.way(app)?;
    let (contact, email, phone) = match &way {
        Way::Mail(email) => (email.as_str(), email.as_str(), who.phone.as_str()),
        Way::Sms(number) => (number.as_str(), "", number.as_str()),
    };
    let mut connection = app.connection().await?;
    let business = taking_guests(&connection, business).await?;
    let found = store::held(&connection, &who.token.hash(), business, now).await?;
    let (hold, ends) = found.ok_or(Code::NotFound)?;
    let tx = connection.begin().await?;
    // Text messages cost money, so that one hold does not send them to many numbers either.
    let by_sms = matches!(way, Way::Sms(_));
    if may_be_sent(&tx, app, contact).await? && (!by_sms || may_be_sent(&tx, app, &hold.to_string()).await?) {
        let (id, digits) = (CodeId::new(now), codes::digits());
        let code = NewCode {
            hold,
            id,
            name: who.name.as_str(),
            email,
            phone,
            by_sms,
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

async fn may_be_sent(tx: &Transaction<'_>, app: &App, contact: &str) -> Result<bool, ApiError> {
    let Some(rate) = app.config().rate_limits.codes_sent else { return Ok(true) };
    let counter = Counted::GuestCodes(contact).at(rate, app.keys());
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

    /// The card of who showed that the address or number is theirs, for a booking that this transaction makes. The hold, which goes
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
        if store::open_bookings(tx, &guest, now).await? >= i64::from(MOST_OPEN) {
            let message = Message::TooManyOpenBookings(MOST_OPEN);
            return Err(ApiError::against_policy(message, "guest_bookings", MOST_OPEN).into());
        }
        debug_assert_eq!(loaded.business.id, self.business, "the hold is at the business that is booked");
        let said = Said { name: &guest.name, email: &guest.email, phone: &guest.phone };
        let card: Option<CustomerId> = if guest.by_sms {
            said.card_by_number(tx, self.business, now).await?
        } else {
            said.card_by_address(tx, self.business, now).await?
        };
        Ok(Party::Card(card.ok_or_else(|| ApiError::new(Code::ServerError))?))
    }
}
