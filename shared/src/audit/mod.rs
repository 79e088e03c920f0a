//! Who did what and when at a business, for its owner to read. Nothing here writes: changes of appointments are in their
//! history, all others are written down by a trigger (`migrations/0012_audit.sql`), on behalf of whomever the transaction
//! names ([`Connection::begin_as`](crate::db::Connection::begin_as)).

pub mod entry;
mod export;
mod filter;
mod routes;
mod store;

pub(crate) use export::{Deed, done_by};
pub use routes::{operations, routes};
