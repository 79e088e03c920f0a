//! Appointments: booking them (`booking`, and `idempotency` for booking once), several in a row (`visits`) or many by a rule (`series`), moving them (`rescheduling`), changing
//! their status (`changes`), completing those that are over (`completion`), what customers and businesses see (`view`,
//! and `tallies` for numbers), what is kept about one person (`export`), and what is left of it when they go (`erasure`).

mod admission;
mod attempt;
mod booker;
mod booking;
mod business;
mod changes;
mod choice;
mod completion;
mod erasure;
mod export;
mod filters;
mod guests;
mod holds;
mod holds_store;
mod idempotency;
mod offers;
mod overlapping;
mod rearranging;
mod rescheduling;
mod rescheduling_store;
mod routes;
mod series;
mod several_routes;
mod status;
mod store;
mod tallies;
mod together;
mod view;
mod visits;
mod wanted;

pub use attempt::AttemptError;
pub use completion::complete_past;
pub use erasure::{Ahead, ahead_of, cancel, forget, guard_all_of, lock_all_of, most_booked};
pub use export::{Kept, kept_about};
pub use guests::{link_token as guest_link_token, operations as guest_operations, routes as guest_routes};
pub use holds_store::drop_all_with as drop_holds_with;
pub use offers::hold_for_waiting;
pub use overlapping::overlapping;
pub use rearranging::{
    Affected, Among, Upcoming, ahead_at, cancel_all, lock_affected, move_all, own_forms, seats_of,
};
pub use routes::{operations, routes};
pub use several_routes::{operations as several_operations, routes as several_routes};
pub use status::Status;
pub use store::{booked_by, in_the_way, lock_customer};
pub use tallies::{Scope, Stats, any, have_add_on, stats, upcoming};
pub use view::OwnAppointment;
pub use wanted::MOST_LOOKS;
