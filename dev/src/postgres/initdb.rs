//! Creates a cluster: the folder of data that a server works on.

use std::fs::{self, DirBuilder};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::binaries::Binaries;
use super::postmaster::Durability;

/// Creates the cluster in one step: a run that is cut short leaves nothing by that name. `held` stays
/// open for as long as `initdb` works, even if we are killed meanwhile, so that whoever waits for its
/// end does not get in the way.
pub(super) fn create_cluster(
    binaries: &Binaries,
    cluster: &Path,
    durability: Durability,
    held: impl AsFd,
) -> Result<()> {
    let partial = cluster.with_added_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    DirBuilder::new()
        .mode(0o700)
        .create(&partial)
        .with_context(|| format!("cannot create {}", partial.display()))?;
    binaries.run_as().give(&partial)?;
    run_initdb(binaries, &partial, durability, held.as_fd())?;
    fs::rename(&partial, cluster)?;
    Ok(())
}

/// Sorts by code point, as hosted Postgres does, but knows the letters of every language: `lower` and
/// `pg_trgm` depend on it.
fn run_initdb(
    binaries: &Binaries,
    cluster: &Path,
    durability: Durability,
    held: BorrowedFd<'_>,
) -> Result<()> {
    let mut refusal = String::new();
    // Neither locale with letters exists everywhere: the first is missing on older macOS, the second on
    // bare Linux.
    for letters in ["C.UTF-8", "en_US.UTF-8", "C"] {
        let mut initdb = binaries.command("initdb");
        initdb
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"])
            .arg("--locale=C")
            .arg(format!("--lc-ctype={letters}"))
            .arg("--pgdata")
            .arg(cluster)
            .stdin(held.try_clone_to_owned()?)
            // Cut short by a terminal's Ctrl-C, it would leave shared memory behind.
            .process_group(0);
        if binaries.major() >= 17 {
            initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        }
        if durability == Durability::Throwaway {
            initdb.arg("--no-sync");
        }
        let output = initdb
            .output()
            .with_context(|| format!("cannot run initdb in {}", binaries.folder().display()))?;
        if output.status.success() {
            return Ok(());
        }
        refusal = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    bail!(
        "initdb of {} failed (SESSLY_POSTGRES=fetched uses a prebuilt Postgres instead):\n{}",
        binaries.folder().display(),
        refusal.trim()
    )
}
