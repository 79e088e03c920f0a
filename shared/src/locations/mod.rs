//! Locations: where a business is, be it in one place or in several. The first one is primary: what is said of the business's
//! address is said of it, and what takes place nowhere in particular takes place there. `routes` serves them, `keeping` has the
//! rules, `store` the SQL; `place` is what others read of them along with what they show.

mod keeping;
mod place;
mod routes;
mod store;

pub use place::{ADDRESS, AS_JSON, Asked, IS_SHOWN, Location, OFFERED_THERE, Shown};
pub use routes::{operations, routes};
