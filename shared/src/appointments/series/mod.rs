//! Series: visits that are booked at once by a recurrence rule. `wish` is what a customer wants, `plan` says what becomes of
//! each date (pure), `booking` does it, `cancelling` calls off what is still ahead, `view` is what customers see.
//!
//! A date of a series is booked as if it were booked alone, after those before it: by the same engine, under the same policy,
//! with the same machinery of calendars and resources. What it is that the dates have in common is that they are looked up,
//! taken and written together, in one transaction and in as many statements for fifty as for two.

mod booking;
mod cancelling;
mod plan;
mod routes;
mod store;
mod view;
mod wish;

pub(super) use routes::{book, cancel_mine, mine, preview};
pub(super) use store::{KeptSeries, kept_about};
