//! SMTP, by lettre.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use tokio::time::timeout;

use super::{CalendarFile, Mail, MailError, PATIENCE, message_id};
use crate::{
    config::{Encryption, Secretive, SmtpServer},
    ids::OutboxId,
};

/// An SMTP server we hand mail to.
#[derive(Debug)]
pub(super) struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Relay {
    pub(super) fn new(server: &SmtpServer) -> Result<Self, MailError> {
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
        Ok(Self { transport })
    }

    pub(super) async fn send(&self, id: OutboxId, from: &Mailbox, mail: &Mail) -> Result<(), MailError> {
        let unwritable = |error: Box<dyn std::error::Error + Send + Sync>| MailError::Unwritable(error);
        let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        let body = match &mail.calendar {
            Some(file) => MultiPart::mixed().multipart(body).singlepart(
                Attachment::new(CalendarFile::NAME.to_owned()).body(
                    file.content.clone(),
                    ContentType::parse(&file.content_type()).map_err(|e| unwritable(Box::new(e)))?,
                ),
            ),
            None => body,
        };
        let message = Message::builder()
            .from(from.clone())
            .to(mail.to.parse().map_err(|e| unwritable(Box::new(e)))?)
            .subject(mail.subject.clone())
            .message_id(Some(message_id(id, from)))
            .multipart(body)
            .map_err(|e| unwritable(Box::new(e)))?;
        // The transport itself is patient with no more than connecting.
        timeout(PATIENCE, self.transport.send(message)).await??;
        Ok(())
    }
}
