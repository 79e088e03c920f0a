//! Appointments: booking them (`booking`, and `idempotency` for booking once), changing them
//! (`changes`), completing those that are over (`completion`), and what customers and businesses see (`view`).

mod booking;
mod changes;
mod completion;
mod idempotency;
mod routes;
mod status;
mod store;
mod view;

pub use completion::complete_past;
pub use routes::routes;
pub use status::Status;
pub use store::busy;
