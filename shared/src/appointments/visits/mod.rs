//! Visits of several services in a row: what somebody wishes (`wish`), booking all of it or nothing (`booking`), and
//! calling it off (`cancelling`). Each part is an appointment like any other, and can be cancelled or moved alone.

mod booking;
mod cancelling;
mod routes;
mod store;
mod wish;

pub(super) use routes::*;
