//! A function as it is deployed, in a process of its own.

use std::{
    env,
    fs::{self, File},
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::time::sleep;

use super::usage;
use crate::postgres::free_port;

/// The header that says whose request it is, as a platform's does; limits are counted by it.
pub(super) const CLIENT: &str = "x-bench-client";

/// Where what functions mail is kept.
pub(super) fn mails() -> PathBuf {
    env::temp_dir().join("sessly-bench-mail")
}

/// A running function; killed when dropped.
pub(super) struct Function {
    address: SocketAddr,
    child: Child,
    log: PathBuf,
    /// Up to where the log has been read.
    read: usize,
}

impl Function {
    /// The built program of a function.
    pub(super) fn program(name: &str) -> anyhow::Result<PathBuf> {
        let folder = env::current_exe()?.parent().map(Path::to_owned).unwrap_or_default();
        let program = folder.join(name);
        ensure!(program.exists(), "{} is not there: run `cargo build --release` first", program.display());
        Ok(program)
    }

    /// Starts one. It may not listen yet.
    pub(super) fn start(name: &str, database_url: &str) -> anyhow::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let log = env::temp_dir().join(format!("sessly-bench-{name}-{}.log", address.port()));
        let plenty = "1000000/s";
        let child = Command::new(Self::program(name)?)
            .env_clear()
            .env("PORT", address.port().to_string())
            .env("DATABASE_URL", database_url)
            .env("PREPARED_STATEMENTS", "on")
            .env("SESSLY_ENV", "development")
            .env("SECRET_KEY", "a secret that is as good as any for measuring")
            .env("EMAIL_LOCAL_FOLDER", mails())
            .env("CLIENT_IP_HEADER", CLIENT)
            .env("LOG_FORMAT", "json")
            .env("LOG_LEVEL", "info")
            // Counted as in production, but nobody is turned away.
            .env("RATE_LIMIT_AUTH", plenty)
            .env("RATE_LIMIT_BOOKING", plenty)
            .env("RATE_LIMIT_GUEST_HOLDS", plenty)
            .env("RATE_LIMIT_API", plenty)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        Ok(Self { address, child, log, read: 0 })
    }

    /// Where it is asked.
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until it takes connections.
    pub(super) async fn until_it_listens(&self) -> anyhow::Result<()> {
        for _ in 0..1000 {
            if tokio::net::TcpStream::connect(self.address).await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        anyhow::bail!("the function does not listen")
    }

    /// Asks until there is an answer, without a client's own start in between: how long it took.
    pub(super) fn first_answer(&self, path: &str) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Ok(mut stream) = TcpStream::connect(self.address) {
                let host = self.address;
                write!(
                    stream,
                    "GET {path} HTTP/1.1\r\nHost: {host}\r\n{CLIENT}: 192.0.2.1\r\nConnection: close\r\n\r\n"
                )?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer)?;
                ensure!(answer.starts_with("HTTP/1.1 "), "no answer to {path}: {answer}");
                ensure!(!answer.starts_with("HTTP/1.1 5"), "{path} failed: {answer}");
                return Ok(begun.elapsed());
            }
            // Not in a loop without a pause: it would take a core from who is starting.
            thread::sleep(Duration::from_micros(50));
        }
        anyhow::bail!("the function does not answer")
    }

    /// CPU seconds so far.
    pub(super) fn cpu(&self) -> f64 {
        usage::cpu(self.child.id())
    }

    /// Resident memory in MB.
    pub(super) fn resident(&self) -> f64 {
        usage::resident(self.child.id())
    }

    /// The most statements that one of the requests since the last time took.
    pub(super) fn statements(&mut self) -> anyhow::Result<u64> {
        let log = fs::read(&self.log)?;
        let news = String::from_utf8_lossy(&log[self.read..]).into_owned();
        self.read = log.len();
        let lines = news.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(lines.filter_map(|line| line["statements"].as_u64()).max().unwrap_or(0))
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_file(&self.log).ok();
    }
}
