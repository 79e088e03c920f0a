//! SMTP, by lettre.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::authentication::Credentials,
};
use tokio::time::timeout;

use super::{Mail, MailError, PATIENCE};
use crate::{
    config::{Encryption, Secretive, SmtpServer},
    ids::OutboxId,
};

/// An SMTP server we hand mail to.
#[derive(Debug)]
pub(super) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Relay {
    pub(super) fn new(server: &SmtpServer, from: &str) -> Result<Self, MailError> {
        let builder = match server.encryption {
            Encryption::Implicit => AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host)?,
            Encryption::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&server.host)?,
            Encryption::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host),
        };
        let builder = builder.port(server.port);
        let transport = match server.credentials.clone() {
            Some((user, Secretive(password))) => {
                builder.credentials(Credentials::new(user, password)).build()
            }
            None => builder.build(),
        };
        Ok(Self { transport, from: from.parse().map_err(|_| MailError::From)? })
    }

    pub(super) async fn send(&self, id: OutboxId, mail: &Mail) -> Result<(), MailError> {
        let unwritable = |error: Box<dyn std::error::Error + Send + Sync>| MailError::Unwritable(error);
        let message = Message::builder()
            .from(self.from.clone())
            .to(mail.to.parse().map_err(|e| unwritable(Box::new(e)))?)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|e| unwritable(Box::new(e)))?;
        // The transport itself is patient with no more than connecting.
        timeout(PATIENCE, self.transport.send(message)).await??;
        Ok(())
    }
}
