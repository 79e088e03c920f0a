//! What a deployment sets by environment variables, read once at start. A missing or unusable value
//! stops the start with one line that names it; nothing starts half configured.

mod encryption_key;
mod hosts;
mod limits;
mod mail;
mod origins;
mod sentry;
mod sms;
mod variables;

use std::{fmt, time::Duration};

use axum::http::HeaderName;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use thiserror::Error;
use tracing::level_filters::LevelFilter;

pub use encryption_key::EncryptionKey;
pub use limits::{CodeTries, Rate, RateLimits};
pub use mail::{Encryption, MailTransport, MailWebhooks, Mailgun, SendGrid, SmtpServer};
pub use origins::OriginPattern;
pub use sentry::{Dsn, SentryProject};
pub use sms::{SmsApi, SmsTransport, Twilio};
use variables::{Variables, missing, unusable};

/// A variable that is missing or unusable. Its text is the one line that whoever deploys sees; it
/// never repeats a value, which may be a secret.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{name} {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

/// Where this process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: local mail, lax origins, readable logs.
    Development,
    /// Anywhere else, and wherever nothing says otherwise.
    Production,
}

impl Environment {
    /// Whether strangers can reach this process.
    #[must_use]
    pub fn is_production(self) -> bool {
        self == Self::Production
    }
}

/// A secret of at least 32 bytes. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    const SHORTEST: usize = 32;

    /// A new one, as text fit for an environment variable.
    #[must_use]
    pub fn random_text() -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; Self::SHORTEST]>())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A password: anything, but never shown.
#[derive(Clone)]
pub struct Secretive(pub String);

impl fmt::Debug for Secretive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Text,
}

/// Everything a function needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where this process runs.
    pub environment: Environment,
    /// `DATABASE_URL`: the pooled connection.
    pub database_url: Secretive,
    /// `SECRET_KEY`: signs access tokens, keys the hashes of codes.
    pub secret_key: Secret,
    /// `SECRET_KEY_PREVIOUS`: still accepted while rotating.
    pub secret_key_previous: Option<Secret>,
    /// `ENCRYPTION_KEY`: encrypts answers to sensitive questions. Without it, none are asked.
    pub encryption_key: Option<EncryptionKey>,
    /// `ENCRYPTION_KEY_PREVIOUS`: still decrypts while rotating.
    pub encryption_key_previous: Option<EncryptionKey>,
    /// `ALLOWED_HOSTS`; the first one is used in links.
    pub allowed_hosts: Vec<String>,
    /// `CORS_ALLOWED_ORIGINS`.
    pub cors_allowed_origins: Vec<String>,
    /// `CORS_ALLOWED_ORIGIN_PATTERNS`.
    pub cors_allowed_origin_patterns: Vec<OriginPattern>,
    /// `FRONTEND_BASE_URL`, without a slash at the end: where links in mails lead.
    pub frontend_base_url: String,
    /// `JWT_ACCESS_MIN`.
    pub access_token_life: SignedDuration,
    /// `JWT_REFRESH_DAYS`.
    pub refresh_token_life: SignedDuration,
    /// `EMAIL_VERIFICATION_ENABLED`.
    pub email_verification: bool,
    /// `EMAIL_VERIFICATION_CODE_TTL_MINUTES`.
    pub code_life: SignedDuration,
    /// `EMAIL_TRANSPORT` and what belongs to it.
    pub mail: MailTransport,
    /// `DEFAULT_FROM_EMAIL`.
    pub mail_from: String,
    /// What the events of mail providers are verified with.
    pub mail_webhooks: MailWebhooks,
    /// `SMS_TRANSPORT` and what belongs to it.
    pub sms: SmsTransport,
    /// `SMS_COUNTRIES`: the calling codes of the countries that text messages go to, the home country's first.
    pub sms_countries: Vec<String>,
    /// `CRON_SECRET`: what the cron function is called with.
    pub cron_secret: Option<Secretive>,
    /// `RATE_LIMIT_*`.
    pub rate_limits: RateLimits,
    /// `CLIENT_IP_HEADER`: where the platform writes the caller's address. Without one, the connection's counts.
    pub client_ip_header: Option<HeaderName>,
    /// `SENTRY_*`: where failures are reported.
    pub sentry: Option<SentryProject>,
    /// `LOG_LEVEL`: error, warn, info, debug, trace or off.
    pub log_level: LevelFilter,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `PREPARED_STATEMENTS`: whether the way to the database keeps them. Not said: as its host is known to.
    pub prepared_statements: Option<bool>,
    /// `DATABASE_WAIT_SECONDS`: how long a request waits for a free or a new database connection before it is answered 503.
    pub database_wait: Duration,
}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// The first variable that is missing or unusable.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::from_variables(&|name| std::env::var(name).ok())
    }

    /// Reads variables from wherever `lookup` finds them.
    ///
    /// # Errors
    /// The first variable that is missing or unusable.
    pub fn from_variables(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let env = Variables(lookup);
        let environment = environment(&env)?;
        let mail = mail::transport(&env, environment)?;
        Ok(Self {
            environment,
            database_url: Secretive(env.required("DATABASE_URL")?),
            secret_key: env.secret("SECRET_KEY")?.ok_or_else(|| missing("SECRET_KEY"))?,
            secret_key_previous: env.secret("SECRET_KEY_PREVIOUS")?,
            encryption_key: encryption_key::read(&env, "ENCRYPTION_KEY")?,
            encryption_key_previous: encryption_key::read(&env, "ENCRYPTION_KEY_PREVIOUS")?,
            allowed_hosts: hosts::allowed(&env, environment)?,
            cors_allowed_origins: origins::exact(&env)?,
            cors_allowed_origin_patterns: origins::patterns(&env)?,
            frontend_base_url: hosts::frontend(&env, environment)?,
            access_token_life: SignedDuration::from_mins(env.number("JWT_ACCESS_MIN", 15, 1..=1440)?),
            refresh_token_life: SignedDuration::from_hours(24 * env.number("JWT_REFRESH_DAYS", 7, 1..=90)?),
            email_verification: env.flag("EMAIL_VERIFICATION_ENABLED", true)?,
            code_life: SignedDuration::from_mins(env.number(
                "EMAIL_VERIFICATION_CODE_TTL_MINUTES",
                15,
                1..=1440,
            )?),
            sms: sms::transport(&env, environment, &mail)?,
            sms_countries: sms::countries(&env)?,
            mail,
            mail_from: env
                .text("DEFAULT_FROM_EMAIL")
                .unwrap_or_else(|| "Sessly <no-reply@example.com>".to_owned()),
            mail_webhooks: mail::webhooks(&env)?,
            cron_secret: cron_secret(&env, environment)?,
            rate_limits: RateLimits::read(&env, environment)?,
            client_ip_header: limits::client_ip_header(&env)?,
            sentry: sentry::project(&env, environment)?,
            log_level: log_level(&env)?,
            log_format: log_format(&env, environment)?,
            prepared_statements: env.switch("PREPARED_STATEMENTS")?,
            database_wait: Duration::from_secs(env.number("DATABASE_WAIT_SECONDS", 3, 1..=60)?),
        })
    }

    /// The host that ids are ours by.
    #[must_use]
    pub fn main_host(&self) -> &str {
        let named = self.allowed_hosts.iter().find(|host| *host != "*");
        named.map_or("localhost", |host| host.trim_start_matches('.'))
    }

    /// Where the API is reached from outside, scheme and host: for links in mails, which follow no request's `Host`.
    #[must_use]
    pub fn public_origin(&self) -> String {
        match self.allowed_hosts.iter().find(|host| *host != "*") {
            Some(host) => format!("https://{}", host.trim_start_matches('.')),
            None => "http://localhost:3000".to_owned(),
        }
    }
}

