//! What a guest has to show to book what they hold: 256 bits by chance, of which a hash is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    http::{Field, form::text_of},
    language::Message,
};

/// A hold's token.
pub(super) struct HoldToken([u8; 32]);

impl HoldToken {
    pub(super) fn by_chance() -> Self {
        Self(rand::random())
    }

    /// As it is handed out.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// As it is stored. The token is random, so a plain hash is as good as a slow one.
    pub(super) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

/// A token as a body's field: any text, of which one that cannot be a token is simply nobody's.
pub(super) struct TokenField(Option<HoldToken>);

impl TokenField {
    /// What is looked for; of what is no token, nothing has it.
    pub(super) fn hash(&self) -> Vec<u8> {
        self.0.as_ref().map(HoldToken::hash).unwrap_or_default()
    }
}

impl Field for TokenField {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self(bytes.map(HoldToken)))
    }

    fn schema() -> Value {
        json!({ "type": "string" })
    }
}
