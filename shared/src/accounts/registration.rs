//! Making an account and proving its address.

use super::{
    codes::{self, Purpose},
    fields::{Email, Password, PersonName, Phone, Username, weakness},
    sessions::{self, TokenPair},
    store::{self, Addressee, NewUser, User},
};
use crate::{
    app::App,
    db::{self, Transaction},
    http::{ApiError, Code, Form, FromForm},
    ids::UserId,
    language::{Language, Message},
    outbox::{self, Notice},
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
        let password = chosen_password(form, &personal);
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

/// A password someone chooses, typed twice if the client asks for that.
fn chosen_password(form: &mut Form, personal: &[&str]) -> Option<Password> {
    let password = form.required::<Password>("password");
    let again = form.optional::<Password>("password2");
    let (password, again) = (password?, again?);
    let differs = again.is_some_and(|again| again.as_str() != password.as_str());
    if differs {
        form.refuse::<()>("password2", Message::PasswordsDiffer);
    }
    match weakness(password.as_str(), personal) {
        Some(message) => form.refuse("password", message),
        None => Some(password),
    }
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
    store::insert(&tx, &user).await?;
    if !user.email_verified {
        send_code(&tx, app, user.id).await?;
    }
    let tokens = sessions::start(&tx, app, user.id, user_agent).await?;
    let user = store::user(&tx, user.id).await?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok((user, tokens))
}

async fn send_code(tx: &Transaction<'_>, app: &App, user: UserId) -> Result<(), db::Error> {
    let code = codes::issue(tx, app, user, Purpose::VerifyEmail).await?;
    outbox::add(tx, app.now(), &Notice::VerificationCode { user, code }).await
}

/// Verifies an address with the code that was mailed to it.
///
/// # Errors
/// As [`codes::redeem`]; `EMAIL_ALREADY_VERIFIED`.
pub(super) async fn verify(app: &App, email: &Email, digits: &str) -> Result<(), ApiError> {
    let connection = app.connection().await?;
    let person = store::addressee(&connection, email.as_str()).await?;
    // Told as if the code were wrong: whether the address is known is nobody's business.
    let person = person.ok_or(Code::InvalidVerificationCode)?;
    if person.email_verified {
        return Err(Code::EmailAlreadyVerified.into());
    }
    codes::redeem(&connection, app, person.id, Purpose::VerifyEmail, digits).await?;
    Ok(store::mark_verified(&connection, person.id, app.now()).await?)
}

/// Mails another code, if there is anybody to mail one to.
pub(super) async fn resend(app: &App, email: &Email) -> Result<(), ApiError> {
    let mut connection = app.connection().await?;
    if let Some(Addressee { id, email_verified: false }) =
        store::addressee(&connection, email.as_str()).await?
    {
        let tx = connection.begin().await?;
        send_code(&tx, app, id).await?;
        tx.commit().await?;
    }
    Ok(())
}
