//! The stress test in short, with a kill of each kind; and that its checks see what they are there to see.

use std::{env, time::Duration};

use dev::{
    database::{Database, connect},
    postgres::Cluster,
    stress::{self, Kills, Plan, checks, offers},
};
use tokio_postgres::Client;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_booked_twice_or_lost_while_servers_and_database_are_killed() {
    let plan = Plan {
        program: env!("CARGO_BIN_EXE_dev").into(),
        time: Duration::from_secs(20),
        seed: 7,
        customers: 8,
        // Each once, or on a slow machine the first a second time.
        kills: Kills { servers_every: Duration::from_secs(6), database_every: Duration::from_secs(11) },
    };
    let summary = stress::run(&plan).await.expect("a run");
    println!("{summary}");
    assert!(summary.violations.is_empty() && summary.deadlocks.is_empty(), "{summary}");
    assert!(summary.appointments() > 0, "{summary}");
}

/// A salon in which everything is as it must be: one person with a visit from 10 to 11, a class of two seats from 12 to
/// 13, of which one is booked and one held, a visit with a room from 14 to 15, and one that was cancelled.
const SALON: &str = "
    -- No triggers and no foreign keys: what is planted stays as it is.
    set session_replication_role = replica;
    create function pg_temp.id(number int) returns uuid language sql as
        $$ select ('00000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid $$;
    create function pg_temp.hour(hour int) returns timestamptz language sql as
        $$ select '2030-01-07T00:00Z'::timestamptz + make_interval(hours => hour) $$;
    insert into users (id, username, email, password_hash, created_at, updated_at)
    values (pg_temp.id(1), 'anna', 'anna@example.com', 'x', now(), now());
    insert into businesses (id, owner_id, name, slug, category, timezone, currency, created_at, updated_at)
    values (pg_temp.id(1), pg_temp.id(1), 'Salon', 'salon', 'hairdresser', 'Europe/Warsaw', 'PLN', now(), now());
    insert into staff_members (id, business_id, display_name, created_at, updated_at)
    values (pg_temp.id(1), pg_temp.id(1), 'Ewa', now(), now());
    insert into services (id, business_id, name, duration_minutes, price_minor, price_currency, capacity, created_at,
                          updated_at)
    select pg_temp.id(number), pg_temp.id(1), 'Service', 60, 100, 'PLN', case number when 2 then 2 else 1 end, now(), now()
    from generate_series(1, 3) number;
    insert into resources (id, business_id, name, quantity, created_at, updated_at)
    values (pg_temp.id(1), pg_temp.id(1), 'Room', 1, now(), now());
    insert into service_resources (business_id, service_id, resource_id)
    values (pg_temp.id(1), pg_temp.id(3), pg_temp.id(1));
    insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to, capacity,
                                  booked)
    select pg_temp.id(number), pg_temp.id(1), pg_temp.id(1), pg_temp.id(number), start, start + interval '1 hour', start,
           start + interval '1 hour', seats, seats
    from generate_series(1, 3) number, pg_temp.hour(8 + 2 * number) start,
         lateral (select case number when 2 then 2 else 1 end) as of_class (seats);
    insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
    values (pg_temp.id(3), pg_temp.id(1), 1, pg_temp.hour(14), pg_temp.hour(15));
    insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                              busy_to, price_minor, price_currency, created_at, updated_at, entry_id, cancelled_at)
    select pg_temp.id(number), pg_temp.id(1), pg_temp.id(service), pg_temp.id(1), pg_temp.id(1),
           case when number = 4 then 'cancelled' else 'confirmed' end, start, start + interval '1 hour', start,
           start + interval '1 hour', 100, 'PLN', now(), now(), case when number < 4 then pg_temp.id(number) end,
           case when number = 4 then now() end
    from generate_series(1, 4) number, lateral (select 1 + (number - 1) % 3) as of_number (service),
         lateral pg_temp.hour(8 + 2 * service) start;
    insert into idempotency_keys (user_id, key, request_hash, appointment_id, created_at, expires_at)
    select customer_id, id::text, sha256(''), id, now(), now() + interval '1 day' from appointments;
    insert into holds (id, business_id, entry_id, staff_id, starts_at, ends_at, customer_id, created_at, expires_at)
    values (pg_temp.id(1), pg_temp.id(1), pg_temp.id(2), pg_temp.id(1), pg_temp.hour(12), pg_temp.hour(13), pg_temp.id(1),
            now(), now() + interval '1 hour');";

