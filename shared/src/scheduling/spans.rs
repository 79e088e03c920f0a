//! [`Span`], a stretch of time, and [`Spans`], those that are taken.

use jiff::Timestamp;

/// A half-open stretch of time, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first instant.
    pub start: Timestamp,
    /// The instant it is over.
    pub end: Timestamp,
}

impl Span {
    /// The least stretch that holds all of them; none of nothing.
    #[must_use]
    pub fn around(spans: impl IntoIterator<Item = Self>) -> Option<Self> {
        let both =
            |one: Self, other: Self| Self { start: one.start.min(other.start), end: one.end.max(other.end) };
        spans.into_iter().reduce(both)
    }

    /// Whether the two share an instant. An empty span shares none.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }
}

/// Spans in order and disjoint, so that the one that could be in the way is found by binary search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans(Vec<Span>);

impl FromIterator<Span> for Spans {
    /// Of spans in any order, which may overlap.
    fn from_iter<T: IntoIterator<Item = Span>>(spans: T) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().filter(|span| span.start < span.end).collect();
        spans.sort_unstable_by_key(|span| span.start);
        spans.dedup_by(|later, earlier| {
            let joined = later.start <= earlier.end;
            if joined {
                earlier.end = earlier.end.max(later.end);
            }
            joined
        });
        Self(spans)
    }
}

impl Spans {
    /// Whether none of them takes any part of `span`.
    #[must_use]
    pub fn leave_free(&self, span: Span) -> bool {
        self.from(span.start).in_the_way(span).is_none()
    }

    /// Takes one more.
    pub(super) fn add(&mut self, span: Span) {
        *self = self.0.drain(..).chain([span]).collect();
    }

    /// The same with one more.
    #[must_use]
    pub fn with(&self, span: Span) -> Self {
        self.0.iter().copied().chain([span]).collect()
    }

    /// The same with all of `span` free.
    #[must_use]
    pub fn without(&self, span: Span) -> Self {
        let left = |taken: &Span| {
            let before = Span { end: taken.end.min(span.start), ..*taken };
            let after = Span { start: taken.start.max(span.end), ..*taken };
            [before, after]
        };
        self.0.iter().flat_map(left).collect()
    }

    /// Those that are not over at an instant.
    pub(super) fn from(&self, instant: Timestamp) -> Ahead<'_> {
        let past = self.0.partition_point(|taken| taken.end <= instant);
        Ahead(self.0.get(past..).unwrap_or_default())
    }

    /// When the last of them before `instant` was over, if there was one.
    pub(super) fn idle_since(&self, instant: Timestamp) -> Option<Timestamp> {
        let past = self.0.partition_point(|taken| taken.end <= instant);
        past.checked_sub(1).and_then(|last| self.0.get(last)).map(|last| last.end)
    }
}

/// Those spans that are still ahead, for whoever walks along them: what could be in the way is the first of them.
#[derive(Clone, Copy)]
pub(super) struct Ahead<'a>(&'a [Span]);

impl Ahead<'_> {
    /// Leaves out those that are over at an instant.
    pub(super) fn skip_until(&mut self, instant: Timestamp) {
        while let [first, later @ ..] = self.0
            && first.end <= instant
        {
            self.0 = later;
        }
    }

    /// The first of them that takes a part of `span`.
    pub(super) fn in_the_way(self, span: Span) -> Option<Span> {
        self.0.iter().copied().find(|taken| taken.end > span.start).filter(|taken| taken.overlaps(span))
    }
}
