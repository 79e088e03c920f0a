//! When staff are away although they would work.

mod entry;
mod routes;
mod store;

pub(super) use routes::{operations, routes};
pub use store::{TimeOffItem, time_off, time_off_about, time_off_at};