/// A violation, and how what is said about it begins. Where a constraint is in the way of it, it is dropped.
const PLANTED: [(&str, &str); 17] = [
    (
        "alter table calendar_entries drop constraint calendar_entries_no_overlap;
         update calendar_entries set busy_from = pg_temp.hour(9), busy_to = pg_temp.hour(13) where id = pg_temp.id(1)",
        "entries of one staff member overlap",
    ),
    (
        "update appointments set busy_to = pg_temp.hour(13) where id = pg_temp.id(1)",
        "appointments of one staff member overlap",
    ),
    (
        "alter table calendar_entries drop constraint calendar_entries_not_over_full;
         update calendar_entries set booked = 2 where id = pg_temp.id(1)",
        "a calendar entry has not as many seats taken",
    ),
    (
        "update appointments set entry_id = pg_temp.id(2) where id = pg_temp.id(1)",
        "a calendar entry has not as many seats taken",
    ),
    ("delete from holds", "a calendar entry has not as many seats taken"),
    (
        "update appointments set starts_at = starts_at + interval '1 minute' where id = pg_temp.id(1)",
        "an appointment that is to come has no entry",
    ),
    (
        "alter table appointments drop constraint appointments_occupy_while_open;
         update appointments set entry_id = pg_temp.id(1) where id = pg_temp.id(4)",
        "an appointment that is over or cancelled still occupies time",
    ),
    ("update services set buffer_minutes = 5 where id = pg_temp.id(1)", "an entry takes other times"),
    (
        "insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
         values (pg_temp.id(1), pg_temp.id(1), 2, pg_temp.hour(14), pg_temp.hour(15))",
        "more of a resource is taken at once than there is",
    ),
    (
        "alter table resource_claims drop constraint resource_claims_no_overlap;
         insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
         values (pg_temp.id(1), pg_temp.id(1), 1, pg_temp.hour(14), pg_temp.hour(15))",
        "a unit of a resource is taken twice at once",
    ),
    ("delete from resource_claims", "an entry has not exactly the resources that its service needs"),
    ("update holds set starts_at = pg_temp.hour(11)", "a hold has no entry at its time"),
    (
        "alter table holds drop constraint holds_one_at_a_business;
         insert into holds (id, business_id, entry_id, staff_id, starts_at, ends_at, customer_id, created_at, expires_at)
         select pg_temp.id(2), business_id, entry_id, staff_id, starts_at, ends_at, customer_id, created_at, expires_at
         from holds",
        "a customer has two holds at one business",
    ),
    (
        "alter table holds drop constraint holds_of_one; update holds set guest_hash = sha256('')",
        "a hold is nobody's, or that of two",
    ),
    (
        "insert into visits (id, business_id, created_at) values (pg_temp.id(1), pg_temp.id(1), now());
         update appointments set visit_id = pg_temp.id(1) where id = pg_temp.id(1)",
        "a series or a visit has not the appointments",
    ),
    (
        "insert into series (id, business_id, customer_id, rule, first_date, start_minute, on_conflict, created_at)
         values (pg_temp.id(1), pg_temp.id(1), pg_temp.id(1), 'FREQ=DAILY;COUNT=1', '2030-01-07', 0, 'skip', now())",
        "a series or a visit has not the appointments",
    ),
    (
        "update idempotency_keys set appointment_id = pg_temp.id(1) where appointment_id = pg_temp.id(2)",
        "an idempotency key has not exactly one booking",
    ),
];

