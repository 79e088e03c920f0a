//! Businesses: discovery for everyone, creation for owners, and who may manage which.

mod access;
mod categories;
mod creation;
mod discovery;
mod fields;
mod reference;
mod routes;
mod slug;
mod store;

pub use access::{Manager, managed, manager, own, owned, worked_at, works_at};
pub use reference::{BusinessRef, NAMED};
pub use routes::{owner_routes, routes};
pub use store::{Terms, exists, lock, terms};
