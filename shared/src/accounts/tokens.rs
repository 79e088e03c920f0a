//! Access tokens: signed, short-lived, checked against their session on every use. And the secrets of
//! refresh tokens, of which only a hash is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::keys::{Key, Keys, mac};
use crate::{
    http::{ApiError, Code, Field, form::text_of},
    ids::{SessionId, UserId},
    language::Message,
};

const ISSUER: &str = "sessly";
const AUDIENCE: &str = "sessly-api";
const ACCESS: &str = "access";

/// What an access token says ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519) claims); times in
/// seconds since the epoch.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
    jti: String,
    typ: String,
}

/// Whom an access token speaks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bearer {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
}

/// Signs an access token that is valid until `expires`.
pub(super) fn sign(
    keys: &Keys,
    bearer: Bearer,
    now: Timestamp,
    expires: Timestamp,
) -> Result<String, ApiError> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: bearer.user,
        sid: bearer.session,
        iat: now.as_second(),
        exp: expires.as_second(),
        jti: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>()),
        typ: ACCESS.to_owned(),
    };
    let header = Header { kid: Some(keys.current.id.clone()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(&keys.current.access_tokens);
    jsonwebtoken::encode(&header, &claims, &key).map_err(ApiError::internal)
}

/// Reads an access token. Says nothing about whether its session still lives.
///
/// # Errors
/// `TOKEN_EXPIRED` if that is all that is wrong with it, else `INVALID_TOKEN`.
pub(super) fn read(keys: &Keys, token: &str, now: Timestamp) -> Result<Bearer, ApiError> {
    let invalid = |_| ApiError::new(Code::InvalidToken);
    let kid = jsonwebtoken::decode_header(token).map_err(invalid)?.kid;
    let set = keys.accepted().find(|set| Some(&set.id) == kid.as_ref()).ok_or(Code::InvalidToken)?;
    let key = DecodingKey::from_secret(&set.access_tokens);
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation()).map_err(invalid)?.claims;
    if claims.typ != ACCESS || claims.iat > claims.exp {
        return Err(Code::InvalidToken.into());
    }
    if claims.exp <= now.as_second() {
        return Err(Code::TokenExpired.into());
    }
    Ok(Bearer { user: claims.sub, session: claims.sid })
}

/// Everything said explicitly: the library's defaults allow a minute's leeway. Expiry is checked by us,
/// against our clock.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_exp = false;
    validation.validate_nbf = true;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation
}

/// A refresh token as its owner holds it: 256 bits that nobody can guess.
#[derive(Clone)]
pub(super) struct RefreshSecret([u8; 32]);

impl RefreshSecret {
    /// The first of a session.
    pub(super) fn random() -> Self {
        Self(rand::random())
    }

    /// The one that follows the token with this hash. Derived and not drawn, so that however often and however
    /// simultaneously a token is refreshed, it has one successor.
    pub(super) fn successor_of(hash: &[u8], key: &Key) -> Self {
        Self(mac(key, &[hash]))
    }

    /// What is stored. The secret is random, so a plain hash is as good as a slow one.
    pub(super) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// As the client gets it.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what a client sent.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// A refresh token as a body's field: any text, of which one that cannot be a token is simply not valid.
pub(super) struct RefreshField(pub(super) Option<RefreshSecret>);

impl Field for RefreshField {
    fn parse(value: &Value) -> Result<Self, Message> {
        text_of(value).map(|text| Self(RefreshSecret::from_text(&text)))
    }
}

#[cfg(test)]
mod tests {
    use hmac::{EagerHash, Hmac, KeyInit, Mac};
    use jiff::ToSpan;
    use sha2::{Sha384, Sha512};

    use super::*;
    use crate::config::Config;

    const NOW: Timestamp = Timestamp::constant(1_772_434_800, 0);

