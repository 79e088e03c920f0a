//! The one line of time that each staff member has: what is on it, and how a visit gets there. Whatever occupies somebody,
//! booked or held, is a row of `calendar_entries`, under the constraint `calendar_entries_no_overlap`; whatever keeps a
//! room, a chair or a device is under `resource_claims_no_overlap`. Nothing here decides that time is free by looking.

mod guards;
mod many;
mod occupied;
mod rearranging;
mod seats;

pub use guards::{guard, guard_business, lock_all_with};
pub use many::{Claim, release_all, take_all};
pub use occupied::{Occupied, occupied, occupied_at, units, units_at};
pub use rearranging::{Unit, rearrange};
pub use seats::{Seat, Taking, release, release_expired, take};
