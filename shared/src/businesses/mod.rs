//! Businesses: discovery for everyone, creation and management for owners (`own` serves it, `management` has the
//! rules), and who may manage which.

mod access;
mod categories;
mod creation;
mod discovery;
mod fields;
mod management;
mod own;
mod own_store;
mod reference;
mod routes;
mod slug;
mod store;

pub use access::{Manager, managed, manager, own, owned, worked_at, works_at};
pub use own::routes as owner_routes;
pub use reference::{BusinessRef, NAMED};
pub use routes::routes;
pub use store::{Terms, exists, lock, terms};
