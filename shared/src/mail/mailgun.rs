//! Mailgun's [v3 API](https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages).

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::message::Mailbox;
use uuid::Uuid;

use super::{CalendarFile, MESSAGE_ID, Mail, MailError, message_id, provider::Account};
use crate::{config::Mailgun, ids::OutboxId};

pub(super) fn account(settings: &Mailgun) -> Result<Account, MailError> {
    let credentials = STANDARD.encode(format!("api:{}", settings.api_key.0));
    Account::new(
        &format!("{}/v3/{}/messages", settings.base_url, settings.domain),
        format!("Basic {credentials}"),
    )
}

pub(super) async fn send(
    account: &Account,
    id: OutboxId,
    from: &Mailbox,
    mail: &Mail,
) -> Result<(), MailError> {
    let form = form(id, from, mail);
    account.post(id, &form.content_type(), form.finish()).await.map(drop)
}

fn form(id: OutboxId, from: &Mailbox, mail: &Mail) -> Multipart {
    let mut form = Multipart::new();
    form.field("from", &from.to_string());
    form.field("to", &mail.to);
    form.field("subject", &mail.subject);
    form.field("text", &mail.text);
    form.field("html", &mail.html);
    form.field("h:Message-Id", &message_id(id, from));
    form.field(&format!("v:{MESSAGE_ID}"), &id.to_string());
    // Links stay as they are written, and nobody is watched reading.
    form.field("o:tracking", "no");
    if let Some(file) = &mail.calendar {
        form.file("attachment", CalendarFile::NAME, &file.content_type(), &file.content);
    }
    form
}

/// A `multipart/form-data` body ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)). Names are our own.
struct Multipart {
    /// Random, so that nothing anybody wrote contains it.
    boundary: String,
    body: String,
}

impl Multipart {
    fn new() -> Self {
        let boundary = Uuid::from_bytes(rand::random()).simple().to_string();
        Self { boundary, body: String::new() }
    }

    fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    fn field(&mut self, name: &str, value: &str) {
        self.part(&format!("name=\"{name}\""), "", value);
    }

    fn file(&mut self, name: &str, file: &str, content_type: &str, content: &str) {
        let disposition = format!("name=\"{name}\"; filename=\"{file}\"");
        self.part(&disposition, &format!("Content-Type: {content_type}\r\n"), content);
    }

    fn part(&mut self, disposition: &str, header: &str, content: &str) {
        let boundary = &self.boundary;
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n{header}\r\n");
        self.body.extend([head.as_str(), content, "\r\n"]);
    }

    fn finish(mut self) -> Bytes {
        self.body.extend(["--", &self.boundary, "--\r\n"]);
        Bytes::from(self.body)
    }
}
