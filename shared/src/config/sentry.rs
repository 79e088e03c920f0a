//! Where failures are reported: `SENTRY_*`.

use axum::http::Uri;

use super::{
    ConfigError, Environment,
    variables::{Variables, unusable},
};

/// Where a Sentry project takes reports, and the key it asks for: `https://KEY@HOST/PROJECT`, or with a path before the
/// project where Sentry is hosted by oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsn {
    /// The project's public key.
    pub key: String,
    /// Where envelopes are posted.
    pub endpoint: Uri,
}

impl Dsn {
    fn parse(text: &str) -> Option<Self> {
        let address: Uri = text.parse().ok()?;
        let scheme = address.scheme_str().filter(|scheme| ["http", "https"].contains(scheme))?;
        let (user, host) = address.authority()?.as_str().rsplit_once('@')?;
        // Old ones have a secret as well, which is not asked for any more.
        let key = user.split(':').next().unwrap_or_default();
        let (path, project) = address.path().trim_end_matches('/').rsplit_once('/')?;
        if key.is_empty() || project.is_empty() || address.query().is_some() {
            return None;
        }
        let endpoint = format!("{scheme}://{host}{path}/api/{project}/envelope/").parse().ok()?;
        Some(Self { key: key.to_owned(), endpoint })
    }
}

/// A Sentry project and how this deployment introduces itself there.
#[derive(Clone, Debug)]
pub struct SentryProject {
    /// `SENTRY_DSN`.
    pub dsn: Dsn,
    /// `SENTRY_ENVIRONMENT`; by default Vercel's (`preview` is told from `production`), else ours.
    pub environment: String,
    /// The commit that Vercel built, else the version.
    pub release: String,
    /// `SENTRY_TRACES_SAMPLE_RATE`: the share of requests that are reported however they went, 0 to 1.
    pub traces_sample_rate: f32,
}

/// Reads `SENTRY_*`. Without a DSN nothing is reported.
pub(super) fn project(
    env: &Variables,
    environment: Environment,
) -> Result<Option<SentryProject>, ConfigError> {
    let traces_sample_rate = sample_rate(env)?;
    let Some(dsn) = env.text("SENTRY_DSN") else { return Ok(None) };
    let ours = if environment.is_production() { "production" } else { "development" };
    Ok(Some(SentryProject {
        dsn: Dsn::parse(&dsn).ok_or_else(|| unusable("SENTRY_DSN", "is not the DSN of a Sentry project"))?,
        environment: env
            .text("SENTRY_ENVIRONMENT")
            .or_else(|| env.text("VERCEL_ENV"))
            .unwrap_or_else(|| ours.to_owned()),
        release: env
            .text("VERCEL_GIT_COMMIT_SHA")
            .unwrap_or_else(|| concat!("sessly@", env!("CARGO_PKG_VERSION")).to_owned()),
        traces_sample_rate,
    }))
}

fn sample_rate(env: &Variables) -> Result<f32, ConfigError> {
    const NAME: &str = "SENTRY_TRACES_SAMPLE_RATE";
    let Some(text) = env.text(NAME) else { return Ok(0.0) };
    let rate = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| unusable(NAME, "is not a number from 0 to 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<SentryProject>, String> {
        let lookup = |asked: &str| {
            variables.iter().find(|(name, _)| *name == asked).map(|(_, value)| (*value).to_owned())
        };
        project(&Variables(&lookup), Environment::Production).map_err(|error| error.to_string())
    }

    #[test]
    fn a_project_says_which_environment_and_release_this_is() {
        let dsn = ("SENTRY_DSN", "https://key@o1.ingest.sentry.io/42");
        let told = |variables: &[(&str, &str)]| {
            let project = read(variables).expect("usable").expect("a project");
            (project.environment, project.release)
        };
        let ours = concat!("sessly@", env!("CARGO_PKG_VERSION")).to_owned();
        assert_eq!(told(&[dsn]), ("production".to_owned(), ours.clone()));
        let vercel = [dsn, ("VERCEL_ENV", "preview"), ("VERCEL_GIT_COMMIT_SHA", "c0ffee")];
        assert_eq!(told(&vercel), ("preview".to_owned(), "c0ffee".to_owned()));
        assert_eq!(told(&[dsn, ("SENTRY_ENVIRONMENT", "staging")]), ("staging".to_owned(), ours));
        assert!(read(&[]).is_ok_and(|project| project.is_none()));
    }

    #[test]
    fn a_dsn_says_where_reports_go_and_with_which_key() {
        for (dsn, key, endpoint) in [
            ("https://key@o1.ingest.sentry.io/42", "key", "https://o1.ingest.sentry.io/api/42/envelope/"),
            ("http://key:secret@localhost:9000/42", "key", "http://localhost:9000/api/42/envelope/"),
            ("https://key@example.com/sentry/42/", "key", "https://example.com/sentry/api/42/envelope/"),
        ] {
            let expected = Dsn { key: key.to_owned(), endpoint: endpoint.parse().expect("an address") };
            assert_eq!(Dsn::parse(dsn), Some(expected), "{dsn}");
        }
        for bad in [
            "",
            "key",
            "https://sentry.io/42",
            "https://@sentry.io/42",
            "https://key@sentry.io/",
            "ftp://key@a/1",
        ] {
            assert_eq!(Dsn::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_unusable_is_named() {
        let problem = |name, value| read(&[(name, value)]).map(|_| ());
        let expected = Err("SENTRY_DSN is not the DSN of a Sentry project".to_owned());
        assert_eq!(problem("SENTRY_DSN", "https://sentry.io/"), expected);
        for rate in ["1.1", "-0.1", "NaN", "some"] {
            let expected = Err("SENTRY_TRACES_SAMPLE_RATE is not a number from 0 to 1".to_owned());
            assert_eq!(problem("SENTRY_TRACES_SAMPLE_RATE", rate), expected, "{rate}");
        }
    }
}
