//! Free times: loads what the engine needs in one round trip, for listing and for booking alike, and
//! serves the lists.

mod explain;
mod load;
mod next;
mod offering;
mod outlook;
mod parts;
mod routes;
mod whole;

pub use explain::in_full;
mod visits;

pub use load::{Loaded, Part, Wanted, load, load_parts};
pub use next::{NextStart, next_starts};
pub use offering::{Place, offering};
pub use outlook::{Booked, Outlook, Placing};
pub use routes::{operations, routes};
pub use visits::{FEWEST_PARTS, MOST_PARTS, MaxWait, elsewhere, in_a_row};
pub use whole::{Whole, whole};

use jiff::{Timestamp, tz::TimeZone};

use crate::{http::Ids, ids::AddOnId};

/// What is to be added to one visit.
pub type AddOns = Ids<AddOnId, 20>;

/// An instant as clients get it: RFC 3339 with the business's offset.
#[must_use]
pub fn local_instant(instant: Timestamp, zone: &TimeZone) -> String {
    instant.display_with_offset(zone.to_offset(instant)).to_string()
}
