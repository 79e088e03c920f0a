//! Where what is there in the end differs from what everyone was told.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use tokio_postgres::Client;

use super::{
    deeds::{Deeds, State},
    ledger::{Booked, Fate, Hold, Lapses, Ledger, Ledgers},
};

/// Where tables and ledgers differ.
pub(super) async fn violations(
    database: &Client,
    ledgers: &Ledgers,
    deeds: &Deeds,
    lapses: &Lapses,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let mut found = of_appointments(database, ledgers, deeds).await?;
    found.extend(of_series(database, ledgers).await?);
    found.extend(of_changes(database, ledgers).await?);
    found.extend(of_holds(database, ledgers, lapses, now).await?);
    found.extend(of_waits(database, ledgers).await?);
    Ok(found)
}

/// An appointment as it is there.
struct Actual {
    id: String,
    state: State,
    /// Of what was booked together with it.
    key: Option<String>,
    customer: Option<String>,
    /// On the card of a guest.
    address: Option<String>,
}

async fn of_appointments(database: &Client, ledgers: &Ledgers, deeds: &Deeds) -> anyhow::Result<Vec<String>> {
    let sql = "
        with keyed as (
            select coalesce(series_id, visit_id, appointments.id) as whole, key
            from idempotency_keys join appointments on appointments.id = appointment_id)
        select appointments.id::text, status, starts_at, staff_id::text, keyed.key, appointments.customer_id::text,
               customers.email
        from appointments
        left join keyed on keyed.whole = coalesce(series_id, visit_id, appointments.id)
        left join customers on customers.id = card_id";
    let mut found = Vec::new();
    let mut told: HashMap<&str, (&Ledger, &Booked)> = HashMap::new();
    for ledger in &ledgers.customers {
        told.extend(ledger.appointments.iter().map(|(id, booked)| (id.as_str(), (ledger, booked))));
    }
    let mut guests: HashMap<&str, &Option<String>> = HashMap::new();
    for ledger in &ledgers.guests {
        guests.extend(ledger.booked.iter().map(|(address, id)| (address.as_str(), id)));
    }
    for row in database.query(sql, &[]).await? {
        let state = State { status: vec![row.get(1)], start: row.get(2), staff: row.get(3) };
        let (key, customer, address) = (row.get(4), row.get(5), row.get(6));
        let actual = Actual { id: row.get(0), state, key, customer, address };
        let id = &actual.id;
        let is_known = match (&actual.address, told.remove(id.as_str())) {
            (Some(address), _) => match guests.remove(address.as_str()) {
                None => false,
                Some(None) => continue,
                Some(Some(other)) => other == id,
            },
            (None, None) => false,
            (None, Some((ledger, booked))) => {
                found.extend(actual.with_another_key(ledger, booked));
                true
            }
        };
        if !is_known {
            found.push(format!(
                "nobody was told of appointment {id}, or it is there twice: {:?}",
                actual.state
            ));
        } else if !deeds.possible(id).iter().any(|state| state.allows(&actual.state)) {
            found.push(format!("appointment {id} is {:?}, told was {:?}", actual.state, deeds.possible(id)));
        }
    }
    let of_guests = guests.values().filter_map(|id| id.as_deref());
    let gone = told.into_keys().chain(of_guests);
    found.extend(gone.map(|id| format!("appointment {id} was acknowledged and is not there")));
    Ok(found)
}

impl Actual {
    fn with_another_key(&self, ledger: &Ledger, booked: &Booked) -> Option<String> {
        let Self { id, key, customer, .. } = self;
        let is_other = key.as_ref() != Some(&booked.key) || customer.as_ref() != Some(&ledger.customer);
        is_other.then(|| format!("appointment {id} has key {key:?} of {customer:?}, not {}", booked.key))
    }
}

async fn of_series(database: &Client, ledgers: &Ledgers) -> anyhow::Result<Vec<String>> {
    let mut told: HashMap<&str, usize> = HashMap::new();
    for ledger in &ledgers.customers {
        told.extend(ledger.series.iter().map(|(id, missing)| (id.as_str(), *missing)));
    }
    let mut found = Vec::new();
    for row in database.query("select id::text, jsonb_array_length(not_booked) from series", &[]).await? {
        let (id, missing): (String, i32) = (row.get(0), row.get(1));
        let told = told.remove(id.as_str());
        if told.is_none_or(|told| i32::try_from(told) != Ok(missing)) {
            found.push(format!("of series {id}, {missing} dates are not booked, told was {told:?}"));
        }
    }
    found.extend(told.keys().map(|id| format!("series {id} was acknowledged and is not there")));
    Ok(found)
}

