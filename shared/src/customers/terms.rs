//! What a business says about a customer.

use serde_json::{Value, json};

use crate::{
    accounts::{Email, Phone},
    http::{
        Field, Form, FromForm,
        form::{Prose, Text, text_of},
    },
    language::Message,
};

/// As `customers` has it.
pub(super) const MOST_TAGS: usize = 20;
/// As `customers` has it, in characters.
pub(super) const LONGEST_NOTES: usize = 5000;

/// Everything a business decides about a card.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) name: Text<1, 320>,
    pub(super) email: Option<Email>,
    pub(super) phone: Phone,
    pub(super) notes: Prose<LONGEST_NOTES>,
    pub(super) tags: Tags,
}

impl Terms {
    /// The address, or nothing.
    pub(super) fn email(&self) -> &str {
        self.email.as_ref().map_or("", Email::as_str)
    }
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let email = form.unless_empty("email");
        let phone = form.or("phone", Phone::default());
        let notes = form.or("notes", Prose::default());
        let tags = form.or("tags", Tags::default());
        Some(Self { name: name?, email: email?, phone: phone?, notes: notes?, tags: tags? })
    }
}

/// A word or two that customers are sorted by.
type Tag = Text<1, 50>;

/// Some tags, each once whatever its case: a list, or text with commas between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags(Vec<String>);

impl Tags {
    pub(super) fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// These and further ones.
    pub(super) fn and(&self, more: &[String]) -> Vec<String> {
        let mut all = self.0.clone();
        for tag in more {
            if !all.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
                all.push(tag.clone());
            }
        }
        all
    }
}

impl From<Vec<String>> for Tags {
    fn from(tags: Vec<String>) -> Self {
        Self(tags)
    }
}

impl Field for Tags {
    fn parse(value: &Value) -> Result<Self, Message> {
        let read = |tag: &Value| -> Result<String, Message> {
            let tag = String::from(Tag::parse(tag)?);
            // In a text they would be two.
            if tag.contains(',') { Err(Message::ControlCharacter) } else { Ok(tag) }
        };
        let tags = match value {
            Value::Array(items) => items.iter().map(read).collect::<Result<Vec<_>, _>>()?,
            Value::String(_) => {
                let text = text_of(value)?;
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| read(&json!(part))).collect::<Result<Vec<_>, _>>()?
            }
            _ => return Err(Message::NotAList),
        };
        let once = Self::default().and(&tags);
        if once.len() > MOST_TAGS { Err(Message::TooManyItems(MOST_TAGS)) } else { Ok(Self(once)) }
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST_TAGS, "items": Tag::schema() })
    }
}

/// Why somebody is blocked.
pub(super) struct Reason(pub(super) Prose<500>);

impl FromForm for Reason {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.or("reason", Prose::default()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_each_there_once_in_the_order_they_were_given() {
        let tags = |value: Value| Tags::parse(&value).map(|tags| tags.0);
        let both = Ok(vec!["Stała".to_owned(), "VIP".to_owned()]);
        assert_eq!(tags(json!(["Stała", "VIP", "stała"])), both);
        assert_eq!(tags(json!(" Stała ,, VIP,vip ")), both);
        assert_eq!(tags(json!("")), Ok(Vec::new()));
        assert_eq!(tags(json!(["a,b"])), Err(Message::ControlCharacter));
        assert_eq!(tags(json!([" "])), Err(Message::Blank));
        assert_eq!(tags(json!(7.5)), Err(Message::NotAList));
        let many: Vec<String> = (0..=MOST_TAGS).map(|n| n.to_string()).collect();
        assert_eq!(tags(json!(many)), Err(Message::TooManyItems(MOST_TAGS)));
    }
}
