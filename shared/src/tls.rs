//! How we speak TLS to others, be it Postgres or HTTP: rustls with ring, and the root certificates of Mozilla, so that
//! nothing is asked of the system.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// Settings for a client that verifies certificates.
///
/// # Errors
/// If the provider supports none of the protocol's versions, which would be a defect.
pub fn client_config() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // Given explicitly: with two providers compiled in, rustls would refuse to choose.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(settings.with_root_certificates(roots).with_no_client_auth())
}
