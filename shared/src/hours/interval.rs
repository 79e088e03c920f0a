//! One interval of hours with its breaks: as it is typed, shown and stored, wherever there are hours.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    db::Row,
    http::{Field, Form, FromForm, form::text_of},
    language::Message,
    scheduling::{Break, DateRange, Hours, HoursError, MinuteOfDay},
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

struct BreakEntry(Break);

impl FromForm for BreakEntry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let start = form.required("start");
        let end = form.required("end");
        Some(Self(Break { start: start?, end: end? }))
    }
}

/// The breaks that a form has.
pub(super) fn breaks(form: &mut Form) -> Option<Vec<Break>> {
    let breaks = form.list::<BreakEntry>("breaks", MOST_BREAKS)?;
    Some(breaks.into_iter().map(|BreakEntry(pause)| pause).collect())
}

/// The hours that a form's fields make.
pub(super) fn made_of(
    form: &mut Form,
    opens: MinuteOfDay,
    closes: MinuteOfDay,
    breaks: Vec<Break>,
) -> Option<Hours> {
    match Hours::new(opens, closes, breaks) {
        Ok(hours) => Some(hours),
        Err(HoursError::ClosesBeforeOpening) => form.refuse("close_time", Message::ClosesBeforeOpening),
        Err(_) => form.refuse("breaks", Message::BreakOutsideHours),
    }
}

/// An interval that is open.
pub(super) struct Interval(pub(super) Hours);

impl FromForm for Interval {
    fn from_form(form: &mut Form) -> Option<Self> {
        let opens = form.required("open_time");
        let closes = form.required("close_time");
        let breaks = breaks(form);
        made_of(form, opens?, closes?, breaks?).map(Self)
    }
}

/// An interval as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IntervalTimes {
    /// `HH:MM:SS`
    open_time: String,
    close_time: String,
    breaks: Vec<BreakTimes>,
}

impl From<&Hours> for IntervalTimes {
    fn from(hours: &Hours) -> Self {
        Self {
            open_time: with_seconds(hours.opens()),
            close_time: with_seconds(hours.closes()),
            breaks: hours.breaks().iter().map(BreakTimes::from).collect(),
        }
    }
}

/// `HH:MM:SS`
pub(super) fn with_seconds(minute: MinuteOfDay) -> String {
    format!("{minute}:00")
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BreakTimes {
    start: String,
    end: String,
}

impl From<&Break> for BreakTimes {
    fn from(pause: &Break) -> Self {
        Self { start: pause.start.to_string(), end: pause.end.to_string() }
    }
}

/// Columns of hours, in any table that has them.
pub(super) const COLUMNS: &str = "
    open_minute, close_minute, breaks::text";

/// Reads [`COLUMNS`], the first of which is the row's column `first`. `None`: closed. (What the constraints allow is what
/// [`Hours`] allows; anything else counts as closed.)
pub(super) fn hours(row: &Row, first: usize) -> Option<Hours> {
    let edge = |index| row.get::<_, Option<i16>>(index).and_then(minute);
    Hours::new(edge(first)?, edge(first + 1)?, stored_breaks(row.get(first + 2))).ok()
}

/// The same as one value, of as many intervals as there are: an object, made of the columns of the table `hours`.
pub(super) const AS_JSON: &str = "
    jsonb_build_object(
        'opens', hours.open_minute, 'closes', hours.close_minute,
        'breaks', hours.breaks::text)";

/// Reads [`AS_JSON`].
#[derive(Debug, Deserialize)]
pub(super) struct Minutes {
    opens: i16,
    closes: i16,
    breaks: String,
}

impl Minutes {
    pub(super) fn hours(self) -> Option<Hours> {
        Hours::new(minute(self.opens)?, minute(self.closes)?, stored_breaks(&self.breaks)).ok()
    }
}

/// Reads a weekday, stored as its number from Monday, 0.
pub(super) fn weekday(row: &Row, column: usize) -> Option<Weekday> {
    Weekday::from_monday_zero_offset(i8::try_from(row.get::<_, i16>(column)).ok()?).ok()
}

fn minute(stored: i16) -> Option<MinuteOfDay> {
    MinuteOfDay::try_from(stored).ok()
}

/// Reads a multirange of minutes, which Postgres writes as `{[750,780),[900,910)}`.
fn stored_breaks(multirange: &str) -> Vec<Break> {
    let numbers = multirange.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    let edges: Vec<MinuteOfDay> = numbers.filter_map(minute).collect();
    edges.chunks_exact(2).map(|edges| Break { start: edges[0], end: edges[1] }).collect()
}

/// Hours as columns: opening and closing minute, and breaks as a multirange.
pub(super) fn columns(hours: &Hours) -> (i16, i16, String) {
    let minute = |minute: MinuteOfDay| i16::from(minute);
    let ranges =
        hours.breaks().iter().map(|pause| format!("[{},{})", minute(pause.start), minute(pause.end)));
    let breaks = format!("{{{}}}", ranges.collect::<Vec<_>>().join(","));
    (minute(hours.opens()), minute(hours.closes()), breaks)
}

/// What is loaded for some dates: those, and a day on either side, which buffers reach into. From one date until before
/// another.
pub(super) fn around(dates: DateRange) -> (Date, Date) {
    (dates.first.yesterday().unwrap_or(Date::MIN), dates.end().tomorrow().unwrap_or(Date::MAX))
}
