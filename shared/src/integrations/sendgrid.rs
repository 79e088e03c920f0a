//! SendGrid's [Event Webhook](https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event): a list of
//! events, signed with ECDSA on P-256 over the time and the body.

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::Deserialize;

use super::events::{Event, Kind};

const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";
const TIMESTAMP: &str = "x-twilio-email-event-webhook-timestamp";

/// When the request was signed, if it was signed with this key.
pub(super) fn verify(key: &[u8], headers: &HeaderMap, body: &[u8]) -> Option<Timestamp> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (signature, timestamp) = (header(SIGNATURE)?, header(TIMESTAMP)?);
    let signature = STANDARD.decode(signature).ok()?;
    let signed = [timestamp.as_bytes(), body].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(&signed, &signature).ok()?;
    Timestamp::from_second(timestamp.parse().ok()?).ok()
}

#[derive(Deserialize)]
struct Reported {
    event: String,
    sg_event_id: Option<String>,
    email: Option<String>,
    timestamp: i64,
    /// Of a bounce: `bounce`, which is for good, or `blocked`.
    #[serde(rename = "type")]
    bounce: Option<String>,
    sessly_message_id: Option<String>,
}

/// Those of the reported events that concern us; none at all if they cannot be read.
pub(super) fn events(body: &[u8]) -> Option<Vec<Event>> {
    let reported: Vec<Reported> = serde_json::from_slice(body).ok()?;
    Some(reported.into_iter().filter_map(Reported::event).collect())
}

impl Reported {
    fn event(self) -> Option<Event> {
        let blocked = self.bounce.as_deref() == Some("blocked");
        let (kind, for_good) = match self.event.as_str() {
            "bounce" => (Kind::Bounce, !blocked),
            "spamreport" => (Kind::Complaint, true),
            "dropped" => (Kind::Dropped, false),
            _ => return None,
        };
        Some(Event {
            provider: "sendgrid",
            id: self.sg_event_id?,
            kind,
            message: self.sessly_message_id.and_then(|id| id.parse().ok()),
            suppresses: self.email.filter(|_| for_good),
            at: Timestamp::from_second(self.timestamp).ok()?,
        })
    }
}
