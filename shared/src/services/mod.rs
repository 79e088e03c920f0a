//! Services: what a business offers, at what length and price. `routes` serves it, on what owners say (`terms`) and clients
//! see (`view`); `changes` has the rules, `store` the SQL. What can be added to a service is in `add_on…`, who offers it in
//! `offer…`; that all of it fits together is for `lengths`. `bookable` is what the engine and booking read.

mod add_on;
mod add_on_routes;
mod add_on_store;
mod bookable;
mod changes;
mod lengths;
mod offer;
mod offer_routes;
mod offer_store;
mod routes;
mod store;
mod terms;
mod view;

pub use add_on_routes::{add_on_operations, add_on_routes};
pub use bookable::{AddOn, Bookable, StaffTerms, add_ons_of, bookable, bookable_at};
pub use changes::{locked, retire_in};
pub use offer_routes::{offer_operations, offer_routes};
pub use routes::{operations, routes, seen};
pub use store::{is_own, on_offer};
pub use view::{COLUMNS, Need, Service, ServiceAddOn, WIDTH};
