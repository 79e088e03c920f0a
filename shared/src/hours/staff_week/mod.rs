//! Weekly hours of a staff member's own.

mod entry;
mod places;
mod routes;
mod store;
mod view;

pub(super) use entry::{Entry, MOST};
pub(super) use places::check;
pub(super) use routes::{operations, routes};
pub(super) use store::{own_hours, replace};
pub(super) use view::{KeptHours, about};
