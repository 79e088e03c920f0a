//! [SMSAPI](https://www.smsapi.pl/docs)'s `sms.do`. It answers 200 to what it refuses as well, with the number of an error.

use axum::body::Bytes;
use serde::Deserialize;

use super::{FORM, Sms, form};
use crate::{
    config::SmsApi,
    ids::OutboxId,
    mail::{MailError, ProviderAccount, Refusal},
};

#[derive(Debug)]
pub(super) struct Account {
    account: ProviderAccount,
    /// Empty: what the account has by itself.
    sender: String,
}

/// What it answers; of what it took, no `error`.
#[derive(Deserialize)]
struct Answer {
    error: Option<u32>,
}

/// A message with the same `idx` has been taken already.
const TAKEN_BEFORE: u32 = 53;
/// The number is none, or not one that can be written to.
const WRONG_NUMBER: u32 = 13;
/// What concerns this message alone: it is too long, empty, or has letters or a number that cannot be.
const ABOUT_THE_MESSAGE: [u32; 4] = [11, 12, WRONG_NUMBER, 17];
/// The sender's name, the token, the credit, the address we call from, what the account may do.
const ABOUT_US: [u32; 6] = [14, 101, 102, 103, 105, 110];

impl Account {
    pub(super) fn new(settings: &SmsApi) -> Result<Self, MailError> {
        let address = format!("{}/sms.do", settings.base_url);
        let account = ProviderAccount::new(&address, format!("Bearer {}", settings.token.0))?;
        Ok(Self { account, sender: settings.sender.clone() })
    }

    pub(super) async fn send(&self, id: OutboxId, sms: &Sms) -> Result<(), MailError> {
        let idx = id.uuid().simple().to_string();
        let to = sms.to.trim_start_matches('+');
        let mut fields =
            vec![("to", to), ("message", sms.text.as_str()), ("format", "json"), ("encoding", "utf-8")];
        if !self.sender.is_empty() {
            fields.push(("from", &self.sender));
        }
        fields.extend([("idx", idx.as_str()), ("check_idx", "1")]);
        let body = self.account.post(id, FORM, Bytes::from(form(&fields))).await?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| MailError::Odd("the provider's answer was not its own"))?;
        match answer.error {
            None | Some(TAKEN_BEFORE) => Ok(()),
            Some(number) => Err(MailError::Numbered { number, meaning: meaning(number) }),
        }
    }
}

fn meaning(error: u32) -> Refusal {
    match error {
        error if ABOUT_THE_MESSAGE.contains(&error) => Refusal::OfThisMessage,
        error if ABOUT_US.contains(&error) => Refusal::OfUs,
        _ => Refusal::ForNow,
    }
}
