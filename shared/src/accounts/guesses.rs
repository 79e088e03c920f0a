//! Slowing down who guesses a password, without locking its owner out.
//!
//! Failed sign-ins are counted for whom they were meant, whether or not anybody of that name exists, and for that and
//! the address they came from. Once those for a name are used up, an address still has a few tries an hour of its own
//! there: the right password from it gets in, so that no stranger can keep the owner out; a wrong one is told the same as
//! if it had not been looked at. An address that has used up its own is not listened to any more.
//!
//! What remains: someone with very many addresses (networks, for IPv6) has those few guesses an hour from each of them.
//! Only a second factor, or shutting out the owner as well, could take them away.

use jiff::Timestamp;

use crate::{
    app::App,
    config::Rate,
    db::{self, Sql},
    http::{ApiError, Code},
    limits::{self, Address, Bucket, Counted, Standing},
};

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
            Some(counters) if !counters.of_name.allowed && !counters.from_here.allowed => Err(self.failed()),
            _ => Ok(()),
        }
    }

    /// What a wrong password is told.
    pub(super) fn failed(&self) -> ApiError {
        match &self.0 {
            Some(counters) if !counters.of_name.allowed => ApiError::rate_limited(counters.of_name),
            _ => Code::InvalidCredentials.into(),
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
