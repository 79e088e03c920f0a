//! What an owner says about one day's hours.

use serde_json::{Value, json};

use crate::{
    http::{
        Field, Form, FromForm,
        form::{Whole, text_of},
    },
    language::Message,
    scheduling::{Break, Hours, HoursError, MinuteOfDay},
};

impl Field for MinuteOfDay {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        // `9:00`, as people write it.
        let padded =
            if text.as_bytes().get(1) == Some(&b':') { format!("0{text}") } else { text.into_owned() };
        padded.parse().map_err(|_| Message::NotATime)
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$|^24:00(:00)?$" })
    }
}

/// More breaks than this nobody takes in a day.
const MOST_BREAKS: usize = 24;

/// An interval of opening hours on a day of the week, or that the day is closed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) day_of_week: i16,
    /// `None`: closed.
    pub(super) hours: Option<Hours>,
    /// Whether anything is said about breaks: clients of earlier versions do not know of them.
    says_breaks: bool,
}

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let day = form.required::<Whole<0, 6>>("day_of_week");
        let day_of_week = day.and_then(|day| i16::try_from(day.get()).ok());
        let is_closed = form.or("is_closed", false);
        let says_breaks = form.mentions("breaks");
        if is_closed == Some(true) {
            // Whatever else is said of a closed day does not matter.
            return Some(Self { day_of_week: day_of_week?, hours: None, says_breaks });
        }
        let opens = form.optional("open_time");
        let closes = form.optional("close_time");
        let breaks = form.list::<BreakEntry>("breaks", MOST_BREAKS);
        is_closed?;
        let opens = opens?.or_else(|| form.refuse("open_time", Message::HoursMissing));
        let closes = closes?.or_else(|| form.refuse("close_time", Message::HoursMissing));
        let breaks = breaks?.into_iter().map(|BreakEntry(pause)| pause).collect();
        let hours = match Hours::new(opens?, closes?, breaks) {
            Ok(hours) => Some(hours),
            Err(HoursError::ClosesBeforeOpening) => form.refuse("close_time", Message::ClosesBeforeOpening),
            Err(_) => form.refuse("breaks", Message::BreakOutsideHours),
        };
        Some(Self { day_of_week: day_of_week?, hours: Some(hours?), says_breaks })
    }
}

impl Entry {
    /// The same with the breaks that there were, if it says nothing about breaks, as far as they lie within its hours.
    pub(super) fn keeping<'a>(self, breaks: impl Iterator<Item = &'a Break>) -> Self {
        let Self { day_of_week, hours, says_breaks: false } = self else { return self };
        let hours = hours.map(|hours| {
            let (opens, closes) = (hours.opens(), hours.closes());
            let within =
                breaks.map(|pause| Break { start: pause.start.max(opens), end: pause.end.min(closes) });
            let within = within.filter(|pause| pause.start < pause.end).collect();
            // Those of one day lie apart.
            Hours::new(opens, closes, within).unwrap_or(hours)
        });
        Self { day_of_week, hours, says_breaks: true }
    }
}

struct BreakEntry(Break);

impl FromForm for BreakEntry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let start = form.required("start");
        let end = form.required("end");
        Some(Self(Break { start: start?, end: end? }))
    }
}
