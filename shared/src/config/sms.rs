//! How text messages leave: `SMS_TRANSPORT`, and what each transport needs.

use std::path::PathBuf;

use super::{
    ConfigError, Environment, MailTransport, Secretive,
    variables::{Variables, base_url, unusable},
};

/// How text messages leave.
#[derive(Clone, Debug)]
pub enum SmsTransport {
    /// They do not.
    None,
    /// Each becomes a file in this folder, beside the mails.
    Local(PathBuf),
    /// SMSAPI.
    SmsApi(SmsApi),
    /// Twilio.
    Twilio(Twilio),
}

/// An account with SMSAPI.
#[derive(Clone, Debug)]
pub struct SmsApi {
    /// `SMSAPI_TOKEN`.
    pub token: Secretive,
    /// `SMS_SENDER`, as it was registered there; empty if none was.
    pub sender: String,
    /// `SMSAPI_BASE_URL`, without a slash at the end.
    pub base_url: String,
}

/// An account with Twilio.
#[derive(Clone, Debug)]
pub struct Twilio {
    /// `TWILIO_ACCOUNT_SID`.
    pub sid: String,
    /// `TWILIO_AUTH_TOKEN`.
    pub token: Secretive,
    /// `SMS_SENDER`: a number, a name, or a messaging service.
    pub sender: String,
    /// `TWILIO_BASE_URL`, without a slash at the end.
    pub base_url: String,
}

/// Reads the transport that the variables choose.
pub(super) fn transport(
    env: &Variables,
    environment: Environment,
    mail: &MailTransport,
) -> Result<SmsTransport, ConfigError> {
    const NAME: &str = "SMS_TRANSPORT";
    let is_set = |name| env.text(name).is_some();
    let chosen = env.text(NAME).unwrap_or_else(|| {
        let inferred = match (environment, mail) {
            _ if is_set("SMSAPI_TOKEN") => "smsapi",
            _ if is_set("TWILIO_ACCOUNT_SID") => "twilio",
            (Environment::Development, MailTransport::Local(_)) => "local",
            _ => "none",
        };
        inferred.to_owned()
    });
    match (chosen.as_str(), mail) {
        ("none", _) => Ok(SmsTransport::None),
        ("local", MailTransport::Local(folder)) => Ok(SmsTransport::Local(folder.clone())),
        ("local", _) => Err(unusable(NAME, "is local, but mail is not: text messages are kept beside it")),
        ("smsapi", _) => Ok(SmsTransport::SmsApi(SmsApi {
            token: Secretive(env.required("SMSAPI_TOKEN")?),
            sender: env.text("SMS_SENDER").unwrap_or_default(),
            base_url: base_url(env, "SMSAPI_BASE_URL", "https://api.smsapi.pl")?,
        })),
        ("twilio", _) => Ok(SmsTransport::Twilio(Twilio {
            sid: env.required("TWILIO_ACCOUNT_SID")?,
            token: Secretive(env.required("TWILIO_AUTH_TOKEN")?),
            sender: env.required("SMS_SENDER")?,
            base_url: base_url(env, "TWILIO_BASE_URL", "https://api.twilio.com")?,
        })),
        _ => Err(unusable(NAME, "is none of smsapi, twilio, local, none")),
    }
}

/// Reads `SMS_COUNTRIES`: calling codes, Poland's if nothing is said.
pub(super) fn countries(env: &Variables) -> Result<Vec<String>, ConfigError> {
    const NAME: &str = "SMS_COUNTRIES";
    let mut codes = env.list(NAME);
    if codes.is_empty() {
        codes.push("48".to_owned());
    }
    let codes: Vec<String> = codes.iter().map(|code| code.trim_start_matches('+').to_owned()).collect();
    let is_code = |code: &String| {
        (1..=3).contains(&code.len()) && !code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit())
    };
    if codes.iter().all(is_code) {
        Ok(codes)
    } else {
        Err(unusable(NAME, "has what is no calling code, such as 48"))
    }
}
