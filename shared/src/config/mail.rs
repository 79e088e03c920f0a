//! How mail leaves: `EMAIL_TRANSPORT`, and what each transport needs.

use std::path::PathBuf;

use super::{
    ConfigError, Environment, Secretive,
    variables::{Variables, unusable},
};

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum MailTransport {
    /// Each message becomes a file in this folder; `cargo dev` shows them at `/dev/mail`.
    Local(PathBuf),
    /// An SMTP server.
    Smtp(SmtpServer),
}

/// An SMTP server and how to reach it.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// User and password, if it asks for them.
    pub credentials: Option<(String, Secretive)>,
    /// How the connection is encrypted.
    pub encryption: Encryption,
}

/// How an SMTP connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (`EMAIL_USE_SSL`, port 465).
    Implicit,
    /// Upgraded by STARTTLS, refused if the server cannot (`EMAIL_USE_TLS`, port 587).
    StartTls,
    /// None: for a relay on this machine.
    None,
}

/// Reads the transport that the variables choose.
pub(super) fn transport(env: &Variables, environment: Environment) -> Result<MailTransport, ConfigError> {
    let chosen = env.text("EMAIL_TRANSPORT").unwrap_or_else(|| {
        let inferred =
            if env.text("EMAIL_HOST").is_some() || environment.is_production() { "smtp" } else { "local" };
        inferred.to_owned()
    });
    match chosen.as_str() {
        "local" if environment.is_production() => Err(unusable(
            "EMAIL_TRANSPORT",
            "is local, which keeps mail on this machine; production needs smtp",
        )),
        "local" => {
            let folder = env.text("EMAIL_LOCAL_FOLDER").unwrap_or_else(|| ".sessly/mail".to_owned());
            Ok(MailTransport::Local(folder.into()))
        }
        "smtp" => smtp_server(env).map(MailTransport::Smtp),
        _ => Err(unusable("EMAIL_TRANSPORT", "is neither smtp nor local")),
    }
}

fn smtp_server(env: &Variables) -> Result<SmtpServer, ConfigError> {
    let encryption = match (env.flag("EMAIL_USE_SSL", false)?, env.flag("EMAIL_USE_TLS", false)?) {
        (true, true) => return Err(unusable("EMAIL_USE_SSL", "and EMAIL_USE_TLS exclude each other")),
        (true, false) => Encryption::Implicit,
        (false, true) => Encryption::StartTls,
        (false, false) => Encryption::None,
    };
    let usual_port = match encryption {
        Encryption::Implicit => 465,
        Encryption::StartTls => 587,
        Encryption::None => 25,
    };
    let password = || Ok(Secretive(env.required("EMAIL_HOST_PASSWORD")?));
    Ok(SmtpServer {
        host: env.required("EMAIL_HOST")?,
        port: env.number("EMAIL_PORT", usual_port, 1..=65_535)?,
        credentials: env.text("EMAIL_HOST_USER").map(|user| Ok((user, password()?))).transpose()?,
        encryption,
    })
}
