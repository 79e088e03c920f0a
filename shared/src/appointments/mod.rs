//! Appointments: booking them (`booking`, and `idempotency` for booking once), changing them
//! (`changes`), completing those that are over (`completion`), what customers and businesses see (`view`), what is kept
//! about one person (`export`), and what is left of it when they go (`erasure`).

mod booking;
mod changes;
mod completion;
mod erasure;
mod export;
mod idempotency;
mod routes;
mod status;
mod store;
mod view;

pub use completion::complete_past;
pub use erasure::{Ahead, ahead_of, cancel, forget, lock_all_of, most_booked};
pub use export::{Kept, kept_about};
pub use routes::routes;
pub use status::Status;
pub use store::busy;
