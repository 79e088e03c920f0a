//! Staff members: who works at a business, and what each of them offers.

mod store;

pub use store::{COLUMNS, PublicStaffMember, add_owner, all_offer, candidates, public};
