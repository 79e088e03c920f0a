//! Twilio's [Messages resource](https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{FORM, Sms, form};
use crate::{
    config::Twilio,
    ids::OutboxId,
    mail::{MailError, ProviderAccount},
};

#[derive(Debug)]
pub(super) struct Account {
    account: ProviderAccount,
    /// A number, a name, or the id of a messaging service (`MG…`).
    sender: String,
}

impl Account {
    pub(super) fn new(settings: &Twilio) -> Result<Self, MailError> {
        let Twilio { sid, token, base_url, .. } = settings;
        let address = format!("{base_url}/2010-04-01/Accounts/{sid}/Messages.json");
        let credentials = STANDARD.encode(format!("{sid}:{}", token.0));
        let account = ProviderAccount::new(&address, format!("Basic {credentials}"))?;
        Ok(Self { account, sender: settings.sender.clone() })
    }

    pub(super) async fn send(&self, id: OutboxId, sms: &Sms) -> Result<(), MailError> {
        let by = if self.sender.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let fields = [("To", sms.to.as_str()), (by, self.sender.as_str()), ("Body", sms.text.as_str())];
        self.account.post(id, FORM, Bytes::from(form(&fields))).await.map(drop)
    }
}
