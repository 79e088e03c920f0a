//! `cargo dev check-deploy`: what would stop a deployment from starting, make it weak, or is forgotten, read from its
//! environment variables before it goes live.
//!
//! Whatever the functions themselves refuse is asked of them (`start`: the same `Config`, the same `App`); the other
//! modules know what starts, but should not go live. Values are never shown, only names and what is the matter.

mod database;
mod env_file;
mod findings;
mod known;
mod mail;
mod sampled;
mod secrets;
mod start;
mod web;
mod workings;

pub use self::{
    env_file::EnvFileError,
    findings::{Finding, Findings, Level},
};

use std::{collections::BTreeMap, path::Path};

/// The variables of a deployment. An empty one counts as not set.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// Whether all of them are the deployment's, as in a file, or others stand among them, as in a shell.
    only_ours: bool,
}

impl Variables {
    /// Those of this process.
    #[must_use]
    pub fn of_process() -> Self {
        // Names and values that are not Unicode are none of ours.
        let all = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self { values: all.collect(), only_ours: false }
    }

    /// Those of a file, as `vercel env pull` writes it, or as shells read it.
    ///
    /// # Errors
    /// If it cannot be read, or a line of it is no assignment.
    pub fn of_file(path: &Path) -> Result<Self, EnvFileError> {
        let text = std::fs::read_to_string(path).map_err(|_| EnvFileError::Unreadable)?;
        Ok(Self { values: env_file::parse(&text)?, only_ours: true })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The items of a comma-separated list.
    fn list(&self, name: &str) -> Vec<&str> {
        let items = self.get(name).unwrap_or_default().split(',');
        items.map(|item| item.trim().trim_end_matches('/')).filter(|item| !item.is_empty()).collect()
    }

    /// Whether a flag is set to something that means no.
    fn is_off(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().to_ascii_lowercase();
        matches!(value.as_str(), "false" | "0" | "no" | "off")
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Variables {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(variables: T) -> Self {
        let values = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { values: values.collect(), only_ours: true }
    }
}

/// Checks a deployment's variables, and its database as far as it can be reached from here.
pub async fn check(variables: &Variables) -> Findings {
    let mut findings = check_variables(variables);
    database::check_server(variables, &mut findings).await;
    findings
}

/// Checks a deployment's variables only.
#[must_use]
pub fn check_variables(variables: &Variables) -> Findings {
    let mut findings = Findings::default();
    start::check(variables, &mut findings);
    secrets::check(variables, &mut findings);
    web::check(variables, &mut findings);
    database::check_addresses(variables, &mut findings);
    mail::check(variables, &mut findings);
    workings::check(variables, &mut findings);
    known::check(variables, &mut findings);
    findings
}
