//! What is said about time off. Its edges are local times, or dates for whole days: from the beginning of the one to the
//! end of the other.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
};
use serde_json::{Value, json};

use crate::{
    http::{
        Field, Form, FromForm,
        form::{Text, Whole, parse_date, text_of},
    },
    ids::StaffMemberId,
    language::Message,
    scheduling::{MinuteOfDay, Repeat, TimeOff},
};

/// As `time_off_bounded` has it.
const MOST_DAYS: i64 = 366;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Time that a staff member is away, and what for.
pub(in crate::hours) struct Entry {
    pub(in crate::hours) staff: StaffMemberId,
    pub(in crate::hours) time: TimeOff,
    pub(in crate::hours) reason: String,
}

/// A local time, or all of a date.
enum Edge {
    Time(DateTime),
    Date(Date),
}

impl Field for Edge {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let Some((date, time)) = text.split_once('T') else {
            return parse_date(&text).map(Self::Date).ok_or(Message::NotALocalTime);
        };
        let date = parse_date(date).ok_or(Message::NotALocalTime)?;
        let minute: MinuteOfDay = time.parse().map_err(|_| Message::NotALocalTime)?;
        let since_midnight = SignedDuration::from_mins(i16::from(minute).into());
        Ok(Self::Time(date.to_datetime(Time::midnight()).saturating_add(since_midnight)))
    }

    fn schema() -> Value {
        let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:00)?)?$";
        json!({
            "type": "string",
            "pattern": pattern,
            "description": "`YYYY-MM-DDTHH:MM` in the business's zone, or `YYYY-MM-DD`, which stands for all of that day",
        })
    }
}

impl Edge {
    fn beginning(&self) -> DateTime {
        match self {
            Self::Time(time) => *time,
            Self::Date(date) => date.to_datetime(Time::midnight()),
        }
    }

    fn end(&self) -> DateTime {
        match self {
            Self::Time(time) => *time,
            Self::Date(date) => date.to_datetime(Time::midnight()).saturating_add(DAY),
        }
    }
}

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.required("staff_id");
        let starts = form.required::<Edge>("starts_at");
        let ends = form.required::<Edge>("ends_at");
        let every_weeks = form.optional::<Whole<1, 52>>("repeats_every_weeks");
        let until = form.optional::<Date>("repeats_until");
        let reason = form.or("reason", Text::<0, 200>::default());
        let (starts, ends) = (starts?.beginning(), ends?.end());
        let length = ends.duration_since(starts);
        if length <= SignedDuration::ZERO {
            return form.refuse("ends_at", Message::EndsBeforeStart);
        }
        if length > DAY * i32::try_from(MOST_DAYS).ok()? {
            return form.refuse("ends_at", Message::TooManyDays(MOST_DAYS));
        }
        let repeats = match repeats(starts, length, every_weeks?, until?) {
            Ok(repeats) => repeats,
            Err((field, message)) => return form.refuse(field, message),
        };
        Some(Self { staff: staff?, time: TimeOff { starts, ends, repeats }, reason: reason?.into() })
    }
}

/// How it repeats, or which field is wrong and why.
fn repeats(
    starts: DateTime,
    length: SignedDuration,
    every_weeks: Option<Whole<1, 52>>,
    until: Option<Date>,
) -> Result<Option<Repeat>, (&'static str, Message)> {
    let every_weeks = every_weeks.and_then(|weeks| u8::try_from(weeks.get()).ok());
    let Some(every_weeks) = every_weeks else {
        return if until.is_some() { Err(("repeats_until", Message::DoesNotRepeat)) } else { Ok(None) };
    };
    if length > DAY * (7 * i32::from(every_weeks)) {
        return Err(("repeats_every_weeks", Message::RepeatsTooSoon));
    }
    if until.is_some_and(|until| until < starts.date()) {
        return Err(("repeats_until", Message::EndsBeforeStart));
    }
    Ok(Some(Repeat { every_weeks, until }))
}
