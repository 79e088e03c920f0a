//! `cargo dev check-deploy`: what it says about a deployment before it goes live.

use std::collections::BTreeMap;

use dev::{
    check::{Finding, Level, Variables, check, check_variables},
    database::Database,
};

use crate::support::TestDatabase;

const SECRET: &str = "pWv0J1tnBiZyBDm3xoyv9wWk2nqHcT0z9Lh+8sGZk3o=";

/// A deployment with nothing to say against it.
fn sound() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        (
            "DATABASE_URL",
            "postgresql://me:hunter2@ep-quiet-pooler.eu-central-1.aws.neon.tech/sessly?sslmode=require",
        ),
        (
            "DATABASE_URL_UNPOOLED",
            "postgresql://me:hunter2@ep-quiet.eu-central-1.aws.neon.tech/sessly?sslmode=require",
        ),
        ("SECRET_KEY", SECRET),
        ("ENCRYPTION_KEY", "q8Xv3LtJm0Rz5YwKd7HnB2cFsPgUeAi9VoTj4hMx1Wk="),
        ("CRON_SECRET", "Zk3o9wWk2nqHcT0z9LhBiZyBDm3xoyv8sGpWv0J1tn"),
        ("ALLOWED_HOSTS", "api.sessly.pl"),
        ("CORS_ALLOWED_ORIGINS", "https://www.sessly.pl"),
        ("FRONTEND_BASE_URL", "https://www.sessly.pl"),
        ("EMAIL_HOST", "smtp.sessly.pl"),
        ("EMAIL_HOST_USER", "me"),
        ("EMAIL_HOST_PASSWORD", "hunter2"),
        ("EMAIL_USE_TLS", "true"),
        ("DEFAULT_FROM_EMAIL", "Sessly <no-reply@sessly.pl>"),
        ("SENTRY_DSN", "https://key@sentry.sessly.pl/1"),
    ])
}

/// What is found once some variables are otherwise; an empty one is not set.
fn found(changes: &[(&'static str, &'static str)]) -> Vec<Finding> {
    let mut variables = sound();
    variables.extend(changes.iter().copied());
    check_variables(&variables.into_iter().collect()).all().to_vec()
}

fn level(findings: &[Finding], name: &str) -> Option<Level> {
    findings.iter().find(|finding| finding.name == name).map(|finding| finding.level)
}

#[test]
fn a_sound_deployment_has_nothing_against_it() {
    let unsound: Vec<_> = found(&[]).into_iter().filter(|finding| finding.level != Level::Ok).collect();
    // Those that the configuration does not read yet are not explained either, which is all there is to say of them.
    let others = unsound.iter().filter(|finding| finding.text != "is read by nothing");
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&Finding>::new());
}