/// A change was made as a whole or not at all.
async fn of_changes(database: &Client, ledgers: &Ledgers) -> anyhow::Result<Vec<String>> {
    let sql = "
        select cancellation_reason, count(*) from appointments
        where status = 'cancelled' and cancellation_reason <> '' group by cancellation_reason";
    let mut cancelled: HashMap<String, i64> = HashMap::new();
    for row in database.query(sql, &[]).await? {
        cancelled.insert(row.get(0), row.get(1));
    }
    let mut found = Vec::new();
    for change in &ledgers.changes {
        let are = cancelled.get(&change.reason).copied().unwrap_or_default();
        let is_whole = i64::try_from(change.cancelled) == Ok(are);
        if !(is_whole || are == 0 && !change.is_certain) {
            found.push(format!("{} cancelled {are} bookings of {}", change.reason, change.cancelled));
        }
    }
    Ok(found)
}

async fn of_holds(
    database: &Client,
    ledgers: &Ledgers,
    lapses: &Lapses,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    let sql = "
        select holds.id::text, customer_id::text, businesses.slug, expires_at
        from holds join businesses on businesses.id = business_id where waitlist_entry_id is null";
    let (mut found, mut there) = (Vec::new(), HashSet::new());
    let mut perhaps_of_guests: usize = ledgers.guests.iter().map(|ledger| ledger.perhaps_held).sum();
    let told: HashMap<&str, &Hold> = ledgers.holds().map(|hold| (hold.id.as_str(), hold)).collect();
    for row in database.query(sql, &[]).await? {
        let (id, customer, business): (String, Option<String>, String) = (row.get(0), row.get(1), row.get(2));
        let has_expired = row.get::<_, Timestamp>(3) <= now;
        match (told.get(id.as_str()), customer) {
            (Some(hold), _) if hold.fate == Fate::Ended && !has_expired => {
                found.push(format!("hold {id} was ended and is still there"));
            }
            (None, Some(customer)) => {
                let theirs = ledgers.customers.iter().find(|ledger| ledger.customer == customer);
                if !theirs.is_some_and(|ledger| ledger.perhaps_held.contains(&business)) {
                    found.push(format!("nobody was told of hold {id}"));
                }
            }
            (None, None) => match perhaps_of_guests.checked_sub(1) {
                Some(left) => perhaps_of_guests = left,
                None => found.push(format!("no guest was told of hold {id}")),
            },
            (Some(_), _) => {}
        }
        there.insert(id);
    }
    for hold in told.values() {
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

/// Of waits that are gone, what observes the waitlist knows whether they were done ([`offers`](super::offers)).
async fn of_waits(database: &Client, ledgers: &Ledgers) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut perhaps: HashMap<&str, usize> = HashMap::new();
    for ledger in &ledgers.customers {
        perhaps.insert(&ledger.customer, ledger.perhaps_waits);
    }
    for row in database.query("select id::text, customer_id::text from waitlist_entries", &[]).await? {
        let (id, customer): (String, String) = (row.get(0), row.get(1));
        let theirs = ledgers.customers.iter().find(|ledger| ledger.customer == customer);
        match theirs.and_then(|ledger| ledger.waits.get(&id)) {
            Some(Fate::Ended) => {
                found.push(format!("wait {id} was ended and is still there"));
            }
            Some(_) => {}
            None => match perhaps.get_mut(customer.as_str()) {
                Some(left) if *left > 0 => *left -= 1,
                _ => found.push(format!("nobody was told of wait {id}")),
            },
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tokio::time::Instant;

    use super::*;
    use crate::{
        database::connect,
        postgres::Cluster,
        stress::ledger::{GuestLedger, Rearranged},
    };

    /// What the comparison reads: the appointment `…1` at noon, the hold `…2`, the series `…3`, of which one date is not
    /// booked, the wait `…4`, the guest's appointment `…5`, which was cancelled by a change, and the guest's hold `…6`.
    const TABLES: &str = "
        create function id(number int) returns uuid language sql as
            $$ select ('00000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid $$;
        create table businesses (id int, slug text);
        create table customers (id uuid, email text);
        create table appointments (id uuid, status text, starts_at timestamptz, staff_id uuid, customer_id uuid, card_id uuid,
                                   series_id uuid, visit_id uuid, cancellation_reason text);
        create table idempotency_keys (appointment_id uuid, key text);
        create table holds (id uuid, customer_id uuid, business_id int, expires_at timestamptz, waitlist_entry_id uuid);
        create table series (id uuid, not_booked jsonb);
        create table waitlist_entries (id uuid, customer_id uuid);
        insert into businesses values (1, 'salon');
        insert into customers values (id(1), 'gosia@example.com');
        insert into appointments
        values (id(1), 'pending', '2030-01-07T12:00Z', id(1), id(1), null, id(3), null, ''),
               (id(5), 'cancelled', '2030-01-07T12:00Z', id(1), null, id(1), null, null, 'change');
        insert into idempotency_keys values (id(1), 'key');
        insert into holds values (id(2), id(1), 1, '2030-01-01', null), (id(6), null, 1, '2030-01-01', null),
                                 (id(7), null, 1, '2030-01-01', id(4));
        insert into series values (id(3), '[1]');
        insert into waitlist_entries values (id(4), id(1));";

    fn id(number: u8) -> String {
        format!("00000000-0000-0000-0000-00000000000{number}")
    }

    fn state(status: &str) -> State {
        let start = "2030-01-07T12:00Z".parse().ok();
        State { start, staff: Some(id(1)), ..State::with_status(status) }
    }

    fn hold(number: u8) -> Hold {
        Hold {
            id: id(number),
            slug: "salon".to_owned(),
            staff: id(1),
            wish: (0, Value::Null),
            expires: "2030-01-01T00:00Z".parse().unwrap_or_default(),
            fate: Fate::Kept,
        }
    }

    /// What everybody was told if all is well.
    fn ledgers() -> Ledgers {
        let key = "key".to_owned();
        let booked = Booked { key, series: Some(id(3)), ..Booked::default() };
        let customer = Ledger {
            customer: id(1),
            appointments: HashMap::from([(id(1), booked)]),
            series: HashMap::from([(id(3), 1)]),
            holds: vec![hold(2)],
            waits: HashMap::from([(id(4), Fate::Kept)]),
            ..Ledger::default()
        };
        let booked = HashMap::from([("gosia@example.com".to_owned(), Some(id(5)))]);
        let guest = GuestLedger { booked, holds: vec![hold(6)], perhaps_held: 0 };
        let change = Rearranged { reason: "change".to_owned(), cancelled: 1, is_certain: true };
        Ledgers { customers: vec![customer], guests: vec![guest], changes: vec![change] }
    }

    /// What is found once what was told is changed.
    async fn found(
        database: &Client,
        change: impl FnOnce(&mut Ledgers, &mut Deeds),
    ) -> anyhow::Result<Vec<String>> {
        let (mut ledgers, mut deeds) = (ledgers(), Deeds::default());
        deeds.told(&id(1), Instant::now(), state("pending"));
        deeds.told(&id(5), Instant::now(), state("cancelled"));
        change(&mut ledgers, &mut deeds);
        violations(database, &ledgers, &deeds, &Lapses::default(), "2029-12-31T00:00Z".parse()?).await
    }

    type Change = fn(&mut Ledgers, &mut Deeds);

    const WRONG: [(Change, &str); 12] = [
        (|_, deeds| deeds.told(&id(1), Instant::now(), state("cancelled")), "told was"),
        (|_, deeds| deeds.told(&id(5), Instant::now(), state("confirmed")), "told was"),
        (|told, _| told.customers[0].appointments.values_mut().for_each(|it| it.key.clear()), "has key"),
        (|told, _| told.customers[0].appointments.clear(), "nobody was told of appointment"),
        (|told, _| told.guests[0].booked.clear(), "nobody was told of appointment"),
        (|told, _| told.customers[0].series.clear(), "told was None"),
        (
            |told, _| told.customers[0].series.values_mut().for_each(|missing| *missing = 0),
            "told was Some(0)",
        ),
        (|told, _| told.customers[0].holds.clear(), "nobody was told of hold"),
        (|told, _| told.guests[0].holds.clear(), "no guest was told of hold"),
        (|told, _| told.customers[0].holds[0].fate = Fate::Ended, "was ended and is still there"),
        (
            |told, _| told.customers[0].waits.values_mut().for_each(|fate| *fate = Fate::Ended),
            "was ended and is still there",
        ),
        (|told, _| told.changes[0].cancelled = 2, "change cancelled 1 bookings of 2"),
    ];

    const RIGHT: [Change; 4] = [
        |_, _| {},
        |_, deeds| deeds.perhaps(&id(1), Instant::now(), state("cancelled")),
        |told, _| drop(told.guests[0].booked.insert("gosia@example.com".to_owned(), None)),
        |told, _| {
            told.changes.push(Rearranged { reason: "other".to_owned(), cancelled: 2, is_certain: false });
        },
    ];

    #[tokio::test]
    async fn what_was_told_and_what_is_there_are_told_apart() -> anyhow::Result<()> {
        let cluster = tokio::task::spawn_blocking(|| Cluster::start(&[])).await??;
        let database = connect(&cluster.url("postgres")).await?;
        database.batch_execute(TABLES).await?;
        for change in RIGHT {
            assert_eq!(found(&database, change).await?, [""; 0]);
        }
        for (change, said) in WRONG {
            let found = found(&database, change).await?;
            assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
        }
        database.batch_execute("delete from appointments; delete from holds; delete from series").await?;
        let mut gone = found(&database, |_, _| {}).await?;
        gone.sort_unstable();
        let ends = ["is not there", "is not there", "of 1", "is gone", "is gone", "is not there"];
        assert!(gone.iter().zip(ends).all(|(gone, end)| gone.ends_with(end)), "{gone:?}");
        assert_eq!(gone.len(), ends.len());
        Ok(())
    }
}
