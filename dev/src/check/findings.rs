//! What a check has found, line by line.

use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It must not go live like this.
    Error,
    /// It works, but somebody should have meant it.
    Warning,
    /// It was looked at, and is fine.
    Ok,
}

/// A line: how bad, about what, and what is the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// The variable, or what else was looked at.
    pub name: String,
    /// What is the matter and why it matters. Never holds a value.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Ok => "ok",
        };
        write!(f, "{level} {}: {}", self.name, self.text)
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// All lines, in the order in which they were found.
    #[must_use]
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// How many lines there are of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|finding| finding.level == level).count()
    }

    pub(super) fn error(&mut self, name: &str, text: impl Into<String>) {
        self.add(Level::Error, name, text);
    }

    pub(super) fn warning(&mut self, name: &str, text: impl Into<String>) {
        self.add(Level::Warning, name, text);
    }

    /// Says that something is fine, unless something is the matter with it.
    pub(super) fn ok(&mut self, name: &str, text: impl Into<String>) {
        if !self.mention(name) {
            self.add(Level::Ok, name, text);
        }
    }

    /// Whether anything has been said about this.
    pub(super) fn mention(&self, name: &str) -> bool {
        self.0.iter().any(|finding| finding.name == name)
    }

    fn add(&mut self, level: Level, name: &str, text: impl Into<String>) {
        self.0.push(Finding { level, name: name.to_owned(), text: text.into() });
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}
