//! The server of `cargo dev`, whose data stays in a folder from one run to the next.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::binaries::Binaries;
use super::data_folder::DataFolder;
use super::initdb::create_cluster;
use super::postmaster::{self, Durability, Launch, PidFile, Postmaster};
use super::run_as::RunAs;
use super::watchdog::Watchdog;

/// What becomes of the data that is already there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Data {
    /// It is served again.
    Keep,
    /// It is deleted first.
    Wipe,
}

/// A running server that keeps its data. Dropping it stops it; should this process be killed, it stops
/// by itself.
pub struct Server {
    // Dropped in this order: the folder is free for others once nothing runs on it.
    postmaster: Postmaster,
    _watchdog: Watchdog,
    _folder: DataFolder,
}

impl Server {
    /// Starts a server on the data in `folder`, which is created as needed and used by one process at a
    /// time.
    pub fn start(folder: &Path, data: Data) -> Result<Self> {
        let folder = DataFolder::open(folder, RunAs::detect()?)?;
        let binaries = Binaries::locate()?;
        let cluster = folder.cluster();
        stop_leftover(&binaries, &cluster)?;
        if data == Data::Wipe && cluster.exists() {
            fs::remove_dir_all(&cluster)?;
        }
        if cluster.exists() {
            check_major(&binaries, &cluster)?;
        } else {
            eprintln!("Creating a database with {} …", binaries.folder().display());
            create_cluster(&binaries, &cluster, Durability::Durable, folder.lock())?;
        }
        let watchdog = Watchdog::stopping(&cluster, binaries.run_as())?;
        let launch = Launch {
            binaries,
            cluster,
            durability: Durability::Durable,
            settings: Vec::new(),
            log_file: File::create(folder.log())?,
            log: folder.log(),
        };
        let postmaster = Postmaster::start(launch, folder.last_port())?;
        folder.remember_port(postmaster.port())?;
        Ok(Self { postmaster, _watchdog: watchdog, _folder: folder })
    }

    /// The address of a database on the server that another process runs on `folder`, if one does.
    pub fn url_of_running(folder: &Path, database: &str) -> Result<Option<String>> {
        let Some(cluster) = DataFolder::cluster_of(folder, RunAs::detect()?) else {
            return Ok(None);
        };
        let running = PidFile::read(&cluster).filter(|file| file.ready && runs_on(&cluster, file.pid));
        Ok(running.map(|file| super::url(file.port, database)))
    }

    /// The address of a database on this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        super::url(self.postmaster.port(), database)
    }

    /// The process whose children serve the connections.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.postmaster.process_id()
    }

    /// What the server has to say.
    #[must_use]
    pub fn log_file(&self) -> &Path {
        self.postmaster.log()
    }

    /// Stops the server and waits until it is gone.
    pub fn stop(mut self) -> Result<()> {
        self.postmaster.stop()
    }
}

/// Stops the server of an earlier run whose process was killed, watchdog and all. We hold the folder's
/// lock, so nobody uses it.
fn stop_leftover(binaries: &Binaries, cluster: &Path) -> Result<()> {
    let Some(PidFile { pid, .. }) = PidFile::read(cluster) else {
        return Ok(());
    };
    if runs_on(cluster, pid) {
        return postmaster::stop(binaries, cluster).context("a server left running did not stop");
    }
    // Postgres removes the file of a dead server itself, but not if the process id now belongs to
    // someone else.
    if command_line(pid).is_some() {
        fs::remove_file(PidFile::path(cluster))?;
    }
    Ok(())
}

fn runs_on(cluster: &Path, pid: u32) -> bool {
    command_line(pid).is_some_and(|line| line.contains(&*cluster.to_string_lossy()))
}

/// The command line of a process, if there is such a process.
fn command_line(pid: u32) -> Option<String> {
    // Linux, where `ps` may not be installed; macOS has no /proc.
    if let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) {
        return Some(String::from_utf8_lossy(&line).into_owned());
    }
    let ps = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output().ok()?;
    ps.status.success().then(|| String::from_utf8_lossy(&ps.stdout).into_owned())
}

fn check_major(binaries: &Binaries, cluster: &Path) -> Result<()> {
    let path = cluster.join("PG_VERSION");
    let made_by = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let (made_by, ours) = (made_by.trim(), binaries.major());
    ensure!(
        made_by == ours.to_string(),
        "the data in {} was made by Postgres {made_by}, but {} has Postgres {ours}: \
         install Postgres {made_by}, or start over with `cargo dev -- --fresh`",
        cluster.display(),
        binaries.folder().display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::{env, process};

    use tokio_postgres::NoTls;

    use super::*;

    /// A folder in the system's temporary one, deleted in the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            Self(env::temp_dir().join(format!("sessly-{name}-{}", process::id())))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Makes another table and counts those there are.
    async fn add_table(server: &Server) -> Result<i64> {
        let (client, connection) = tokio_postgres::connect(&server.url("postgres"), NoTls).await?;
        tokio::spawn(connection);
        let count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        let before: i64 = client.query_one(count, &[]).await?.get(0);
        client.batch_execute(&format!("CREATE TABLE t{before} ()")).await?;
        Ok(before + 1)
    }

    #[tokio::test]
    async fn data_is_kept_until_it_is_to_be_wiped() -> Result<()> {
        let folder = Folder::new("kept");
        let server = Server::start(&folder.0, Data::Keep)?;
        assert_eq!(add_table(&server).await?, 1);
        let url = server.url("postgres");
        server.stop()?;

        let server = Server::start(&folder.0, Data::Keep)?;
        assert_eq!(server.url("postgres"), url);
        assert_eq!(add_table(&server).await?, 2);
        server.stop()?;

        let server = Server::start(&folder.0, Data::Wipe)?;
        assert_eq!(add_table(&server).await?, 1);
        server.stop()
    }

    #[test]
    fn a_folder_is_used_once_at_a_time() -> Result<()> {
        let folder = Folder::new("shared");
        let first = Server::start(&folder.0, Data::Keep)?;
        let running = Server::url_of_running(&folder.0, "postgres")?;
        assert_eq!(running, Some(first.url("postgres")));

        let error = Server::start(&folder.0, Data::Keep).err().context("it is in use")?;
        let expected = format!("is in use by process {}", process::id());
        assert!(error.to_string().ends_with(&expected), "{error}");

        first.stop()?;
        assert_eq!(Server::url_of_running(&folder.0, "postgres")?, None);
        Ok(())
    }

    #[tokio::test]
    async fn a_server_left_running_gives_way() -> Result<()> {
        let folder = Folder::new("left");
        let Server { postmaster, _watchdog: watchdog, _folder: lock } = Server::start(&folder.0, Data::Keep)?;
        drop(lock);
        let server = Server::start(&folder.0, Data::Keep)?;
        assert_eq!(add_table(&server).await?, 1);
        server.stop()?;
        drop((postmaster, watchdog));
        Ok(())
    }

    #[test]
    fn half_a_cluster_is_done_again() -> Result<()> {
        let folder = Folder::new("half");
        fs::create_dir_all(folder.0.join("cluster.partial/base"))?;
        Server::start(&folder.0, Data::Keep)?.stop()
    }

    #[test]
    fn data_of_another_version_is_left_alone() -> Result<()> {
        let folder = Folder::new("other");
        fs::create_dir_all(folder.0.join("cluster"))?;
        fs::write(folder.0.join("cluster/PG_VERSION"), "9\n")?;
        let error = Server::start(&folder.0, Data::Keep).err().context("it cannot start")?;
        assert!(error.to_string().contains("was made by Postgres 9"), "{error}");
        Ok(())
    }
}
