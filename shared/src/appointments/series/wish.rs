//! What a customer wants: a booking, and how it recurs.

use serde_json::Value;

use crate::{
    accounts::Keys,
    appointments::booking::Wish,
    db::text_enum,
    http::{
        ApiError, Field, Form, FromForm,
        form::{choice_fields, text_of},
    },
    ids::BusinessId,
    language::Message,
    scheduling::{RecurrenceError, RecurrenceRule},
};

text_enum! {
    /// What happens where one of the dates cannot be booked.
    pub(in crate::appointments) enum OnConflict {
        /// The others are booked.
        Skip = "skip",
        /// Those before it are booked.
        Stop = "stop",
        /// None is booked.
        AllOrNothing = "all_or_nothing",
    }
}
choice_fields!(OnConflict: NotAnOnConflict);

/// A series that a customer wants to book.
#[derive(Debug)]
pub(in crate::appointments) struct SeriesWish {
    /// Its first date.
    pub(super) first: Wish,
    pub(super) rule: RecurrenceRule,
    pub(super) on_conflict: OnConflict,
}

impl FromForm for SeriesWish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let first = Wish::from_form(form);
        let rule = form.required("rule");
        let on_conflict = form.or("on_conflict", OnConflict::Skip);
        Some(Self { first: first?, rule: rule?, on_conflict: on_conflict? })
    }
}

impl SeriesWish {
    /// Everything that makes this wish another one than another, for its idempotency key.
    pub(super) fn in_one_line(&self, business: BusinessId, keys: &Keys) -> String {
        let (rule, on_conflict) = (self.rule.as_str(), self.on_conflict.as_str());
        format!("series {rule} {on_conflict} {}", self.first.in_one_line(business, keys))
    }
}

impl Field for RecurrenceRule {
    fn parse(value: &Value) -> Result<Self, Message> {
        text_of(value)?.parse().map_err(said)
    }

    fn schema() -> Value {
        serde_json::json!({
            "type": "string",
            "maxLength": 500,
            "description": "A recurrence rule of RFC 5545, with COUNT or UNTIL",
            "examples": ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10"],
        })
    }
}

/// The refusal of a rule.
pub(super) fn refused(error: RecurrenceError) -> ApiError {
    ApiError::invalid_field("rule", said(error))
}

fn said(error: RecurrenceError) -> Message {
    match error {
        RecurrenceError::NotARule => Message::NotARecurrenceRule,
        RecurrenceError::Unsupported(part) => Message::UnsupportedInRule(part),
        RecurrenceError::Unbounded => Message::EndlessRule,
        RecurrenceError::EndsBeforeStart => Message::EndsBeforeStart,
        RecurrenceError::TooManyDates(most) => Message::TooManyDates(most),
        RecurrenceError::TooLong(days) => Message::RuleTooLong(days),
    }
}
