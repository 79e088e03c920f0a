//! What others report to us. So far, mail providers: bounces, complaints and drops (`events`), signed in the manner of
//! `sendgrid` and of `mailgun`. An address that bounced for good or complained is not written to again.

mod events;
mod mailgun;
mod routes;
mod sendgrid;

pub(crate) use events::is_suppressed;
pub use routes::{operations, routes};
