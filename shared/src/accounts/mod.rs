//! Accounts: registration, codes by mail, sign-in, sessions, passwords, people's own data, and who is calling.
//!
//! `routes` is the HTTP side, `store` the SQL for people, and between them is a file for each thing that can be done.
//! Other capabilities take a [`Caller`] or a [`VerifiedCaller`] from here, and those who send something ask
//! [`Preferences`].

mod caller;
pub(crate) mod codes;
mod devices;
mod django_hash;
mod erasure;
mod export;
mod fields;
mod guesses;
mod hs256;
mod keys;
mod password_change;
mod passwords;
mod preferences;
mod profile;
mod registration;
mod routes;
mod sessions;
mod sign_in;
mod store;
mod tokens;

pub use caller::{Caller, MaybeCaller, VerifiedCaller};
pub(crate) use caller::{LIVE_SESSION, LookedUp, bearer};
pub use fields::Email;
pub(crate) use fields::Phone;
pub use keys::Keys;
pub(crate) use keys::{mac, mac_matches};
pub use passwords::Passwords;
pub use preferences::{Channel, MessageKind, Preferences};
pub use routes::{auth_operations, auth_routes, user_operations, user_routes};
pub use store::Role;
pub(crate) use tokens::Bearer;
