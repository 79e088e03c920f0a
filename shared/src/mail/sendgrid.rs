//! SendGrid's [v3 API](https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send).

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::message::Mailbox;
use serde_json::{Value, json};

use super::{CalendarFile, MESSAGE_ID, Mail, MailError, message_id, provider::Account};
use crate::{config::SendGrid, ids::OutboxId};

pub(super) fn account(settings: &SendGrid) -> Result<Account, MailError> {
    Account::new(&format!("{}/v3/mail/send", settings.base_url), format!("Bearer {}", settings.api_key.0))
}

pub(super) async fn send(
    account: &Account,
    id: OutboxId,
    from: &Mailbox,
    mail: &Mail,
) -> Result<(), MailError> {
    account.post(id, "application/json", Bytes::from(body(id, from, mail).to_string())).await.map(drop)
}

fn body(id: OutboxId, from: &Mailbox, mail: &Mail) -> Value {
    let mut sender = json!({ "email": from.email.to_string() });
    if let Some(name) = &from.name {
        sender["name"] = json!(name);
    }
    let mut body = json!({
        "personalizations": [{ "to": [{ "email": mail.to }], "custom_args": { MESSAGE_ID: id } }],
        "from": sender,
        "subject": mail.subject,
        "content": [
            { "type": "text/plain", "value": mail.text },
            { "type": "text/html", "value": mail.html },
        ],
        "headers": { "Message-ID": message_id(id, from) },
        // Links stay as they are written, and nobody is watched reading.
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false },
        },
    });
    if let Some(file) = &mail.calendar {
        body["attachments"] = json!([{
            "content": STANDARD.encode(&file.content),
            // With a second parameter the API refuses the type (sendgrid/sendgrid-nodejs#1313).
            "type": format!("text/calendar; method={}", file.method),
            "filename": CalendarFile::NAME,
            "disposition": "attachment",
        }]);
    }
    body
}
