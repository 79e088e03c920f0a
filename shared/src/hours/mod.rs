//! Weekly opening hours: what clients see and set (`routes`), what owners type (`entry`), how it is kept
//! (`store`), and the [`WeeklyHours`](crate::scheduling::WeeklyHours) the engine works with.

mod entry;
mod routes;
mod store;

pub use routes::{operations, routes};
pub use store::{OpeningHour, of, on_weekday, weekly};
