//! A native Postgres of our own, for `cargo dev` and for tests: no account, no container, no manual
//! step.
//!
//! - [`Server`] is the one `cargo dev` runs: its data stays in a folder from one run to the next.
//! - [`Cluster`] is for tests: a server that is quick rather than durable, and gone with the process
//!   that started it.
//! - [`Binaries`] says which installation is used: one found on the machine, else a prebuilt one fetched
//!   with npm.
//!
//! Whether `DATABASE_URL` makes all of this unnecessary is for the caller to decide; databases,
//! migrations and sample data are the caller's too. Everything here blocks, so call it before the async
//! work begins or from a blocking thread.

mod binaries;
mod data_folder;
mod fetch;
mod find;
mod initdb;
mod postmaster;
mod run_as;
mod server;
mod throwaway;
mod watchdog;

pub use binaries::Binaries;
pub(crate) use postmaster::free_port;
pub use server::{Data, Server};
pub use throwaway::Cluster;

/// The address of a database on one of our servers, which all listen on the loopback interface and trust
/// it.
fn url(port: u16, database: &str) -> String {
    format!("postgresql://postgres@127.0.0.1:{port}/{database}")
}
