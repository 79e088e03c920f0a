//! Weekly opening hours of a business, and of each of its locations (`at_location`) that has others. What setting whole days
//! changes is `plan`.

mod at_location;
mod entry;
mod plan;
mod routes;
mod store;

pub(super) use at_location::{operations as operations_at_location, routes as routes_at_location};
pub(super) use entry::{Entry, day_twice};
pub(super) use plan::set;
pub(super) use routes::{operations, routes};
pub use store::{OpeningHour, shown_at};
