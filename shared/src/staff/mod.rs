//! Staff members: who works at a business, and what each of them offers. `routes` serves it, `store` keeps what everyone
//! sees; `team` has the rules for managing them, on what owners say (`entry`) and what colleagues see (`member`, `seen`);
//! `invitations` lets people join by e-mail.

mod entry;
mod erasure;
mod export;
mod invitation_store;
mod invitations;
mod member;
mod routes;
mod seen;
mod store;
mod team;

pub use erasure::forget;
pub use export::{Invited, Membership, invitations_to, memberships_of};
pub use member::retire_all;
pub use routes::{operations, routes};
pub use store::{COLUMNS, PublicStaffMember, add_owner, all_offer, candidates, is_member, offers_at, public};
pub use team::{check_removal, remove_in};
