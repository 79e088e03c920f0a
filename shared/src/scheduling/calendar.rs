//! What already occupies a staff member, as spans of instants, and whether another span still fits between
//! them.

use jiff::Timestamp;

use crate::ids::StaffMemberId;

/// A half-open stretch of time, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub start: Timestamp,
    /// The instant it is over.
    pub end: Timestamp,
}

impl Span {
    /// Whether the two share an instant. An empty span shares none.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }
}

/// A staff member and the time already taken from them.
#[derive(Clone, Debug)]
pub struct StaffCalendar {
    id: StaffMemberId,
    /// In order and disjoint, so that the one span that could be in the way is found by binary search.
    busy: Vec<Span>,
}

impl StaffCalendar {
    /// Takes the busy spans, buffers included, in any order; they may overlap.
    #[must_use]
    pub fn new(id: StaffMemberId, mut busy: Vec<Span>) -> Self {
        busy.retain(|span| span.start < span.end);
        busy.sort_unstable_by_key(|span| span.start);
        busy.dedup_by(|later, earlier| {
            let joined = later.start <= earlier.end;
            if joined {
                earlier.end = earlier.end.max(later.end);
            }
            joined
        });
        Self { id, busy }
    }

    /// Whose calendar it is.
    #[must_use]
    pub fn id(&self) -> StaffMemberId {
        self.id
    }

    /// Whether nothing occupies any part of `span`.
    pub(super) fn is_free(&self, span: Span) -> bool {
        let past = self.busy.partition_point(|busy| busy.end <= span.start);
        self.busy.get(past).is_none_or(|next| !next.overlaps(span))
    }
}
