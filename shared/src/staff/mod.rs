//! Staff members: who works at a business, and what each of them offers. `routes` serves it, `store` keeps it.

mod routes;
mod store;

pub use routes::routes;
pub use store::{COLUMNS, PublicStaffMember, add_owner, all_offer, candidates, offers_at, public};
