//! A server for tests: quick rather than durable, and gone with the process that started it.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use anyhow::{Context, Result, ensure};

use super::binaries::Binaries;
use super::initdb::create_cluster;
use super::postmaster::{Durability, Launch, Postmaster};
use super::run_as::RunAs;
use super::watchdog::Watchdog;

const MEMORY: &str = "/dev/shm";
const ENOUGH_KIB: u64 = 1024 * 1024;

/// A running server that is deleted with its data when it is dropped or when this process ends,
/// whichever comes first; so it can be kept in a static.
pub struct Cluster {
    // Dropped in this order: the watchdog deletes what the server has left.
    postmaster: Postmaster,
    _watchdog: Watchdog,
}

impl Cluster {
    /// Starts an empty server; each setting is of the form `name=value`.
    pub fn start(settings: &[&str]) -> Result<Self> {
        let binaries = Binaries::locate()?;
        let folder = create_folder(binaries.run_as())?;
        let cluster = folder.join("cluster");
        let watchdog = Watchdog::deleting(&folder, &cluster, binaries.run_as())?;
        let log = folder.join("postgres.log");
        let log_file = File::create_new(&log)?;
        // The watchdog, who is not root, deletes the folder.
        binaries.run_as().give(&folder)?;
        create_cluster(&binaries, &cluster, Durability::Throwaway, &watchdog)?;
        let launch = Launch {
            binaries,
            cluster,
            durability: Durability::Throwaway,
            settings: settings.iter().copied().map(str::to_owned).collect(),
            log,
            log_file,
        };
        Ok(Self { postmaster: Postmaster::start(launch, None)?, _watchdog: watchdog })
    }

    /// The address of a database on this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        super::url(self.postmaster.port(), database)
    }

    /// What the server has to say.
    #[must_use]
    pub fn log_file(&self) -> &Path {
        self.postmaster.log()
    }

    /// Kills the server without warning and waits until it is gone: connections break, transactions are
    /// lost unless they were acknowledged.
    pub fn kill(&mut self) -> Result<()> {
        self.postmaster.kill()
    }

    /// Starts the server again on the same port and with the same data, recovering what a kill has left.
    pub fn restart(&mut self) -> Result<()> {
        self.postmaster.restart()
    }
}

/// A new folder of ours, in memory if there is room.
fn create_folder(run_as: RunAs) -> Result<PathBuf> {
    let memory = Path::new(MEMORY);
    if has_room(memory)
        && let Ok(folder) = create_folder_in(memory, run_as)
    {
        return Ok(folder);
    }
    create_folder_in(&env::temp_dir(), run_as).or_else(|_| create_folder_in(Path::new("/tmp"), run_as))
}

fn create_folder_in(parent: &Path, run_as: RunAs) -> Result<PathBuf> {
    let parent = fs::canonicalize(parent)?;
    ensure!(run_as.can_reach(&parent), "{} is closed to Postgres", parent.display());
    let mut number = 0;
    loop {
        let folder = parent.join(format!("sessly-test-{}-{number}", process::id()));
        match DirBuilder::new().mode(0o700).create(&folder) {
            // Another cluster of this process, or of an earlier one of the same id.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            created => {
                created.with_context(|| format!("cannot create {}", folder.display()))?;
                return Ok(folder);
            }
        }
    }
}

fn has_room(folder: &Path) -> bool {
    let Ok(output) = Command::new("df").arg("-Pk").arg(folder).output() else {
        return false;
    };
    // The last line: file system, size, used, available, …
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .last()
        .and_then(|line| line.split_whitespace().nth(3)?.parse().ok())
        .is_some_and(|available: u64| available >= ENOUGH_KIB)
}

#[cfg(test)]
mod tests {
    use tokio_postgres::{Client, NoTls};

    use super::*;

    async fn connect(url: &str) -> Result<Client> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    #[tokio::test]
    async fn has_the_extensions_and_knows_polish_letters() -> Result<()> {
        let cluster = Cluster::start(&[])?;
        let client = connect(&cluster.url("postgres")).await?;
        client
            .batch_execute(
                "CREATE EXTENSION btree_gist; CREATE EXTENSION citext; CREATE EXTENSION cube;
                 CREATE EXTENSION fuzzystrmatch; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent",
            )
            .await?;
        let row = client
            .query_one(
                "SELECT lower('ŻÓŁW') = 'żółw', 'ŻÓŁW'::citext = 'żółw',
                        similarity('ŻÓŁW', 'żółw') = 1, unaccent('żółw') = 'zolw'",
                &[],
            )
            .await?;
        let holds: Vec<bool> = (0..row.len()).map(|column| row.get(column)).collect();
        assert_eq!(holds, [true; 4]);
        Ok(())
    }

    #[tokio::test]
    async fn settings_are_those_given() -> Result<()> {
        let cluster = Cluster::start(&["deadlock_timeout=123ms"])?;
        let client = connect(&cluster.url("postgres")).await?;
        let timeout: String = client.query_one("SHOW deadlock_timeout", &[]).await?.get(0);
        assert_eq!(timeout, "123ms");
        Ok(())
    }

    #[tokio::test]
    async fn what_was_acknowledged_survives_a_kill() -> Result<()> {
        let mut cluster = Cluster::start(&[])?;
        let url = cluster.url("postgres");
        let client = connect(&url).await?;
        client.batch_execute("CREATE TABLE kept (id int)").await?;
        for id in 0..100 {
            client.execute("INSERT INTO kept VALUES ($1)", &[&id]).await?;
        }

        cluster.kill()?;
        assert!(client.execute("SELECT 1", &[]).await.is_err());
        assert!(connect(&url).await.is_err());

        cluster.restart()?;
        let count: i64 = connect(&url).await?.query_one("SELECT count(*) FROM kept", &[]).await?.get(0);
        assert_eq!(count, 100);
        Ok(())
    }

    #[tokio::test]
    async fn nothing_is_left_when_the_owner_ends() -> Result<()> {
        let Cluster { mut postmaster, _watchdog: watchdog } = Cluster::start(&[])?;
        let folder = postmaster.log().parent().context("the log is in a folder")?.to_owned();

        drop(watchdog);
        assert!(!folder.exists());
        assert!(connect(&super::super::url(postmaster.port(), "postgres")).await.is_err());
        postmaster.stop()
    }
}
