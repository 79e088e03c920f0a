//! Text that only we can read, wherever it is kept: sealed with `ENCRYPTION_KEY` by AES-256-GCM
//! ([NIST SP 800-38D](https://csrc.nist.gov/pubs/sp/800/38/d/final)), under a random nonce and bound to whatever it belongs to,
//! so that it cannot be put elsewhere. Which key it was is part of it: after a change, what `ENCRYPTION_KEY_PREVIOUS` has
//! sealed is still opened.

use std::fmt;

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
};
use uuid::Uuid;

use crate::config::{Config, EncryptionKey};

/// The first byte of everything that is sealed, should it ever be done otherwise.
const VERSION: u8 = 1;
/// How many bytes say which key it was.
const ID_LEN: usize = 4;
/// What is sealed is filled up to a multiple of this, or its length would tell yes from no.
const BLOCK: usize = 64;

/// A key and what it is known by.
struct Key {
    id: [u8; ID_LEN],
    key: LessSafeKey,
}

impl Key {
    fn new(bytes: &EncryptionKey) -> Option<Self> {
        let name = digest(&SHA256, &[b"sessly key id ".as_slice(), bytes.bytes()].concat());
        let key = UnboundKey::new(&AES_256_GCM, bytes.bytes()).ok()?;
        Some(Self { id: name.as_ref().first_chunk().copied()?, key: LessSafeKey::new(key) })
    }

    /// How everything begins that it has sealed.
    fn prefix(&self) -> Vec<u8> {
        [[VERSION].as_slice(), &self.id].concat()
    }
}

/// What seals and opens.
pub struct Sealing {
    current: Option<Key>,
    previous: Option<Key>,
}

impl Sealing {
    /// With the keys of a configuration, if it has any.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let key = |bytes: &Option<EncryptionKey>| bytes.as_ref().and_then(Key::new);
        Self { current: key(&config.encryption_key), previous: key(&config.encryption_key_previous) }
    }

    /// Whether there is a key to seal with.
    #[must_use]
    pub fn can_seal(&self) -> bool {
        self.current.is_some()
    }

    /// Seals a text, which then belongs to these and nothing else. Nothing without a key.
    #[must_use]
    pub fn seal(&self, text: &str, of: &[Uuid]) -> Option<Vec<u8>> {
        let key = self.current.as_ref()?;
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut padded = text.as_bytes().to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(BLOCK), 0);
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        key.key.seal_in_place_append_tag(nonce_used, Aad::from(bound(of)), &mut padded).ok()?;
        Some([key.prefix(), nonce.to_vec(), padded].concat())
    }

    /// Opens what was sealed for these. Nothing if it was not, was changed since, or the key is not there any more.
    #[must_use]
    pub fn open(&self, sealed: &[u8], of: &[Uuid]) -> Option<String> {
        let (version, rest) = sealed.split_first()?;
        let (id, rest) = rest.split_first_chunk::<ID_LEN>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let mut keys = [&self.current, &self.previous].into_iter().flatten();
        let key = keys.find(|key| *version == VERSION && key.id == *id)?;
        let mut padded = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.key.open_in_place(nonce, Aad::from(bound(of)), &mut padded).ok()?;
        let end = opened.iter().rposition(|byte| *byte == 0x80)?;
        String::from_utf8(opened.get(..end)?.to_vec()).ok()
    }

    /// How everything begins that the key before has sealed, which is to be sealed anew; nothing if there is none.
    #[must_use]
    pub fn previous_prefix(&self) -> Option<Vec<u8>> {
        self.previous.as_ref().map(Key::prefix)
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing(…)")
    }
}

/// What something belongs to, one after the other.
fn bound(of: &[Uuid]) -> Vec<u8> {
    of.iter().flat_map(|id| *id.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Option<Key> {
        Key::new(&EncryptionKey::from([byte; 32]))
    }

    fn sealing(current: u8) -> Sealing {
        Sealing { current: key(current), previous: None }
    }

    const HERE: [Uuid; 2] = [Uuid::from_u128(1), Uuid::from_u128(2)];

    #[test]
    fn what_was_sealed_is_opened_again_and_never_sealed_the_same() {
        for text in ["", "tak", "uczulenie na lateks\n", "\u{80}\0", &"ą".repeat(1000)] {
            let sealed = sealing(1).seal(text, &HERE).expect("there is a key");
            assert_eq!(sealing(1).open(&sealed, &HERE).as_deref(), Some(text));
            assert!(sealing(1).seal(text, &HERE) != Some(sealed));
        }
    }

    #[test]
    fn yes_is_as_long_as_no() {
        let length = |text| sealing(1).seal(text, &HERE).map(|sealed| sealed.len());
        assert_eq!(length("true"), length("false"));
    }

    #[test]
    fn it_opens_nowhere_else_and_not_once_it_has_changed() {
        let sealed = sealing(1).seal("tak", &HERE).expect("there is a key");
        assert_eq!(sealing(1).open(&sealed, &[HERE[1], HERE[0]]), None);
        assert_eq!(sealing(2).open(&sealed, &HERE), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(sealing(1).open(&changed, &HERE), None, "{place}");
            assert_eq!(sealing(1).open(&sealed[..place], &HERE), None, "{place}");
        }
    }

    #[test]
    fn the_key_before_still_opens_and_the_new_one_seals() {
        let old = sealing(1).seal("tak", &HERE).expect("there is a key");
        let rotated = Sealing { current: key(2), previous: key(1) };
        assert_eq!(rotated.open(&old, &HERE).as_deref(), Some("tak"));
        let new = rotated.seal("nie", &HERE).expect("there is a key");
        assert_eq!(sealing(2).open(&new, &HERE).as_deref(), Some("nie"));
        let of_before =
            |sealed: &[u8]| rotated.previous_prefix().is_some_and(|prefix| sealed.starts_with(&prefix));
        assert!(of_before(&old) && !of_before(&new));
    }

    #[test]
    fn without_a_key_nothing_is_sealed_or_opened() {
        let none = Sealing { current: None, previous: None };
        assert!(!none.can_seal() && none.seal("tak", &HERE).is_none() && none.previous_prefix().is_none());
        assert_eq!(sealing(1).seal("tak", &HERE).and_then(|sealed| none.open(&sealed, &HERE)), None);
    }
}
