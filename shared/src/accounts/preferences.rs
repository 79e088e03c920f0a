//! What people want to be told, and how. Stored as one JSON object, which holds what they chose; what it does not
//! mention is as by default. Whoever sends something asks [`Preferences::wants`]; what must be sent, such as codes, is
//! not asked about.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    http::{Form, FromForm},
    language::Language,
};

/// A kind of message that people may do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A booking was made, confirmed, moved or cancelled.
    Booking,
    /// The visit is tomorrow.
    Reminder24h,
    /// The visit is in two hours.
    Reminder2h,
}

/// A way to reach people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Mail.
    Email,
    /// Text message.
    Sms,
    /// Push notification.
    Push,
}

/// By which channels a kind of message may come. By default those that cost nothing and that people have given the
/// address for: mail, and push where a device has been registered for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct Channels {
    email: bool,
    sms: bool,
    push: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self { email: true, sms: false, push: true }
    }
}

impl FromForm for Channels {
    fn from_form(form: &mut Form) -> Option<Self> {
        let usual = Self::default();
        let email = form.or("email", usual.email);
        let sms = form.or("sms", usual.sms);
        let push = form.or("push", usual.push);
        Some(Self { email: email?, sms: sms?, push: push? })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct Messages {
    booking: Channels,
    reminder_24h: Channels,
    reminder_2h: Channels,
}

impl FromForm for Messages {
    fn from_form(form: &mut Form) -> Option<Self> {
        let booking = form.object("booking");
        let day_before = form.object("reminder_24h");
        let hours_before = form.object("reminder_2h");
        Some(Self {
            booking: booking?.unwrap_or_default(),
            reminder_24h: day_before?.unwrap_or_default(),
            reminder_2h: hours_before?.unwrap_or_default(),
        })
    }
}

/// What someone wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    messages: Messages,
    /// Since when they agree to advertising, if they do.
    marketing_consent_at: Option<Timestamp>,
}

impl Preferences {
    /// Reads `users.preferences`. What is absent, or was never written by us, is as by default.
    #[must_use]
    pub fn from_stored(stored: &Value) -> Self {
        Self::deserialize(stored).unwrap_or_default()
    }

    /// For `users.preferences`.
    pub(super) fn to_stored(self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether this kind of message may come by this channel.
    #[must_use]
    pub fn wants(&self, kind: MessageKind, channel: Channel) -> bool {
        let channels = match kind {
            MessageKind::Booking => self.messages.booking,
            MessageKind::Reminder24h => self.messages.reminder_24h,
            MessageKind::Reminder2h => self.messages.reminder_2h,
        };
        match channel {
            Channel::Email => channels.email,
            Channel::Sms => channels.sms,
            Channel::Push => channels.push,
        }
    }

    /// As clients see them. The language is kept with the person, and mirrored here.
    pub(super) fn shown(self, language: Language) -> Shown {
        let Self { messages, marketing_consent_at } = self;
        let marketing_consent = marketing_consent_at.is_some();
        Shown { language, messages, marketing_consent, marketing_consent_at }
    }
}

/// Preferences as clients see them.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub(super) struct Shown {
    language: Language,
    messages: Messages,
    marketing_consent: bool,
    marketing_consent_at: Option<Timestamp>,
}

/// Preferences as clients send them. When the consent was given is not for them to say.
#[derive(Default)]
pub(super) struct Chosen {
    pub(super) language: Option<Language>,
    messages: Messages,
    marketing_consent: bool,
}

impl FromForm for Chosen {
    fn from_form(form: &mut Form) -> Option<Self> {
        let language = form.optional("language");
        let messages = form.object("messages");
        let marketing_consent = form.or("marketing_consent", false);
        Some(Self {
            language: language?,
            messages: messages?.unwrap_or_default(),
            marketing_consent: marketing_consent?,
        })
    }
}

impl Chosen {
    /// What follows for someone with these preferences so far. A consent that stands keeps its date.
    pub(super) fn after(&self, before: Preferences, now: Timestamp) -> Preferences {
        let since = self.marketing_consent.then(|| before.marketing_consent_at.unwrap_or(now));
        Preferences { messages: self.messages, marketing_consent_at: since }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_not_chosen_is_as_by_default() {
        let stored = json!({ "messages": { "reminder_2h": { "email": false } }, "theme": "dark" });
        let preferences = Preferences::from_stored(&stored);
        for (kind, channel, wanted) in [
            (MessageKind::Reminder2h, Channel::Email, false),
            (MessageKind::Reminder2h, Channel::Push, true),
            (MessageKind::Reminder24h, Channel::Email, true),
            (MessageKind::Booking, Channel::Email, true),
            (MessageKind::Booking, Channel::Sms, false),
        ] {
            assert_eq!(preferences.wants(kind, channel), wanted, "{kind:?} by {channel:?}");
        }
    }

    #[test]
    fn what_was_never_written_by_us_is_as_by_default() {
        for stored in [json!(null), json!({}), json!({ "messages": "all" })] {
            assert_eq!(Preferences::from_stored(&stored), Preferences::default(), "{stored}");
        }
    }

    #[test]
    fn what_is_stored_reads_back() {
        let stored = json!({ "messages": { "booking": { "sms": true } } });
        let preferences = Preferences {
            marketing_consent_at: Some(Timestamp::constant(1_772_434_800, 0)),
            ..Preferences::from_stored(&stored)
        };
        assert_eq!(Preferences::from_stored(&preferences.to_stored()), preferences);
    }
}
