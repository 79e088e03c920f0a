//! Services: what a business offers, at what length and price. `terms` reads what owners type, `routes`
//! serves it, `store` keeps it.

mod routes;
mod store;
mod terms;

pub use routes::{operations, routes};
pub use store::{Bookable, COLUMNS, Service, bookable, bookable_at, on_offer};
