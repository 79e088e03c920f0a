//! Weekly opening hours of a business.

mod entry;
mod routes;
mod store;

pub(super) use routes::{operations, routes};
pub use store::{OpeningHour, of, weekly, weeks_at};
