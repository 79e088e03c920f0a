//! Request bodies, parsed at the edge into values that are right once they exist. A form collects
//! every field's error before it refuses, so that a client can show them all at once.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Map, Value, json};

use super::error::{ApiError, Code};
use crate::language::Message;

/// Field → what is wrong with it.
pub type FieldErrors = BTreeMap<String, Vec<Message>>;

/// A value that can be read from one field.
pub trait Field: Sized {
    /// Reads the field's JSON value.
    ///
    /// # Errors
    /// What to tell the person who filled the field in.
    fn parse(value: &Value) -> Result<Self, Message>;

    /// The JSON Schema of what [`parse`](Self::parse) takes.
    #[must_use]
    fn schema() -> Value {
        json!({ "type": "string" })
    }
}

/// Something that is read from a whole form.
pub trait FromForm: Sized {
    /// Reads every field before giving up on any; `None` if one of them was wrong.
    fn from_form(form: &mut Form) -> Option<Self>;
}

/// A JSON object on its way to becoming something typed.
#[derive(Debug, Default)]
pub struct Form {
    values: Map<String, Value>,
    errors: FieldErrors,
    /// Where this form's fields stand when it is one of a list: `2.`.
    prefix: String,
    /// Set while the form is asked what it reads, instead of reading it.
    described: Option<Described>,
}

/// The fields that a form was asked for, as JSON Schema.
#[derive(Debug, Default)]
struct Described {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Form {
    /// A form with these fields.
    pub(super) fn new(values: Map<String, Value>) -> Self {
        Self { values, ..Self::default() }
    }

    /// The field's value; an error if it is absent, null or wrong.
    pub fn required<T: Field>(&mut self, name: &str) -> Option<T> {
        if let Some(described) = &mut self.described {
            described.properties.insert(name.to_owned(), T::schema());
            described.required.push(name.into());
            return None;
        }
        match self.optional(name)? {
            Some(value) => Some(value),
            None => self.refuse(name, Message::Required),
        }
    }

    /// The field's value, `Some(None)` if it is absent or null; an error if it is wrong.
    pub fn optional<T: Field>(&mut self, name: &str) -> Option<Option<T>> {
        if let Some(described) = &mut self.described {
            described.properties.insert(name.to_owned(), nullable(T::schema()));
            return None;
        }
        match self.values.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => match T::parse(value) {
                Ok(value) => Some(Some(value)),
                Err(message) => self.refuse(name, message),
            },
        }
    }

    /// As [`optional`](Self::optional), with a value for when there is none.
    pub fn or<T: Field>(&mut self, name: &str, default: T) -> Option<T> {
        self.optional(name).map(|value| value.unwrap_or(default))
    }

    /// As [`optional`](Self::optional), where an empty string counts as absent, as forms send it.
    pub fn unless_empty<T: Field>(&mut self, name: &str) -> Option<Option<T>> {
        if self.values.get(name).and_then(Value::as_str).is_some_and(|text| text.trim().is_empty()) {
            return Some(None);
        }
        self.optional(name)
    }

