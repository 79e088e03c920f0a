//! Password hashes of the earlier, Django version, which imported accounts keep until they next sign in:
//! `pbkdf2_sha256$iterations$salt$hash`, the hash in base64.

use std::hint::black_box;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::Sha256;

use super::keys::{Key, mac, mac_matches};

const ALGORITHM: &str = "pbkdf2_sha256";
/// Django 6.0 makes 1.2 million and adds a fifth with every release. What asks for more than this is not one of
/// its hashes, but would hold a core for seconds.
const MOST_ITERATIONS: u32 = 3_000_000;
/// With this, Django marks accounts that cannot sign in with a password.
const UNUSABLE: char = '!';

/// What the earlier version stored for a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DjangoHash<'a> {
    /// No password fits.
    Unusable,
    /// PBKDF2 with HMAC-SHA256.
    Pbkdf2 { iterations: u32, salt: &'a str, hash: Key },
}

impl<'a> DjangoHash<'a> {
    /// Reads a stored hash; `None` if it is not one of Django's that we can verify.
    pub(super) fn parse(stored: &'a str) -> Option<Self> {
        if stored.starts_with(UNUSABLE) {
            return Some(Self::Unusable);
        }
        let parts: Vec<&str> = stored.split('$').collect();
        let [ALGORITHM, iterations, salt, hash] = parts[..] else { return None };
        let iterations =
            iterations.parse().ok().filter(|iterations| (1..=MOST_ITERATIONS).contains(iterations))?;
        let hash = STANDARD.decode(hash).ok()?.try_into().ok()?;
        Some(Self::Pbkdf2 { iterations, salt, hash })
    }

    /// Whether the password belongs to the hash. Takes a core for up to a second.
    pub(super) fn verify(&self, password: &str) -> bool {
        let Self::Pbkdf2 { iterations, salt, hash } = self else { return false };
        let derived = derive(password, salt, *iterations);
        // By their MACs, whose comparison takes constant time.
        mac_matches(&derived, &[], &mac(hash, &[]))
    }

    /// How much work verifying is.
    pub(super) fn iterations(&self) -> u32 {
        match self {
            Self::Unusable => 0,
            Self::Pbkdf2 { iterations, .. } => *iterations,
        }
    }
}

/// Takes as long as verifying against a hash of so many iterations would.
pub(super) fn take_as_long_as(iterations: u32, password: &str) {
    if iterations > 0 {
        black_box(derive(password, "", iterations.min(MOST_ITERATIONS)));
    }
}

fn derive(password: &str, salt: &str, iterations: u32) -> Key {
    pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password.as_bytes(), salt.as_bytes(), iterations)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Django 5.2.
    const VECTORS: [(&str, &str); 3] = [
        ("zielona-herbata-7", "pbkdf2_sha256$1$seasalt2$m/C8KHXIwW/C9LSQlVuF46GBwty4JxlWQdlIp0lKgng="),
        ("zażółć gęślą jaźń 🗝", "pbkdf2_sha256$1000$seasalt$jIzAwBe6MMKSpmJmCw9YudmBBJo8OycUd5cpN0JEP6U="),
        (
            "kolczuga",
            "pbkdf2_sha256$600000$CuxWq0wS1FqkXbJ0yS3d9p$bIfyCdJD6bKYekmaY/dh/JnrvcYx+MG9U7JiYs43e20=",
        ),
    ];

    fn verifies(password: &str, stored: &str) -> Option<bool> {
        Some(DjangoHash::parse(stored)?.verify(password))
    }

    #[test]
    fn passwords_fit_the_hashes_that_django_made_of_them() {
        for (password, stored) in VECTORS {
            assert_eq!(verifies(password, stored), Some(true), "{stored}");
        }
        let long = "pbkdf2_sha256$2000$longersaltlongersalt12$9NyExzKRLpguiybxU0RpAxby0jvmlnLJPKjpef6g2uw=";
        assert_eq!(verifies(&"x".repeat(200), long), Some(true));
    }

    #[test]
    fn no_other_password_fits() {
        let (password, stored) = VECTORS[1];
        for other in ["", "zażółć gęślą jaźń", &password.to_uppercase(), &format!("{password} ")] {
            assert_eq!(verifies(other, stored), Some(false), "{other}");
        }
        let other_salt = stored.replace("seasalt", "seasalT");
        assert_eq!(verifies(password, &other_salt), Some(false));
    }

    #[test]
    fn nothing_fits_an_unusable_password() {
        for stored in ["!", "!CAtg5JxozGoyBvS2gc058K1wSiCTwbRQtr08jd0F"] {
            for password in ["", stored, &stored[1..]] {
                assert_eq!(verifies(password, stored), Some(false), "{stored}");
            }
        }
    }

    #[test]
    fn what_is_not_a_hash_of_this_kind_is_not_taken_for_one() {
        let hash = "m/C8KHXIwW/C9LSQlVuF46GBwty4JxlWQdlIp0lKgng=";
        for stored in [
            "",
            "pbkdf2_sha256",
            "plain",
            &format!("pbkdf2_sha1$1$salt${hash}"),
            &format!("pbkdf2_sha256$0$salt${hash}"),
            &format!("pbkdf2_sha256$-1$salt${hash}"),
            &format!("pbkdf2_sha256$4294967295$salt${hash}"),
            &format!("pbkdf2_sha256$1$salt${hash}$"),
            &format!("pbkdf2_sha256$1$salt${hash}$more"),
            "pbkdf2_sha256$1$salt$",
            "pbkdf2_sha256$1$salt$c2hvcnQ=",
            "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA",
        ] {
            assert_eq!(DjangoHash::parse(stored), None, "{stored}");
        }
    }
}
