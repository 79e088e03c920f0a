//! Resources: rooms, chairs and devices that services need beside a staff member, as many of each as there are. `routes`
//! serves them, `keeping` has the rules, `store` the SQL; `needs` is what the engine and booking read.

mod keeping;
mod needs;
mod routes;
mod store;

pub use needs::{NEEDED, Needed};
pub use routes::{operations, routes};
