//! Appointments: booking them (`booking`, and `idempotency` for booking once), moving them (`rescheduling`), changing
//! their status (`changes`), and what customers and businesses see (`view`, and `tallies` for numbers).

mod attempt;
mod booking;
mod business;
mod changes;
mod idempotency;
mod rescheduling;
mod rescheduling_store;
mod routes;
mod status;
mod store;
mod tallies;
mod view;
mod wanted;

pub use routes::routes;
pub use status::Status;
pub use store::busy;
pub use tallies::{Scope, any, stats, upcoming};
