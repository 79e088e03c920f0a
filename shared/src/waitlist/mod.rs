//! The waitlist of a business: customers who wait for a start of a service on some days. `joining` has the rules for that, `view`
//! what is seen of it, `store` its SQL, `kept` a person's own copy.
//!
//! When time becomes free, triggers note it in the transaction that frees it (`waitlist_checks`, in
//! `migrations/0018_waitlist.sql`). Behind the answer (`after`), and from `cron`, `offering` looks at what was noted, with the SQL
//! of `queue`: whoever joined first and wants a start that the engine offers gets it held for some minutes, and is told.

mod after;
mod joining;
mod kept;
mod offering;
mod queue;
mod routes;
mod store;
mod view;

pub use after::{looked_after, offer_after};
pub use kept::{KeptWait, kept_about};
pub use offering::offer_due;
pub use routes::{operations, routes};
pub use store::{end, lock_all_of};
