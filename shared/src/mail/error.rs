//! Why a message does not leave, and what that means for trying again.

use axum::http::{StatusCode, header::RETRY_AFTER};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use lettre::transport::smtp::response::Category;
use thiserror::Error;
use tokio::time::error::Elapsed;

use crate::outgoing::{Answer, OutgoingError};

/// Why a mail or a text message did not leave. Never shows an address or a number.
#[derive(Debug, Error)]
pub enum MailError {
    /// `DEFAULT_FROM_EMAIL` is not an address.
    #[error("DEFAULT_FROM_EMAIL is not an address")]
    From,
    /// The provider's address or key cannot be part of a request.
    #[error("the provider's base URL, domain or key is unusable")]
    Provider,
    /// The recipient's address or the text cannot be made into a mail.
    #[error("the mail cannot be written")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server could not be reached or refused.
    #[error("the mail server did not take the mail: {}", without_reply(.0))]
    Smtp(lettre::transport::smtp::Error),
    /// The server took longer than [`PATIENCE`](super::PATIENCE).
    #[error("the mail server did not answer in time")]
    Slow(#[from] Elapsed),
    /// The provider could not be reached.
    #[error("the provider could not be reached")]
    Unreached(#[from] OutgoingError),
    /// The provider refused.
    #[error("the provider answered {status}")]
    Refused {
        /// With this status.
        status: StatusCode,
        /// When it wants to be asked again: its `Retry-After`.
        retry_after: Option<String>,
    },
    /// The provider refused in its own way, by a number.
    #[error("the provider answered with error {number}")]
    Numbered {
        /// Which.
        number: u32,
        /// What that means.
        meaning: Refusal,
    },
    /// The provider answered what it never does.
    #[error("{0}")]
    Odd(&'static str),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The local mailbox could not be written.
    #[error("the local mailbox could not be written")]
    Local(#[from] std::io::Error),
}

/// What a provider refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This message, for good.
    OfThisMessage,
    /// Whatever we send: our settings are wrong.
    OfUs,
    /// Whatever it is, at the moment.
    ForNow,
}

impl From<lettre::transport::smtp::Error> for MailError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Smtp(error)
    }
}

/// What went wrong, fit for a log: of a server's reply the code only, for the text often repeats the address. For the
/// same reason the error is not given as a source.
fn without_reply(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| error.to_string(), |code| format!("it answered {code}"))
}

impl MailError {
    /// What a provider's answer means.
    ///
    /// # Errors
    /// [`MailError::Refused`] unless it took the mail.
    pub(super) fn unless_taken(answer: &Answer) -> Result<(), Self> {
        if answer.status.is_success() {
            return Ok(());
        }
        let retry_after =
            answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Err(Self::Refused { status: answer.status, retry_after })
    }

    /// Whether trying again is pointless.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Smtp(error) => error.is_permanent() && !self.is_about_us(),
            Self::Refused { status, .. } => {
                let passing = matches!(
                    *status,
                    StatusCode::REQUEST_TIMEOUT
                        | StatusCode::CONFLICT
                        | StatusCode::TOO_EARLY
                        | StatusCode::TOO_MANY_REQUESTS
                );
                status.is_client_error() && !passing && !self.is_about_us()
            }
            Self::Numbered { meaning, .. } => *meaning == Refusal::OfThisMessage,
            Self::From | Self::Provider | Self::Unwritable(_) => true,
            Self::Slow(_) | Self::Unreached(_) | Self::Odd(_) | Self::Tls(_) | Self::Local(_) => false,
        }
    }

    /// Whether it is our own settings that are refused (a key, a password, an unpaid bill, an address of the API
    /// that does not exist), which says nothing about the mail.
    #[must_use]
    pub fn is_about_us(&self) -> bool {
        match self {
            // A refused sign-in: 530, 535, …
            Self::Smtp(error) => {
                error.is_permanent()
                    && error.status().is_some_and(|code| code.category == Category::Unspecified3)
            }
            Self::Refused { status, .. } => matches!(
                *status,
                StatusCode::UNAUTHORIZED
                    | StatusCode::PAYMENT_REQUIRED
                    | StatusCode::FORBIDDEN
                    | StatusCode::NOT_FOUND
                    | StatusCode::METHOD_NOT_ALLOWED
            ),
            Self::Numbered { meaning, .. } => *meaning == Refusal::OfUs,
            _ => false,
        }
    }

    /// How long the provider wants to be left alone: seconds or a date
    /// ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<SignedDuration> {
        let Self::Refused { retry_after: Some(text), .. } = self else { return None };
        if let Ok(seconds) = text.trim().parse::<u32>() {
            return Some(SignedDuration::from_secs(seconds.into()));
        }
        let date = rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
        Some(date.duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, retry_after: Option<&str>) -> MailError {
        let status = StatusCode::from_u16(status).expect("a status");
        MailError::Refused { status, retry_after: retry_after.map(str::to_owned) }
    }

    #[test]
    fn only_what_is_wrong_with_the_mail_itself_is_final() {
        for status in [400, 413, 415, 422] {
            assert!(refused(status, None).is_permanent(), "{status}");
        }
        for status in [301, 401, 402, 403, 404, 408, 425, 429, 500, 502, 503, 504] {
            assert!(!refused(status, None).is_permanent(), "{status}");
        }
        assert!(refused(401, None).is_about_us() && !refused(429, None).is_about_us());
    }

    #[test]
    fn a_provider_may_name_seconds_or_a_date() {
        let now = Timestamp::constant(1_772_434_800, 0); // 2026-03-02T07:00:00Z
        let asked = |text| refused(429, Some(text)).retry_after(now).map(|pause| pause.as_secs());
        assert_eq!(asked("90"), Some(90));
        assert_eq!(asked("Mon, 02 Mar 2026 07:02:00 GMT"), Some(120));
        assert_eq!(asked("soon"), None);
        assert_eq!(refused(429, None).retry_after(now), None);
    }
}
