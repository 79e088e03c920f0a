//! Several ids in one field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::form::Field;
use crate::language::Message;

/// At most so many ids of one kind, each once: a list, or in a query string with commas between.
#[derive(Clone, Debug)]
pub struct Ids<T, const MOST: usize>(Vec<T>);

impl<T, const MOST: usize> Default for Ids<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MOST: usize> Ids<T, MOST> {
    /// In their own order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T: Field + Ord, const MOST: usize> Field for Ids<T, MOST> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let separated: Vec<Value>;
        let items = match value {
            Value::Array(items) => items,
            Value::String(text) => {
                separated = text.split(',').map(|id| Value::String(id.trim().to_owned())).collect();
                &separated
            }
            _ => return Err(Message::NotAList),
        };
        if items.len() > MOST {
            return Err(Message::TooManyItems(MOST));
        }
        let ids = items.iter().map(T::parse).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(Self(ids.into_iter().collect()))
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST, "items": T::schema() })
    }
}
