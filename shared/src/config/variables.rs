//! The variables as they are read: one way for each kind of value.

use std::{fmt, str::FromStr};

use super::{ConfigError, Secret};

pub(super) fn missing(name: &'static str) -> ConfigError {
    unusable(name, "is not set")
}

pub(super) fn unusable(name: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { name, problem: problem.into() }
}

/// The variables, with one way of reading each kind. Empty counts as not set.
pub(super) struct Variables<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.text(name).ok_or_else(|| missing(name))
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(|item| item.trim().trim_end_matches('/').to_owned())
            .filter(|item| !item.is_empty())
            .collect()
    }

    pub(super) fn flag(&self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        Ok(self.switch(name)?.unwrap_or(default))
    }

    /// A flag that makes a difference by not being set, too.
    pub(super) fn switch(&self, name: &'static str) -> Result<Option<bool>, ConfigError> {
        match self.text(name).map(|value| value.to_ascii_lowercase()).as_deref() {
            None => Ok(None),
            Some("true" | "1" | "yes" | "on") => Ok(Some(true)),
            Some("false" | "0" | "no" | "off") => Ok(Some(false)),
            Some(_) => Err(unusable(name, "is neither true nor false")),
        }
    }

    pub(super) fn number<T>(
        &self,
        name: &'static str,
        default: T,
        range: std::ops::RangeInclusive<T>,
    ) -> Result<T, ConfigError>
    where
        T: FromStr + PartialOrd + fmt::Display,
    {
        let Some(text) = self.text(name) else { return Ok(default) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            unusable(name, format!("is not a whole number from {} to {}", range.start(), range.end()))
        })
    }

    pub(super) fn secret(&self, name: &'static str) -> Result<Option<Secret>, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        if text.len() < Secret::SHORTEST {
            return Err(unusable(name, format!("is shorter than {} bytes", Secret::SHORTEST)));
        }
        Ok(Some(Secret(text.into_bytes())))
    }
}

/// A web address without a slash at the end.
pub(super) fn base_url(env: &Variables, name: &'static str, default: &str) -> Result<String, ConfigError> {
    let url = env.text(name).unwrap_or_else(|| default.to_owned());
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(unusable(name, "is no web address"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}
