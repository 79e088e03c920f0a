//! Money as clients write it (a decimal string or a number) and as we keep it: whole minor units
//! of an ISO 4217 currency, never a float.

use std::fmt;

use serde_json::{Value, json};

use crate::{
    http::form::{Field, text_of},
    language::Message,
};

/// The digits of most currencies' minor units, by the ISO 4217 list.
pub const USUAL_DIGITS: u32 = 2;

/// The currencies with other digits.
pub const UNUSUAL_DIGITS: [(&[&str], u32); 2] = [
    (
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
            "XOF", "XPF",
        ],
        0,
    ),
    (&["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
];

/// An ISO 4217 currency code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of a business that names none.
    pub const PLN: Self = Self(*b"PLN");

    /// Reads a three-letter code in either case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The code in upper case.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters ever get in.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits its minor unit takes.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        let unusual = UNUSUAL_DIGITS.iter().find(|(codes, _)| codes.contains(&self.code()));
        unusual.map_or(USUAL_DIGITS, |(_, digits)| *digits)
    }

    /// Writes `minor` units as a decimal with this currency's digits: `12000` → `120.00`.
    #[must_use]
    pub fn decimal(self, minor: i64) -> String {
        let digits = self.minor_digits();
        if digits == 0 {
            return minor.to_string();
        }
        let unit = 10_i64.pow(digits);
        format!("{}.{:0width$}", minor / unit, minor % unit, width = digits as usize)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Field for Currency {
    fn parse(value: &Value) -> Result<Self, Message> {
        Self::from_code(&text_of(value)?).ok_or(Message::NotACurrency)
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[A-Za-z]{3}$" })
    }
}

/// A non-negative decimal amount, not yet tied to a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The digits without the point.
    digits: i64,
    /// How many of them stand behind the point.
    scale: u32,
}

/// More than any visit costs, and far from overflow in every currency's minor units.
const MOST: i64 = 100_000_000;

impl Amount {
    /// The amount in the currency's minor units; `None` if it is finer than those.
    #[must_use]
    pub fn in_minor_units(self, currency: Currency) -> Option<i64> {
        let wanted = currency.minor_digits();
        if self.scale <= wanted {
            return Some(self.digits * 10_i64.pow(wanted - self.scale));
        }
        let surplus = 10_i64.pow(self.scale - wanted);
        (self.digits % surplus == 0).then_some(self.digits / surplus)
    }

    /// The most whole units of so many digits that are not more than the amount.
    #[must_use]
    pub fn rounded_down(self, digits: u32) -> i64 {
        match self.scale.checked_sub(digits) {
            Some(surplus) => self.digits / 10_i64.pow(surplus),
            None => self.digits * 10_i64.pow(digits - self.scale),
        }
    }

    fn from_decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || whole.len() > 12
            || fraction.len() > 4
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return None;
        }
        let scale = u32::try_from(fraction.len()).ok()?;
        let digits: i64 = format!("{whole}{fraction}").parse().ok()?;
        (digits <= MOST * 10_i64.pow(scale)).then_some(Self { digits, scale })
    }
}

impl Field for Amount {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            other => text_of(other).map_err(|_| Message::NotAnAmount)?.into_owned(),
        };
        Self::from_decimal(&text).ok_or(Message::NotAnAmount)
    }

    fn schema() -> Value {
        json!({ "type": ["string", "number"], "pattern": r"^[0-9]+(\.[0-9]*)?$", "minimum": 0, "maximum": MOST })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_and_numbers_are_the_same_amount() {
        for value in [json!("120"), json!("120.00"), json!(120), json!(120.0), json!(" 120.0 ")] {
            let amount = Amount::parse(&value).expect("an amount");
            assert_eq!(amount.in_minor_units(Currency::PLN), Some(12_000), "{value}");
        }
    }

    #[test]
    fn amounts_are_refused_when_negative_too_fine_too_large_or_no_number() {
        for value in
            [json!("-1"), json!(-1), json!("1e3"), json!(""), json!("1,50"), json!(null), json!(1e30)]
        {
            assert_eq!(Amount::parse(&value), Err(Message::NotAnAmount), "{value}");
        }
        assert_eq!(Amount::parse(&json!("0.001")).map(|a| a.in_minor_units(Currency::PLN)), Ok(None));
    }

    #[test]
    fn amounts_round_down_to_any_coin() {
        let amount = Amount::parse(&json!("99.999")).expect("an amount");
        assert_eq!([0, 2, 3].map(|digits| amount.rounded_down(digits)), [99, 9_999, 99_999]);
    }

    #[test]
    fn decimals_have_the_digits_of_their_currency() {
        let in_currency = |code, minor| Currency::from_code(code).map(|c| c.decimal(minor));
        assert_eq!(in_currency("PLN", 5), Some("0.05".into()));
        assert_eq!(in_currency("jpy", 500), Some("500".into()));
        assert_eq!(in_currency("KWD", 1_250), Some("1.250".into()));
        assert_eq!(in_currency("zł", 0), None);
    }
}
