//! How mail leaves: `EMAIL_TRANSPORT`, and what each transport needs. And how what providers report is believed.

use std::path::PathBuf;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    ConfigError, Environment, Secretive,
    variables::{Variables, base_url, unusable},
};

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum MailTransport {
    /// Each message becomes a file in this folder; `cargo dev` shows them at `/dev/mail`.
    Local(PathBuf),
    /// An SMTP server.
    Smtp(SmtpServer),
    /// SendGrid's API.
    SendGrid(SendGrid),
    /// Mailgun's API.
    Mailgun(Mailgun),
}

/// An account with SendGrid.
#[derive(Clone, Debug)]
pub struct SendGrid {
    /// `SENDGRID_API_KEY`.
    pub api_key: Secretive,
    /// `SENDGRID_BASE_URL`, without a slash at the end.
    pub base_url: String,
}

/// An account with Mailgun.
#[derive(Clone, Debug)]
pub struct Mailgun {
    /// `MAILGUN_API_KEY`.
    pub api_key: Secretive,
    /// `MAILGUN_DOMAIN`: the sending domain.
    pub domain: String,
    /// `MAILGUN_BASE_URL`, without a slash at the end.
    pub base_url: String,
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

/// What the events of mail providers are verified with; from a provider without, none are taken.
#[derive(Clone, Debug, Default)]
pub struct MailWebhooks {
    /// `SENDGRID_WEBHOOK_PUBLIC_KEY`: a point on P-256, uncompressed.
    pub sendgrid: Option<Vec<u8>>,
    /// `MAILGUN_WEBHOOK_SIGNING_KEY`.
    pub mailgun: Option<Secretive>,
}

/// Reads the transport that the variables choose.
pub(super) fn transport(env: &Variables, environment: Environment) -> Result<MailTransport, ConfigError> {
    let is_set = |name| env.text(name).is_some();
    let chosen = env.text("EMAIL_TRANSPORT").unwrap_or_else(|| {
        let inferred = match environment {
            _ if is_set("SENDGRID_API_KEY") => "sendgrid",
            _ if is_set("MAILGUN_API_KEY") => "mailgun",
            _ if is_set("EMAIL_HOST") => "smtp",
            Environment::Production => "smtp",
            Environment::Development => "local",
        };
        inferred.to_owned()
    });
    match chosen.as_str() {
        "local" if environment.is_production() => Err(unusable(
            "EMAIL_TRANSPORT",
            "is local, which keeps mail on this machine; production needs sendgrid, mailgun or smtp",
        )),
        "local" => {
            let folder = env.text("EMAIL_LOCAL_FOLDER").unwrap_or_else(|| ".sessly/mail".to_owned());
            Ok(MailTransport::Local(folder.into()))
        }
        "smtp" => smtp_server(env).map(MailTransport::Smtp),
        "sendgrid" => Ok(MailTransport::SendGrid(SendGrid {
            api_key: Secretive(env.required("SENDGRID_API_KEY")?),
            base_url: base_url(env, "SENDGRID_BASE_URL", "https://api.sendgrid.com")?,
        })),
        "mailgun" => Ok(MailTransport::Mailgun(Mailgun {
            api_key: Secretive(env.required("MAILGUN_API_KEY")?),
            domain: env.required("MAILGUN_DOMAIN")?,
            base_url: base_url(env, "MAILGUN_BASE_URL", "https://api.mailgun.net")?,
        })),
        _ => Err(unusable("EMAIL_TRANSPORT", "is none of sendgrid, mailgun, smtp, local")),
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

/// Reads what providers' events are verified with.
pub(super) fn webhooks(env: &Variables) -> Result<MailWebhooks, ConfigError> {
    let name = "SENDGRID_WEBHOOK_PUBLIC_KEY";
    let point = |text: String| {
        let key = STANDARD.decode(text).ok().as_deref().and_then(p256_point);
        key.ok_or_else(|| unusable(name, "is not a P-256 public key as SendGrid shows it"))
    };
    Ok(MailWebhooks {
        sendgrid: env.text(name).map(point).transpose()?,
        mailgun: env.text("MAILGUN_WEBHOOK_SIGNING_KEY").map(Secretive),
    })
}

/// The point of a `SubjectPublicKeyInfo` ([RFC 5480](https://www.rfc-editor.org/rfc/rfc5480)): for an uncompressed
/// point on P-256, everything before it is always the same.
fn p256_point(key: &[u8]) -> Option<Vec<u8>> {
    const BEFORE: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let point = key.strip_prefix(&BEFORE)?;
    (point.len() == 65 && point.first() == Some(&4)).then(|| point.to_vec())
}
