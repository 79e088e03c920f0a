//! Other hours than by the week on single dates, of a business or of one of its staff.

mod entry;
mod routes;
mod store;
mod view;

pub(super) use entry::Entry;
pub(super) use routes::{operations, routes};
pub(super) use store::{about, insert, of_business};
pub(super) use view::OverrideItem;
