//! Text messages: to which numbers ([`Number`]), and how they leave ([`Texter`]). When one leaves is the outbox's business.
//! Only to countries that whoever runs this has named: elsewhere each costs money that others have their part of
//! ([OWASP](https://cheatsheetseries.owasp.org/cheatsheets/Multifactor_Authentication_Cheat_Sheet.html)).

mod number;
mod smsapi;
mod twilio;

use std::{path::PathBuf, sync::Arc};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub use number::Number;

use crate::{
    clock::Clock,
    config::{Config, SmsTransport},
    ids::OutboxId,
    mail::{Mail, MailError, keep_locally},
};

/// A text message to one person.
#[derive(Clone, Debug)]
pub struct Sms {
    /// To whom.
    pub to: String,
    /// In one line, of letters that fit into one message where the language allows it.
    pub text: String,
}

/// The way out for text messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Texter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The calling codes of the countries that are written to, without plus; the first one is where numbers without one are.
    countries: Vec<String>,
    transport: Transport,
}

#[derive(Debug)]
enum Transport {
    None,
    Local(PathBuf),
    SmsApi(smsapi::Account),
    Twilio(twilio::Account),
}

impl Texter {
    /// The transport that the configuration names. Connects to nothing yet.
    ///
    /// # Errors
    /// [`MailError::Provider`], or one of TLS if that cannot be set up.
    pub fn new(config: &Config) -> Result<Self, MailError> {
        let transport = match &config.sms {
            SmsTransport::None => Transport::None,
            SmsTransport::Local(folder) => Transport::Local(folder.clone()),
            SmsTransport::SmsApi(settings) => Transport::SmsApi(smsapi::Account::new(settings)?),
            SmsTransport::Twilio(settings) => Transport::Twilio(twilio::Account::new(settings)?),
        };
        Ok(Self(Arc::new(Inner { countries: config.sms_countries.clone(), transport })))
    }

    /// Whether any leave at all.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !matches!(self.0.transport, Transport::None)
    }

    /// A number as somebody wrote it, if it is one that is written to.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<Number> {
        let countries = &self.0.countries;
        let number = Number::parse(text, countries.first()?)?;
        countries.iter().any(|country| number.is_in(country)).then_some(number)
    }

    /// Sends one message. The id tells a provider that has seen it that this is a repetition; Twilio has nothing of the kind.
    ///
    /// # Errors
    /// [`MailError`], which knows whether to try again.
    pub async fn send(&self, id: OutboxId, sms: &Sms, clock: &Clock) -> Result<(), MailError> {
        match &self.0.transport {
            Transport::None => Err(MailError::Unwritable("there is no way for text messages".into())),
            Transport::Local(folder) => {
                let kept = Mail {
                    to: sms.to.clone(),
                    subject: "SMS".to_owned(),
                    text: sms.text.clone(),
                    html: String::new(),
                    calendar: None,
                };
                keep_locally(folder, id, &kept, clock.now()).await
            }
            Transport::SmsApi(account) => account.send(id, sms).await,
            Transport::Twilio(account) => account.send(id, sms).await,
        }
    }
}

/// `application/x-www-form-urlencoded`, which both providers take.
const FORM: &str = "application/x-www-form-urlencoded";

/// A body of that type.
fn form(fields: &[(&str, &str)]) -> String {
    let field =
        |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// Text in the letters that 160 of fit into one message, as far as Polish goes; with any other it is 70 (3GPP TS 23.038).
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    let plain = |letter| match letter {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        'Ą' => 'A',
        'Ć' => 'C',
        'Ę' => 'E',
        'Ł' => 'L',
        'Ń' => 'N',
        'Ó' => 'O',
        'Ś' => 'S',
        'Ź' | 'Ż' => 'Z',
        '–' | '—' => '-',
        '„' | '”' | '“' => '"',
        '’' => '\'',
        letter if letter.is_control() || letter == '\u{a0}' => ' ',
        letter => letter,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_stays_within_the_alphabet_of_one_message() {
        assert_eq!(
            plain("Zażółć gęślą jaźń – „Złote Nożyczki”\nŁódź"),
            "Zazolc gesla jazn - \"Zlote Nozyczki\" Lodz"
        );
    }

    #[test]
    fn a_form_says_what_was_meant() {
        assert_eq!(form(&[("to", "+48 1"), ("message", "a&b=ł")]), "to=%2B48%201&message=a%26b%3D%C5%82");
    }
}
