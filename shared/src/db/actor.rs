//! On whose behalf a transaction changes what is audited. The trigger that writes the audit (`migrations/0012_audit.sql`)
//! reads it from settings that last as long as the transaction, whichever connection a pooler picks for the next one.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::Error;
use crate::{ids::UserId, monitoring::Record};

/// Says who `$1` acts and when `$2`, until the transaction ends.
pub const SAY_WHO: &str = "select set_config('sessly.actor', $1, true), set_config('sessly.at', $2, true)";

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with an account.
    Person(UserId),
    /// Nobody in particular: what time brings, or what an erasure takes along.
    System,
}

impl From<UserId> for Actor {
    fn from(person: UserId) -> Self {
        Self::Person(person)
    }
}

/// What a transaction has yet to say of itself.
#[derive(Debug)]
pub(super) struct OnBehalfOf {
    actor: Actor,
    at: Timestamp,
    said: AtomicBool,
}

impl OnBehalfOf {
    pub(super) fn new(actor: Actor, at: Timestamp) -> Self {
        Self { actor, at, said: AtomicBool::new(false) }
    }

    /// Says it, the first time. Unnamed, so that it is sent at once: what is polled after it comes after it.
    pub(super) async fn say(&self, on: &deadpool_postgres::Transaction<'_>) -> Result<(), Error> {
        if self.said.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let actor = match self.actor {
            Actor::Person(person) => person.to_string(),
            Actor::System => "system".to_owned(),
        };
        let at = self.at.to_string();
        Record::note(Record::statement_sent);
        on.execute_typed(SAY_WHO, &[(&actor, Type::TEXT), (&at, Type::TEXT)]).await?;
        Ok(())
    }
}
