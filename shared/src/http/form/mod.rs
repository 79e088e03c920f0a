//! Request bodies, parsed at the edge into values that are right once they exist. A form collects
//! every field's error before it refuses, so that a client can show them all at once.
//!
//! Here is the form that is read; what it is read from is `body`, what its fields can be is `fields`.

pub(in crate::http) mod body;
mod fields;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::ApiError;
use crate::language::{Language, Message};

pub use body::{Body, ListBody, OptionalBody};
pub(crate) use fields::choice_fields;
pub use fields::{Prose, Text, Whole, parse_date, text_of, written};

/// Field → what is wrong with it.
pub type FieldErrors = BTreeMap<String, Vec<Message>>;

/// What is wrong, in words.
#[must_use]
pub fn told(errors: &FieldErrors, language: Language) -> Value {
    let told = errors.iter().map(|(name, messages)| {
        let texts = messages.iter().map(|message| message.text(language));
        (name.clone(), texts.collect::<Value>())
    });
    Value::Object(told.collect())
}

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
    pub(in crate::http) fn new(values: Map<String, Value>) -> Self {
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

    /// As [`object`](Self::object); an error if it is absent or null.
    pub fn required_object<T: FromForm>(&mut self, name: &str) -> Option<T> {
        if let Some(described) = &mut self.described {
            described.properties.insert(name.to_owned(), Self::describe::<T>());
            described.required.push(name.into());
            return None;
        }
        match self.object(name)? {
            Some(value) => Some(value),
            None => self.refuse(name, Message::Required),
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
    pub(in crate::http) fn forget_if(&mut self, name: &str, current: &str) {
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
    pub(in crate::http) fn fill_from(&mut self, current: &impl serde::Serialize, except: &[Value]) {
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
    pub(in crate::http) fn required_by<T: FromForm>() -> Vec<Value> {
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

    /// As [`read`](Self::read), with what is wrong as it is.
    pub(in crate::http) fn outcome<T: FromForm>(mut self) -> Result<T, FieldErrors> {
        match T::from_form(&mut self) {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
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
