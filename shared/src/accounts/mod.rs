//! Accounts: registration, codes by mail, sign-in, sessions, and who is calling.
//!
//! `routes` is the HTTP side, `registration`, `codes` and `sessions` hold the rules, `store` the SQL
//! for people. Other capabilities take a [`Caller`] or a [`VerifiedCaller`] from here.

mod caller;
mod codes;
mod fields;
mod keys;
mod passwords;
mod registration;
mod routes;
mod sessions;
mod store;
mod tokens;

pub use caller::{Caller, VerifiedCaller};
pub use fields::Email;
pub(crate) use fields::Phone;
pub use keys::Keys;
pub(crate) use keys::{mac, mac_matches};
pub use passwords::Passwords;
pub use routes::{auth_routes, user_routes};
pub use store::{Role, become_owner};
