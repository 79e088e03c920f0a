//! The server process: started on a cluster, waited for, stopped, killed. Where the cluster is and what
//! becomes of it is for [`super::server`] and [`super::throwaway`] to say.

use std::fs::{self, File};
use std::io::{self, PipeReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::binaries::Binaries;

/// Recovery after a crash is part of a start, hence the patience.
const START_TIMEOUT: Duration = Duration::from_mins(2);
const STOP_TIMEOUT: &str = "--timeout=60";

/// Whether the data matters after the machine went down.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Durability {
    Durable,
    Throwaway,
}

impl Durability {
    /// A throwaway server still commits synchronously: what it acknowledged must survive the death of
    /// the server itself, and without fsync that costs next to nothing.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Durable => &[],
            Self::Throwaway => &[
                "fsync=off",
                "full_page_writes=off",
                // Shared memory that a killed server leaves behind goes the way of its folder.
                "dynamic_shared_memory_type=mmap",
            ],
        }
    }
}

/// What to run; it stays the same when the server is started again.
pub(super) struct Launch {
    pub(super) binaries: Binaries,
    pub(super) cluster: PathBuf,
    pub(super) durability: Durability,
    pub(super) settings: Vec<String>,
    pub(super) log: PathBuf,
    pub(super) log_file: File,
}

/// A running server. Dropping it stops it.
pub(super) struct Postmaster {
    launch: Launch,
    port: u16,
    process: Process,
}

struct Process {
    postmaster: Child,
    /// Ends when the last of the server's processes has ended.
    all: PipeReader,
}

impl Postmaster {
    /// Starts the server on the preferred port if that is free, else on any free one.
    pub(super) fn start(launch: Launch, preferred_port: Option<u16>) -> Result<Self> {
        let mut attempts = 3;
        let mut port = match preferred_port.filter(|&port| is_free(port)) {
            Some(port) => port,
            None => free_port()?,
        };
        loop {
            attempts -= 1;
            match launch.start(port) {
                Ok(process) => {
                    return Ok(Self { launch, port, process });
                }
                // Somebody else was quicker to take the port.
                Err(_) if attempts > 0 && !is_free(port) => port = free_port()?,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn process_id(&self) -> u32 {
        self.process.postmaster.id()
    }

    pub(super) fn log(&self) -> &Path {
        &self.launch.log
    }

    /// Ends open transactions and connections, and waits until the server is gone. Nothing happens if it
    /// already is.
    pub(super) fn stop(&mut self) -> Result<()> {
        let postmaster = &mut self.process.postmaster;
        if postmaster.try_wait()?.is_some() {
            return Ok(());
        }
        let stopped = stop(&self.launch.binaries, &self.launch.cluster);
        if stopped.is_err() {
            postmaster.kill()?;
        }
        postmaster.wait()?;
        stopped
    }

    /// Kills the server and waits until the last of its processes, which notice by themselves, has
    /// ended.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.process.postmaster.kill()?;
        self.process.postmaster.wait()?;
        self.process.all.read_to_end(&mut Vec::new())?;
        Ok(())
    }

    /// Starts the server anew on the same port.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.process = self.launch.start(self.port)?;
        Ok(())
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("Postgres did not stop in an orderly way: {error:#}");
        }
    }
}

impl Launch {
    fn start(&self, port: u16) -> Result<Process> {
        // Every process of the server inherits the pipe's other end, as an input that none of them
        // reads.
        let (all, held_by_server) = io::pipe()?;
        let mut command = self.command(port);
        command
            .stdin(held_by_server)
            .stdout(self.log_file.try_clone()?)
            .stderr(self.log_file.try_clone()?)
            // A terminal's Ctrl-C must reach us alone: we stop the server once nobody needs it any more.
            .process_group(0);
        let mut postmaster = command.spawn().context("cannot run postgres")?;
        match self.wait_until_ready(&mut postmaster) {
            Ok(()) => Ok(Process { postmaster, all }),
            Err(error) => {
                postmaster.kill()?;
                postmaster.wait()?;
                Err(error)
            }
        }
    }

    fn command(&self, port: u16) -> Command {
        let mut command = self.binaries.command("postgres");
        command.arg("-D").arg(&self.cluster);
        let port = format!("port={port}");
        let ours = [
            port.as_str(),
            "listen_addresses=127.0.0.1",
            // The default folder for sockets is closed to ordinary users on Debian; nobody needs them
            // anyway.
            "unix_socket_directories=",
            "max_connections=200",
            // As on hosted Postgres, whatever the zone of this machine.
            "timezone=UTC",
        ];
        let given = self.settings.iter().map(String::as_str);
        for setting in ours.iter().chain(self.durability.settings()).copied().chain(given) {
            command.args(["-c", setting]);
        }
        command
    }

    fn wait_until_ready(&self, postmaster: &mut Child) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            if let Some(status) = postmaster.try_wait()? {
                bail!("Postgres did not start ({status}).\n{}", self.end_of_log());
            }
            let ready =
                PidFile::read(&self.cluster).is_some_and(|file| file.pid == postmaster.id() && file.ready);
            if ready {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "Postgres was not ready after {} s.\n{}",
                START_TIMEOUT.as_secs(),
                self.end_of_log()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn end_of_log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let end = &lines[lines.len().saturating_sub(12)..];
        format!("{} ends with:\n{}", self.log.display(), end.join("\n"))
    }
}

/// Stops whatever server runs on the cluster. The signal is sent by `pg_ctl` as the user that Postgres
/// runs as, since that user could have written any process id to the file it is read from.
pub(super) fn stop(binaries: &Binaries, cluster: &Path) -> Result<()> {
    let output = binaries
        .command("pg_ctl")
        .args(["stop", "--wait", "--mode=fast", STOP_TIMEOUT, "--pgdata"])
        .arg(cluster)
        .output()
        .context("cannot run pg_ctl")?;
    ensure!(
        output.status.success() || PidFile::read(cluster).is_none(),
        "pg_ctl failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

/// What a running server says of itself in its cluster's `postmaster.pid`.
pub(super) struct PidFile {
    pub(super) pid: u32,
    pub(super) port: u16,
    pub(super) ready: bool,
}

impl PidFile {
    pub(super) fn path(cluster: &Path) -> PathBuf {
        cluster.join("postmaster.pid")
    }

    /// `None` if there is no such file, or not all of it yet.
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        let content = fs::read_to_string(Self::path(cluster)).ok()?;
        let lines: Vec<&str> = content.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3)?.parse().ok()?,
            ready: lines.get(7).is_some_and(|status| *status == "ready"),
        })
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port of this machine that nobody listens on just now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
