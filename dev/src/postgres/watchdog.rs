//! Stops a server whose owner is gone, however that came to be: a signal that cannot be caught, a panic,
//! or the plain end of a process that holds its server in a static, which is never dropped.

use std::io::{self, PipeWriter, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use super::postmaster::PidFile;
use super::run_as::RunAs;

/// Waits for a line, or for the end of its input, which is the end of its owner; in the latter case a
/// server that was just being started gets the time to write its process id. Takes the file with that
/// id, the signal to send and the folder to delete, if any. A server that nobody reaped lingers as a
/// process, but without the file.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
read -r _ || sleep 0.3
if read -r pid <"$1"; then
    kill -s "$2" "$pid"
    while [ -e "$1" ] && kill -0 "$pid"; do sleep 0.05; done
fi
if [ -n "$3" ]; then rm -rf "$3"; fi
"#;

/// A shell of its own process group that outlives us for a moment. Dropping it does what our death would
/// do, and waits for it.
pub(super) struct Watchdog {
    shell: Child,
    /// Open as long as we live: no other process has it, unless it is given to one through [`AsFd`].
    owner: PipeWriter,
}

impl Watchdog {
    /// Stops the server in an orderly way.
    pub(super) fn stopping(cluster: &Path, run_as: RunAs) -> Result<Self> {
        Self::start(cluster, "INT", Path::new(""), run_as)
    }

    /// Stops the server as fast as it can and deletes the folder.
    pub(super) fn deleting(folder: &Path, cluster: &Path, run_as: RunAs) -> Result<Self> {
        Self::start(cluster, "QUIT", folder, run_as)
    }

    fn start(cluster: &Path, signal: &str, delete: &Path, run_as: RunAs) -> Result<Self> {
        let (input, owner) = io::pipe()?;
        let shell = run_as
            .command(Path::new("/bin/sh"))
            .args(["-c", SCRIPT, "sessly-watchdog"])
            .arg(PidFile::path(cluster))
            .arg(signal)
            .arg(delete)
            .stdin(input)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot run /bin/sh")?;
        Ok(Self { shell, owner })
    }
}

impl AsFd for Watchdog {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.owner.as_fd()
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // If the shell was killed, there is nobody to tell and nothing to wait for.
        let _ = self.owner.write_all(b"\n");
        let _ = self.shell.wait();
    }
}
