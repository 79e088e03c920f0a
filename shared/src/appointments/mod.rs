//! Appointments: booking them (`booking`, and `idempotency` for booking once), changing them
//! (`changes`), and what customers and businesses see (`view`).

mod booking;
mod changes;
mod idempotency;
mod routes;
mod status;
mod store;
mod view;

pub use routes::routes;
pub use status::Status;
pub use store::{busy, busy_at};