/// Vercel names its own; elsewhere `SESSLY_ENV=development` has to be said, so that nothing is lax by accident.
fn environment(env: &Variables) -> Result<Environment, ConfigError> {
    let said = env.text("SESSLY_ENV").or_else(|| env.text("VERCEL_ENV"));
    match said.as_deref() {
        Some("development") => Ok(Environment::Development),
        None | Some("production" | "preview") => Ok(Environment::Production),
        Some(_) => Err(unusable("SESSLY_ENV", "is neither development nor production")),
    }
}

/// Whoever knows it may have everybody reminded, so that in production it has to be one that nobody guesses.
fn cron_secret(env: &Variables, environment: Environment) -> Result<Option<Secretive>, ConfigError> {
    const SHORTEST: usize = 16;
    match env.text("CRON_SECRET") {
        Some(secret) if environment.is_production() && secret.len() < SHORTEST => {
            Err(unusable("CRON_SECRET", format!("is shorter than {SHORTEST} characters")))
        }
        secret => Ok(secret.map(Secretive)),
    }
}

fn log_level(env: &Variables) -> Result<LevelFilter, ConfigError> {
    let Some(level) = env.text("LOG_LEVEL") else { return Ok(LevelFilter::INFO) };
    level.parse().map_err(|_| unusable("LOG_LEVEL", "is none of error, warn, info, debug, trace, off"))
}

