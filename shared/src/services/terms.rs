//! What an owner says about a service.

use serde_json::{Value, json};

use crate::{
    http::{
        Field, Form, FromForm,
        form::{Prose, Text, Whole, text_of},
    },
    language::Message,
    money::{Amount, Currency},
};

/// A colour as CSS writes it, `#rrggbb`; or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Color(String);

impl Color {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Color {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let digits = text.strip_prefix('#').unwrap_or_default();
        let hex = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if text.is_empty() || hex { Ok(Self(text.into_owned())) } else { Err(Message::NotAColor) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^(#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?)?$" })
    }
}

/// Everything an owner decides about a service.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) name: Text<1, 200>,
    pub(super) description: Prose<2000>,
    pub(super) duration: Whole<5, 1440>,
    pub(super) buffer: Option<Whole<0, 1440>>,
    pub(super) step: Option<Whole<5, 1440>>,
    pub(super) price_minor: i64,
    pub(super) price_currency: Currency,
    pub(super) is_active: bool,
    pub(super) color: Color,
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let description = form.or("description", Prose::default());
        let duration = form.required("duration_minutes");
        let buffer = form.optional("buffer_minutes");
        let step = form.optional("slot_step_minutes");
        let price = form.required::<Amount>("price_amount");
        let currency = form.or("price_currency", Currency::PLN);
        let is_active = form.or("is_active", true);
        let color = form.or("color", Color::default());
        let (price, price_currency) = (price?, currency?);
        let price_minor = match price.in_minor_units(price_currency) {
            Some(minor) => Some(minor),
            None => form.refuse("price_amount", Message::AmountTooFine),
        };
        Some(Self {
            name: name?,
            description: description?,
            duration: duration?,
            buffer: buffer?,
            step: step?,
            price_minor: price_minor?,
            price_currency,
            is_active: is_active?,
            color: color?,
        })
    }
}
