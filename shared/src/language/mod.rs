//! Languages. Everything said to a person is a [`Message`]; what it says is in one file per language,
//! where the compiler sees to it that none is missing.

mod catalogue;
mod letters;
mod message;

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use jiff::civil::DateTime;
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

pub(crate) use catalogue::Catalogue;
pub(crate) use letters::{Labels, News, Occasion, OfferNames, SeriesNames, VisitNames, Words};
pub use message::{Category, Message, Reason};

use crate::scheduling::Holiday;

/// Declares the languages: a variant, a tag ([BCP 47](https://www.rfc-editor.org/info/bcp47)) and the file that holds
/// everything said in it. Another language is one more file and one more line.
macro_rules! languages {
    ($($(#[$doc:meta])* $language:ident $tag:literal $file:ident;)*) => {
        $(mod $file;)*

        /// A language we speak.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Language { $($(#[$doc])* $language,)* }

        impl Language {
            /// Every language there is.
            pub const ALL: &[Self] = &[$(Self::$language),*];

            /// Its tag.
            #[must_use]
            pub fn tag(self) -> &'static str {
                match self { $(Self::$language => $tag),* }
            }

            fn catalogue(self) -> &'static Catalogue {
                match self { $(Self::$language => &$file::CATALOGUE),* }
            }
        }
    };
}

languages! {
    /// The default.
    #[default]
    Polish "pl" pl;
    /// English.
    English "en" en;
}

impl Language {
    /// The language of a tag; what follows the first hyphen does not count.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.iter().copied().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language a request prefers, by its `Accept-Language`
    /// ([RFC 9110 §12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)).
    #[must_use]
    pub fn of_request(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0, Self::default());
        for item in accepted.split(',') {
            let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let quality = weight.trim().strip_prefix("q=").and_then(|quality| quality.parse().ok());
            let quality: f32 = quality.unwrap_or(0.0);
            match Self::from_tag(tag.trim()) {
                Some(language) if quality > best.0 => best = (quality, language),
                _ => {}
            }
        }
        best.1
    }

    /// What a mail says.
    pub(crate) fn letter(self, occasion: Occasion<'_>) -> Words {
        (self.catalogue().letter)(occasion)
    }

    /// What a visit's facts are called in mails.
    pub(crate) fn labels(self) -> &'static Labels {
        &self.catalogue().labels
    }

    /// A moment on the wall clock, written out.
    pub(crate) fn moment(self, at: DateTime) -> String {
        let Catalogue { date, time, .. } = self.catalogue();
        format!("{}, {}", date(at.date()), time(at.time()))
    }

    /// From one moment to another, written out.
    pub(crate) fn span(self, from: DateTime, to: DateTime) -> String {
        let until =
            if from.date() == to.date() { (self.catalogue().time)(to.time()) } else { self.moment(to) };
        format!("{}–{until}", self.moment(from))
    }

    /// A time of day.
    pub(crate) fn time(self, at: DateTime) -> String {
        (self.catalogue().time)(at.time())
    }

    /// An amount of money, from its decimal and its currency's code.
    pub(crate) fn price(self, decimal: &str, currency: &str) -> String {
        (self.catalogue().price)(decimal, currency)
    }

    /// A day of the week, Monday being 0.
    #[must_use]
    pub fn day_name(self, day_of_week: i16) -> &'static str {
        let names = &self.catalogue().days;
        usize::try_from(day_of_week).ok().and_then(|day| names.get(day)).copied().unwrap_or_default()
    }

    /// What a public holiday is called.
    #[must_use]
    pub fn holiday_name(self, holiday: Holiday) -> &'static str {
        (self.catalogue().holiday)(holiday)
    }

    /// What a category is called.
    #[must_use]
    pub fn category_name(self, category: Category) -> &'static str {
        (self.catalogue().category)(category)
    }
}

impl Serialize for Language {
    /// As its tag.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl PartialSchema for Language {
    fn schema() -> RefOr<Schema> {
        let tags = Self::ALL.iter().map(|language| language.tag());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(tags)).into()
    }
}

impl ToSchema for Language {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_prices_are_written_as_people_write_them() {
        let (ten, noon) =
            (jiff::civil::date(2026, 3, 2).at(9, 5, 0, 0), jiff::civil::date(2026, 3, 2).at(12, 0, 0, 0));
        let midnight = jiff::civil::date(2026, 10, 11).at(0, 30, 0, 0);
        assert_eq!(Language::Polish.span(ten, noon), "poniedziałek, 2 marca 2026, 9:05–12:00");
        assert_eq!(Language::English.span(ten, noon), "Monday, 2 March 2026, 09:05–12:00");
        assert_eq!(
            Language::Polish.span(noon, midnight),
            "poniedziałek, 2 marca 2026, 12:00–niedziela, 11 października 2026, 0:30"
        );
        assert_eq!(Language::Polish.price("1200.00", "PLN"), "1\u{a0}200,00\u{a0}zł");
        assert_eq!(Language::Polish.price("99.50", "EUR"), "99,50\u{a0}EUR");
        assert_eq!(Language::English.price("1234567", "JPY"), "JPY\u{a0}1,234,567");
        assert_eq!(Language::English.price("120.00", "PLN"), "PLN\u{a0}120.00");
    }

    #[test]
    fn the_preferred_language_we_speak_wins() {
        let language = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, accepted.parse().expect("a header"));
            Language::of_request(&headers)
        };
        assert_eq!(Language::of_request(&HeaderMap::new()), Language::Polish);
        assert_eq!(language("en"), Language::English);
        assert_eq!(language("en-GB,en;q=0.9,pl;q=0.8"), Language::English);
        assert_eq!(language("en;q=0.5, pl-PL"), Language::Polish);
        assert_eq!(language("de, en;q=0.2"), Language::English);
        assert_eq!(language("pl ; q=0.5 , en ; q=0.9"), Language::English);
        assert_eq!(language("de"), Language::Polish);
        assert_eq!(language("en;q=0"), Language::Polish);
        assert_eq!(language(";;;q=x,,"), Language::Polish);
    }
}