fn log_format(env: &Variables, environment: Environment) -> Result<LogFormat, ConfigError> {
    match env.text("LOG_FORMAT").as_deref() {
        Some("json") => Ok(LogFormat::Json),
        None if environment.is_production() => Ok(LogFormat::Json),
        Some("text") | None => Ok(LogFormat::Text),
        Some(_) => Err(unusable("LOG_FORMAT", "is neither json nor text")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let mut all = HashMap::from([
            ("DATABASE_URL", "postgresql://localhost/sessly"),
            ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
            ("ALLOWED_HOSTS", "api.example.com"),
            ("EMAIL_HOST", "mail.example.com"),
        ]);
        all.extend(variables.iter().copied());
        Config::from_variables(&|name| all.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn a_minimal_production_configuration_is_enough() {
        let config = config(&[]).expect("complete");
        assert!(config.environment.is_production());
        assert!(config.email_verification);
        assert_eq!(config.access_token_life, SignedDuration::from_mins(15));
    }

    #[test]
    fn each_missing_or_unusable_variable_is_named_in_one_line() {
        let cases = [
            ("DATABASE_URL", "", "DATABASE_URL is not set"),
            ("SECRET_KEY", "", "SECRET_KEY is not set"),
            ("SECRET_KEY", "short", "SECRET_KEY is shorter than 32 bytes"),
            ("ALLOWED_HOSTS", " , ", "ALLOWED_HOSTS is not set"),
            (
                "ALLOWED_HOSTS",
                "https://api.example.com/",
                "ALLOWED_HOSTS has something that is no host name like api.example.com",
            ),
            ("FRONTEND_BASE_URL", "zzz", "FRONTEND_BASE_URL is no address like https://www.example.com"),
            ("ENCRYPTION_KEY", "0123456789abcdef", "ENCRYPTION_KEY is not 32 bytes in base64"),
            ("ENCRYPTION_KEY_PREVIOUS", "?", "ENCRYPTION_KEY_PREVIOUS is not 32 bytes in base64"),
            ("CRON_SECRET", "fifteen letters", "CRON_SECRET is shorter than 16 characters"),
            ("JWT_ACCESS_MIN", "soon", "JWT_ACCESS_MIN is not a whole number from 1 to 1440"),
            ("EMAIL_HOST", "", "EMAIL_HOST is not set"),
            ("EMAIL_HOST_USER", "me", "EMAIL_HOST_PASSWORD is not set"),
            ("EMAIL_VERIFICATION_ENABLED", "maybe", "EMAIL_VERIFICATION_ENABLED is neither true nor false"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(
                config(&[(name, value)]).map(|_| ()).map_err(|e| e.to_string()),
                Err(expected.to_owned())
            );
        }
    }

    #[test]
    fn the_mail_transport_follows_from_what_is_set() {
        let transport = |variables: &[(&str, &str)]| match config(variables).map(|config| config.mail) {
            Ok(MailTransport::SendGrid(account)) => account.base_url,
            Ok(MailTransport::Mailgun(account)) => format!("{}/{}", account.base_url, account.domain),
            Ok(MailTransport::Smtp(server)) => server.host,
            Ok(MailTransport::Local(_)) => "local".to_owned(),
            Err(error) => error.to_string(),
        };
        let mailgun = [("MAILGUN_API_KEY", "key"), ("MAILGUN_DOMAIN", "mg.example.com")];
        assert_eq!(transport(&[]), "mail.example.com");
        assert_eq!(transport(&[("SENDGRID_API_KEY", "SG.key")]), "https://api.sendgrid.com");
        assert_eq!(transport(&mailgun), "https://api.mailgun.net/mg.example.com");
        let eu = ("MAILGUN_BASE_URL", "https://api.eu.mailgun.net/");
        assert_eq!(transport(&[mailgun[0], mailgun[1], eu]), "https://api.eu.mailgun.net/mg.example.com");
        assert_eq!(transport(&mailgun[..1]), "MAILGUN_DOMAIN is not set");
        assert_eq!(
            transport(&[("SENDGRID_API_KEY", "SG.key"), ("EMAIL_TRANSPORT", "smtp")]),
            "mail.example.com"
        );
        assert_eq!(transport(&[("EMAIL_TRANSPORT", "sendgrid")]), "SENDGRID_API_KEY is not set");
        assert_eq!(transport(&[("EMAIL_HOST", ""), ("SESSLY_ENV", "development")]), "local");
        let odd = transport(&[("EMAIL_TRANSPORT", "pigeon")]);
        assert_eq!(odd, "EMAIL_TRANSPORT is none of sendgrid, mailgun, smtp, local");
        let key = transport(&[("SENDGRID_WEBHOOK_PUBLIC_KEY", "MFkw")]);
        assert_eq!(key, "SENDGRID_WEBHOOK_PUBLIC_KEY is not a P-256 public key as SendGrid shows it");
    }

    #[test]
    fn links_lead_to_the_first_allowed_host() {
        let origin = |hosts| config(&[("ALLOWED_HOSTS", hosts)]).map(|config| config.public_origin());
        assert_eq!(origin("api.example.com,other.example.com"), Ok("https://api.example.com".to_owned()));
        assert_eq!(origin(".example.com"), Ok("https://example.com".to_owned()));
    }

    #[test]
    fn local_mail_is_refused_in_production() {
        assert!(config(&[("EMAIL_TRANSPORT", "local")]).is_err());
        assert!(config(&[("EMAIL_TRANSPORT", "local"), ("SESSLY_ENV", "development")]).is_ok());
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let shown =
            format!("{:?}", config(&[("EMAIL_HOST_USER", "me"), ("EMAIL_HOST_PASSWORD", "hunter2hunter2")]));
        assert!(
            !shown.contains("0123456789abcdef")
                && !shown.contains("hunter2")
                && !shown.contains("postgresql")
        );
    }
}
