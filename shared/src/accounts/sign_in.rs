//! Signing in: the right password for a name or an address becomes a session.

use super::{
    fields::Password,
    guesses::Guess,
    passwords::Passwords,
    sessions::{self, TokenPair},
    store::{self, User},
};
use crate::{
    app::App,
    customers, db,
    http::{ApiError, Code},
    limits::Address,
};

/// How often a password is looked at: once more if the hash was replaced meanwhile.
const LOOKS: usize = 2;

/// Somebody who wants to sign in.
pub(super) struct Attempt<'a> {
    /// Their address or username.
    pub(super) identifier: &'a str,
    pub(super) password: Password,
    pub(super) from: Address,
    pub(super) user_agent: &'a str,
}

/// Signs somebody in.
///
/// # Errors
/// `INVALID_CREDENTIALS`, also when the password was changed while it was looked at; `EMAIL_NOT_VERIFIED`;
/// `RATE_LIMITED`.
pub(super) async fn sign_in(app: &App, attempt: Attempt<'_>) -> Result<(User, TokenPair), ApiError> {
    let Attempt { identifier, password, from, user_agent } = attempt;
    let password = password.into_text();
    let (guess, mut found, earlier) = guess_and_find(app, identifier, from).await?;
    guess.may_be_looked_at()?;
    for _ in 0..LOOKS {
        let (user, hash) = found.unzip();
        let right = app.passwords().verify(password.clone(), hash.clone(), earlier).await?;
        let Some((user, hash)) = user.zip(hash).filter(|_| right) else { break };
        if !user.email_verified {
            guess.succeeded(&app.connection().await?, app.now()).await?;
            return Err(Code::EmailNotVerified.into());
        }
        let renewed = if Passwords::is_outdated(&hash) {
            Some(app.passwords().hash(password.clone()).await?)
        } else {
            None
        };
        if let Some(tokens) = open_session(app, &guess, &user, (&hash, renewed), user_agent).await? {
            return Ok((user, tokens));
        }
        // Whoever replaced it knew the password too, or chose another one. (Who signs in twice at once, for the first time
        // since they came from the earlier version, has their hash replaced by one of both.)
        found = store::user_to_sign_in(&app.connection().await?, identifier).await?;
    }
    Err(guess.failed(Code::InvalidCredentials))
}

/// In one round trip; the connection is given back before the password is hashed, which takes long.
async fn guess_and_find(
    app: &App,
    identifier: &str,
    from: Address,
) -> Result<(Guess, Option<(User, String)>, u32), db::Error> {
    let connection = app.connection().await?;
    tokio::try_join!(
        Guess::count(&connection, app, identifier, from),
        store::user_to_sign_in(&connection, identifier),
        store::most_earlier_iterations(&connection)
    )
}

/// Starts a session, takes over what they have booked without one meanwhile, and stores the hash that the proven one is to be
/// renewed by. `None` if the proven one is not the one that is stored any more.
async fn open_session(
    app: &App,
    guess: &Guess,
    user: &User,
    (proven, renewed): (&str, Option<String>),
    user_agent: &str,
) -> Result<Option<TokenPair>, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if let Some(new) = &renewed
        && !store::set_password(&tx, user.id, Some(proven), new, now).await?
    {
        return Ok(None);
    }
    let current = renewed.as_deref().unwrap_or(proven);
    let Some(tokens) = sessions::start(&tx, app, user.id, current, user_agent).await? else {
        return Ok(None);
    };
    let (noted, caught_up) = tokio::join!(guess.succeeded(&tx, now), customers::catch_up(&tx, user.id));
    noted?;
    caught_up?;
    tx.commit().await?;
    Ok(Some(tokens))
}
