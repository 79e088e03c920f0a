//! What fields can be: lines, prose, whole numbers, flags, dates, ids. What belongs to one capability is in that one.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Field;
use crate::language::Message;

/// The trimmed text of a string value: one line, free of control characters. (Postgres cannot store NUL, and nothing
/// good comes of the others.)
///
/// # Errors
/// When it is no string, or holds such a character.
pub fn text_of(value: &Value) -> Result<Cow<'_, str>, Message> {
    trimmed(value, char::is_control)
}

fn trimmed(value: &Value, unwelcome: impl Fn(char) -> bool) -> Result<Cow<'_, str>, Message> {
    let text = match written(value)? {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        digits @ Cow::Owned(_) => digits,
    };
    if text.contains(unwelcome) { Err(Message::ControlCharacter) } else { Ok(text) }
}

/// The text of a string value as it is. A whole number counts as its digits, as in Django REST: codes and postal codes
/// are sent like that.
///
/// # Errors
/// When it is neither.
pub fn written(value: &Value) -> Result<Cow<'_, str>, Message> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(Cow::Owned(number.to_string())),
        _ => Err(Message::NotText),
    }
}

/// A line of at least `MIN` and at most `MAX` characters, trimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> From<Text<MIN, MAX>> for String {
    fn from(text: Text<MIN, MAX>) -> Self {
        text.0
    }
}

impl<const MIN: usize, const MAX: usize> Field for Text<MIN, MAX> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        match text.chars().count() {
            0 if MIN > 0 => Err(Message::Blank),
            length if length < MIN => Err(Message::TooShort(MIN)),
            length if length > MAX => Err(Message::TooLong(MAX)),
            _ => Ok(Self(text.into_owned())),
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": MIN, "maxLength": MAX })
    }
}

/// Text of at most `MAX` characters in any number of lines, trimmed; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Field for Prose<MAX> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = trimmed(value, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))?;
        if text.chars().count() > MAX { Err(Message::TooLong(MAX)) } else { Ok(Self(text.into_owned())) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "maxLength": MAX })
    }
}

/// A whole number from `MIN` to `MAX`, as a number or as a string of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const MIN: i32, const MAX: i32>(i32);

impl<const MIN: i32, const MAX: i32> Whole<MIN, MAX> {
    /// The number.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }
}

/// A number without a fraction.
fn whole(number: f64) -> Option<i64> {
    format!("{number}").parse().ok()
}

impl<const MIN: i32, const MAX: i32> Field for Whole<MIN, MAX> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            // JSON has one kind of number: 30.0 is 30.
            other => other.as_i64().or_else(|| whole(other.as_f64()?)),
        };
        let number = number.ok_or(Message::NotAWholeNumber)?;
        match i32::try_from(number) {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(Message::OutOfRange(MIN, MAX)),
        }
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl Field for bool {
    fn parse(value: &Value) -> Result<Self, Message> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            // As query strings and forms have it.
            Value::String(text) => match text.trim() {
                "true" | "True" | "1" => Ok(true),
                "false" | "False" | "0" => Ok(false),
                _ => Err(Message::NotABoolean),
            },
            _ => Err(Message::NotABoolean),
        }
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

impl Field for jiff::civil::Date {
    fn parse(value: &Value) -> Result<Self, Message> {
        parse_date(&text_of(value)?).ok_or(Message::NotADate)
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// Reads `YYYY-MM-DD` and nothing else, with a year that arithmetic cannot push over the edge.
#[must_use]
pub fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    let date: jiff::civil::Date = (text.len() == 10).then(|| text.parse().ok())??;
    (1970..=9000).contains(&date.year()).then_some(date)
}

/// Makes fields of enums that [`text_enum`](crate::db::text_enum) declares, each with what is said of anything else.
macro_rules! choice_fields {
    ($($choice:ty: $refusal:ident),*) => {$(
        impl $crate::http::Field for $choice {
            fn parse(value: &serde_json::Value) -> Result<Self, $crate::language::Message> {
                let text = $crate::http::form::text_of(value)?;
                Self::from_text(&text).ok_or($crate::language::Message::$refusal)
            }

            fn schema() -> serde_json::Value {
                serde_json::to_value(<Self as utoipa::PartialSchema>::schema()).unwrap_or_default()
            }
        }
    )*};
}

pub(crate) use choice_fields;

/// Fields that are typed ids.
macro_rules! id_fields {
    ($($id:ty),*) => {$(
        impl Field for $id {
            fn parse(value: &Value) -> Result<Self, Message> {
                text_of(value)?.parse().map_err(|_| Message::NotAnId)
            }

            fn schema() -> Value {
                json!({ "type": "string", "format": "uuid" })
            }
        }
    )*};
}
id_fields!(
    crate::ids::AddOnId,
    crate::ids::AppointmentId,
    crate::ids::CustomerId,
    crate::ids::HoldId,
    crate::ids::LocationId,
    crate::ids::QuestionId,
    crate::ids::ResourceId,
    crate::ids::ServiceId,
    crate::ids::StaffMemberId,
    crate::ids::SubjectId,
    crate::ids::UserId
);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_one_line_and_prose_may_have_several() {
        let several = json!(" ul. Świdnicka 21\nWrocław ");
        assert_eq!(Text::<1, 200>::parse(&several), Err(Message::ControlCharacter));
        assert_eq!(Prose::<200>::parse(&several).map(|prose| prose.as_str().lines().count()), Ok(2));
        assert_eq!(Prose::<200>::parse(&json!("a\u{0}b")), Err(Message::ControlCharacter));
        assert_eq!(Prose::<3>::parse(&json!("żółw")), Err(Message::TooLong(3)));
    }

    #[test]
    fn a_number_without_a_fraction_is_whole_however_it_is_written() {
        let whole = |value: Value| Whole::<0, 50>::parse(&value).map(Whole::get);
        for (given, meant) in
            [(json!(30), 30), (json!(30.0), 30), (json!(3e1), 30), (json!(-0.0), 0), (json!(" 30 "), 30)]
        {
            assert_eq!(whole(given), Ok(meant));
        }
        for (given, refused) in
            [(json!(1e9), Message::OutOfRange(0, 50)), (json!(-1.0), Message::OutOfRange(0, 50))]
        {
            assert_eq!(whole(given), Err(refused));
        }
        for no_number in [json!(30.5), json!(1e300), json!("30.0"), json!(true), json!([30]), Value::Null] {
            assert_eq!(whole(no_number), Err(Message::NotAWholeNumber));
        }
    }

    #[test]
    fn whole_numbers_are_text_and_nothing_else_is() {
        let text = |value: Value| Text::<1, 20>::parse(&value).map(String::from);
        assert_eq!(text(json!(559_425)), Ok("559425".to_owned()));
        assert_eq!(text(json!(u64::MAX)), Ok(u64::MAX.to_string()));
        for no_text in [json!(true), json!(1.0), json!(1e3), json!([1]), json!({}), Value::Null] {
            assert_eq!(text(no_text), Err(Message::NotText));
        }
    }
}
