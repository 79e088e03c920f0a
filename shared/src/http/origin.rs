//! Under which address the client reached us, for absolute links in answers. The `Host` header is
//! the client's to choose, so outside development only an allowed host is repeated.

use std::fmt;

use axum::http::{header::HOST, request::Parts};

use crate::app::App;

/// Scheme and host: `https://api.example.com`.
#[derive(Debug)]
pub struct Origin(String);

impl Origin {
    /// The origin of this request.
    #[must_use]
    pub fn of(parts: &Parts, app: &App) -> Self {
        let config = app.config();
        let host = parts.headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let allowed = config.allowed_hosts.iter().any(|pattern| covers(pattern, host));
        match config.allowed_hosts.first() {
            Some(first) if !allowed => Self(format!("https://{}", first.trim_start_matches('.'))),
            _ if config.environment.is_production() => Self(format!("https://{host}")),
            _ => Self(format!("http://{host}")),
        }
    }
}

/// Whether an item of `ALLOWED_HOSTS` covers a `Host` header, by Django's rules: `.example.com` covers the domain
/// and all below it, `*` everything. Nothing covers what is more than a name and a port: in a link,
/// `api.example.com:@evil.example` leads to `evil.example`.
fn covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    let (name, port) = host.split_once(':').unwrap_or((&host, ""));
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && port.bytes().all(|b| b.is_ascii_digit());
    plain
        && match pattern.strip_prefix('.') {
            Some(domain) => name == domain || name.ends_with(&pattern),
            None => pattern == "*" || pattern == name || pattern == host,
        }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
