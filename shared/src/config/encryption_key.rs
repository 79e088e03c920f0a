//! `ENCRYPTION_KEY`: what text is sealed with that nobody else may read.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{ConfigError, Variables, unusable};

/// A key of 256 bits. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptionKey([u8; Self::LENGTH]);

impl EncryptionKey {
    const LENGTH: usize = 32;

    /// Reads base64, of either alphabet and padded or not.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        let plain = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
        URL_SAFE_NO_PAD.decode(plain).ok()?.try_into().ok().map(Self)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; Self::LENGTH]> for EncryptionKey {
    fn from(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKey(…)")
    }
}

/// The key of a variable, if that is set.
pub(super) fn read(env: &Variables, name: &'static str) -> Result<Option<EncryptionKey>, ConfigError> {
    let Some(text) = env.text(name) else { return Ok(None) };
    let key = EncryptionKey::from_base64(&text);
    key.map(Some).ok_or_else(|| unusable(name, "is not 32 bytes in base64"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn a_key_is_read_however_it_is_written() {
        let key = |text: &str| EncryptionKey::from_base64(text).map(|key| key.bytes().to_vec());
        let standard = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";
        assert_eq!(key(standard).map(|bytes| bytes.len()), Some(32));
        assert_eq!(key(standard), key("-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8"));
        assert!(key(&Secret::random_text()).is_some());
        assert_eq!(key("AAAA"), None);
    }

    #[test]
    fn it_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", EncryptionKey::from([7; 32])), "EncryptionKey(…)");
    }
}
