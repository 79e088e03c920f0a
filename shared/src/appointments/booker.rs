//! Who books, and for whom: a customer for themselves, with an account or as a guest, or somebody who works there for one who
//! may have no account.

use jiff::Timestamp;

use super::{
    admission,
    attempt::AttemptError,
    guests::Proven,
    holds::{self, Held},
    status::Status,
    view::Audience,
};
use crate::{
    accounts::Keys,
    availability::Loaded,
    customers::{Party, Whom},
    db::{self, Connection, Sql, Transaction},
    http::{ApiError, Code},
    ids::{BusinessId, HoldId, UserId},
    intake::{self, Answered, Given, Question},
    outbox::Happening,
};

/// Who books.
#[derive(Clone, Copy, Debug)]
pub(super) enum Booker<'a> {
    /// A customer.
    Customer(UserId),
    /// Somebody who works at the business, for a customer.
    Colleague { user: UserId, business: BusinessId, whom: &'a Whom },
    /// Somebody without an account, for themselves.
    Guest(Proven),
}

impl Booker<'_> {
    /// The account that asks: whose idempotency keys count.
    pub(super) fn user(&self) -> Option<UserId> {
        match *self {
            Self::Customer(user) | Self::Colleague { user, .. } => Some(user),
            Self::Guest(_) => None,
        }
    }

    /// What is held by who asks, and given up for the booking.
    pub(super) async fn held(
        &self,
        on: &impl Sql,
        hold: Option<HoldId>,
        now: Timestamp,
    ) -> Result<Option<Held>, db::Error> {
        match (self, self.user(), hold) {
            (Self::Guest(proven), ..) => Ok(Some(proven.held)),
            (_, Some(user), Some(hold)) => holds::of(on, hold, user, now).await,
            _ => Ok(None),
        }
    }

    /// Who sees what was booked for this customer.
    pub(super) fn audience(&self, customer: Party) -> Audience {
        match *self {
            Self::Customer(_) | Self::Guest(_) => customer.into(),
            Self::Colleague { business, .. } => Audience::Business(business),
        }
    }

    /// Whether the terms that customers book on do not count: how long before, and how far ahead.
    pub(super) fn is_business(&self) -> bool {
        matches!(self, Self::Colleague { .. })
    }

    /// Whether the customer may get a card before the appointment. Who has made one keeps the business from being rearranged,
    /// and must not wait for a calendar any more: who rearranges has all of them, and waits for the business.
    pub(super) fn makes_cards(&self) -> bool {
        matches!(self, Self::Colleague { .. } | Self::Guest(_))
    }

    /// For whom, where that is not who asks; for an idempotency key, from which nobody is to find out whom.
    pub(super) fn in_one_line(&self, keys: &Keys) -> String {
        match self {
            Self::Customer(_) | Self::Guest(_) => String::new(),
            Self::Colleague { whom, .. } => format!(" for {}", keys.fingerprint(&whom.in_one_line())),
        }
    }

    /// What is answered to what is asked. On the phone, not everything has to be.
    ///
    /// # Errors
    /// Those of [`intake::checked`].
    pub(super) fn answers(&self, asked: &[Question], given: &[Given]) -> Result<Vec<Answered>, ApiError> {
        if self.is_business() { intake::fitting(asked, given) } else { intake::checked(asked, given) }
    }

    /// A transaction to book in. What a colleague does to cards is written down as theirs.
    pub(super) async fn begin<'c>(
        &self,
        connection: &'c mut Connection,
        now: Timestamp,
    ) -> Result<Transaction<'c>, db::Error> {
        match *self {
            Self::Customer(_) | Self::Guest(_) => connection.begin().await,
            Self::Colleague { user, .. } => connection.begin_as(user, now).await,
        }
    }

    /// Whose the appointment is to be, and how it begins. What the business books is settled, whatever its customers' limits.
    ///
    /// # Errors
    /// `NOT_FOUND` if the business has no such card; those of [`Proven::party`] and of [`admission::admit`].
    pub(super) async fn admitted(
        &self,
        tx: &Transaction<'_>,
        loaded: &Loaded,
        now: Timestamp,
    ) -> Result<(Party, Status), AttemptError> {
        match *self {
            Self::Customer(user) => {
                let party = Party::Account(user);
                Ok((party, admission::admit(tx, loaded, party, now).await?))
            }
            Self::Guest(proven) => {
                let party = proven.party(tx, loaded, now).await?;
                Ok((party, admission::admit(tx, loaded, party, now).await?))
            }
            Self::Colleague { business, whom, .. } => {
                let party = whom.party(tx, business, now).await?;
                Ok((party.ok_or_else(|| ApiError::new(Code::NotFound))?, Status::Confirmed))
            }
        }
    }

    /// What is told of it: the business need not be told what it did itself.
    pub(super) fn happening(&self) -> Happening {
        match self {
            Self::Customer(_) | Self::Guest(_) => Happening::Booked,
            Self::Colleague { .. } => Happening::Confirmed,
        }
    }
}
