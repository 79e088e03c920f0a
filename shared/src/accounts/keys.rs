//! Keys, each derived from the configured secret for one purpose, so that none can stand in for another.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::hs256;
use crate::config::{Config, Secret};

/// A 256-bit key.
pub(crate) type Key = [u8; 32];

/// The keys of one secret.
#[derive(Clone)]
pub(super) struct KeySet {
    /// Names the access-token key in a token's header (`kid`).
    pub(super) id: String,
    pub(super) access_tokens: Key,
    pub(super) refresh_tokens: Key,
    pub(super) codes: Key,
    mail_addresses: Key,
    counters: Key,
    requests: Key,
    booking_links: Key,
}

impl KeySet {
    fn derive(secret: &Secret) -> Self {
        let key = |purpose: &str| mac(secret.bytes(), &[purpose.as_bytes()]);
        Self {
            id: URL_SAFE_NO_PAD.encode(&key("key id")[..6]),
            access_tokens: key("access tokens"),
            refresh_tokens: key("refresh tokens"),
            codes: key("one-time codes"),
            mail_addresses: key("mail addresses"),
            counters: key("rate limits"),
            requests: key("requests"),
            booking_links: key("booking links"),
        }
    }
}

/// The keys of the current secret and, while rotating, of the previous one.
#[derive(Clone)]
pub struct Keys {
    pub(super) current: KeySet,
    pub(super) previous: Option<KeySet>,
}

impl Keys {
    /// Derives the keys of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        hs256::install();
        Self {
            current: KeySet::derive(&config.secret_key),
            previous: config.secret_key_previous.as_ref().map(KeySet::derive),
        }
    }

    /// What a mail address is known by where it is not itself kept: under every key that is accepted, the current one
    /// first. Case does not count.
    #[must_use]
    pub fn address_hashes(&self, address: &str) -> Vec<Vec<u8>> {
        let address = address.trim().to_lowercase();
        self.accepted().map(|set| mac(&set.mail_addresses, &[address.as_bytes()]).to_vec()).collect()
    }

    /// What the counter of a limit is called for someone. Only the parts' last may vary in length.
    pub(crate) fn counter_name(&self, limit: &str, who: &[&[u8]]) -> String {
        let parts: Vec<&[u8]> = [limit.as_bytes(), b"\0"].into_iter().chain(who.iter().copied()).collect();
        URL_SAFE_NO_PAD.encode(&mac(&self.current.counters, &parts)[..18])
    }

    /// What tells a request from another one, of which nothing can be guessed from it.
    pub(crate) fn fingerprint(&self, request: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current.requests, &[request.as_bytes()]))
    }

    /// What proves that a link to a booking is ours.
    pub(crate) fn sign_booking_link(&self, parts: &[&[u8]]) -> Key {
        mac(&self.current.booking_links, parts)
    }

    /// Whether that is the proof for these parts, under any key that is accepted.
    pub(crate) fn signed_booking_link(&self, parts: &[&[u8]], proof: &[u8]) -> bool {
        self.accepted().any(|set| mac_matches(&set.booking_links, parts, proof))
    }

    /// Every set that is still accepted, the current one first.
    pub(super) fn accepted(&self) -> impl Iterator<Item = &KeySet> {
        [&self.current].into_iter().chain(&self.previous)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// HMAC-SHA256 of the parts, one after the other.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> Key {
    started(key, parts).finalize().into_bytes().into()
}

/// Whether `expected` is the MAC of the parts, compared in constant time.
pub(crate) fn mac_matches(key: &[u8], parts: &[&[u8]], expected: &[u8]) -> bool {
    started(key, parts).verify_slice(expected).is_ok()
}

fn started(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}
