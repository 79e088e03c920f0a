//! Staff members: who works at a business, and what each of them offers. `routes` serves it, `store` keeps it.

mod erasure;
mod export;
mod routes;
mod store;

pub use erasure::forget;
pub use export::{Membership, memberships_of};
pub use routes::routes;
pub use store::{COLUMNS, PublicStaffMember, add_owner, all_offer, candidates, public};
