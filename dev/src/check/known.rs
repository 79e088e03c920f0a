//! Every variable there is. The list is `.env.example`, which explains them: a variable that is not in there is one that
//! nothing reads.

use std::sync::LazyLock;

use super::{Variables, findings::Findings};

const EXPLAINED: &str = include_str!("../../../.env.example");

/// What platforms and libraries set, in a file of a deployment's variables.
const OF_OTHERS: [&str; 6] = ["VERCEL", "NX_", "TURBO_", "PG", "POSTGRES_", "NEON_"];

/// The names of all variables, in the order of `.env.example`.
pub(super) static ALL: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let names = EXPLAINED.lines().filter_map(|line| line.strip_prefix('#').unwrap_or(line).split_once('='));
    names.map(|(name, _)| name).filter(|name| is_name(name)).collect()
});

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.bytes().all(plain)
}

/// What is set, but read by nothing; in particular, what reads like a name with a typing error.
pub(super) fn check(variables: &Variables, findings: &mut Findings) {
    let foreign = |name: &str| OF_OTHERS.iter().any(|prefix| name.starts_with(prefix));
    for name in variables.values.keys().map(String::as_str) {
        if ALL.contains(&name) {
            if variables.is_set(name) {
                findings.ok(name, "is set");
            }
        } else if let Some(meant) = alike(name) {
            findings.warning(name, format!("is read by nothing: is {meant} meant?"));
        } else if variables.only_ours && !foreign(name) {
            findings.warning(name, "is read by nothing");
        }
    }
}

/// The variable that a name is nearly.
fn alike(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let most = if upper.len() < 8 { 1 } else { 2 };
    let near = ALL.iter().map(|known| (distance(&upper, known), *known));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

/// How many letters have to be added, dropped or changed to make one text of another (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, a) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet, fs, path::Path};

    use shared::config::Config;

    use super::*;

    #[test]
    fn a_typing_error_is_told_from_another_name() {
        assert_eq!(alike("ALOWED_HOSTS"), Some("ALLOWED_HOSTS"));
        assert_eq!(alike("secret_key"), Some("SECRET_KEY"));
        assert_eq!(alike("DATABASE_URI"), Some("DATABASE_URL"));
        for other in ["PATH", "HOME", "SHELL", "LANG", "EDITOR", "CARGO_HOME"] {
            assert_eq!(alike(other), None, "{other}");
        }
    }

    #[test]
    fn distances_count_single_letters() {
        for (a, b, expected) in [("", "ABC", 3), ("ABC", "ABC", 0), ("ABC", "AXC", 1), ("ABC", "BCD", 2)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn every_variable_that_the_configuration_asks_for_is_explained() {
        let asked = RefCell::new(BTreeSet::new());
        for transport in ["smtp", "local", "sendgrid", "mailgun"] {
            let lookup = |name: &str| {
                asked.borrow_mut().insert(name.to_owned());
                match name {
                    "SESSLY_ENV" => Some("development".to_owned()),
                    "EMAIL_TRANSPORT" => Some(transport.to_owned()),
                    "DATABASE_URL" | "SECRET_KEY" | "EMAIL_HOST" => Some("x".repeat(32)),
                    _ => None,
                }
            };
            drop(Config::from_variables(&lookup));
        }
        let asked = asked.into_inner();
        assert!(asked.len() > 15, "{asked:?}");
        let unexplained: Vec<_> = asked
            .iter()
            .filter(|name| !ALL.contains(&name.as_str()) && !name.starts_with("VERCEL"))
            .collect();
        assert!(unexplained.is_empty(), "not in .env.example: {unexplained:?}");
    }

    #[test]
    fn every_variable_that_is_explained_is_read_somewhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut sources = String::new();
        for folder in ["shared/src", "dev/src"] {
            add_sources(&root.join(folder), &mut sources);
        }
        let unread: Vec<_> = ALL.iter().filter(|name| !sources.contains(&format!("\"{name}\""))).collect();
        assert!(unread.is_empty(), "only in .env.example: {unread:?}");
        let mut once = ALL.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ALL.len(), "each is explained once");
    }

    #[test]
    fn every_variable_is_in_the_guide_to_deploying() {
        let guide = include_str!("../../../docs/QUICK_DEPLOY.md");
        let missing: Vec<_> = ALL.iter().filter(|name| !guide.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "not in docs/QUICK_DEPLOY.md: {missing:?}");
    }

    /// All Rust sources below a folder but those of this check, which knows names without reading them for anybody.
    fn add_sources(folder: &Path, sources: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("dev/src/check") {
                add_sources(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).expect("a source"));
            }
        }
    }
}
