//! Mail: what is written ([`Mail`]) and how it leaves ([`Mailer`]). When it leaves is the outbox's business.

mod calendar;
mod error;
mod letter;
mod local;
mod mailgun;
mod provider;
mod sendgrid;
mod smtp;

use std::{path::PathBuf, sync::Arc};

use lettre::message::Mailbox;

pub(crate) use calendar::{Entry as CalendarEntry, State as CalendarState, file as calendar_file};
pub use error::{MailError, Refusal};
pub(crate) use letter::Letter;
pub use letter::{CalendarFile, Mail};
pub(crate) use local::keep as keep_locally;
pub(crate) use provider::Account as ProviderAccount;

use crate::{
    clock::Clock,
    config::{Config, MailTransport},
    ids::OutboxId,
    outgoing,
};

/// How long sending one mail may take.
pub const PATIENCE: std::time::Duration = outgoing::PATIENCE;

/// The argument under which providers keep our id of a message, and give it back in their events.
pub const MESSAGE_ID: &str = "sessly_message_id";

/// The way out for mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    from: Mailbox,
    /// The sender's address as text.
    sender: String,
    transport: Transport,
}

#[derive(Debug)]
enum Transport {
    Local(PathBuf),
    Smtp(Box<smtp::Relay>),
    SendGrid(provider::Account),
    Mailgun(provider::Account),
}

impl Mailer {
    /// The transport that the configuration names. Connects to nothing yet.
    ///
    /// # Errors
    /// [`MailError::From`], [`MailError::Provider`], or one of TLS if that cannot be set up.
    pub fn new(config: &Config) -> Result<Self, MailError> {
        let from: Mailbox = config.mail_from.parse().map_err(|_| MailError::From)?;
        let transport = match &config.mail {
            MailTransport::Local(folder) => Transport::Local(folder.clone()),
            MailTransport::Smtp(server) => Transport::Smtp(Box::new(smtp::Relay::new(server)?)),
            MailTransport::SendGrid(settings) => Transport::SendGrid(sendgrid::account(settings)?),
            MailTransport::Mailgun(settings) => Transport::Mailgun(mailgun::account(settings)?),
        };
        Ok(Self(Arc::new(Inner { sender: from.email.to_string(), from, transport })))
    }

    /// The address that mail comes from.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.0.sender
    }

    /// Sends one mail. The id tells a receiver that has seen it that this is a repetition.
    ///
    /// # Errors
    /// [`MailError`], which knows whether to try again.
    pub async fn send(&self, id: OutboxId, mail: &Mail, clock: &Clock) -> Result<(), MailError> {
        let from = &self.0.from;
        match &self.0.transport {
            Transport::Local(folder) => local::keep(folder, id, mail, clock.now()).await,
            Transport::Smtp(relay) => relay.send(id, from, mail).await,
            Transport::SendGrid(account) => sendgrid::send(account, id, from, mail).await,
            Transport::Mailgun(account) => mailgun::send(account, id, from, mail).await,
        }
    }
}

/// A message's own name in the world of mail, the same however often it is sent.
fn message_id(id: OutboxId, from: &Mailbox) -> String {
    format!("<{id}@{}>", from.email.domain())
}
