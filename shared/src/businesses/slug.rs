//! Slugs: the part of a business's address that is its own.

use serde_json::Value;

use crate::{
    http::{Field, form::text_of},
    ids::BusinessId,
    language::Message,
};

/// Lower-case letters, digits and single hyphens, and no word that is itself part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

const LONGEST: usize = 60;

/// Every word that stands, or may come to stand, in a path of the API or of the web client.
const RESERVED: [&str; 91] = [
    "accept",
    "add-ons",
    "admin",
    "api",
    "appointment",
    "appointments",
    "audit",
    "auth",
    "availability",
    "block",
    "bulk-update",
    "businesses",
    "calendar",
    "cancel",
    "categories",
    "change-password",
    "cities",
    "claim",
    "code",
    "complete",
    "confirm",
    "cron",
    "customers",
    "date-overrides",
    "dev",
    "docs",
    "explain",
    "export",
    "favorites",
    "for-customer",
    "guest-appointments",
    "guest-holds",
    "guests",
    "health",
    "holds",
    "holidays",
    "hours",
    "import",
    "index",
    "integrations",
    "invite",
    "locations",
    "login",
    "logout",
    "mail",
    "mailgun",
    "me",
    "merge",
    "my-business",
    "nearby",
    "new",
    "next",
    "no-show",
    "notifications",
    "openapi",
    "opening-hours",
    "password-reset",
    "payments",
    "preferences",
    "preview",
    "profile",
    "questions",
    "ready",
    "recommended",
    "refresh",
    "register",
    "reports",
    "reschedule",
    "resend",
    "resources",
    "reviews",
    "schedule",
    "schedule-changes",
    "search",
    "sendgrid",
    "series",
    "services",
    "sessions",
    "settings",
    "staff",
    "staff-invitations",
    "stats",
    "time-off",
    "token",
    "unblock",
    "uploads",
    "users",
    "verify-email",
    "visits",
    "waitlist",
    "webhooks",
];

impl Slug {
    /// The slug as it stands in a path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a slug of a name: without diacritics, words joined by hyphens.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let plain: String = name.chars().flat_map(char::to_lowercase).flat_map(without_diacritics).collect();
        let words: Vec<&str> =
            plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let mut slug = words.join("-");
        slug.truncate(LONGEST);
        let slug = slug.trim_end_matches('-');
        match slug {
            "" => Self("salon".to_owned()),
            reserved if is_reserved(reserved) => Self(format!("{reserved}-1")),
            fine => Self(fine.to_owned()),
        }
    }

    /// The same with a number behind it, for when the plain one is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let number = format!("-{number}");
        let kept = self.0.get(..LONGEST - number.len()).unwrap_or(&self.0).trim_end_matches('-');
        Self(format!("{kept}{number}"))
    }
}

fn is_reserved(slug: &str) -> bool {
    // A slug that reads as an id would hide behind it.
    RESERVED.contains(&slug) || slug.parse::<BusinessId>().is_ok()
}

/// Polish letters, and those of the neighbours.
fn without_diacritics(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'ą' | 'á' | 'ä' | 'à' | 'â' | 'ã' => "a",
        'ć' | 'č' | 'ç' => "c",
        'ď' => "d",
        'ę' | 'é' | 'ě' | 'ë' | 'è' | 'ê' => "e",
        'í' | 'ï' | 'î' => "i",
        'ł' | 'ľ' | 'ĺ' => "l",
        'ń' | 'ň' | 'ñ' => "n",
        'ó' | 'ö' | 'ô' | 'ő' | 'õ' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ú' | 'ü' | 'ů' | 'ű' => "u",
        'ý' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '\'' | '’' => "",
        other => return Some(other).into_iter().chain("".chars()),
    };
    None.into_iter().chain(plain.chars())
}

impl Field for Slug {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?.to_ascii_lowercase();
        let well_formed = !text.is_empty()
            && text.len() <= LONGEST
            && text
                .split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !well_formed {
            Err(Message::NotASlug)
        } else if is_reserved(&text) {
            Err(Message::ReservedSlug)
        } else {
            Ok(Self(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_readable_slugs() {
        let cases = [
            ("Salon Fryzjerski „Złota Nożyczka”", "salon-fryzjerski-zlota-nozyczka"),
            ("Łódź & Żółć", "lodz-zolc"),
            ("  !!! ", "salon"),
            ("Services", "services-1"),
            ("Anna's Spa", "annas-spa"),
        ];
        for (name, slug) in cases {
            assert_eq!(Slug::from_name(name).as_str(), slug);
        }
    }

    #[test]
    fn slugs_made_of_any_name_can_be_asked_for() {
        for name in ["x".repeat(200), "Żabka 24".to_owned(), "日本".to_owned(), "a-".repeat(100)] {
            let slug = Slug::from_name(&name);
            for slug in [slug.numbered(1000), slug] {
                assert_eq!(Slug::parse(&json!(slug.as_str())), Ok(slug));
            }
        }
    }

    #[test]
    fn words_of_paths_ids_and_malformed_slugs_are_refused() {
        for bad in ["categories", "me", "my-business", "search", "-a", "a--b", "a_b", "zażółć", ""] {
            assert!(Slug::parse(&json!(bad)).is_err(), "{bad}");
        }
        assert_eq!(Slug::parse(&json!("019b5c2e-0000-7000-8000-000000000000")), Err(Message::ReservedSlug));
    }
}
