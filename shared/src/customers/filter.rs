//! What a list of customers is narrowed down to and ordered by, read from the query string.

use serde_json::{Value, json};

use crate::{
    http::{
        Field, Form, FromForm,
        form::{Text, text_of},
    },
    language::Message,
};

/// More words than this nobody is called by.
const MOST_WORDS: usize = 6;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ordering {
    /// The alphabet.
    Name,
    /// The latest card first.
    Newest,
}

impl Field for Ordering {
    fn parse(value: &Value) -> Result<Self, Message> {
        match &*text_of(value)? {
            "name" => Ok(Self::Name),
            "newest" => Ok(Self::Newest),
            _ => Err(Message::NotACustomerOrdering),
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": ["name", "newest"], "default": "name" })
    }
}

/// What a customer has to fulfil; all of it.
#[derive(Debug)]
pub(super) struct Filter {
    /// Each of them is part of the name, the address or the phone number; as patterns of LIKE.
    pub(super) words: Vec<String>,
    pub(super) tag: Option<String>,
    pub(super) blocked: Option<bool>,
    pub(super) ordering: Ordering,
}

impl FromForm for Filter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let search = form.unless_empty::<Text<1, 200>>("search");
        let tag = form.unless_empty::<Text<1, 50>>("tag");
        let blocked = form.optional("blocked");
        let ordering = form.or("ordering", Ordering::Name);
        let search = search?.map(String::from).unwrap_or_default();
        Some(Self {
            words: search.split_whitespace().take(MOST_WORDS).map(pattern).collect(),
            tag: tag?.map(String::from),
            blocked: blocked?,
            ordering: ordering?,
        })
    }
}

/// What is like anything that contains a word.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_like_means_itself() {
        assert_eq!(pattern("a_b%c\\"), "%a\\_b\\%c\\\\%");
    }
}
