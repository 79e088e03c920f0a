//! Languages. Everything said to a person is a [`Message`]; what it says is in one file per language,
//! where the compiler sees to it that none is missing.

mod catalogue;
mod message;

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

pub(crate) use catalogue::Catalogue;
pub use message::{Category, Message};

use crate::mail::Words;

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

    pub(crate) fn verification_mail(self, minutes: i64) -> Words {
        (self.catalogue().verification_mail)(minutes)
    }

    pub(crate) fn password_reset_mail(self, minutes: i64) -> Words {
        (self.catalogue().password_reset_mail)(minutes)
    }

    /// A day of the week, Monday being 0.
    #[must_use]
    pub fn day_name(self, day_of_week: i16) -> &'static str {
        let names = &self.catalogue().days;
        usize::try_from(day_of_week).ok().and_then(|day| names.get(day)).copied().unwrap_or_default()
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
