//! Whatever stops a function at its start: asked of the very code that stops it.

use std::collections::BTreeMap;

use shared::{app::App, clock::Clock, config::Config};

use super::{Variables, findings::Findings};

/// More than there are variables, so that a mistake here cannot go on for ever.
const MOST: usize = 100;
/// Stands in for something that is missing, so that what comes after it is looked at too.
const STAND_IN: &str = "stand-in.invalid.stand-in.invalid.stand-in";

pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    for name in ["SESSLY_ENV", "VERCEL_ENV"] {
        if variables.get(name) == Some("development") {
            findings.error(name, "is development: local mail, lax origins and settings that nobody checks");
        }
    }
    for problem in problems(variables) {
        let (name, text) = problem.split_once(' ').unwrap_or((&problem, ""));
        findings.error(name, text);
    }
}

/// The lines with which functions would refuse to start in production: not only the first one, but, as if each were
/// mended, all of them.
fn problems(variables: &Variables) -> Vec<String> {
    let mut mended = BTreeMap::<String, Option<&str>>::new();
    let mut problems = Vec::new();
    for _ in 0..MOST {
        let lookup = |name: &str| match (name, mended.get(name)) {
            ("SESSLY_ENV", _) => Some("production".to_owned()),
            (_, Some(mended)) => mended.map(str::to_owned),
            (_, None) => variables.get(name).map(str::to_owned),
        };
        let problem = match Config::from_variables(&lookup) {
            Ok(config) => App::new(config, Clock::system()).err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        let Some(problem) = problem else { break };
        let name = problem.split(' ').next().unwrap_or_default().to_owned();
        // First as if it were not set, then as if it were set to something.
        let next = match mended.get(&name) {
            None if variables.is_set(&name) => None,
            None => Some(stand_in(&name)),
            Some(None) => {
                mended.insert(name.clone(), Some(stand_in(&name)));
                continue;
            }
            Some(Some(_)) => break,
        };
        mended.insert(name, next);
        problems.push(problem);
    }
    problems
}

fn stand_in(name: &str) -> &'static str {
    if name == "DATABASE_URL" { "postgresql://localhost/stand-in" } else { STAND_IN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_stops_a_start_is_told_at_once() {
        let variables = Variables::from_iter([
            ("SECRET_KEY", "short"),
            ("JWT_ACCESS_MIN", "soon"),
            ("LOG_LEVEL", "loud"),
        ]);
        let problems = problems(&variables);
        for expected in [
            "DATABASE_URL is not set",
            "SECRET_KEY is shorter",
            "ALLOWED_HOSTS is not set",
            "JWT_ACCESS_MIN is",
            "LOG_LEVEL is",
        ] {
            assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{expected}: {problems:?}");
        }
    }

    #[test]
    fn what_only_shows_when_everything_is_put_together_is_told_too() {
        let variables = Variables::from_iter([
            ("DATABASE_URL", "mysql://me:hunter2@host/db"),
            ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
            ("ALLOWED_HOSTS", "api.sessly.pl"),
            ("EMAIL_HOST", "mail.sessly.pl"),
            ("DEFAULT_FROM_EMAIL", "nobody"),
        ]);
        let problems = problems(&variables);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("DATABASE_URL is not a Postgres address"));
        assert!(problems[1].starts_with("DEFAULT_FROM_EMAIL is not an address"));
    }
}
