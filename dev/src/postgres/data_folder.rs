//! The folder in which `cargo dev` keeps its database from one run to the next:
//!
//! - `lock`, held while a process uses the folder, with that process's id
//! - `cluster`, the server's own folder of data, the only thing here that the server may write to
//! - `port`, where the server was last found
//! - `postgres.log`

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha512};

use super::run_as::RunAs;

/// A data folder that this process alone uses, until it is dropped.
pub(super) struct DataFolder {
    path: PathBuf,
    lock: File,
}

impl DataFolder {
    /// Creates the folder if need be. It is elsewhere if the user that Postgres runs as cannot reach it.
    pub(super) fn open(folder: &Path, run_as: RunAs) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let folder = fs::canonicalize(folder)?;
        let path = match run_as {
            RunAs::Account { name, .. } if !run_as.can_reach(&folder) => {
                let elsewhere = stand_in(&folder);
                create_stand_in(&elsewhere)?;
                eprintln!(
                    "The user `{name}`, who runs Postgres for root, cannot enter {}; the data is in {}.",
                    folder.display(),
                    elsewhere.display()
                );
                elsewhere
            }
            _ => folder,
        };
        let lock = lock(&path)?;
        Ok(Self { path, lock })
    }

    /// Where the cluster of a data folder is, whether or not anyone uses it.
    pub(super) fn cluster_of(folder: &Path, run_as: RunAs) -> Option<PathBuf> {
        let folder = fs::canonicalize(folder).ok()?;
        let path = if run_as.can_reach(&folder) { folder } else { stand_in(&folder) };
        Some(path.join("cluster"))
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    /// Whoever holds this keeps the folder from being used by others.
    pub(super) fn lock(&self) -> &File {
        &self.lock
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    pub(super) fn last_port(&self) -> Option<u16> {
        fs::read_to_string(self.path.join("port")).ok()?.trim().parse().ok()
    }

    pub(super) fn remember_port(&self, port: u16) -> Result<()> {
        Ok(fs::write(self.path.join("port"), format!("{port}\n"))?)
    }
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let mut options = File::options();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match patient_try_lock(&file) {
        Ok(()) => {
            fs::write(&path, process::id().to_string())?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let holder = fs::read_to_string(&path)?;
            bail!("{} is in use by process {}", folder.display(), holder.trim())
        }
        Err(TryLockError::Error(error)) => Err(error).context(format!("cannot lock {}", path.display())),
    }
}

/// A child between its start and the program it becomes still holds what its parent had locked: a lock that was just given
/// up may come free a moment later.
fn patient_try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..50 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
            outcome => return outcome,
        }
    }
    file.try_lock()
}

/// The same place for the same folder at every start, and one that survives a reboot.
fn stand_in(folder: &Path) -> PathBuf {
    let path: &OsStr = folder.as_os_str();
    let digest = Sha512::digest(path.as_bytes());
    Path::new("/var/tmp").join(format!("sessly-{}", BASE64_URL_SAFE_NO_PAD.encode(&digest[..12])))
}

/// Everyone may create folders in `/var/tmp`, so one that another user put there in advance is refused.
fn create_stand_in(folder: &Path) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        created => created.with_context(|| format!("cannot create {}", folder.display()))?,
    }
    let metadata = fs::symlink_metadata(folder)?;
    ensure!(
        metadata.is_dir() && metadata.uid() == 0,
        "{} is not root's own folder; remove it",
        folder.display()
    );
    // Postgres's user passes through to the cluster, which is closed to all others.
    fs::set_permissions(folder, Permissions::from_mode(0o711))?;
    Ok(())
}
