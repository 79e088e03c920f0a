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
                found.push(format!("nobody was told of appointment {id}, or it is there twice: {actual:?}"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::connect, postgres::Cluster};

    /// What the comparison reads: the appointment `…1` at noon, and the hold `…2`.
    const TABLES: &str = "
        create table businesses (id int, slug text);
        create table appointments (id uuid, status text, starts_at timestamptz, staff_id uuid, customer_id uuid);
        create table idempotency_keys (appointment_id uuid, key text);
        create table holds (id uuid, customer_id uuid, business_id int, expires_at timestamptz);
        insert into businesses values (1, 'salon');
        insert into appointments
        select id, 'pending', '2030-01-07T12:00Z', id, id
        from (values ('00000000-0000-0000-0000-000000000001'::uuid)) as one (id);
        insert into idempotency_keys select id, 'key' from appointments;
        insert into holds select '00000000-0000-0000-0000-000000000002', id, 1, '2030-01-01' from appointments";

    fn id(number: u8) -> String {
        format!("00000000-0000-0000-0000-00000000000{number}")
    }

    fn state(status: &str) -> State {
        let start = "2030-01-07T12:00Z".parse().ok();
        State { status: Some(status.to_owned()), start, staff: Some(id(1)) }
    }

    /// What the customer was told if all is well.
    fn ledger() -> Ledger {
        let possible = vec![state("pending")];
        let booked = Booked { place: 0, service: 0, key: "key".to_owned(), possible };
        let hold = Hold {
            id: id(2),
            slug: "salon".to_owned(),
            staff: id(1),
            wish: (0, Value::Null),
            expires: "2030-01-01T00:00Z".parse().unwrap_or_default(),
            fate: Fate::Kept,
        };
        Ledger {
            customer: id(1),
            appointments: HashMap::from([(id(1), booked)]),
            holds: vec![hold],
            perhaps_held: HashSet::new(),
        }
    }

    async fn found(database: &Client, change: impl FnOnce(&mut Ledger)) -> anyhow::Result<Vec<String>> {
        let mut ledger = ledger();
        change(&mut ledger);
        violations(database, &[ledger], &Lapses::default(), "2029-12-31T00:00Z".parse()?).await
    }

    #[tokio::test]
    async fn what_was_told_and_what_is_there_are_told_apart() -> anyhow::Result<()> {
        let cluster = tokio::task::spawn_blocking(|| Cluster::start(&[])).await??;
        let database = connect(&cluster.url("postgres")).await?;
        database.batch_execute(TABLES).await?;
        assert_eq!(found(&database, |_| {}).await?, [""; 0]);

        let booked = |change: fn(&mut Booked)| {
            move |ledger: &mut Ledger| ledger.appointments.values_mut().for_each(change)
        };
        let unanswered = booked(|booked| booked.possible.insert(0, state("cancelled")));
        assert_eq!(found(&database, unanswered).await?, [""; 0]);
        let cancelled = found(&database, booked(|booked| booked.possible = vec![state("cancelled")])).await?;
        assert!(cancelled.len() == 1 && cancelled[0].contains("told was"), "{cancelled:?}");
        let keyed = found(&database, booked(|booked| booked.key.clear())).await?;
        assert!(keyed.len() == 1 && keyed[0].contains("has key"), "{keyed:?}");
        let untold = found(&database, |ledger| ledger.appointments.clear()).await?;
        assert!(untold.len() == 1 && untold[0].starts_with("nobody was told of appointment"), "{untold:?}");
        let unheld = found(&database, |ledger| ledger.holds.clear()).await?;
        assert!(unheld.len() == 1 && unheld[0].starts_with("nobody was told of hold"), "{unheld:?}");
        let ended = found(&database, |ledger| ledger.holds[0].fate = Fate::Ended).await?;
        assert!(ended.len() == 1 && ended[0].ends_with("was ended and is still there"), "{ended:?}");

        database.batch_execute("delete from appointments; delete from holds").await?;
        let mut gone = found(&database, |_| {}).await?;
        gone.sort_unstable();
        assert!(gone[0].ends_with("is not there") && gone[1].ends_with("is gone"), "{gone:?}");
        Ok(())
    }
}