#[test]
fn what_must_not_go_live_is_an_error() {
    for (name, value) in [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("SECRET_KEY", "change-me-to-something-that-is-long-enough"),
        ("ENCRYPTION_KEY", SECRET),
        ("ENCRYPTION_KEY", "Zk3o9wWk2nqHcT0z9LhBiZyBDm3xoyv8sGpWv0J1tn"),
        ("ENCRYPTION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("ENCRYPTION_KEY_PREVIOUS", "short"),
        ("CRON_SECRET", ""),
        ("CRON_SECRET", "short"),
        ("CRON_SECRET", SECRET),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "api.example.com"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "api.sessly.pl,localhost:3000"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "https://www.example.com"),
        ("CORS_ALLOWED_ORIGINS", "http://localhost:3000"),
        ("CORS_ALLOWED_ORIGINS", "https://www.sessly.pl,http://sessly.pl"),
        ("CORS_ALLOWED_ORIGINS", "https://www.sessly.pl/app"),
        ("CORS_ALLOWED_ORIGINS", "https://*.sessly.pl"),
        ("CORS_ALLOWED_ORIGIN_PATTERNS", "https://*.vercel.app"),
        ("FRONTEND_BASE_URL", ""),
        ("FRONTEND_BASE_URL", "http://www.sessly.pl"),
        ("FRONTEND_BASE_URL", "https://localhost:3000"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://me@host/db"),
        ("DATABASE_URL", "postgresql://me@ep-quiet.eu-central-1.aws.neon.tech/sessly"),
        ("DATABASE_URL", "postgresql://me@db.sessly.pl/sessly?sslmode=disable"),
        ("DATABASE_URL_UNPOOLED", ""),
        ("DATABASE_URL_UNPOOLED", "postgresql://me@ep-quiet-pooler.eu-central-1.aws.neon.tech/sessly"),
        ("EMAIL_HOST", ""),
        ("EMAIL_HOST", "smtp.example.com"),
        ("EMAIL_USE_TLS", "false"),
        ("EMAIL_TRANSPORT", "local"),
        ("SENDGRID_BASE_URL", "http://api.sendgrid.com"),
        ("DEFAULT_FROM_EMAIL", ""),
        ("DEFAULT_FROM_EMAIL", "Sessly <no-reply@example.com>"),
        ("SESSLY_ENV", "development"),
        ("RATE_LIMIT_AUTH", "off"),
        ("RATE_LIMIT_REGISTRATION", "off"),
        ("RATE_LIMIT_CODES", "off"),
        ("JWT_ACCESS_MIN", "soon"),
    ] {
        assert_eq!(level(&found(&[(name, value)]), name), Some(Level::Error), "{name}={value}");
    }
    let on_vercel = found(&[("VERCEL", "1"), ("CLIENT_IP_HEADER", "x-forwarded-for")]);
    assert_eq!(level(&on_vercel, "CLIENT_IP_HEADER"), Some(Level::Error));
}

#[test]
fn what_somebody_should_have_meant_is_a_warning() {
    for (name, value) in [
        ("CORS_ALLOWED_ORIGINS", ""),
        ("SENTRY_DSN", ""),
        ("LOG_LEVEL", "debug"),
        ("LOG_LEVEL", "error"),
        ("LOG_FORMAT", "text"),
        ("EMAIL_VERIFICATION_ENABLED", "false"),
        ("EMAIL_HOST_USER", ""),
        ("RATE_LIMIT_CODES_SENT", "off"),
        ("RATE_LIMIT_GUEST_HOLDS", "off"),
        ("RATE_LIMIT_INVITATIONS", "off"),
        ("RATE_LIMIT_API", "off"),
        ("RATE_LIMIT_BOOKING", "off"),
        ("CLIENT_IP_HEADER", "x-real-ip"),
        ("SECRET_KEY_PREVIOUS", SECRET),
        ("ENCRYPTION_KEY", ""),
        ("ENCRYPTION_KEY_PREVIOUS", "q8Xv3LtJm0Rz5YwKd7HnB2cFsPgUeAi9VoTj4hMx1Wk="),
        ("JWT_ACCESS_MIN", "600"),
        ("DATABASE_URL", "postgresql://me@127.0.0.1/sessly"),
        ("ALOWED_HOSTS", "api.sessly.pl"),
        ("SOMETHING_ELSE", "1"),
    ] {
        assert_eq!(level(&found(&[(name, value)]), name), Some(Level::Warning), "{name}={value}");
    }
}

#[test]
fn the_chosen_way_out_for_mail_is_whole_and_its_reports_are_taken() {
    // However it is chosen: by name, or by what is set.
    for (chosen_by, missing, unverified) in [
        (("EMAIL_TRANSPORT", "sendgrid"), "SENDGRID_API_KEY", "SENDGRID_WEBHOOK_PUBLIC_KEY"),
        (("EMAIL_TRANSPORT", "mailgun"), "MAILGUN_API_KEY", "MAILGUN_WEBHOOK_SIGNING_KEY"),
        (("EMAIL_TRANSPORT", "mailgun"), "MAILGUN_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"),
        (("MAILGUN_API_KEY", "hunter2"), "MAILGUN_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    ] {
        let findings = found(&[chosen_by]);
        assert_eq!(level(&findings, missing), Some(Level::Error), "{chosen_by:?}: {missing}");
        assert_eq!(level(&findings, unverified), Some(Level::Warning), "{chosen_by:?}");
    }
    let unverified = found(&[("SENDGRID_API_KEY", "hunter2")]);
    assert_eq!(level(&unverified, "SENDGRID_WEBHOOK_PUBLIC_KEY"), Some(Level::Warning));
    let whole = found(&[
        ("MAILGUN_API_KEY", "hunter2"),
        ("MAILGUN_DOMAIN", "mg.sessly.pl"),
        ("MAILGUN_WEBHOOK_SIGNING_KEY", "hunter2"),
    ]);
    for name in ["EMAIL_TRANSPORT", "MAILGUN_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"] {
        assert_eq!(level(&whole, name), Some(Level::Ok), "{name}");
    }
    // By SMTP, nobody reports.
    let by_smtp = found(&[]);
    for name in ["SENDGRID_WEBHOOK_PUBLIC_KEY", "MAILGUN_WEBHOOK_SIGNING_KEY"] {
        assert_eq!(level(&by_smtp, name), None, "{name}");
    }
}

#[test]
fn no_value_is_ever_shown() {
    let findings =
        found(&[("SECRET_KEY", "hunter2"), ("SENTRY_DSN", "hunter2"), ("FRONTEND_BASE_URL", "hunter2")]);
    for finding in findings {
        assert!(!finding.to_string().contains("hunter2"), "{finding}");
        assert!(!finding.to_string().contains("neon.tech"), "{finding}");
    }
}

/// What is found about the server at an address.
async fn of_server(url: &str) -> Vec<String> {
    let findings = check(&Variables::from_iter([("DATABASE_URL", url)])).await;
    let about = ["database", "migrations", "extensions", "timeouts"];
    let about = findings.all().iter().filter(|finding| about.contains(&finding.name.as_str()));
    about.map(ToString::to_string).collect()
}

/// The limits of the database are its own; a copy of the template has none.
async fn migrated() -> TestDatabase {
    let database = TestDatabase::create().await;
    Database::at(database.url()).migrate().await.unwrap();
    database
}

#[tokio::test]
async fn a_database_that_is_up_to_date_is_fine() {
    let database = migrated().await;
    let found = of_server(&database.url()).await;
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|line| line.starts_with("ok ")), "{found:?}");
}

