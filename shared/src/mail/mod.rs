//! Mail: what is written ([`Mail`]) and how it leaves ([`Mailer`]). When it leaves is the outbox's business.

mod letter;
mod local;
mod smtp;

use std::{path::PathBuf, sync::Arc, time::Duration};

use lettre::transport::smtp::response::Category;
use thiserror::Error;
use tokio::time::error::Elapsed;

pub use letter::{Mail, Words};

use crate::{
    clock::Clock,
    config::{Config, MailTransport},
    ids::OutboxId,
};

/// How long sending one mail may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why a mail did not leave.
#[derive(Debug, Error)]
pub enum MailError {
    /// `DEFAULT_FROM_EMAIL` is not an address.
    #[error("DEFAULT_FROM_EMAIL is not an address")]
    From,
    /// The recipient's address or the text cannot be made into a mail.
    #[error("the mail cannot be written")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server could not be reached or refused.
    #[error("the mail server did not take the mail: {}", without_reply(.0))]
    Smtp(lettre::transport::smtp::Error),
    /// The server took longer than [`PATIENCE`].
    #[error("the mail server did not answer in time")]
    Slow(#[from] Elapsed),
    /// The local mailbox could not be written.
    #[error("the local mailbox could not be written")]
    Local(#[from] std::io::Error),
}

impl From<lettre::transport::smtp::Error> for MailError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Smtp(error)
    }
}

/// What went wrong, fit for a log: of a server's reply the code only, for the text often repeats the address. For the
/// same reason the error is not given as a source.
fn without_reply(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| error.to_string(), |code| format!("it answered {code}"))
}

impl MailError {
    /// Whether trying again is pointless.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            // A sign-in that the server refuses (530, 535, …) says nothing about the mail.
            Self::Smtp(error) => {
                let about_us = error.status().is_some_and(|code| code.category == Category::Unspecified3);
                error.is_permanent() && !about_us
            }
            Self::From | Self::Unwritable(_) => true,
            Self::Slow(_) | Self::Local(_) => false,
        }
    }
}

/// The way out for mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer(Arc<Transport>);

#[derive(Debug)]
enum Transport {
    Local(PathBuf),
    Smtp(Box<smtp::Relay>),
}

impl Mailer {
    /// The transport that the configuration names. Connects to nothing yet.
    ///
    /// # Errors
    /// [`MailError::From`], or [`MailError::Smtp`] if TLS cannot be set up.
    pub fn new(config: &Config) -> Result<Self, MailError> {
        let transport = match &config.mail {
            MailTransport::Local(folder) => Transport::Local(folder.clone()),
            MailTransport::Smtp(server) => {
                Transport::Smtp(Box::new(smtp::Relay::new(server, &config.mail_from)?))
            }
        };
        Ok(Self(Arc::new(transport)))
    }

    /// Sends one mail. The id tells a receiver that has seen it that this is a repetition.
    ///
    /// # Errors
    /// [`MailError`], which knows whether to try again.
    pub async fn send(&self, id: OutboxId, mail: &Mail, clock: &Clock) -> Result<(), MailError> {
        match &*self.0 {
            Transport::Local(folder) => local::keep(folder, id, mail, clock.now()).await,
            Transport::Smtp(relay) => relay.send(id, mail).await,
        }
    }
}
