//! How `jsonwebtoken` signs: HMAC with SHA-256, and nothing else. The library's own set of algorithms comes as a whole, with
//! RSA and elliptic curves, and takes up a megabyte of every function that asks who is calling.

use jsonwebtoken::{
    Algorithm,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{self, Signer, Verifier},
};

use super::keys::{mac, mac_matches};

/// Makes this the way in which tokens are signed, in the whole process. Harmless to repeat.
pub(super) fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
        verifier_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?)),
        // For published key sets, which a shared secret is never part of.
        key_utils: KeyUtils::new_unimplemented(),
    };
    // An error says that it is there already.
    PROVIDER.install_default().ok();
}

struct Hs256(Vec<u8>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, Error> {
        if algorithm == Algorithm::HS256 {
            Ok(Self(key.to_vec()))
        } else {
            Err(ErrorKind::InvalidAlgorithm.into())
        }
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(mac(&self.0, &[message]).to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        mac_matches(&self.0, &[message], signature).then_some(()).ok_or_else(signature::Error::new)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;

    use super::*;

    /// The example of [RFC 7515, appendix A.1](https://www.rfc-editor.org/rfc/rfc7515#appendix-A.1).
    #[test]
    fn a_signature_is_what_the_standard_says() {
        install();
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog\
                       Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let secret =
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";
        let key = EncodingKey::from_urlsafe_base64_secret(secret).expect("a key");
        let signed = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
        assert_eq!(signed.expect("signs"), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert!(jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS512).is_err());
    }
}
