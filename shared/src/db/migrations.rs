//! The migrations and their runner: for `cargo dev`, the tests and `migrate`; functions do not carry it.

use refinery::{Migration, Runner};
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DatabaseUrl;

/// Each file of `migrations/`, in order. A landed one is never changed.
const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__foundation", include_str!("../../../migrations/0001_foundation.sql")),
    ("V2__notices", include_str!("../../../migrations/0002_notices.sql")),
    ("V3__accounts", include_str!("../../../migrations/0003_accounts.sql")),
    ("V4__rate_limits", include_str!("../../../migrations/0004_rate_limits.sql")),
    ("V5__imports", include_str!("../../../migrations/0005_imports.sql")),
    ("V6__owners", include_str!("../../../migrations/0006_owners.sql")),
    ("V7__discovery", include_str!("../../../migrations/0007_discovery.sql")),
    ("V8__messages", include_str!("../../../migrations/0008_messages.sql")),
    ("V9__earlier_hashes", include_str!("../../../migrations/0009_earlier_hashes.sql")),
    ("V10__scheduling", include_str!("../../../migrations/0010_scheduling.sql")),
    ("V11__last_seat", include_str!("../../../migrations/0011_last_seat.sql")),
    ("V12__audit", include_str!("../../../migrations/0012_audit.sql")),
    ("V13__customers", include_str!("../../../migrations/0013_customers.sql")),
    ("V14__earlier_customers", include_str!("../../../migrations/0014_earlier_customers.sql")),
    ("V15__intake", include_str!("../../../migrations/0015_intake.sql")),
    ("V16__guests", include_str!("../../../migrations/0016_guests.sql")),
    ("V17__guests_checked", include_str!("../../../migrations/0017_guests_checked.sql")),
    ("V18__waitlist", include_str!("../../../migrations/0018_waitlist.sql")),
    ("V19__series", include_str!("../../../migrations/0019_series.sql")),
    ("V20__visits", include_str!("../../../migrations/0020_visits.sql")),
    ("V21__locations", include_str!("../../../migrations/0021_locations.sql")),
    ("V22__listings_of_locations", include_str!("../../../migrations/0022_listings_of_locations.sql")),
    ("V23__guests_by_phone", include_str!("../../../migrations/0023_guests_by_phone.sql")),
    ("V24__blocked", include_str!("../../../migrations/0024_blocked.sql")),
];

/// One migration at a time, whoever runs it: any constant will do, as long as it is ours.
const LOCK: i64 = 0x5E55_1E57;

/// How long a function's statement, lock wait or idle transaction may last. Set on the database, because a
/// pooled connection cannot carry settings of its own.
const LIMITS: &str = "do $$ begin
    execute format('alter database %I set statement_timeout = ''15s''', current_database());
    execute format('alter database %I set lock_timeout = ''10s''', current_database());
    execute format('alter database %I set idle_in_transaction_session_timeout = ''15s''', current_database());
end $$";

/// What a migration leaves to be done in transactions of its own, because in one of the migration it would keep everybody
/// waiting. Nothing, once it is done.
const COMPLETE: &str = "call complete_history()";

/// Why migrating failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database could not be reached, or refused.
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
    /// A migration failed, or one that has run has changed since.
    #[error(transparent)]
    Migration(#[from] refinery::Error),
}

/// Brings the database up to date; harmless to repeat and to run twice at once. Wants the direct
/// connection, not a pooled one. Returns the names of the migrations it applied.
///
/// # Errors
/// [`MigrateError`]; a migration that failed has left nothing behind.
pub async fn run(url: &DatabaseUrl) -> Result<Vec<String>, MigrateError> {
    let mut client = connect(url).await?;
    client.batch_execute("set statement_timeout = 0; set lock_timeout = '30s'").await?;
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let migrations = MIGRATIONS.iter().map(|(name, sql)| Migration::unapplied(name, sql));
    let runner = Runner::new(&migrations.collect::<Result<Vec<_>, _>>()?).set_abort_divergent(true);
    let report = runner.run_async(&mut client).await?;
    client.batch_execute(COMPLETE).await?;
    client.batch_execute(LIMITS).await?;
    // The lock ends with the connection.
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

/// The names of the migrations that a database has yet to see, in order.
///
/// # Errors
/// If the database refuses.
pub async fn pending(client: &Client) -> Result<Vec<&'static str>, tokio_postgres::Error> {
    let history = "select to_regclass('refinery_schema_history') is not null";
    let last = if client.query_one(history, &[]).await?.get(0) {
        let last = "select coalesce(max(version), 0)::int8 from refinery_schema_history";
        client.query_one(last, &[]).await?.get(0)
    } else {
        0_i64
    };
    let applied = usize::try_from(last).unwrap_or(usize::MAX);
    Ok(MIGRATIONS.iter().skip(applied).map(|(name, _)| *name).collect())
}

/// A connection of one's own, outside any pool.
///
/// # Errors
/// If the database cannot be reached.
pub async fn connect(url: &DatabaseUrl) -> Result<Client, tokio_postgres::Error> {
    let settings = url.settings();
    if let Some(tls) = url.tls() {
        let (client, connection) = settings.connect(MakeRustlsConnect::new(tls)).await?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let (client, connection) = settings.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema;

    #[test]
    fn every_file_of_the_folder_is_listed_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
            .collect();
        files.sort();
        let expected = MIGRATIONS.iter().enumerate().map(|(index, (name, _))| {
            let (_, title) = name.split_once("__").expect("V<number>__<title>");
            assert!(name.starts_with(&format!("V{}__", index + 1)), "{name} is out of order");
            format!("{:04}_{title}.sql", index + 1)
        });
        assert_eq!(files, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_function_is_ready_once_all_of_them_have_run() {
        assert_eq!(usize::try_from(schema::BUILT_FOR), Ok(MIGRATIONS.len()));
    }
}
