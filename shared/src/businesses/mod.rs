//! Businesses: discovery for everyone, creation and management for owners (`own` serves it, `management` has the
//! rules), the terms on which they take bookings (`policy`), and who may manage which.

mod access;
mod categories;
mod clocks;
mod creation;
mod discovery;
mod erasure;
mod export;
mod favorites;
mod fields;
mod filter;
mod management;
mod own;
mod own_locations;
mod own_store;
mod policy;
mod reference;
mod routes;
mod search;
mod slug;
mod store;
mod view;

pub use access::{Colleague, Manager, colleague, managed, manager, own, owned, worked_at, works_at};
pub use creation::Address;
pub use erasure::{OwnBusiness, forget_owner, lock_all_of};
pub use export::{Owned, owned_by};
pub use favorites::{Favorite, favorites_of, toggle_favorite};
pub use own::{operations as owner_operations, routes as owner_routes};
pub use own_locations::{is_primary, own_locations};
pub use policy::{POLICY, POLICY_WIDTH, StaffChoice, policy_from_row};
pub use reference::{BusinessRef, NAMED};
pub use routes::{operations, routes};
pub use slug::Slug;
pub use store::{
    Place, TERMS, TERMS_WIDTH, Terms, exists, has, id_of, locate, lock, lock_to_rearrange, nowhere,
    takes_guests, terms, terms_of,
};
