//! What was done to appointments, by whomever: by their customer, and by a business that changes its schedule. Who acts at
//! the same time does not know who was first, so that what is there in the end may be what either of them was told.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

/// A state that an appointment may be in. What is `None` or empty may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Any of these.
    pub(super) status: Vec<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) staff: Option<String>,
}

impl State {
    /// The state that an answer tells of.
    pub(super) fn told(appointment: &Value) -> Self {
        Self {
            status: appointment["status"].as_str().map(str::to_owned).into_iter().collect(),
            start: instant(&appointment["start"]),
            staff: appointment["staff"]["id"].as_str().map(str::to_owned),
        }
    }

    pub(super) fn with_status(status: &str) -> Self {
        Self { status: vec![status.to_owned()], ..Self::default() }
    }

    /// Not cancelled, at some time, with somebody.
    pub(super) fn open() -> Self {
        Self { status: vec!["pending".to_owned(), "confirmed".to_owned()], ..Self::default() }
    }

    pub(super) fn allows(&self, actual: &Self) -> bool {
        (self.status.is_empty() || actual.status.iter().all(|status| self.status.contains(status)))
            && (self.start.is_none() || self.start == actual.start)
            && (self.staff.is_none() || self.staff == actual.staff)
    }

    fn is_cancelled(&self) -> bool {
        self.status == ["cancelled"]
    }
}

/// An instant out of an answer.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|at| at.parse().ok())
}

/// Something that was done, or that a request without an answer may have done.
#[derive(Clone, Debug)]
struct Deed {
    began: Instant,
    ended: Instant,
    is_certain: bool,
    state: State,
}

/// What was done to each appointment.
#[derive(Debug, Default)]
pub(super) struct Deeds(HashMap<String, Vec<Deed>>);

impl Deeds {
    /// Notes what a request, made since then, was told of an appointment.
    pub(super) fn told(&mut self, id: &str, began: Instant, state: State) {
        self.note(id, (began, Instant::now()), true, state);
    }

    /// Notes what a request, made since then and not answered, may have done to one.
    pub(super) fn perhaps(&mut self, id: &str, began: Instant, state: State) {
        self.note(id, (began, Instant::now()), false, state);
    }

    fn note(&mut self, id: &str, (began, ended): (Instant, Instant), is_certain: bool, state: State) {
        let deed = Deed { began, ended, is_certain, state };
        self.0.entry(id.to_owned()).or_default().push(deed);
    }

    /// The states that an appointment may be in: those after which nothing is known to have been done to it.
    pub(super) fn possible(&self, id: &str) -> Vec<&State> {
        let all = self.0.get(id).map(Vec::as_slice).unwrap_or_default();
        let is_past = |deed: &Deed| all.iter().any(|later| later.is_certain && later.began > deed.ended);
        all.iter().filter(|deed| !is_past(deed)).map(|deed| &deed.state).collect()
    }

    /// Whether it may still be changed.
    pub(super) fn is_open(&self, id: &str) -> bool {
        self.possible(id).iter().any(|state| !state.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What an appointment may be after deeds, each from and to so many seconds.
    fn possible(deeds: &[(u64, u64, bool, &str)]) -> Vec<String> {
        let (mut noted, start) = (Deeds::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        for (began, ended, is_certain, status) in deeds {
            noted.note("a", (at(*began), at(*ended)), *is_certain, State::with_status(status));
        }
        let possible = noted.possible("a").into_iter().flat_map(|state| state.status.clone()).collect();
        assert_eq!(noted.is_open("a"), possible != ["cancelled"]);
        possible
    }

    #[test]
    fn what_is_known_to_be_done_later_counts_alone() {
        assert_eq!(possible(&[(1, 2, true, "pending"), (3, 4, true, "cancelled")]), ["cancelled"]);
    }

    #[test]
    fn what_was_not_answered_may_have_been_done() {
        let unanswered = (3, 4, false, "cancelled");
        assert_eq!(possible(&[(1, 2, true, "pending"), unanswered]), ["pending", "cancelled"]);
        assert_eq!(
            possible(&[(1, 2, true, "pending"), unanswered, (5, 6, true, "confirmed")]),
            ["confirmed"]
        );
    }

    #[test]
    fn of_what_is_done_at_once_either_may_be_last() {
        let both = possible(&[(1, 3, true, "pending"), (2, 4, true, "confirmed")]);
        assert_eq!(both, ["pending", "confirmed"]);
    }
}
