//! Telephone numbers as networks know them.

use std::fmt;

/// A number in the form of [E.164](https://www.itu.int/rec/T-REC-E.164): a plus and up to 15 digits, the calling code of the
/// country first.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// A number as people write it; without a calling code it is of the country with the calling code `home`.
    #[must_use]
    pub fn parse(text: &str, home: &str) -> Option<Self> {
        let text = text.trim();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let whole = if text.starts_with('+') {
            digits
        } else if let Some(whole) = digits.strip_prefix("00") {
            whole.to_owned()
        } else {
            // What is dialled within a country may begin with a zero that is left out from abroad.
            format!("{home}{}", digits.strip_prefix('0').unwrap_or(&digits))
        };
        let is_number = (8..=15).contains(&whole.len()) && !whole.starts_with('0');
        is_number.then(|| Self(format!("+{whole}")))
    }

    /// As E.164 has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is of the country with this calling code.
    #[must_use]
    pub fn is_in(&self, country: &str) -> bool {
        self.0.strip_prefix('+').is_some_and(|digits| digits.starts_with(country))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in ["600 100 200", "+48 600-100-200", "0048600100200", " (0)600.100.200"] {
            let number = Number::parse(text, "48").expect(text);
            assert_eq!(number.as_str(), "+48600100200", "{text}");
        }
        let abroad = Number::parse("+44 20 7946 0018", "48").expect("a number");
        assert!(abroad.is_in("44") && !abroad.is_in("48"));
    }

    #[test]
    fn what_no_network_has_is_no_number() {
        for text in ["", "12345", "+1", "+0048600100200", "1234567890123456", "no"] {
            assert_eq!(Number::parse(text, "48"), None, "{text}");
        }
    }

    #[test]
    fn a_number_does_not_stand_in_logs() {
        assert_eq!(format!("{:?}", Number::parse("600100200", "48")), "Some(Number(…))");
    }
}
