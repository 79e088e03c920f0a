//! Weekly opening hours of a business. What setting whole days changes is `plan`.

mod entry;
mod plan;
mod routes;
mod store;

pub(super) use entry::{Entry, day_twice};
pub(super) use plan::set;
pub(super) use routes::{operations, routes};
pub use store::{OpeningHour, of};
