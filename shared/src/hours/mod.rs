//! Weekly opening hours: what clients see and set (`routes`), what owners type (`entry`), what
//! setting whole days changes (`plan`), how it is kept
//! (`store`), and the [`WeeklyHours`](crate::scheduling::WeeklyHours) the engine works with.

mod entry;
mod plan;
mod routes;
mod store;

pub use routes::{operations, routes};
pub use store::{OpeningHour, of, on_weekday, weekly};
