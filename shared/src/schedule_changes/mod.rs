//! "What if?": what a change of hours, somebody's leaving or a service's end would do to bookings, and the change together
//! with what is to become of each of them. `change` is what can be proposed, `affected` finds the bookings it leaves without
//! their time, `preview` says who else could take them, `apply` makes it so by what `choice` has for each.

mod affected;
mod apply;
mod change;
mod choice;
mod preview;
mod rearrangement;
mod routes;

pub use choice::Fate;
pub use routes::{operations, routes};
