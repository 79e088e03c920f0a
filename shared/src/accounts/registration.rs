//! Making an account and proving its address.

use super::{
    codes::{self, Answer, Purpose},
    fields::{Email, Password, PersonName, Phone, Username, chosen_password},
    sessions::{self, TokenPair},
    store::{self, Addressee, NewUser, User},
};
use crate::{
    app::App,
    customers,
    db::Sql,
    http::{ApiError, Code, Form, FromForm},
    ids::UserId,
    language::Language,
};

/// Who wants an account. What a client may not choose (a role, a verified address) is not here, and so is ignored.
pub(super) struct Registration {
    username: Username,
    email: Email,
    password: Password,
    first_name: PersonName,
    last_name: PersonName,
    phone: Phone,
}

impl FromForm for Registration {
    fn from_form(form: &mut Form) -> Option<Self> {
        let username = form.required::<Username>("username");
        let email = form.required::<Email>("email");
        let first_name = form.or("first_name", PersonName::default());
        let last_name = form.or("last_name", PersonName::default());
        let phone = form.or("phone", Phone::default());
        let personal = [
            username.as_ref().map(Username::as_str),
            email.as_ref().map(Email::as_str),
            first_name.as_ref().map(PersonName::as_str),
            last_name.as_ref().map(PersonName::as_str),
        ];
        let personal: Vec<&str> = personal.into_iter().flatten().collect();
        let password = chosen_password(form, "password", &personal);
        Some(Self {
            username: username?,
            email: email?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
            phone: phone?,
        })
    }
}

/// What is told to whom the account of somebody else is in the way: all of it, so that nobody has to try twice.
async fn already_exists(on: &impl Sql, user: &NewUser<'_>) -> Result<ApiError, ApiError> {
    let (email, username) = store::taken(on, user.email, user.username).await?;
    let taken = [
        email.then_some((Code::EmailAlreadyExists, "email")),
        username.then_some((Code::UsernameAlreadyExists, "username")),
    ];
    Ok(ApiError::already_exists(&taken.into_iter().flatten().collect::<Vec<_>>()))
}

/// Makes the account, its first session, and the mail with the code: all or nothing.
pub(super) async fn register(
    app: &App,
    registration: Registration,
    language: Language,
    user_agent: &str,
) -> Result<(User, TokenPair), ApiError> {
    let password_hash = app.passwords().hash(registration.password.into_text()).await?;
    let now = app.now();
    let user = NewUser {
        id: UserId::new(now),
        username: registration.username.as_str(),
        email: registration.email.as_str(),
        password_hash: &password_hash,
        first_name: registration.first_name.as_str(),
        last_name: registration.last_name.as_str(),
        phone: registration.phone.as_str(),
        locale: language,
        email_verified: !app.config().email_verification,
        created_at: now,
    };
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if !store::insert(&tx, &user).await? {
        return Err(already_exists(&tx, &user).await?);
    }
    if !user.email_verified {
        codes::send(&tx, app, user.id, Purpose::VerifyEmail).await?;
    }
    let tokens = sessions::start(&tx, app, user.id, &password_hash, user_agent).await?;
    let tokens = tokens.ok_or(Code::ServerError)?;
    let user = store::user(&tx, user.id).await?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok((user, tokens))
}

/// Verifies an address with the code that was mailed to it.
///
/// # Errors
/// As [`codes::check`]; `VERIFICATION_CODE_USED`; `EMAIL_ALREADY_VERIFIED`.
pub(super) async fn verify(app: &App, answer: &Answer<'_>) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let person = match store::addressee(&connection, answer.email.as_str()).await? {
        Some(Addressee { email_verified: true, .. }) => return Err(Code::EmailAlreadyVerified.into()),
        Some(person) => person.id,
        None => codes::nobody(now),
    };
    let code = codes::check(&connection, app, person, Purpose::VerifyEmail, answer).await?;
    let tx = connection.begin().await?;
    // The person before the code, in the order in which an erasure takes them.
    store::mark_verified(&tx, person, now).await?;
    codes::use_up(&tx, code, now).await?;
    customers::adopt(&tx, person).await?;
    Ok(tx.commit().await?)
}

/// Mails another code, if there is anybody to mail one to.
pub(super) async fn resend(app: &App, email: &str) -> Result<(), ApiError> {
    let mut connection = app.connection().await?;
    let person = match store::addressee(&connection, email).await? {
        Some(Addressee { id, email_verified: false }) => id,
        _ => codes::nobody(app.now()),
    };
    let tx = connection.begin().await?;
    codes::send_again(&tx, app, person, Purpose::VerifyEmail).await?;
    Ok(tx.commit().await?)
}
