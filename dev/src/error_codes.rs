//! `docs/ERROR_CODES.md`, written from the table of codes in `shared::http`, so that it says what the code does.

use std::fmt::Write;

use anyhow::Context;
use shared::{
    http::Code,
    language::{Language, Message},
};

use crate::settings;

const FILE: &str = "docs/ERROR_CODES.md";

const BEFORE: &str = "# Error codes

Every answer of status 400 and above, from whatever layer, has this body:

```json
{
  \"success\": false,
  \"error_code\": \"VALIDATION_ERROR\",
  \"message\": \"The passwords do not match.\",
  \"details\": {\"password2\": [\"The passwords do not match.\"]},
  \"detail\": \"The passwords do not match.\"
}
```

Decide by `error_code`: codes never change, messages do, and come in the language of `Accept-Language` (Polish by default).
`message` is fit to be shown to a person and may say more than the table's. `detail` repeats it, for clients of Django REST.
`details` is null where the table names nothing. Every answer carries an `X-Request-Id`, under which the server's log has
the cause.

What cannot be read as HTTP at all (malformed, or with an address or headers far beyond the limits below) never reaches the
API: the platform, or the server itself, answers it with a bare 4xx and ends the connection.

Written by `cargo dev error-codes` from the code; do not change it by hand.

";

/// The document.
#[must_use]
pub fn document() -> String {
    let mut text = BEFORE.to_owned();
    text.push_str("| code | status | when | `details` | English | Polish |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for code in Code::ALL {
        let says = |language| Message::Code(*code).text(language);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            code.as_str(),
            code.status().as_u16(),
            code.when(),
            code.details(),
            says(Language::English),
            says(Language::Polish),
        );
    }
    text
}

/// Writes the document.
///
/// # Errors
/// If the file cannot be written.
pub fn write() -> anyhow::Result<()> {
    std::fs::write(settings::checkout().join(FILE), document())
        .with_context(|| format!("{FILE} cannot be written"))?;
    println!("Wrote {FILE}.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_current() {
        let written = std::fs::read_to_string(settings::checkout().join(FILE)).expect(FILE);
        assert!(written == document(), "{FILE} is not what the code says: run `cargo dev error-codes`");
    }

    #[test]
    fn every_code_says_when_in_a_sentence_and_breaks_no_table() {
        for code in Code::ALL {
            assert!(code.when().ends_with('.'), "{code:?}: {}", code.when());
            assert!(![code.when(), code.details()].iter().any(|text| text.contains('|')), "{code:?}");
        }
    }
}
