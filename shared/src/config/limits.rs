//! How often what may be done: `RATE_LIMIT_*`, and which header names the caller, `CLIENT_IP_HEADER`.

use axum::http::HeaderName;
use jiff::SignedDuration;

use super::{
    ConfigError, Environment,
    variables::{Variables, unusable},
};

/// So many times in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many times.
    pub count: u32,
    /// In how long.
    pub period: SignedDuration,
}

impl Rate {
    const MOST: u32 = 1_000_000;

    /// So many times an hour.
    #[must_use]
    pub fn hourly(count: u32) -> Self {
        Self { count, period: SignedDuration::from_hours(1) }
    }

    /// Reads `5/m`. The word for the period may be written out, as Django REST lets it: `5/min`, `5/minute`.
    fn parse(text: &str) -> Option<Self> {
        let (count, period) = text.split_once('/')?;
        let period = match period.trim() {
            "s" | "sec" | "second" => SignedDuration::from_secs(1),
            "m" | "min" | "minute" => SignedDuration::from_mins(1),
            "h" | "hour" => SignedDuration::from_hours(1),
            "d" | "day" => SignedDuration::from_hours(24),
            _ => return None,
        };
        Some(Self { count: whole_number(count)?, period })
    }
}

fn whole_number(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|count| (1..=Rate::MOST).contains(count))
}

/// How often a mailed code may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTries {
    /// One code.
    pub per_code: i16,
    /// All the codes that one account is sent for one purpose; each new code would bring new tries otherwise.
    pub per_account: Rate,
    /// The same, from one address.
    pub per_address: Rate,
}

impl CodeTries {
    const DEFAULT: &str = "5";
    /// Far fewer than the attempts that are counted.
    const MOST: u32 = 50;
    /// So many codes' tries an hour from one address: enough for who mistypes one code and asks for another.
    const CODES_AN_HOUR: u32 = 2;
    /// And so many for an account: one address alone cannot use them up.
    const CODES_AN_HOUR_OF_ACCOUNT: u32 = 3;

    fn of(per_code: u32, per_account: Rate, per_address: Rate) -> Option<Self> {
        let per_code = Some(per_code).filter(|tries| *tries <= Self::MOST)?.try_into().ok()?;
        Some(Self { per_code, per_account, per_address })
    }

    /// Reads `5` (tries of each code), or `5/h` (which also says how many an account has in a period).
    fn parse(text: &str) -> Option<Self> {
        if let Some(rate) = Rate::parse(text) {
            return Self::of(rate.count, rate, rate);
        }
        let per_code = whole_number(text)?;
        let hourly = |codes| Rate::hourly(per_code * codes);
        Self::of(per_code, hourly(Self::CODES_AN_HOUR_OF_ACCOUNT), hourly(Self::CODES_AN_HOUR))
    }
}

/// The limits. `None` is `off`.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// `RATE_LIMIT_AUTH`: proving who one is.
    pub auth: Option<Rate>,
    /// `RATE_LIMIT_REGISTRATION`: making accounts.
    pub registration: Option<Rate>,
    /// `RATE_LIMIT_CODES`: guessing codes.
    pub codes: Option<CodeTries>,
    /// `RATE_LIMIT_CODES_SENT`: having codes mailed again.
    pub codes_sent: Option<Rate>,
    /// `RATE_LIMIT_BOOKING`: booking.
    pub booking: Option<Rate>,
    /// `RATE_LIMIT_GUEST_HOLDS`: having times kept without an account.
    pub guest_holds: Option<Rate>,
    /// `RATE_LIMIT_INVITATIONS`: having people invited by mail.
    pub invitations: Option<Rate>,
    /// `RATE_LIMIT_API`: everything else.
    pub api: Option<Rate>,
}

impl RateLimits {
    /// Reads `RATE_LIMIT_*`.
    pub(super) fn read(env: &Variables, environment: Environment) -> Result<Self, ConfigError> {
        let per = |count, period| Some(Rate { count, period });
        Ok(Self {
            auth: rate(env, "RATE_LIMIT_AUTH", per(5, SignedDuration::from_mins(1)))?,
            registration: rate(env, "RATE_LIMIT_REGISTRATION", Some(Rate::hourly(3)))?,
            codes: code_tries(env, environment)?,
            codes_sent: rate(env, "RATE_LIMIT_CODES_SENT", Some(Rate::hourly(5)))?,
            booking: rate(env, "RATE_LIMIT_BOOKING", per(10, SignedDuration::from_mins(1)))?,
            guest_holds: rate(env, "RATE_LIMIT_GUEST_HOLDS", Some(Rate::hourly(10)))?,
            invitations: rate(env, "RATE_LIMIT_INVITATIONS", per(30, SignedDuration::from_hours(24)))?,
            api: rate(env, "RATE_LIMIT_API", per(100, SignedDuration::from_mins(1)))?,
        })
    }
}

