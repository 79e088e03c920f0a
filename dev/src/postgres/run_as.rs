//! The user that Postgres runs as. Postgres refuses to run as root, so root hands over to an
//! unprivileged user; everyone else stays who they are.

use std::env;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RunAs {
    Ourselves,
    Account { name: &'static str, uid: u32, gid: u32 },
}

impl RunAs {
    pub(super) fn detect() -> Result<Self> {
        let id = Command::new("id").arg("-u").output().context("cannot run `id -u`")?;
        if id.stdout.trim_ascii() != b"0" {
            return Ok(Self::Ourselves);
        }
        let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        Self::account_in(&passwd).context(
            "Postgres refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody` to run it",
        )
    }

    fn account_in(passwd: &str) -> Option<Self> {
        ["postgres", "nobody"].into_iter().find_map(|name| {
            passwd.lines().find_map(|line| {
                let mut fields = line.split(':');
                if fields.next() != Some(name) {
                    return None;
                }
                let uid = parse_id(fields.nth(1)?)?;
                let gid = parse_id(fields.next()?)?;
                Some(Self::Account { name, uid, gid })
            })
        })
    }

    /// A command run as this user, in a folder it can enter, deaf to the `PG*` variables meant for the
    /// caller's own Postgres.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        // The cluster has a locale of its own; an unknown one in the environment keeps macOS's server
        // from starting.
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        if let Self::Account { uid, gid, .. } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Whether this user can walk down to `path`; the part of it that does not exist yet is not
    /// considered.
    pub(super) fn can_reach(self, path: &Path) -> bool {
        let Self::Account { uid, gid, .. } = self else {
            return true;
        };
        let may_enter = |folder: &Metadata| {
            let needed = if folder.uid() == uid {
                0o100
            } else if folder.gid() == gid {
                0o010
            } else {
                0o001
            };
            folder.mode() & needed != 0
        };
        path.ancestors().filter_map(|folder| fs::metadata(folder).ok()).all(|folder| may_enter(&folder))
    }

    /// Makes this user the owner of `path`, which we have just created.
    pub(super) fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Account { uid, gid, .. } => lchown(path, Some(uid), Some(gid)),
        }
    }
}

/// macOS writes the ids of `nobody` as -2.
fn parse_id(field: &str) -> Option<u32> {
    let negative = || field.parse().ok().map(i32::cast_unsigned);
    field.parse().ok().or_else(negative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_preferred_to_nobody() {
        let passwd =
            "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";
        let expected = RunAs::Account { name: "postgres", uid: 101, gid: 104 };
        assert_eq!(RunAs::account_in(passwd), Some(expected));
    }

    #[test]
    fn macos_counts_nobody_from_the_top() {
        let passwd = "##\n# User Database\n##\nnobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false\n";
        let expected = RunAs::Account { name: "nobody", uid: u32::MAX - 1, gid: u32::MAX - 1 };
        assert_eq!(RunAs::account_in(passwd), Some(expected));
    }

    #[test]
    fn no_account_but_root() {
        assert_eq!(RunAs::account_in("root:x:0:0:root:/root:/bin/sh\n"), None);
    }
}
