//! The database: its addresses, and what the server behind them has to be.

use std::error::Error;

use shared::db::{DatabaseUrl, migrations};
use tokio_postgres::Client;

use super::{Variables, findings::Findings, sampled::is_local};

const POOLED: &str = "DATABASE_URL";
const DIRECT: &str = "DATABASE_URL_UNPOOLED";
/// How Neon calls its pooled endpoints: `ep-name-pooler.region.aws.neon.tech`.
const POOLER: &str = "-pooler";

const OLDEST: i32 = 150_000;
const EXTENSIONS: [&str; 4] = ["btree_gist", "citext", "pg_trgm", "unaccent"];
/// What keeps a statement that nobody waits for any more from holding a connection for ever.
const TIMEOUTS: [&str; 3] = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];

pub(super) fn check_addresses(variables: &Variables, findings: &mut Findings) {
    let url = |name| variables.get(name).and_then(|text| DatabaseUrl::parse(text).ok());
    let (pooled, direct) = (url(POOLED), url(DIRECT));
    for (name, url) in [(POOLED, &pooled), (DIRECT, &direct)] {
        if let Some(url) = url {
            transport(name, url, findings);
        } else if variables.is_set(name) && !findings.mention(name) {
            findings.error(name, "is not a Postgres address (postgresql://user:password@host/database)");
        }
    }
    if let Some(pooled) = &pooled {
        if pooled.is_on_neon() && !is_pooled(pooled) {
            findings.error(POOLED, "is Neon's direct address: functions would use up its connections; take the pooled one (-pooler)");
        }
        findings.ok(POOLED, "is an address with TLS");
    }
    match &direct {
        None if variables.is_set(DIRECT) => {}
        None if pooled.as_ref().is_some_and(is_pooled) => {
            findings
                .error(DIRECT, "is not set: migrations need the direct address, and DATABASE_URL is pooled");
        }
        None => findings.warning(DIRECT, "is not set: fine only if DATABASE_URL is not pooled"),
        Some(direct) if is_pooled(direct) => {
            findings.error(DIRECT, "is a pooled address: migrations need the direct one (without -pooler)");
        }
        Some(_) => findings.ok(DIRECT, "is an address with TLS"),
    }
}

fn transport(name: &str, url: &DatabaseUrl, findings: &mut Findings) {
    if url.hosts().iter().all(|host| is_local(host)) {
        findings
            .warning(name, "is a server of this machine or of a private network: can functions reach it?");
    } else if !url.is_encrypted() {
        findings
            .error(name, "switches TLS off: password and data would travel in the clear (sslmode=require)");
    }
}

fn is_pooled(url: &DatabaseUrl) -> bool {
    url.hosts().iter().any(|host| host.split('.').next().is_some_and(|label| label.ends_with(POOLER)))
}

/// Looks at the server, as far as it can be reached from here.
pub(super) async fn check_server(variables: &Variables, findings: &mut Findings) {
    let name = if variables.is_set(DIRECT) { DIRECT } else { POOLED };
    let Some(url) = variables.get(name).and_then(|text| DatabaseUrl::parse(text).ok()) else { return };
    let looked = match migrations::connect(&url).await {
        Ok(client) => look(&client, findings).await,
        Err(error) => Err(error),
    };
    match looked {
        Ok(()) => {}
        // The server itself says no: to the password, or to the database.
        Err(error) if error.as_db_error().is_some() => {
            let code = error.code().map_or("", |code| code.code());
            findings.error("database", format!("the server of {name} refuses (SQLSTATE {code})"));
        }
        Err(error) => {
            let cause = error.source().map(|source| format!(" ({source})")).unwrap_or_default();
            findings.warning(
                "database",
                format!(
                    "the server of {name} cannot be reached from here{cause}, so the schema was not looked at"
                ),
            );
        }
    }
}

async fn look(client: &Client, findings: &mut Findings) -> Result<(), tokio_postgres::Error> {
    let row = client.query_one("select current_setting('server_version_num')::int", &[]).await?;
    match row.get::<_, i32>(0) / 10_000 {
        old if old * 10_000 < OLDEST => {
            findings.error("database", format!("PostgreSQL {old} is too old: 15 or newer"));
        }
        version => findings.ok("database", format!("answers: PostgreSQL {version}")),
    }
    match migrations::pending(client).await?.as_slice() {
        [] => findings.ok("migrations", "have all been applied"),
        pending => findings.error(
            "migrations",
            format!("{} to go ({}): run `cargo dev migrate`", pending.len(), pending.join(", ")),
        ),
    }
    let wanted = EXTENSIONS.as_slice();
    let sql =
        "select name from unnest($1::text[]) name where name not in (select extname::text from pg_extension)";
    let missing: Vec<String> = client.query(sql, &[&wanted]).await?.iter().map(|row| row.get(0)).collect();
    match missing.as_slice() {
        [] => findings.ok("extensions", "are all there"),
        missing => findings.error(
            "extensions",
            format!("missing: {}; `cargo dev migrate` creates them", missing.join(", ")),
        ),
    }
    let timeouts = TIMEOUTS.as_slice();
    let sql = "select name::text from pg_settings where name = any($1::text[]) and setting = '0'";
    let unset: Vec<String> = client.query(sql, &[&timeouts]).await?.iter().map(|row| row.get(0)).collect();
    match unset.as_slice() {
        [] => findings.ok("timeouts", "are set on the database"),
        unset => findings
            .warning("timeouts", format!("not set: {}; `cargo dev migrate` sets them", unset.join(", "))),
    }
    Ok(())
}