fn rate(env: &Variables, name: &'static str, default: Option<Rate>) -> Result<Option<Rate>, ConfigError> {
    match env.text(name).as_deref() {
        None => Ok(default),
        Some("off") => Ok(None),
        Some(text) => Rate::parse(text)
            .map(Some)
            .ok_or_else(|| unusable(name, "is neither off nor a rate like 5/m (s, m, h or d)")),
    }
}

fn code_tries(env: &Variables, environment: Environment) -> Result<Option<CodeTries>, ConfigError> {
    const NAME: &str = "RATE_LIMIT_CODES";
    match env.text(NAME).unwrap_or_else(|| CodeTries::DEFAULT.to_owned()).as_str() {
        // Six digits are found in an afternoon.
        "off" if environment.is_production() => {
            Err(unusable(NAME, "is off, which lets codes be guessed; production needs a number of tries"))
        }
        "off" => Ok(None),
        text => CodeTries::parse(text)
            .map(Some)
            .ok_or_else(|| unusable(NAME, "is neither a number of tries like 5 nor a rate like 5/h")),
    }
}

/// Reads `CLIENT_IP_HEADER`. On Vercel there is a default, because the connection there is the platform's.
pub(super) fn client_ip_header(env: &Variables) -> Result<Option<HeaderName>, ConfigError> {
    const NAME: &str = "CLIENT_IP_HEADER";
    let on_vercel =
        ["VERCEL", "VERCEL_IPC_PATH", "VERCEL_DEV_PORT"].iter().any(|name| env.text(name).is_some());
    match env.text(NAME) {
        Some(name) => name.parse().map(Some).map_err(|_| unusable(NAME, "is not the name of a header")),
        // Set by Vercel itself, whatever the client sent under that name
        // (https://vercel.com/docs/headers/request-headers).
        None if on_vercel => Ok(Some(HeaderName::from_static("x-vercel-forwarded-for"))),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(name: &str, value: &str, environment: Environment) -> Result<RateLimits, String> {
        let lookup = |asked: &str| (asked == name).then(|| value.to_owned());
        RateLimits::read(&Variables(&lookup), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn rates_are_read_as_documented() {
        let auth =
            |value| limits("RATE_LIMIT_AUTH", value, Environment::Production).map(|limits| limits.auth);
        let rate = |count, secs| Ok(Some(Rate { count, period: SignedDuration::from_secs(secs) }));
        assert_eq!(auth(""), rate(5, 60));
        assert_eq!(auth("7/s"), rate(7, 1));
        assert_eq!(auth(" 100 / min "), rate(100, 60));
        assert_eq!(auth("3/hour"), rate(3, 3600));
        assert_eq!(auth("1/d"), rate(1, 86_400));
        assert_eq!(auth("off"), Ok(None));
        for bad in ["0/m", "-1/m", "5", "5/", "/m", "5/w", "5/m/m", "none", "1000001/s"] {
            let problem = "RATE_LIMIT_AUTH is neither off nor a rate like 5/m (s, m, h or d)";
            assert_eq!(auth(bad), Err(problem.to_owned()), "{bad}");
        }
    }

    #[test]
    fn codes_have_tries_each_and_tries_together() {
        let codes =
            |value, environment| limits("RATE_LIMIT_CODES", value, environment).map(|limits| limits.codes);
        let tries = |per_code, per_account, per_address| {
            let (per_account, per_address) = (Rate::hourly(per_account), Rate::hourly(per_address));
            Ok(Some(CodeTries { per_code, per_account, per_address }))
        };
        assert_eq!(codes("", Environment::Production), tries(5, 15, 10));
        assert_eq!(codes("3", Environment::Production), tries(3, 9, 6));
        assert_eq!(codes("5/h", Environment::Production), tries(5, 5, 5));
        assert!(codes("many", Environment::Production).is_err());
        assert!(codes("51", Environment::Production).is_err());
        assert!(codes("off", Environment::Production).is_err());
        assert_eq!(codes("off", Environment::Development), Ok(None));
    }

    #[test]
    fn only_vercel_has_a_header_of_its_own() {
        let header = |name: &str, value: &str| {
            let lookup = |asked: &str| (asked == name).then(|| value.to_owned());
            client_ip_header(&Variables(&lookup)).map(|header| header.map(|name| name.to_string()))
        };
        assert_eq!(header("VERCEL", "1"), Ok(Some("x-vercel-forwarded-for".to_owned())));
        assert_eq!(header("CLIENT_IP_HEADER", "X-Real-IP"), Ok(Some("x-real-ip".to_owned())));
        assert_eq!(header("PORT", "8000"), Ok(None));
        assert!(header("CLIENT_IP_HEADER", "not a header").is_err());
    }
}
