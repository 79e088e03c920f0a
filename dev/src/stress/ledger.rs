//! What the servers have acknowledged, to be compared with what is there in the end.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Client;

/// A state that an appointment may be in. What is `None` may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) status: Option<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) staff: Option<String>,
}

impl State {
    /// The state that an answer tells of.
    pub(super) fn told(appointment: &Value) -> Self {
        Self {
            status: appointment["status"].as_str().map(str::to_owned),
            start: appointment["start"].as_str().and_then(|start| start.parse().ok()),
            staff: appointment["staff"]["id"].as_str().map(str::to_owned),
        }
    }

    fn allows(&self, actual: &Self) -> bool {
        (self.status.is_none() || self.status == actual.status)
            && (self.start.is_none() || self.start == actual.start)
            && (self.staff.is_none() || self.staff == actual.staff)
    }
}

/// An appointment that was acknowledged.
#[derive(Debug)]
pub(super) struct Booked {
    pub(super) place: usize,
    pub(super) service: usize,
    pub(super) key: String,
    /// The state acknowledged last, and those that requests without an answer may have caused since.
    pub(super) possible: Vec<State>,
}

impl Booked {
    /// Whether it may still be changed.
    pub(super) fn is_open(&self) -> bool {
        self.possible.iter().any(|state| state.status.as_deref() != Some("cancelled"))
    }
}

/// What became of a hold, as far as its holder knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Booked, given back or replaced.
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

/// Everything that one customer was told.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) customer: String,
    pub(super) appointments: HashMap<String, Booked>,
    pub(super) holds: Vec<Hold>,
    /// The slugs of businesses where a hold was asked for and no answer came.
    pub(super) perhaps_held: HashSet<String>,
}

/// Holds that may be gone without their holder knowing.
#[derive(Debug, Default)]
pub(super) struct Lapses {
    /// Those that time was taken from.
    pub(super) holds: HashSet<String>,
    /// Those with staff who were removed, or may have been.
    pub(super) staff: HashSet<String>,
}

/// Where tables and ledgers differ.
pub(super) async fn violations(
    database: &Client,
    ledgers: &[Ledger],
    lapses: &Lapses,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let mut found = of_appointments(database, ledgers).await?;
    found.extend(of_holds(database, ledgers, lapses, now).await?);
    Ok(found)
}

async fn of_appointments(database: &Client, ledgers: &[Ledger]) -> anyhow::Result<Vec<String>> {
    let sql = "
        select appointments.id::text, status, starts_at, staff_id::text, keys.key, appointments.customer_id::text
        from appointments left join idempotency_keys keys on keys.appointment_id = appointments.id";
    let mut found = Vec::new();
    let mut told: HashMap<&str, (&Ledger, &Booked)> = HashMap::new();
    for ledger in ledgers {
        told.extend(ledger.appointments.iter().map(|(id, booked)| (id.as_str(), (ledger, booked))));
    }
    for row in database.query(sql, &[]).await? {
        let id: String = row.get(0);
        let actual = State { status: row.get(1), start: row.get(2), staff: row.get(3) };
        let (key, customer): (Option<String>, Option<String>) = (row.get(4), row.get(5));
        match told.remove(id.as_str()) {
            None => {
                found.push(format!("nobody was told of appointment {id}, or it is there twice: {actual:?}"))
            }
            Some((ledger, booked)) => {
                if !booked.possible.iter().any(|state| state.allows(&actual)) {
                    found.push(format!("appointment {id} is {actual:?}, told was {:?}", booked.possible));
                }
                if key.as_ref() != Some(&booked.key) || customer.as_ref() != Some(&ledger.customer) {
                    found.push(format!(
                        "appointment {id} has key {key:?} of {customer:?}, not {}",
                        booked.key
                    ));
                }
            }
        }
    }
    found.extend(told.keys().map(|id| format!("appointment {id} was acknowledged and is not there")));
    Ok(found)
}

async fn of_holds(
    database: &Client,
    ledgers: &[Ledger],
    lapses: &Lapses,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let sql = "
        select holds.id::text, customer_id::text, businesses.slug, expires_at
        from holds join businesses on businesses.id = business_id";
    let mut found = Vec::new();
    let mut there = HashSet::new();
    for row in database.query(sql, &[]).await? {
        let (id, customer, business): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let has_expired = row.get::<_, Timestamp>(3) <= now;
        let ledger = ledgers.iter().find(|ledger| ledger.customer == customer);
        let told = ledger.and_then(|ledger| ledger.holds.iter().find(|hold| hold.id == id));
        let perhaps = ledger.is_some_and(|ledger| ledger.perhaps_held.contains(&business));
        match told {
            None if !perhaps => found.push(format!("nobody was told of hold {id}")),
            Some(hold) if hold.fate == Fate::Ended && !has_expired => {
                found.push(format!("hold {id} was ended and is still there"));
            }
            _ => {}
        }
        there.insert(id);
    }
    for hold in ledgers.iter().flat_map(|ledger| &ledger.holds) {
        let may_be_gone = hold.fate != Fate::Kept
            || hold.expires <= now
            || lapses.holds.contains(&hold.id)
            || lapses.staff.contains(&hold.staff);
        if !may_be_gone && !there.contains(&hold.id) {
            found.push(format!("hold {} was acknowledged and is gone", hold.id));
        }
    }
    Ok(found)
}
