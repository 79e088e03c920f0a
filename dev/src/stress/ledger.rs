//! What the servers have acknowledged.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{deeds::instant, world::text};

/// An appointment that was acknowledged. What was done to it since is among the [`Deeds`](super::deeds::Deeds).
#[derive(Clone, Debug, Default)]
pub(super) struct Booked {
    pub(super) place: usize,
    pub(super) service: usize,
    pub(super) key: String,
    /// The series it was booked with.
    pub(super) series: Option<String>,
    /// The visit it is a part of.
    pub(super) visit: Option<String>,
}

impl Booked {
    pub(super) fn of(place: usize, service: usize, key: &str, appointment: &Value) -> Self {
        let id = |field: &str| appointment[field].as_str().map(str::to_owned);
        Self { place, service, key: key.to_owned(), series: id("series_id"), visit: id("visit_id") }
    }

    /// What was booked with one key.
    pub(super) fn whole<'a>(&'a self, id: &'a str) -> &'a str {
        self.series.as_deref().or(self.visit.as_deref()).unwrap_or(id)
    }
}

/// What became of a hold, or of a wait, as far as who had it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Booked, given back, left or replaced.
    Ended,
    Unknown,
}

/// A hold that was acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    pub(super) id: String,
    /// The business's.
    pub(super) slug: String,
    pub(super) staff: String,
    /// The place among the services, and what was asked for.
    pub(super) wish: (usize, Value),
    pub(super) expires: Timestamp,
    pub(super) fate: Fate,
}

impl Hold {
    pub(super) fn told(hold: &Value, slug: &str, wish: (usize, Value)) -> Self {
        Self {
            id: text(&hold["id"]),
            slug: slug.to_owned(),
            staff: text(&hold["staff_id"]),
            expires: instant(&hold["expires_at"]).unwrap_or_default(),
            wish,
            fate: Fate::Kept,
        }
    }
}

/// Everything that one customer was told.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) customer: String,
    pub(super) appointments: HashMap<String, Booked>,
    /// How many dates of each series are not booked.
    pub(super) series: HashMap<String, usize>,
    pub(super) holds: Vec<Hold>,
    /// The slugs of businesses where a hold was asked for and no answer came.
    pub(super) perhaps_held: HashSet<String>,
    /// How each wait that was acknowledged ended, as far as they know.
    pub(super) waits: HashMap<String, Fate>,
    /// How often they asked to wait, and no answer came.
    pub(super) perhaps_waits: usize,
}

/// What one guest was told. They book each time with another address, which is on their card.
#[derive(Debug, Default)]
pub(super) struct GuestLedger {
    /// By address: what was booked, or nothing where it may have been.
    pub(super) booked: HashMap<String, Option<String>>,
    pub(super) holds: Vec<Hold>,
    /// How many holds were asked for and not answered.
    pub(super) perhaps_held: usize,
}

/// What everyone was told who books.
#[derive(Debug, Default)]
pub(super) struct Ledgers {
    pub(super) customers: Vec<Ledger>,
    pub(super) guests: Vec<GuestLedger>,
    pub(super) changes: Vec<Rearranged>,
}

impl Ledgers {
    /// How many appointments were acknowledged.
    pub(super) fn appointments(&self) -> usize {
        let of_guests = self.guests.iter().flat_map(|ledger| ledger.booked.values().flatten());
        self.customers.iter().map(|ledger| ledger.appointments.len()).sum::<usize>() + of_guests.count()
    }

    /// All holds that were acknowledged.
    pub(super) fn holds(&self) -> impl Iterator<Item = &Hold> {
        let of_guests = self.guests.iter().flat_map(|ledger| &ledger.holds);
        self.customers.iter().flat_map(|ledger| &ledger.holds).chain(of_guests)
    }
}

/// A change of a schedule that was asked for, with bookings that it was to cancel.
#[derive(Clone, Debug)]
pub(super) struct Rearranged {
    /// What their customers were to read. No other change gives it.
    pub(super) reason: String,
    pub(super) cancelled: usize,
    /// Whether it was answered that it was made.
    pub(super) is_certain: bool,
}

/// Holds that may be gone without their holder knowing.
#[derive(Debug, Default)]
pub(super) struct Lapses {
    /// Those that time was taken from.
    pub(super) holds: HashSet<String>,
    /// Those with staff who were removed, or may have been.
    pub(super) staff: HashSet<String>,
}
