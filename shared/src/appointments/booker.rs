//! Who books, and for whom: a customer for themselves, or somebody who works there for one who may have no account.

use jiff::Timestamp;

use super::{admission, attempt::AttemptError, status::Status, view::Audience};
use crate::{
    accounts::Keys,
    availability::Loaded,
    customers::{Party, Whom},
    db::{self, Connection, Transaction},
    http::{ApiError, Code},
    ids::{BusinessId, UserId},
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
}

impl Booker<'_> {
    /// Whose request it is: who holds what is to be booked, and whose idempotency keys count.
    pub(super) fn user(&self) -> UserId {
        match *self {
            Self::Customer(user) | Self::Colleague { user, .. } => user,
        }
    }

    /// Who sees what was booked.
    pub(super) fn audience(&self) -> Audience {
        match *self {
            Self::Customer(user) => Audience::Customer(user),
            Self::Colleague { business, .. } => Audience::Business(business),
        }
    }

    /// Whether the terms that customers book on do not count: how long before, and how far ahead.
    pub(super) fn is_business(&self) -> bool {
        matches!(self, Self::Colleague { .. })
    }

    /// For whom, where that is not who asks; for an idempotency key, from which nobody is to find out whom.
    pub(super) fn in_one_line(&self, keys: &Keys) -> String {
        match self {
            Self::Customer(_) => String::new(),
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
            Self::Customer(_) => connection.begin().await,
            Self::Colleague { user, .. } => connection.begin_as(user, now).await,
        }
    }

    /// Whose the appointment is to be, and how it begins. What the business books is settled, whatever its customers' limits.
    ///
    /// # Errors
    /// `NOT_FOUND` if the business has no such card; those of [`admission::admit`].
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
            Self::Colleague { business, whom, .. } => {
                let party = whom.party(tx, business, now).await?;
                Ok((party.ok_or_else(|| ApiError::new(Code::NotFound))?, Status::Confirmed))
            }
        }
    }

    /// What is told of it: the business need not be told what it did itself.
    pub(super) fn happening(&self) -> Happening {
        match self {
            Self::Customer(_) => Happening::Booked,
            Self::Colleague { .. } => Happening::Confirmed,
        }
    }
}
