//! Many at once, through two servers on one database: whoever is first has the slot, the others are told that it is
//! taken, and nothing breaks.

mod visits;

use std::{collections::HashMap, sync::Arc};

use dev::postgres::Cluster;
use jiff::{ToSpan, civil::Weekday, tz::TimeZone};
use reqwest::StatusCode;
use serde_json::json;
use shared::clock::Clock;
use tokio::task::JoinSet;

use crate::support::{Answer, Course, Dice, FunctionProcess, Person, Salon, TestApp, TestDatabase, together};

/// A salon and two servers to book at, whose clock is the system's.
struct Race {
    app: TestApp,
    servers: [FunctionProcess; 2],
    salon: Salon,
    /// A Tuesday that is yet to come.
    date: String,
}

impl Race {
    async fn on(database: TestDatabase, staff: usize) -> Self {
        let database = Arc::new(database);
        let app = TestApp::on(Arc::clone(&database), &[]).await;
        // The servers would find the tests' usual tokens expired.
        let now = Clock::system().now();
        app.clock.set(now);
        let servers =
            [FunctionProcess::appointments(&database).await, FunctionProcess::appointments(&database).await];
        let salon = app.salon().staff(staff).service("slot_step_minutes", 5).create().await;
        let soon = TimeZone::UTC.to_datetime(now).date().checked_add(14.days()).unwrap();
        let date = soon.nth_weekday(1, Weekday::Tuesday).unwrap().to_string();
        Self { app, servers, salon, date }
    }

    /// The salon by each of its two services: one of an hour, and a longer one with a buffer.
    async fn services(&self) -> [Salon; 2] {
        let coloring = json!({
            "name": "Koloryzacja", "duration_minutes": 95, "buffer_minutes": 10, "slot_step_minutes": 5,
            "price_amount": "250.00",
        });
        [self.salon.clone(), self.salon.also_offering(&coloring).await]
    }

    /// The person at one server or the other.
    fn at_server(&self, person: &Person, index: usize) -> Person {
        person.at(&self.servers[index % 2].base)
    }
}

