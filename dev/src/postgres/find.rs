//! Finds a suitable Postgres that is installed on this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::run_as::RunAs;

/// Folders that hold one folder per installation, with the programs in its `bin`.
const SHELVES: [&str; 7] = [
    "/usr/lib/postgresql",                          // Debian and its descendants
    "/usr",              // PostgreSQL's own RPM packages (/usr/pgsql-17), /usr/local
    "/opt/homebrew/opt", // Homebrew on Apple silicon
    "/usr/local/opt",    // Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions", // Postgres.app
    "/Library/PostgreSQL", // EDB's installer for macOS
    "/opt/local/lib",    // MacPorts
];

/// The first suitable one on `PATH`, as the user's own choice, else the newest of those in the usual
/// places.
pub(super) fn find(run_as: RunAs) -> Option<Binaries> {
    let suitable = |folder: PathBuf| Binaries::inspect(&folder, run_as).ok();
    on_path().into_iter().find_map(suitable).or_else(|| {
        let installed = SHELVES.into_iter().flat_map(on_shelf);
        installed.filter_map(suitable).max_by_key(Binaries::major)
    })
}

fn on_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        // What is on PATH is often a link; the other programs are beside its target.
        .filter_map(|folder| fs::canonicalize(folder.join("initdb")).ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned))
        .collect()
}

fn on_shelf(shelf: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(shelf) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("initdb").is_file())
        .collect()
}
