//! What is written, in the reader's language.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// A mail to one person, as text and as HTML.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everyone else.
    pub html: String,
}

/// A mail's words, before they are laid out.
pub struct Words {
    /// One line.
    pub subject: &'static str,
    /// What comes before the code.
    pub before: &'static str,
    /// What comes after it.
    pub after: String,
}

impl Mail {
    /// A mail that carries a code.
    #[must_use]
    pub fn code(to: &str, code: &str, words: Words, language: Language) -> Self {
        let Words { subject, before, after } = words;
        Self {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: format!("{before}\n\n    {code}\n\n{after}\n\nSessly\n"),
            html: format!(
                r#"<!doctype html>
<html lang="{lang}"><body style="font-family: sans-serif; color: #222; max-width: 32rem; margin: 2rem auto">
<p>{before}</p>
<p style="font-size: 2rem; letter-spacing: .3rem"><strong>{code}</strong></p>
<p>{after}</p>
<p>Sessly</p>
</body></html>
"#,
                lang = language.tag()
            ),
        }
    }
}
