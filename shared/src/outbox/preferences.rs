//! What people want to be told: `users.preferences`, as
//! `{"messages": {"booking": {"email": true}, "reminder_24h": {"email": false}, …}}`. What is not said is wanted.
//! (Codes and news about the password are not a matter of preference.)

use serde_json::Value;

/// A kind of message that can be wanted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// What happens to a visit.
    Booking,
    /// A reminder a day before.
    Reminder24h,
    /// A reminder two hours before.
    Reminder2h,
}

impl Topic {
    fn name(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::Reminder24h => "reminder_24h",
            Self::Reminder2h => "reminder_2h",
        }
    }
}

/// Whether someone with these preferences wants mail of this kind.
pub(super) fn wants_mail(preferences: &Value, topic: Topic) -> bool {
    preferences["messages"][topic.name()]["email"].as_bool().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_declined_is_unwanted() {
        let preferences =
            json!({ "messages": { "booking": { "email": true }, "reminder_2h": { "email": false } } });
        assert!(wants_mail(&preferences, Topic::Booking));
        assert!(wants_mail(&preferences, Topic::Reminder24h));
        assert!(!wants_mail(&preferences, Topic::Reminder2h));
        for unheard_of in
            [json!({}), json!({ "messages": [1] }), json!({ "messages": { "reminder_2h": true } })]
        {
            assert!(wants_mail(&unheard_of, Topic::Reminder2h), "{unheard_of}");
        }
    }
}
