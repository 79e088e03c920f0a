//! What owners type about their business, as values that are right once they exist.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    http::{
        Field,
        form::{choice_fields, text_of},
    },
    language::{Category, Message},
    scheduling::HolidayCalendar,
};

impl Field for Category {
    fn parse(value: &Value) -> Result<Self, Message> {
        Self::from_text(&text_of(value)?).ok_or(Message::NotACategory)
    }
}

choice_fields!(HolidayCalendar: NotAHolidayCalendar);

/// The name of an IANA time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TimeZoneName(String);

impl TimeZoneName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TimeZoneName {
    fn default() -> Self {
        Self("Europe/Warsaw".to_owned())
    }
}

impl Field for TimeZoneName {
    fn parse(value: &Value) -> Result<Self, Message> {
        let zone = TimeZone::get(&text_of(value)?).map_err(|_| Message::NotATimeZone)?;
        // As the database spells it: lookups ignore case, names keep it.
        zone.iana_name().map(|name| Self(name.to_owned())).ok_or(Message::NotATimeZone)
    }
}

/// An ISO 3166 country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Country(String);

impl Country {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Country {
    fn default() -> Self {
        Self("PL".to_owned())
    }
}

impl Field for Country {
    fn parse(value: &Value) -> Result<Self, Message> {
        let code = text_of(value)?.to_ascii_uppercase();
        let two_letters = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if two_letters { Ok(Self(code)) } else { Err(Message::NotACountry) }
    }
}

/// An `http` or `https` address, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WebAddress(String);

impl WebAddress {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for WebAddress {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let plausible =
            rest.is_some_and(|rest| rest.contains('.') && !rest.contains(|c: char| c.is_whitespace()));
        if text.is_empty() || (plausible && text.len() <= 500) {
            Ok(Self(text.into_owned()))
        } else {
            Err(Message::NotAWebAddress)
        }
    }
}

/// A Polish tax number: ten digits, of which the last is a checksum; or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nip(String);

impl Nip {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Nip {
    fn parse(value: &Value) -> Result<Self, Message> {
        const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];
        let text: String = text_of(value)?.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
        let digits = digits.filter(|digits| digits.len() == 10).ok_or(Message::NotANip)?;
        let sum: u32 = WEIGHTS.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
        if sum % 11 == digits[9] { Ok(Self(text)) } else { Err(Message::NotANip) }
    }
}

/// A latitude (`LIMIT` 90) or longitude (180) in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coordinate<const LIMIT: i32>(i32);

impl<const LIMIT: i32> Coordinate<LIMIT> {
    pub(super) fn micro_degrees(self) -> i32 {
        self.0
    }

    pub(super) fn degrees(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl<const LIMIT: i32> Field for Coordinate<LIMIT> {
    fn parse(value: &Value) -> Result<Self, Message> {
        let degrees: Option<f64> = match value {
            Value::Number(number) => number.as_f64(),
            other => text_of(other)?.parse().ok(),
        };
        let degrees =
            degrees.filter(|degrees| degrees.abs() <= f64::from(LIMIT)).ok_or(Message::NotACoordinate)?;
        #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
        Ok(Self((degrees * 1e6).round() as i32))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_nip_has_ten_digits_and_a_right_checksum() {
        for good in ["", "5260250274", "526-025-02-74"] {
            assert!(Nip::parse(&json!(good)).is_ok(), "{good}");
        }
        for bad in ["5260250275", "123", "abcdefghij"] {
            assert!(Nip::parse(&json!(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn coordinates_have_six_places_and_lie_on_the_globe() {
        let latitude = |value| Coordinate::<90>::parse(&value).map(Coordinate::micro_degrees);
        assert_eq!(latitude(json!("52.229676")), Ok(52_229_676));
        assert_eq!(latitude(json!(-90)), Ok(-90_000_000));
        for bad in [json!(90.000_001), json!("north"), json!("NaN"), json!("inf"), json!([])] {
            assert!(latitude(bad).is_err());
        }
    }

    #[test]
    fn time_zones_are_iana_names() {
        assert_eq!(TimeZoneName::parse(&json!("europe/warsaw")), Ok(TimeZoneName::default()));
        for bad in ["", "Mars/Olympus", "+02:00", "CEST-1", "../etc/passwd"] {
            assert!(TimeZoneName::parse(&json!(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn web_addresses_are_ones_a_browser_opens() {
        for good in ["", "https://salon.example.com/?a=b"] {
            assert!(WebAddress::parse(&json!(good)).is_ok(), "{good}");
        }
        for bad in ["javascript:alert(1)", "salon.pl", "https://a b.pl"] {
            assert!(WebAddress::parse(&json!(bad)).is_err(), "{bad}");
        }
    }
}
