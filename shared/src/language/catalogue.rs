//! What a language's file has to say: a field missing is a file that does not compile.

use std::borrow::Cow;

use jiff::civil::{Date, Time};

use super::{
    Category, Message,
    letters::{Labels, Occasion, Words},
};
use crate::scheduling::Holiday;

/// Everything said in one language.
pub(crate) struct Catalogue {
    /// The days of the week, from Monday.
    pub(super) days: [&'static str; 7],
    /// What categories are called.
    pub(super) category: fn(Category) -> &'static str,
    /// What public holidays are called.
    pub(super) holiday: fn(Holiday) -> &'static str,
    /// What messages say.
    pub(super) text: fn(&Message) -> Cow<'static, str>,
    /// What mails say.
    pub(super) letter: fn(Occasion<'_>) -> Words,
    /// What a visit's facts are called in mails.
    pub(super) labels: Labels,
    /// A date with its day of the week, written out.
    pub(super) date: fn(Date) -> String,
    /// A time of day.
    pub(super) time: fn(Time) -> String,
    /// An amount, as a decimal, and its currency's code.
    pub(super) price: fn(&str, &str) -> String,
}
