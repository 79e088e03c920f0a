//! Businesses: discovery for everyone, creation for owners, and who may manage which.

mod access;
mod categories;
mod creation;
mod discovery;
mod fields;
mod filter;
mod reference;
mod routes;
mod search;
mod slug;
mod store;

pub use access::{managed, own, worked_at, works_at};
pub use reference::{BusinessRef, NAMED};
pub use routes::{owner_routes, routes};
pub use store::{Terms, exists, lock, terms, terms_of};