/// Checks that one has got it, and that all others were told that it is taken.
fn assert_one_winner(answers: &[Answer]) {
    let won = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(won, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
}

#[tokio::test]
async fn of_fifty_bookings_of_one_slot_one_succeeds() {
    let race = Race::on(TestDatabase::create().await, 1).await;
    let anna = race.app.person("anna").await;

    let answers = together(50, |index| {
        let (salon, anna, date) = (race.salon.clone(), race.at_server(&anna, index), race.date.clone());
        async move { salon.book(&anna, &date, "10:00").await }
    })
    .await;
    assert_one_winner(&answers);
}

#[tokio::test]
async fn of_fifty_bookings_that_overlap_one_succeeds() {
    let race = Race::on(TestDatabase::create().await, 1).await;
    let anna = race.app.person("anna").await;
    let services = race.services().await;

    // Whatever starts from 10:00 to 10:55 and takes an hour or more has 10:55 in common.
    let answers = together(50, |index| {
        let time = format!("10:{:02}", index % 12 * 5);
        let (salon, date) = (services[index % 5 % 2].clone(), race.date.clone());
        let anna = race.at_server(&anna, index);
        async move { salon.book(&anna, &date, &time).await }
    })
    .await;
    assert_one_winner(&answers);
}

/// Who asked for the slot, by booking or by moving there: the answers, and the appointments that were to be moved.
async fn ask_for(race: &Race, anna: &Person, time: &'static str) -> (Vec<Answer>, Vec<String>) {
    let mut movable = Vec::new();
    for hour in ["09", "11", "12", "13", "14", "15"] {
        let booked = race.salon.book(anna, &race.date, &format!("{hour}:00")).await.expect(201);
        movable.push(booked["id"].as_str().unwrap().to_owned());
    }
    let answers = together(36, |index| {
        let (salon, anna, date) = (race.salon.clone(), race.at_server(anna, index), race.date.clone());
        let moved = movable.get(index % 12).map(|id| format!("/api/users/appointments/{id}/reschedule/"));
        async move {
            match moved {
                Some(path) => anna.post(&path, &json!({ "date": date, "start_time": time })).await,
                None => salon.book(&anna, &date, time).await,
            }
        }
    })
    .await;
    (answers, movable)
}

#[tokio::test]
async fn of_many_who_book_or_move_to_one_slot_one_gets_it_and_the_others_keep_what_they_had() {
    let race = Race::on(TestDatabase::create().await, 1).await;
    let anna = race.app.person("anna").await;
    let (answers, movable) = ask_for(&race, &anna, "10:00").await;

    // One who has moved there is told so again when they repeat themselves.
    let mut winners: Vec<String> = Vec::new();
    for answer in &answers {
        match answer.status.as_u16() {
            200 => winners.push(answer.json()["data"]["id"].as_str().unwrap().to_owned()),
            201 => winners.push(answer.json()["id"].as_str().unwrap().to_owned()),
            _ => drop(answer.refused(409, "SLOT_UNAVAILABLE")),
        }
    }
    winners.sort_unstable();
    winners.dedup();
    assert_eq!(winners.len(), 1, "{answers:?}");

    let sql = "
        select id::text, to_char(starts_at at time zone 'Europe/Warsaw', 'HH24:MI') from appointments
        where status <> 'cancelled'";
    let stored = race.app.database.connect().await.query(sql, &[]).await.unwrap();
    let starts: HashMap<String, String> = stored.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(starts[&winners[0]], "10:00");
    for (id, hour) in movable.iter().zip(["09", "11", "12", "13", "14", "15"]) {
        assert!(*id == winners[0] || starts[id] == format!("{hour}:00"), "{starts:?}");
    }
}

#[tokio::test]
async fn of_two_who_change_places_at_once_nobody_waits_for_ever() {
    let race = Race::on(TestDatabase::create().await, 2).await;
    let anna = race.app.person("anna").await;
    let [first, second] = race.salon.staff().await.try_into().unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let booked = race.salon.book(&anna, &race.date, "10:00").await.expect(201);
        ids.push(booked["id"].as_str().unwrap().to_owned());
    }
    // Each to the other's staff member, back and forth: the place is never free, and nothing breaks.
    let answers = together(24, |index| {
        let (anna, date) = (race.at_server(&anna, index / 2), race.date.clone());
        let staff = if index % 2 == 0 { second.clone() } else { first.clone() };
        let path = format!("/api/users/appointments/{}/reschedule/", ids[index % 2]);
        let body = json!({ "date": date, "start_time": "10:00", "staff_id": staff });
        async move { anna.post(&path, &body).await }
    })
    .await;
    for answer in &answers {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
}

/// How long the random bookings go on.
const RACE_SECONDS: u64 = 30;
const CLIENTS: u64 = 32;

/// What a client has done: the ids of its appointments, those it kept and those it cancelled.
#[derive(Default)]
struct Done {
    kept: Vec<String>,
    cancelled: Vec<String>,
}

#[tokio::test]
async fn half_a_minute_of_random_bookings_and_moves_leaves_no_overlap_and_no_deadlock() {
    let cluster = Cluster::start(&["deadlock_timeout=100ms"]).unwrap();
    let race = Race::on(TestDatabase::on_own_server(&cluster).await, 3).await;
    let services = race.services().await;
    let anna = race.app.person("anna").await;
    let course = Course::of(RACE_SECONDS, ["booked", "cancelled", "moved"]);

    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let anna = race.at_server(&anna, usize::try_from(client).unwrap());
        clients.spawn(book_move_and_cancel(
            services.clone(),
            anna,
            race.date.clone(),
            Dice::of(client + 1),
            course.clone(),
        ));
    }
    let done = clients.join_all().await;
    course.assert_everything_happened();

    let database = race.app.database.connect().await;
    let overlaps = "
        select count(*) from appointments one join appointments other
            on one.staff_id = other.staff_id and one.id < other.id
            and one.busy_from < other.busy_to and other.busy_from < one.busy_to
        where one.status <> 'cancelled' and other.status <> 'cancelled'";
    let overlaps: i64 = database.query_one(overlaps, &[]).await.unwrap().get(0);
    assert_eq!(overlaps, 0);

    let in_state = "select id::text from appointments where status = $1 order by id";
    for (status, ids) in [
        ("pending", done.iter().flat_map(|done| &done.kept).collect::<Vec<_>>()),
        ("cancelled", done.iter().flat_map(|done| &done.cancelled).collect()),
    ] {
        let mut ids: Vec<String> = ids.into_iter().cloned().collect();
        ids.sort_unstable();
        let stored = database.query(in_state, &[&status]).await.unwrap();
        assert_eq!(stored.iter().map(|row| row.get(0)).collect::<Vec<String>>(), ids, "{status}");
        assert!(!ids.is_empty(), "none {status}");
    }
    assert_eq!(race.app.database.deadlocks().await, 0);
}

/// Books at random. Whenever it is refused, it moves or cancels what it booked last, so that there always is something to
/// get.
async fn book_move_and_cancel(
    services: [Salon; 2],
    customer: Person,
    date: String,
    mut dice: Dice,
    course: Course,
) -> Done {
    let mut done = Done::default();
    while !course.is_over() {
        let time = random_time(&mut dice);
        let salon = &services[usize::try_from(dice.below(2)).unwrap()];
        let answer = salon.book(&customer, &date, &time).await;
        if answer.status == StatusCode::CREATED {
            done.kept.push(answer.json()["id"].as_str().unwrap().to_owned());
            course.note("booked");
            continue;
        }
        answer.refused(409, "SLOT_UNAVAILABLE");
        if dice.below(2) == 0
            && let Some(id) = done.kept.last()
        {
            let body = json!({ "date": date, "start_time": random_time(&mut dice) });
            let answer = customer.post(&format!("/api/users/appointments/{id}/reschedule/"), &body).await;
            match answer.status {
                StatusCode::OK => course.note("moved"),
                _ => drop(answer.refused(409, "SLOT_UNAVAILABLE")),
            }
        } else if let Some(id) = done.kept.pop() {
            customer.post(&format!("/api/users/appointments/{id}/cancel/"), &json!({})).await.expect(200);
            done.cancelled.push(id);
            course.note("cancelled");
        }
    }
    done
}

fn random_time(dice: &mut Dice) -> String {
    let minute = 9 * 60 + dice.below(96) * 5;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
