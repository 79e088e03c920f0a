//! What every handler may reach: configuration, database, clock, keys, mail. Built once at start;
//! opens no connection until one is needed.

use std::sync::Arc;

use axum::Router;
use thiserror::Error;

use crate::{
    accounts::{Keys, Passwords},
    clock::Clock,
    config::{Config, ConfigError},
    db::{self, Connection, DatabaseUrl, Db, Statements, UrlError},
    http::layers::{self, Limits},
    mail::{MailError, Mailer},
    monitoring::Sentry,
    sealing::Sealing,
    sms::Texter,
};

/// The shared state. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    db: Db,
    clock: Clock,
    keys: Keys,
    sealing: Sealing,
    passwords: Passwords,
    mailer: Mailer,
    texter: Texter,
    sentry: Option<Sentry>,
}

/// Why the process cannot start: one line that names what to set right.
#[derive(Debug, Error)]
pub enum StartError {
    /// A variable is missing or unusable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `DATABASE_URL` is unusable.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The pool could not be built.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The mail settings are unusable.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// TLS to others cannot be set up.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// Unless it is said, only where it is known that it works.
fn statements(config: &Config, url: &DatabaseUrl) -> Statements {
    if config.prepared_statements.unwrap_or_else(|| url.is_on_neon()) {
        Statements::Prepared
    } else {
        Statements::Unnamed
    }
}

impl App {
    /// The state for a configuration.
    ///
    /// # Errors
    /// [`StartError`] if a value of it is unusable.
    pub fn new(config: Config, clock: Clock) -> Result<Self, StartError> {
        let url = DatabaseUrl::parse(&config.database_url.0)?;
        Ok(Self(Arc::new(Inner {
            db: Db::new(&url, statements(&config, &url), config.database_wait)?,
            keys: Keys::new(&config),
            sealing: Sealing::new(&config),
            passwords: Passwords::default(),
            mailer: Mailer::new(&config)?,
            texter: Texter::new(&config)?,
            sentry: config.sentry.clone().map(Sentry::new).transpose()?,
            clock,
            config,
        })))
    }

    /// The routes of a function with everything around them, ready to be served.
    pub fn router(&self, routes: Router<Self>) -> Router {
        layers::around(routes.with_state(self.clone()), self, Limits::default())
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// A database connection of one's own.
    ///
    /// # Errors
    /// If none is to be had.
    pub async fn connection(&self) -> Result<Connection, db::Error> {
        self.0.db.connection().await
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.0.clock.now()
    }

    /// The keys derived from the secret.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// What seals text that nobody else may read.
    #[must_use]
    pub fn sealing(&self) -> &Sealing {
        &self.0.sealing
    }

    /// The password hasher.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The way out for mail.
    #[must_use]
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// The way out for text messages.
    #[must_use]
    pub fn texter(&self) -> &Texter {
        &self.0.texter
    }

    /// Where failures are reported, if anywhere.
    pub(crate) fn sentry(&self) -> Option<&Sentry> {
        self.0.sentry.as_ref()
    }
}
