//! The settings of the local server: what the environment says, and where it is silent, what suits a developer's
//! machine.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use shared::config::{Config, ConfigError};

/// Where the local server keeps everything: git-ignored, in the checkout.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The checkout's own.
    #[must_use]
    pub fn of_checkout() -> Self {
        Self(checkout().join(".sessly"))
    }

    /// Where Postgres keeps its data.
    #[must_use]
    pub fn postgres(&self) -> PathBuf {
        self.0.join("postgres")
    }

    /// Where the Postgres of the benchmark keeps its data.
    #[must_use]
    pub fn benchmark(&self) -> PathBuf {
        self.0.join("benchmark")
    }

    /// Where mail is kept.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// The secret that signs tokens here, so that they survive a restart; made when first asked for.
    ///
    /// # Errors
    /// If it can be neither read nor written.
    pub fn secret(&self) -> anyhow::Result<String> {
        self.kept("secret")
    }

    /// The key that answers are encrypted with here, so that they can be read after a restart; made when first asked for.
    ///
    /// # Errors
    /// If it can be neither read nor written.
    pub fn encryption_key(&self) -> anyhow::Result<String> {
        self.kept("encryption-key")
    }

    fn kept(&self, name: &str) -> anyhow::Result<String> {
        let file = self.0.join(name);
        match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret = new_secret();
                fs::create_dir_all(&self.0)?;
                fs::write(&file, &secret).with_context(|| format!("{} cannot be written", file.display()))?;
                Ok(secret)
            }
            secret => secret.with_context(|| format!("{} cannot be read", file.display())),
        }
    }
}

/// The checkout this was started in, or else built from. Several that share a target folder share the program too,
/// built from any of them; `cargo run` says which one it is in.
#[must_use]
pub fn checkout() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// 256 random bits as text.
fn new_secret() -> String {
    shared::config::Secret::random_text()
}

/// The configuration for a local server on this database.
///
/// # Errors
/// If the environment sets something unusable.
pub fn config(database_url: &str, folder: &Folder, secret: &str) -> Result<Config, ConfigError> {
    let mail = folder.mail().display().to_string();
    Config::from_variables(&|name| match name {
        "DATABASE_URL" => Some(database_url.to_owned()),
        _ => env::var(name).ok().filter(|value| !value.is_empty()).or_else(|| match name {
            "SESSLY_ENV" => Some("development".to_owned()),
            "SECRET_KEY" => Some(secret.to_owned()),
            // Where it cannot be kept, nothing is asked that would need it.
            "ENCRYPTION_KEY" => folder.encryption_key().ok(),
            // The embedded server, with nothing in between.
            "PREPARED_STATEMENTS" if env::var_os("DATABASE_URL").is_none() => Some("on".to_owned()),
            "EMAIL_LOCAL_FOLDER" => Some(mail.clone()),
            // A developer, a test suite or a fuzzer asks more often than a person does.
            "RATE_LIMIT_AUTH"
            | "RATE_LIMIT_REGISTRATION"
            | "RATE_LIMIT_CODES_SENT"
            | "RATE_LIMIT_BOOKING"
            | "RATE_LIMIT_GUEST_HOLDS"
            | "RATE_LIMIT_INVITATIONS"
            | "RATE_LIMIT_API" => Some("off".to_owned()),
            // One line per request is news to somebody debugging, and noise to everyone else.
            "LOG_LEVEL" => Some("warn".to_owned()),
            _ => None,
        }),
    })
}
