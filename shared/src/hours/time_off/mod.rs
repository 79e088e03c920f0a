//! When staff are away although they would work.

mod entry;
mod routes;
mod store;

pub(super) use routes::{operations, routes};
pub use store::{time_off, time_off_at};