    /// A field that holds an object, read as a `T`; `Some(None)` if it is absent or null.
    pub fn object<T: FromForm>(&mut self, name: &str) -> Option<Option<T>> {
        if let Some(described) = &mut self.described {
            described.properties.insert(name.to_owned(), nullable(Self::describe::<T>()));
            return None;
        }
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Object(values)) => self.nested(name, values).map(Some),
            Some(_) => self.refuse(name, Message::NotAnObject),
        }
    }

    fn nested<T: FromForm>(&mut self, name: &str, values: Map<String, Value>) -> Option<T> {
        let mut form = Self { values, prefix: format!("{}{name}.", self.prefix), ..Self::default() };
        let value = T::from_form(&mut form);
        self.errors.append(&mut form.errors);
        value
    }

    /// A field that holds a list of at most so many objects, each read as a `T`; empty if it is absent or null.
    pub fn list<T: FromForm>(&mut self, name: &str, most: usize) -> Option<Vec<T>> {
        if let Some(described) = &mut self.described {
            let list = json!({ "type": "array", "maxItems": most, "items": Self::describe::<T>() });
            described.properties.insert(name.to_owned(), nullable(list));
            return None;
        }
        match self.values.remove(name) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(items)) if items.len() > most => self.refuse(name, Message::TooManyItems(most)),
            Some(Value::Array(items)) => self.each(name, items),
            Some(_) => self.refuse(name, Message::NotAList),
        }
    }

    fn each<T: FromForm>(&mut self, name: &str, items: Vec<Value>) -> Option<Vec<T>> {
        let read = items.into_iter().enumerate().map(|(index, item)| {
            let place = if name.is_empty() { index.to_string() } else { format!("{name}.{index}") };
            let Value::Object(values) = item else {
                return self.refuse(&place, Message::NotAnObject);
            };
            self.nested(&place, values)
        });
        // Every item is read, so that every error is found.
        read.collect::<Vec<_>>().into_iter().collect()
    }

    /// Records an error that concerns a field; `None`, for use as the field's value.
    pub fn refuse<T>(&mut self, name: &str, message: Message) -> Option<T> {
        self.errors.entry(format!("{}{name}", self.prefix)).or_default().push(message);
        None
    }

    /// Whether the form has the field at all, be it with nothing in it.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Takes a field out that says, but for case, what is so already.
    pub(super) fn forget_if(&mut self, name: &str, current: &str) {
        if self
            .values
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|text| text.trim().eq_ignore_ascii_case(current))
        {
            self.values.remove(name);
        }
    }

    /// Adds what the form does not mention from how things are now, in objects inside it too, but for fields that it
    /// has to mention.
    pub(super) fn fill_from(&mut self, current: &impl serde::Serialize, except: &[Value]) {
        if let Ok(Value::Object(mut current)) = serde_json::to_value(current) {
            current.retain(|name, _| !except.iter().any(|required| required == name.as_str()));
            fill(&mut self.values, current);
        }
    }

    /// The JSON Schema of what `T` reads, told by the code that reads it. (So a [`FromForm`] asks for all its fields
    /// before it looks at any.)
    #[must_use]
    pub fn describe<T: FromForm>() -> Value {
        let Described { properties, required } = Self::described::<T>();
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    /// The names of the fields without which there is no `T`.
    pub(super) fn required_by<T: FromForm>() -> Vec<Value> {
        Self::described::<T>().required
    }

    fn described<T: FromForm>() -> Described {
        let mut form = Self { described: Some(Described::default()), ..Self::default() };
        let _ = T::from_form(&mut form);
        form.described.unwrap_or_default()
    }

    /// Reads the whole form.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` or `REQUIRED_FIELD` with every field that is wrong.
    pub fn read<T: FromForm>(mut self) -> Result<T, ApiError> {
        let value = T::from_form(&mut self);
        self.finish(value)
    }

    fn finish<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(ApiError::validation(self.errors)),
        }
    }
}

fn fill(values: &mut Map<String, Value>, current: Map<String, Value>) {
    for (name, value) in current {
        match (values.get_mut(&name), value) {
            (Some(Value::Object(inner)), Value::Object(current)) => fill(inner, current),
            (Some(_), _) => {}
            (None, value) => {
                values.insert(name, value);
            }
        }
    }
}

/// The same, or null.
fn nullable(mut schema: Value) -> Value {
    match &schema["type"] {
        Value::String(kind) if schema.get("enum").is_none() => {
            schema["type"] = json!([kind, "null"]);
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match json_body(request, state).await? {
            Value::Object(values) => Ok(Self::new(values)),
            _ => Err(ApiError::invalid_input(Message::NotAnObject)),
        }
    }
}

/// The body of a request: `application/json`, an object that reads as a `T`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: FromForm, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Form::from_request(request, state).await?.read().map(Self)
    }
}

/// As [`Body`], where no body at all is as good as an empty object.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

impl<T: FromForm, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(Request::new(body), state).await?;
        if bytes.is_empty() {
            return Form::default().read().map(Self);
        }
        let request = Request::from_parts(parts, bytes.into());
        Body::from_request(request, state).await.map(|Body(value)| Self(value))
    }
}

/// As [`Body`], for a body that is a list of at most `MOST` objects. (Each wrong one is answered with more than it
/// took to send.)
#[derive(Debug)]
pub struct ListBody<T, const MOST: usize>(pub Vec<T>);

impl<T: FromForm, S: Send + Sync, const MOST: usize> FromRequest<S> for ListBody<T, MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Value::Array(items) = json_body(request, state).await? else {
            return Err(ApiError::invalid_input(Message::NotAList));
        };
        if items.len() > MOST {
            return Err(ApiError::invalid_input(Message::TooManyItems(MOST)));
        }
        let mut form = Form::default();
        let items = form.each("", items);
        form.finish(items).map(Self)
    }
}

async fn json_body<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ApiError> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    let bytes = read(request, state).await?;
    serde_json::from_slice(&bytes).map_err(|_| ApiError::invalid_input(Message::NotJson))
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge.into(),
        _ => ApiError::invalid_input(Message::NotJson),
    })
}

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

impl<const MIN: i32, const MAX: i32> Field for Whole<MIN, MAX> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
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
id_fields!(crate::ids::HoldId, crate::ids::ServiceId, crate::ids::StaffMemberId, crate::ids::UserId);

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
    fn whole_numbers_are_text_and_nothing_else_is() {
        let text = |value: Value| Text::<1, 20>::parse(&value).map(String::from);
        assert_eq!(text(json!(559_425)), Ok("559425".to_owned()));
        assert_eq!(text(json!(u64::MAX)), Ok(u64::MAX.to_string()));
        for no_text in [json!(true), json!(1.0), json!(1e3), json!([1]), json!({}), Value::Null] {
            assert_eq!(text(no_text), Err(Message::NotText));
        }
    }
}
