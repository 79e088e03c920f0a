//! What lists of appointments are narrowed down to, as query strings say it.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{status::Status, store::Filter};
use crate::{
    http::{Field, Form, FromForm, form::text_of},
    ids::StaffMemberId,
    language::Message,
};

/// On which side of now.
enum Time {
    Upcoming,
    Past,
}

impl Field for Time {
    fn parse(value: &Value) -> Result<Self, Message> {
        match &*text_of(value)? {
            "upcoming" => Ok(Self::Upcoming),
            "past" => Ok(Self::Past),
            _ => Err(Message::NotUpcomingOrPast),
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": ["upcoming", "past"] })
    }
}

/// Which of their own appointments customers want to see.
pub(super) struct MineFilter {
    status: Option<Status>,
    time: Option<Time>,
}

impl FromForm for MineFilter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let status = form.optional("status");
        let time = form.optional("time");
        Some(Self { status: status?, time: time? })
    }
}

impl MineFilter {
    /// The filter, now.
    pub(super) fn at(&self, now: Timestamp) -> Filter {
        let (ends_after, ended_by) = match self.time {
            Some(Time::Upcoming) => (Some(now), None),
            Some(Time::Past) => (None, Some(now)),
            None => (None, None),
        };
        Filter { status: self.status, ends_after, ended_by, ..Filter::default() }
    }
}

impl FromForm for Filter {
    /// Which of its appointments a business wants to see.
    fn from_form(form: &mut Form) -> Option<Self> {
        let status = form.optional("status");
        let date_from = form.optional::<Date>("date_from");
        let date_to = form.optional::<Date>("date_to");
        let staff = form.optional::<StaffMemberId>("staff_id");
        Some(Self {
            status: status?,
            date_from: date_from?,
            date_to: date_to?,
            staff: staff?,
            ..Self::default()
        })
    }
}
