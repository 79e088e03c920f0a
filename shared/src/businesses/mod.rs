//! Businesses: discovery for everyone, creation for owners, and who may manage which.

mod access;
mod categories;
mod creation;
mod discovery;
mod erasure;
mod export;
mod favorites;
mod fields;
mod reference;
mod routes;
mod slug;
mod store;

pub use access::{managed, own, worked_at};
pub use erasure::{OwnBusiness, forget_owner, lock_all_of};
pub use export::{Owned, owned_by};
pub use favorites::{Favorite, favorites_of, toggle_favorite};
pub use reference::{BusinessRef, NAMED};
pub use routes::{owner_routes, routes};
pub use store::{Terms, exists, lock, terms};