#[tokio::test]
async fn a_database_that_is_behind_is_an_error() {
    let database = migrated().await;
    let client = database.connect().await;
    client
        .batch_execute(
            "delete from refinery_schema_history where version > 1; drop extension pg_trgm cascade",
        )
        .await
        .unwrap();
    let limits = format!("alter database {} reset statement_timeout", database.name());
    client.batch_execute(&limits).await.unwrap();
    let found = of_server(&database.url()).await;
    let starts = |with: &str| found.iter().any(|line| line.starts_with(with));
    assert!(starts("error migrations: ") && starts("error extensions: missing: pg_trgm"), "{found:?}");
    assert!(starts("warning timeouts: not set: statement_timeout;"), "{found:?}");
}

#[tokio::test]
async fn a_server_that_refuses_is_an_error_and_one_out_of_reach_a_warning() {
    let database = TestDatabase::create().await;
    let refused = of_server(&database.url().replace(database.name(), "no_such_database")).await;
    assert_eq!(refused, ["error database: the server of DATABASE_URL refuses (SQLSTATE 3D000)"]);
    let nobody = of_server("postgresql://me:hunter2@127.0.0.1:9/sessly").await;
    assert!(
        nobody[0].starts_with("warning database: the server of DATABASE_URL cannot be reached"),
        "{nobody:?}"
    );
}
