//! Another password: for those who know the present one, and for those who prove their address instead.

use jiff::Timestamp;

use super::{
    caller::Caller,
    codes::{self, Answer, Purpose},
    fields::{Email, Password, chosen_password, weakness},
    guesses, sessions,
    store::{self, Addressee, Credentials},
};
use crate::{
    app::App,
    db::{self, Transaction},
    http::{ApiError, Code, Form, FromForm, form::Text},
    ids::{SessionId, UserId},
    limits::Address,
    outbox::{self, Notice},
};

const NEW: &str = "new_password";

/// The present password, and the one to be.
pub(super) struct Change {
    old: Password,
    new: Password,
}

impl FromForm for Change {
    fn from_form(form: &mut Form) -> Option<Self> {
        let old = form.required("old_password");
        let new = chosen_password(form, NEW, &[]);
        Some(Self { old: old?, new: new? })
    }
}

/// Changes the password of someone who knows the present one. Ends their other sessions.
///
/// # Errors
/// `WRONG_PASSWORD`, also when it has just been changed by someone else; `RATE_LIMITED`; `VALIDATION_ERROR`.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    change: Change,
    from: Address,
) -> Result<(), ApiError> {
    let current = store::credentials(&app.connection().await?, caller.user).await?;
    let current = current.ok_or(Code::InvalidToken)?;
    guesses::check_present(app, &current, change.old, from).await?;
    refuse_if_like(&current, &change.new)?;
    let new_hash = app.passwords().hash(change.new.into_text()).await?;
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if !store::set_password(&tx, caller.user, Some(&current.password_hash), &new_hash, now).await? {
        return Err(Code::WrongPassword.into());
    }
    follow_up(&tx, caller.user, Some(caller.session), now).await?;
    Ok(tx.commit().await?)
}

/// What every change brings about: sessions but this one end, codes for changing it are void, and the person is told.
async fn follow_up(
    tx: &Transaction<'_>,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let notice = Notice::PasswordChanged { user };
    let (ended, withdrawn, told) = tokio::join!(
        sessions::revoke_all(tx, user, but, now),
        codes::withdraw(tx, user, Purpose::ResetPassword),
        outbox::add(tx, now, &notice),
    );
    ended?;
    withdrawn?;
    told
}

fn refuse_if_like(person: &Credentials, new: &Password) -> Result<(), ApiError> {
    match weakness(new.as_str(), &person.personal()) {
        Some(message) => Err(ApiError::invalid_field(NEW, message)),
        None => Ok(()),
    }
}

/// Mails a code to choose a new password with, if there is anybody to mail one to.
pub(super) async fn ask(app: &App, email: &str) -> Result<(), ApiError> {
    let mut connection = app.connection().await?;
    let person = addressee(app, store::addressee(&connection, email).await?);
    let tx = connection.begin().await?;
    codes::send_again(&tx, app, person, Purpose::ResetPassword).await?;
    Ok(tx.commit().await?)
}

fn addressee(app: &App, found: Option<Addressee>) -> UserId {
    found.map_or_else(|| codes::nobody(app.now()), |person| person.id)
}

/// A new password, and the code that was mailed to the address.
pub(super) struct Reset {
    email: Email,
    code: Text<1, 32>,
    new: Password,
}

impl FromForm for Reset {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.required::<Email>("email");
        let code = form.required("code");
        let personal: Vec<&str> = email.iter().map(Email::as_str).collect();
        let new = chosen_password(form, NEW, &personal);
        Some(Self { email: email?, code: code?, new: new? })
    }
}

/// Gives a new password to someone who proves their address, which thereby is verified. Ends all their sessions.
///
/// # Errors
/// As [`codes::check`]; `VALIDATION_ERROR` if the password is like the person, which is told only to those who know
/// the code; it can still be used.
pub(super) async fn reset(app: &App, reset: Reset, from: Address) -> Result<(), ApiError> {
    let (person, code, current) = {
        let connection = app.connection().await?;
        let person = addressee(app, store::addressee(&connection, reset.email.as_str()).await?);
        let answer = Answer { email: &reset.email, digits: reset.code.as_str(), from };
        let code = codes::check(&connection, app, person, Purpose::ResetPassword, &answer).await?;
        (person, code, store::credentials(&connection, person).await?)
    };
    let current = current.ok_or(Code::InvalidVerificationCode)?;
    refuse_if_like(&current, &reset.new)?;
    let new_hash = app.passwords().hash(reset.new.into_text()).await?;
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    // The person before the code, in the order in which an erasure takes them.
    if !store::set_password(&tx, person, None, &new_hash, now).await? {
        return Err(Code::InvalidVerificationCode.into());
    }
    codes::use_up(&tx, code, now).await?;
    let (verified, followed) =
        tokio::join!(store::mark_verified(&tx, person, now), follow_up(&tx, person, None, now));
    verified?;
    followed?;
    Ok(tx.commit().await?)
}
