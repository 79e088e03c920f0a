//! What a language's file has to say: a field missing is a file that does not compile.

use std::borrow::Cow;

use super::{Category, Message};
use crate::mail::Words;

/// Everything said in one language.
pub(crate) struct Catalogue {
    /// The days of the week, from Monday.
    pub(super) days: [&'static str; 7],
    /// What categories are called.
    pub(super) category: fn(Category) -> &'static str,
    /// What messages say.
    pub(super) text: fn(&Message) -> Cow<'static, str>,
    /// The mail with the code that verifies an address, valid for so many minutes.
    pub(super) verification_mail: fn(i64) -> Words,
    /// The mail with the code that resets a password, valid for so many minutes.
    pub(super) password_reset_mail: fn(i64) -> Words,
}
