//! Which origins' pages may call: `CORS_ALLOWED_ORIGINS` names them, `CORS_ALLOWED_ORIGIN_PATTERNS` describes those of
//! this project's previews.

use super::{
    ConfigError,
    variables::{Variables, unusable},
};

/// Origins, exactly.
pub(super) fn exact(env: &Variables) -> Result<Vec<String>, ConfigError> {
    const NAME: &str = "CORS_ALLOWED_ORIGINS";
    let origins: Vec<String> = env.list(NAME).iter().map(|origin| origin.to_ascii_lowercase()).collect();
    // Of any scheme: pages that are packed into an app have their own, like `capacitor://localhost`.
    let is_origin = |origin: &String| {
        let parts = origin.split_once("://");
        parts.is_some_and(|(scheme, host)| {
            is_word(scheme) && !host.is_empty() && host.bytes().all(is_of_host_and_port)
        })
    };
    if origins.iter().all(is_origin) {
        Ok(origins)
    } else {
        // A wildcard among them, together with credentials, would let every page act for whoever is signed in.
        Err(unusable(NAME, "has something that is no origin like https://www.example.com"))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_of_host_and_port(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':')
}

/// The origins of a project's previews: `https://sessly-*-myteam.vercel.app`. The star stands for lower-case letters,
/// digits and hyphens, within its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    before: String,
    after: String,
}

impl OriginPattern {
    /// Whether an origin is meant.
    #[must_use]
    pub fn covers(&self, origin: &str) -> bool {
        let rest = origin.strip_prefix(self.before.as_str());
        let middle = rest.and_then(|rest| rest.strip_suffix(self.after.as_str())).unwrap_or_default();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !middle.is_empty() && middle.bytes().all(allowed)
    }

    /// Anybody may have a name like `sessly-something.vercel.app`. So the star needs the project's name before it
    /// and, as in the names that hosts give to previews, the team's after it.
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (before, after) = text.split_once('*')?;
        let project = before.strip_prefix("https://")?.strip_suffix('-')?;
        let (team, domain) = after.strip_prefix('-')?.split_once('.')?;
        let labels: Vec<&str> = [project, team].into_iter().chain(domain.split('.')).collect();
        let complete = labels.len() >= 4 && labels.iter().all(|label| is_word(label));
        complete.then(|| Self { before: before.to_owned(), after: after.to_owned() })
    }
}

/// Patterns.
pub(super) fn patterns(env: &Variables) -> Result<Vec<OriginPattern>, ConfigError> {
    const NAME: &str = "CORS_ALLOWED_ORIGIN_PATTERNS";
    let problem = "has something that is no pattern like https://project-*-team.vercel.app, and could let in pages of others";
    let parse = |text: &String| OriginPattern::parse(text).ok_or_else(|| unusable(NAME, problem));
    env.list(NAME).iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads<T>(read: fn(&Variables) -> Result<T, ConfigError>, value: &str) -> Result<T, ConfigError> {
        read(&Variables(&|_| Some(value.to_owned())))
    }

    #[test]
    fn a_pattern_covers_one_projects_previews_and_nothing_else() {
        let patterns = reads(patterns, "https://sessly-*-myteam.vercel.app").expect("a pattern");
        let covered = |origin| patterns[0].covers(origin);
        for preview in
            ["https://sessly-git-main-myteam.vercel.app", "https://sessly-a1b2c3-myteam.vercel.app"]
        {
            assert!(covered(preview), "{preview}");
        }
        for other in [
            "https://sessly--myteam.vercel.app.evil.example",
            "https://evil.example/sessly-x-myteam.vercel.app",
            "https://sessly-evil.example?-myteam.vercel.app",
            "https://sessly-evil.example.-myteam.vercel.app",
            "https://sessly-a.b-myteam.vercel.app",
            "https://sessly-myteam.vercel.app",
            "https://sessly-x-otherteam.vercel.app",
            "https://other-x-myteam.vercel.app",
            "http://sessly-x-myteam.vercel.app",
            "https://sessly-x-myteam.vercel.app:8443",
            "https://sessly-X-myteam.vercel.app",
            "https://sessly-ż-myteam.vercel.app",
            "null",
            "",
        ] {
            assert!(!covered(other), "{other}");
        }
    }

    #[test]
    fn patterns_that_would_let_in_others_are_refused() {
        for wide in [
            "*",
            "https://*",
            "https://*.vercel.app",
            "https://sessly-*.vercel.app",
            "https://*-myteam.vercel.app",
            "https://sessly*.vercel.app",
            "https://sessly-*-myteam",
            "https://sessly-*-myteam.app",
            "https://sessly-*-*.vercel.app",
            "https://sessly-*-myteam.*.app",
            "http://sessly-*-myteam.vercel.app",
            "https://sessly-*-myteam.vercel.app:443",
            "https://sessly-*-myteam.vercel.app/path",
            "https://www.sessly-*-.vercel.app",
            "https://sessly.example",
        ] {
            assert!(reads(patterns, wide).is_err(), "{wide}");
        }
    }

    #[test]
    fn origins_are_origins() {
        let expected = ["https://www.example.com", "http://localhost:3000", "capacitor://localhost"];
        let written = "https://WWW.example.com/, http://localhost:3000,capacitor://localhost";
        assert_eq!(reads(exact, written), Ok(expected.map(str::to_owned).to_vec()));
        for bad in
            ["*", "https://*.example.com", "www.example.com", "https://a.example/path", "https://", "null"]
        {
            assert!(reads(exact, bad).is_err(), "{bad}");
        }
    }
}
