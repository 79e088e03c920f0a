//! When staff are away although they would work.

mod entry;
mod routes;
mod store;

pub(super) use entry::Entry;
pub(super) use routes::{operations, routes};
pub(super) use store::{TimeOffItem, about, insert, read};
