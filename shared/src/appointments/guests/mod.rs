//! Booking without an account, where a business takes guests: a hold that whoever has its `token` can book, once they have
//! shown with a code (`proof`) that an address or a telephone number is theirs. It becomes an appointment on a card of the business, by the
//! way of every booking. Whoever has the link in the message (`link`) sees that one appointment, and can cancel and move it.
//!
//! Nothing here asks whether an address has an account, so that nothing can be found out about it. Whatever is wrong with a
//! token, a code or a link is told in one way each.

mod link;
mod proof;
mod routes;
mod store;
mod token;

pub use link::link_token;
pub use routes::{operations, routes};

pub(super) use proof::Proven;
