//! The engine's answers: a [`Slot`] that can be booked, or the [`Rule`]s that keep one from being offered.

use jiff::{Timestamp, civil::Date};

use super::{MinuteOfDay, Times};
use crate::ids::{ResourceId, StaffMemberId};

/// A start at which a visit can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The date in the business's zone.
    pub date: Date,
    /// The wall-clock time in the business's zone.
    pub time: MinuteOfDay,
    /// When the visit starts.
    pub start: Timestamp,
    /// By whom, in the order the schedule lists them; somebody at least.
    pub offers: Vec<Offer>,
}

/// A visit with one staff member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// With whom.
    pub staff: StaffMemberId,
    /// When it ends and what it occupies, which can differ with the staff member.
    pub times: Times,
    /// How many can still come; 1 unless it is a class.
    pub seats_left: u32,
    /// Others come to this class already.
    pub joins: bool,
}

impl Slot {
    /// Who is free for it, in the order the schedule lists them.
    pub fn staff(&self) -> impl Iterator<Item = StaffMemberId> {
        self.offers.iter().map(|offer| offer.staff)
    }

    /// When the visit ends, with the first of them.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.offers.first().map_or(self.start, |offer| offer.times.end)
    }
}

/// What is against a start with one staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// With whom.
    pub staff: StaffMemberId,
    /// When the visit would be, if the clock shows its start at all.
    pub times: Option<Times>,
    /// Nothing, if it is offered.
    pub rules: Vec<Rule>,
}

/// Why a start is not offered. In the order in which the engine looks: of several that apply, a refusal names the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// In the past or inside the minimum notice, whether or not anyone works then.
    TooSoon,
    /// On a date later than the booking horizon.
    BeyondHorizon,
    /// The clock is put forward over this time.
    NoSuchTime,
    /// Nobody offers the service.
    NobodyOffers,
    /// The business is closed on this date.
    Closed,
    /// The business is closed for a public holiday.
    Holiday,
    /// The staff member does not work on this date.
    DayOff,
    /// Outside the hours of this date.
    OutsideHours,
    /// Not on the grid of starts.
    OffStep,
    /// The visit would not be over by the end of the hours.
    EndsAfterHours,
    /// In the way of a break.
    Break,
    /// The staff member is away.
    TimeOff,
    /// Everybody who can come to this class already does.
    ClassFull,
    /// Somebody else is there.
    Taken,
    /// Only the time around this visit or around another is in the way.
    Buffer,
    /// All of a resource that the service needs is taken.
    Resource(ResourceId),
}
