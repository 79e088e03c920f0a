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
        let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
        let allowed = config.allowed_hosts.iter().any(|allowed| allowed == host || allowed == name);
        match config.allowed_hosts.first() {
            Some(first) if !allowed => Self(format!("https://{first}")),
            _ if config.environment.is_production() => Self(format!("https://{host}")),
            _ => Self(format!("http://{host}")),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
