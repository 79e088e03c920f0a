//! Database addresses as hosting providers hand them out, made fit for our driver.
//!
//! Neon and others add options that tokio-postgres refuses (`pgbouncer`, `sslrootcert`, `pool_timeout`…).
//! Those it does not know are dropped. `sslmode` asks for TLS in many ways; whenever TLS is on, the
//! server's certificate is verified.

use rustls::ClientConfig;
use thiserror::Error;
use tokio_postgres::config::{Host, SslMode};

use crate::tls;

/// A `DATABASE_URL` that cannot be used. Never shows the address, which holds a password.
#[derive(Debug, Error)]
pub enum UrlError {
    /// Not a Postgres address.
    #[error("DATABASE_URL is not a Postgres address (postgresql://user:password@host/database)")]
    Malformed,
    /// TLS could not be set up.
    #[error("TLS for DATABASE_URL could not be set up")]
    Tls(#[from] rustls::Error),
}

/// A parsed database address.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    settings: tokio_postgres::Config,
    tls: Option<ClientConfig>,
}

/// The options that tokio-postgres understands and that mean what they say.
const UNDERSTOOD: [&str; 7] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "host",
    "keepalives",
    "keepalives_idle",
    "target_session_attrs",
];

impl DatabaseUrl {
    /// Reads a `postgres://` or `postgresql://` address.
    ///
    /// # Errors
    /// [`UrlError`] if it is none.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(UrlError::Malformed);
        }
        let (address, options) = text.split_once('?').unwrap_or((text, ""));
        let pairs = || options.split('&').filter_map(|pair| pair.split_once('='));
        let kept: Vec<String> = pairs()
            .filter(|(name, _)| UNDERSTOOD.contains(name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut settings: tokio_postgres::Config =
            format!("{address}?{}", kept.join("&")).parse().map_err(|_| UrlError::Malformed)?;
        if settings.get_hosts().is_empty() {
            return Err(UrlError::Malformed);
        }
        let asked = pairs().find(|(name, _)| *name == "sslmode").map(|(_, value)| value);
        let local = settings.get_hosts().iter().all(is_local);
        let encrypted = match asked {
            Some("disable") => false,
            None | Some("allow" | "prefer") => !local,
            Some(_) => true,
        };
        settings.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        if settings.get_connect_timeout().is_none() {
            settings.connect_timeout(std::time::Duration::from_secs(5));
        }
        let tls = encrypted.then(tls::client_config).transpose()?;
        Ok(Self { settings, tls })
    }

    /// The servers it names: host names, addresses or, of a Unix socket, paths.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let name = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        self.settings.get_hosts().iter().map(name).collect()
    }

    /// Whether the server is Neon's, whose pooler keeps track of prepared statements (PgBouncer 1.22 or later).
    #[must_use]
    pub fn is_on_neon(&self) -> bool {
        self.hosts().iter().any(|host| host.ends_with(".neon.tech"))
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    pub(super) fn settings(&self) -> tokio_postgres::Config {
        self.settings.clone()
    }

    pub(super) fn tls(&self) -> Option<ClientConfig> {
        self.tls.clone()
    }
}

/// A server on this machine needs no TLS unless asked for.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_hosting_providers_are_accepted_and_keep_tls_on() {
        for options in [
            "sslmode=require&channel_binding=require",
            "sslmode=verify-full&sslrootcert=system",
            "sslmode=require&pgbouncer=true&pool_timeout=0&connect_timeout=15&statement_timeout=5000",
            "",
        ] {
            let url =
                DatabaseUrl::parse(&format!("postgres://me:p%40ss@ep-x-pooler.example.com/db?{options}"));
            let url = url.expect(options);
            assert!(url.tls.is_some(), "{options}");
            assert_eq!(url.settings.get_password(), Some("p@ss".as_bytes()));
        }
    }

    #[test]
    fn a_local_server_needs_no_tls_unless_asked() {
        let tls = |text| DatabaseUrl::parse(text).map(|url| url.tls.is_some());
        assert!(matches!(tls("postgresql://me@127.0.0.1:5432/db"), Ok(false)));
        assert!(matches!(tls("postgresql://me@localhost/db?sslmode=require"), Ok(true)));
        assert!(matches!(tls("postgresql://me@db.example.com/db?sslmode=disable"), Ok(false)));
    }

    #[test]
    fn anything_else_is_refused_without_being_repeated() {
        for text in ["", "mysql://me:secret@host/db", "postgresql://", "host=localhost password=secret"] {
            let error = DatabaseUrl::parse(text).expect_err(text).to_string();
            assert!(!error.contains("secret"));
        }
    }
}