async fn salon() -> (Cluster, Client) {
    let cluster =
        tokio::task::spawn_blocking(|| Cluster::start(&[])).await.expect("a thread").expect("Postgres");
    let url = cluster.url("postgres");
    Database::at(url.clone()).migrate().await.expect("the schema");
    let database = connect(&url).await.expect("a connection");
    database.batch_execute(SALON).await.expect("the salon");
    (cluster, database)
}

#[tokio::test]
async fn the_checks_see_every_violation_that_is_planted_and_nothing_else() {
    let (_cluster, database) = salon().await;
    let found = checks::violations(&database).await.expect("an answer");
    assert!(found.is_empty(), "{found:?}");
    for (violation, said) in PLANTED {
        database.batch_execute("begin").await.expect("begun");
        database.batch_execute(violation).await.expect(violation);
        let found = checks::violations(&database).await.expect("an answer");
        assert!(found.iter().any(|found| found.starts_with(said)), "{said}: {found:?}");
        database.batch_execute("rollback").await.expect("rolled back");
    }
}

/// Two wait for the same at ten. It was offered to the first, who let it go, and then to the second, who has booked it.
const WAITING: &str = "
    insert into waitlist_entries (id, business_id, service_id, customer_id, first_day, last_day, created_at)
    values (pg_temp.id(1), pg_temp.id(1), pg_temp.id(1), pg_temp.id(1), '2030-01-07', '2030-01-07', now());
    insert into waitlist_offers values (pg_temp.id(1), pg_temp.hour(10));
    insert into observed.waits
    select pg_temp.id(number), number, pg_temp.id(1), pg_temp.id(1), null, pg_temp.id(number), '2030-01-07', '2030-01-07', 0,
           1440, now(), now() - interval '1 hour', null
    from generate_series(1, 2) number;
    insert into observed.offers
    select pg_temp.id(number), pg_temp.id(number), pg_temp.id(1), pg_temp.id(1), pg_temp.hour(10), made_at,
           made_at + interval '10 s'
    from (values (1, now() - interval '1 minute'), (2, now() - interval '30 s')) as offers (number, made_at);";

/// As [`PLANTED`], of what was observed.
const PLANTED_IN_WAITING: [(&str, &str); 7] = [
    (
        "insert into observed.offers select pg_temp.id(3), wait_id, service_id, staff_id, starts_at, made_at, ended_at
         from observed.offers where hold_id = pg_temp.id(2)",
        "a start was offered to one wait twice",
    ),
    ("update observed.waits set staff_id = pg_temp.id(2)", "what was offered is not what was waited for"),
    ("update observed.waits set to_minute = 659", "what was offered is not what was waited for"),
    ("update observed.offers set ended_at = null", "an offer is neither held nor over"),
    (
        "update holds set id = pg_temp.id(9), customer_id = null, waitlist_entry_id = pg_temp.id(1)",
        "an offer is neither held nor over",
    ),
    ("delete from waitlist_offers", "what was offered to one who waits is not noted"),
    ("delete from observed.offers where hold_id = pg_temp.id(1)", "somebody who joined first was passed over"),
];

#[tokio::test]
async fn what_must_not_happen_on_a_waitlist_is_seen() {
    let (_cluster, database) = salon().await;
    database.batch_execute(offers::OBSERVE).await.expect("observed");
    database.batch_execute(WAITING).await.expect("who waits");
    let found = offers::observed(&database).await.expect("an answer");
    assert!(found.is_empty(), "{found:?}");
    for (violation, said) in PLANTED_IN_WAITING {
        database.batch_execute("begin").await.expect("begun");
        database.batch_execute(violation).await.expect(violation);
        let found = offers::observed(&database).await.expect("an answer");
        assert!(found.iter().any(|found| found.starts_with(said)), "{said}: {found:?}");
        database.batch_execute("rollback").await.expect("rolled back");
    }
}
