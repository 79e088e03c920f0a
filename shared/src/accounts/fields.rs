//! What people type about themselves, as values that are right once they exist.

use std::collections::HashMap;

use lettre::Address;
use serde_json::{Value, json};

use crate::{
    http::{
        Field, Form,
        form::{Text, text_of, written},
    },
    language::{Language, Message},
};

/// A first or last name; may be empty.
pub(super) type PersonName = Text<0, 150>;

/// An e-mail address one can write to. Case is kept, and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Email {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let address: Address = text.parse().map_err(|_| Message::NotAnEmail)?;
        let public = address.domain().contains('.') && !address.domain().starts_with('[');
        // Not every mail server takes others (SMTPUTF8), and no mail program writes quoted names.
        let plain = text.is_ascii() && !text.contains('"');
        if public && plain && text.len() <= 254 {
            Ok(Self(text.into_owned()))
        } else {
            Err(Message::NotAnEmail)
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "email", "maxLength": 254 })
    }
}

/// A name to sign in with: letters, digits and `@ . + - _`. Case does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Username(String);

impl Username {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Username {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = Text::<1, 150>::parse(value)?;
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '+' | '-' | '_');
        if text.as_str().chars().all(allowed) { Ok(Self(text.into())) } else { Err(Message::NotAUsername) }
    }

    fn schema() -> Value {
        Text::<1, 150>::schema()
    }
}

/// A telephone number as people write it, empty or with 6 to 15 digits (E.164).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phone(String);

impl Phone {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Phone {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let allowed = text.len() <= 32 && text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
        if text.is_empty() || (allowed && (6..=15).contains(&digits)) {
            Ok(Self(text.into_owned()))
        } else {
            Err(Message::NotAPhoneNumber)
        }
    }
}

/// A password someone signs in with: any text, taken as it is.
pub(super) struct Password(String);

impl Password {
    /// Longer ones are refused before any hashing.
    const LONGEST: usize = 512;

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl Field for Password {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = written(value)?;
        match text.len() {
            0 => Err(Message::Blank),
            1..=Self::LONGEST if text.contains('\0') => Err(Message::ControlCharacter),
            1..=Self::LONGEST => Ok(Self(text.into_owned())),
            _ => Err(Message::TooLong(Self::LONGEST)),
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "password", "minLength": 1, "maxLength": Self::LONGEST })
    }
}

/// A password someone chooses for themselves, typed once more under the same name with a 2 if the client asks for that.
pub(super) fn chosen_password(form: &mut Form, name: &str, personal: &[&str]) -> Option<Password> {
    let password = form.required::<Password>(name);
    let name_again = format!("{name}2");
    let again = form.optional::<Password>(&name_again);
    let (password, again) = (password?, again?);
    let differs = again.is_some_and(|again| again.as_str() != password.as_str());
    if differs {
        form.refuse::<()>(&name_again, Message::PasswordsDiffer);
    }
    match weakness(password.as_str(), personal) {
        Some(message) => form.refuse(name, message),
        None => Some(password),
    }
}

impl Field for Language {
    fn parse(value: &Value) -> Result<Self, Message> {
        Self::from_tag(&text_of(value)?).ok_or(Message::NotALanguage)
    }

    fn schema() -> Value {
        let tags: Vec<&str> = Self::ALL.iter().map(|language| language.tag()).collect();
        json!({ "type": "string", "pattern": format!("^({})(-.*)?$", tags.join("|")) })
    }
}

/// The most common passwords that the other rules let through, one a line; from Django's list.
const COMMON: &str = include_str!("common_passwords.txt");
/// How alike a password and a name may be.
const TOO_SIMILAR: f64 = 0.7;

/// What is wrong with a password someone chooses, given who they are. The rules are those of Django's
/// four validators, which existing accounts were held to: at least 8 characters, not all digits, not a
/// common one, not like the person's own names or address.
pub(super) fn weakness(password: &str, personal: &[&str]) -> Option<Message> {
    let lower = password.to_lowercase();
    if password.chars().count() < 8 {
        Some(Message::PasswordTooShort)
    } else if password.chars().all(|c| c.is_ascii_digit()) {
        Some(Message::PasswordOnlyDigits)
    } else if COMMON.lines().any(|common| common == lower) {
        Some(Message::PasswordCommon)
    } else {
        let words =
            personal.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).chain([*text]));
        let similar = |word: &str| likeness(&lower, &word.to_lowercase()) >= TOO_SIMILAR;
        words.filter(|word| word.chars().count() >= 3).any(similar).then_some(Message::PasswordLikeName)
    }
}

/// The share of characters two texts have in common, from 0 to 1, whatever their order: an upper bound of
/// the Ratcliff–Obershelp similarity (`difflib.SequenceMatcher.quick_ratio`).
fn likeness(a: &str, b: &str) -> f64 {
    let mut counts = HashMap::<char, i32>::new();
    a.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    let mut common = 0_u32;
    for c in b.chars() {
        let left = counts.entry(c).or_default();
        common += u32::from(*left > 0);
        *left -= 1;
    }
    let total = u32::try_from(a.chars().count() + b.chars().count()).unwrap_or(u32::MAX);
    f64::from(2 * common) / f64::from(total.max(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        let me = ["anna.nowak", "anna.nowak@example.com", "Anna", "Nowakowska"];
        let cases = [
            ("krótkie", Some(Message::PasswordTooShort)),
            ("9182736455", Some(Message::PasswordOnlyDigits)),
            ("Password1", Some(Message::PasswordCommon)),
            ("nowakowska1", Some(Message::PasswordLikeName)),
            ("Anna.Nowak!", Some(Message::PasswordLikeName)),
            ("zielona-herbata-7", None),
        ];
        for (password, expected) in cases {
            assert_eq!(weakness(password, &me), expected, "{password}");
        }
    }

    #[test]
    fn addresses_are_ones_that_can_be_written_to() {
        for good in ["a@b.pl", "Anna.Nowak+salon@example.com"] {
            assert!(Email::parse(&json!(good)).is_ok(), "{good}");
        }
        for bad in ["", "a", "a@b", "a b@c.pl", "a@b.pl\r\nBcc: x@y.pl", "a@@b.pl", "\u{0}a@b.pl"] {
            assert!(Email::parse(&json!(bad)).is_err(), "{bad}");
        }
        for unusual in
            ["\"a b\"@c.pl", "a@[192.0.2.1]", "żółw@c.pl", "a@żółw.pl", "a@b.pl, c@d.pl", "A <a@b.pl>"]
        {
            assert!(Email::parse(&json!(unusual)).is_err(), "{unusual}");
        }
    }

    #[test]
    fn phone_numbers_are_digits_and_what_people_put_between() {
        for good in ["", "+48 601 234 567", "(22) 123-45-67"] {
            assert!(Phone::parse(&json!(good)).is_ok(), "{good}");
        }
        for bad in ["12", "call me", "+48 601 234 567 890 123 4"] {
            assert!(Phone::parse(&json!(bad)).is_err(), "{bad}");
        }
    }
}
