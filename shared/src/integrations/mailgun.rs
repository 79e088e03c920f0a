//! Mailgun's [webhooks](https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks): one event a
//! request, signed with HMAC-SHA256 over a time and a token, which is good once.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::events::{Event, Kind};
use crate::{accounts::mac_matches, config::Secretive};

/// What was posted.
#[derive(Deserialize)]
pub(super) struct Report {
    #[serde(rename = "signature")]
    proof: Proof,
    #[serde(rename = "event-data")]
    event: Value,
}

#[derive(Deserialize)]
struct Proof {
    timestamp: String,
    token: String,
    /// Hexadecimal.
    #[serde(rename = "signature")]
    mac: String,
}

impl Report {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    pub(super) fn token(&self) -> &str {
        &self.proof.token
    }

    /// When the report was signed, if it was signed with this key.
    pub(super) fn verify(&self, key: &Secretive) -> Option<Timestamp> {
        let Proof { timestamp, token, mac } = &self.proof;
        let mac = from_hex(mac)?;
        let signed = [timestamp.as_bytes(), token.as_bytes()];
        let right = mac_matches(key.0.as_bytes(), &signed, &mac);
        right.then(|| Timestamp::from_second(timestamp.parse().ok()?).ok()).flatten()
    }

    /// The event, if it concerns us.
    pub(super) fn event(&self) -> Option<Event> {
        let text = |name: &str| self.event[name].as_str();
        let permanent = text("severity") == Some("permanent");
        // Not even tried, because of an earlier bounce or complaint.
        let suppressed = text("reason").is_some_and(|reason| reason.starts_with("suppress-"));
        let (kind, for_good) = match text("event")? {
            "failed" if permanent && suppressed => (Kind::Dropped, false),
            "failed" if permanent => (Kind::Bounce, true),
            "complained" => (Kind::Complaint, true),
            _ => return None,
        };
        let message = self.event["user-variables"][crate::mail::MESSAGE_ID].as_str();
        Some(Event {
            provider: "mailgun",
            id: text("id")?.to_owned(),
            kind,
            message: message.and_then(|id| id.parse().ok()),
            suppresses: text("recipient").filter(|_| for_good).map(str::to_owned),
            at: Timestamp::from_second(self.seconds()?).ok()?,
        })
    }

    /// When it happened; Mailgun gives fractions.
    fn seconds(&self) -> Option<i64> {
        let number = self.event["timestamp"].as_number()?.to_string();
        number.split('.').next()?.parse().ok()
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
