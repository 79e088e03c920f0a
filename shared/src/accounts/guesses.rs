//! Slowing down who guesses a password, without locking its owner out.
//!
//! Failed sign-ins are counted for whom they were meant, whether or not anybody of that name exists, and for that and
//! the address they came from. Once those for a name are used up, an address still has a few tries an hour of its own
//! there: the right password from it gets in, so that no stranger can keep the owner out; a wrong one is told the same as
//! if it had not been looked at. An address that has used up its own is not listened to any more.
//!
//! Whoever is signed in and gives their present password, to change it or to leave, is counted in the same way and with the
//! same counters, those of their mail address: a stolen token does not help to guess.
//!
//! What remains: someone with very many addresses (networks, for IPv6) has those few guesses an hour from each of them.
//! Only a second factor, or shutting out the owner as well, could take them away.

use jiff::Timestamp;

use super::{fields::Password, store::Credentials};
use crate::{
    app::App,
    config::Rate,
    db::{self, Sql},
    http::{ApiError, Code},
    limits::{self, Address, Bucket, Counted, Standing},
};

/// Checks the present password of somebody who is signed in.
///
/// # Errors
/// `WRONG_PASSWORD`, `RATE_LIMITED`.
pub(super) async fn check_present(
    app: &App,
    person: &Credentials,
    password: Password,
    from: Address,
) -> Result<(), ApiError> {
    let guess = Guess::count(&app.connection().await?, app, person.email(), from).await?;
    guess.may_be_looked_at()?;
    // Theirs to know what kind of hash they have: it need not take as long as for anybody else.
    if !app.passwords().verify(password.into_text(), Some(person.password_hash.clone()), 0).await? {
        return Err(guess.failed(Code::WrongPassword));
    }
    Ok(guess.succeeded(&app.connection().await?, app.now()).await?)
}

/// An attempt to sign in, already counted as if it had failed: of any number at once, none gets ahead of the counting.
pub(super) struct Guess(Option<Counters>);

struct Counters {
    name: Bucket,
    here: Bucket,
    of_name: Standing,
    from_here: Standing,
}

impl Guess {
    /// Counts an attempt.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub(super) async fn count(
        on: &impl Sql,
        app: &App,
        identifier: &str,
        address: Address,
    ) -> Result<Self, db::Error> {
        let Some(rate) = app.config().rate_limits.auth else { return Ok(Self(None)) };
        let name = Counted::SignIn(identifier).at(rate, app.keys());
        let here = Counted::SignInFrom(identifier, address).at(Rate::hourly(rate.count), app.keys());
        let now = app.now();
        let (of_name, from_here) =
            tokio::try_join!(limits::take(on, &name, now), limits::take(on, &here, now))?;
        Ok(Self(Some(Counters { name, here, of_name, from_here })))
    }

    /// Whether to look at the password at all.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub(super) fn may_be_looked_at(&self) -> Result<(), ApiError> {
        match &self.0 {
            Some(Counters { of_name, from_here, .. }) if !of_name.allowed && !from_here.allowed => {
                Err(ApiError::rate_limited(*of_name))
            }
            _ => Ok(()),
        }
    }

    /// What a wrong password is told: `wrong`, as long as there are tries.
    pub(super) fn failed(&self, wrong: Code) -> ApiError {
        match &self.0 {
            Some(counters) if !counters.of_name.allowed => ApiError::rate_limited(counters.of_name),
            _ => wrong.into(),
        }
    }

    /// The password was right: nothing failed.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub(super) async fn succeeded(&self, on: &impl Sql, now: Timestamp) -> Result<(), db::Error> {
        let Some(counters) = &self.0 else { return Ok(()) };
        let give_back = async |bucket: &Bucket, standing: Standing| {
            if standing.allowed { limits::give_back(on, bucket, now).await } else { Ok(()) }
        };
        tokio::try_join!(
            give_back(&counters.name, counters.of_name),
            give_back(&counters.here, counters.from_here)
        )
        .map(drop)
    }
}