    fn keys(secret: &str) -> Keys {
        let lookup = |name: &str| match name {
            "SECRET_KEY" => Some(secret.to_owned()),
            "SESSLY_ENV" => Some("development".to_owned()),
            "DATABASE_URL" => Some("postgresql://localhost/sessly".to_owned()),
            _ => None,
        };
        Keys::new(&Config::from_variables(&lookup).expect("complete"))
    }

    fn ours() -> Keys {
        keys("0123456789abcdef0123456789abcdef")
    }

    fn claims() -> Claims {
        Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: UserId::new(NOW),
            sid: SessionId::new(NOW),
            iat: NOW.as_second(),
            exp: NOW.as_second() + 60,
            jti: "1".to_owned(),
            typ: ACCESS.to_owned(),
        }
    }

    /// A token as an attacker would like to have it: anything, under our key's name, and rightly signed.
    fn forged(claims: &impl Serialize, algorithm: Algorithm, key: &Key) -> String {
        fn signed<D: EagerHash>(key: &Key, message: &[u8]) -> Vec<u8>
        where
            Hmac<D>: KeyInit + Mac,
        {
            let mac = <Hmac<D> as KeyInit>::new_from_slice(key).expect("any length");
            mac.chain_update(message).finalize().into_bytes().to_vec()
        }
        let header = Header { kid: Some(ours().current.id), ..Header::new(algorithm) };
        let part = |json: Result<Vec<u8>, _>| URL_SAFE_NO_PAD.encode(json.expect("serializes"));
        let message = format!("{}.{}", part(serde_json::to_vec(&header)), part(serde_json::to_vec(claims)));
        let signature = match algorithm {
            Algorithm::HS256 => signed::<Sha256>(key, message.as_bytes()),
            Algorithm::HS384 => signed::<Sha384>(key, message.as_bytes()),
            _ => signed::<Sha512>(key, message.as_bytes()),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn refusal(token: &str) -> Option<Code> {
        read(&ours(), token, NOW).err().map(|error| error.code())
    }

    #[test]
    fn only_our_key_by_our_algorithm_signs() {
        let (right, wrong) = (ours().current, keys("another-secret-another-secret-xx").current);
        assert_eq!(refusal(&forged(&claims(), Algorithm::HS256, &right.access_tokens)), None);
        for (algorithm, key) in [
            (Algorithm::HS256, wrong.access_tokens),
            (Algorithm::HS256, right.refresh_tokens),
            (Algorithm::HS256, [0; 32]),
            (Algorithm::HS384, right.access_tokens),
            (Algorithm::HS512, right.access_tokens),
        ] {
            assert_eq!(
                refusal(&forged(&claims(), algorithm, &key)),
                Some(Code::InvalidToken),
                "{algorithm:?}"
            );
        }
    }

    #[test]
    fn a_token_for_something_else_is_no_access_token() {
        let other = || "other".to_owned();
        for claims in [
            Claims { aud: other(), ..claims() },
            Claims { iss: other(), ..claims() },
            Claims { typ: "refresh".to_owned(), ..claims() },
            Claims { iat: claims().exp + 1, ..claims() },
        ] {
            let token = forged(&claims, Algorithm::HS256, &ours().current.access_tokens);
            assert_eq!(refusal(&token), Some(Code::InvalidToken), "{claims:?}");
        }
        for absent in ["iss", "aud", "sub", "sid", "iat", "exp", "jti", "typ"] {
            let mut claims = serde_json::to_value(claims()).expect("serializes");
            claims.as_object_mut().expect("an object").remove(absent);
            let token = forged(&claims, Algorithm::HS256, &ours().current.access_tokens);
            assert_eq!(refusal(&token), Some(Code::InvalidToken), "{absent}");
        }
    }

    #[test]
    fn a_token_expires_to_the_second() {
        let token = forged(&claims(), Algorithm::HS256, &ours().current.access_tokens);
        let refused = |now| read(&ours(), &token, now).err().map(|error| error.code());
        assert_eq!(refused(NOW + 59.seconds()), None);
        assert_eq!(refused(NOW + 60.seconds()), Some(Code::TokenExpired));
    }
}
