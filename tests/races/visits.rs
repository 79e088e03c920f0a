//! Visits of several services, wanted by many at once: all of one or nothing, and nobody waits for each other in a circle.

use dev::postgres::Cluster;
use serde_json::{Value, json};

use super::{Race, assert_one_winner};
use crate::support::{Answer, FunctionProcess, Person, Salon, TestDatabase, together};

/// Parts, each with whom.
fn wish(race: &Race, parts: &[(&Salon, Option<&str>)], time: &str) -> Value {
    let part =
        |(salon, staff): &(&Salon, Option<&str>)| json!({ "service_id": salon.service, "staff_id": staff });
    json!({ "date": race.date, "start_time": time, "parts": parts.iter().map(part).collect::<Vec<_>>() })
}

/// Checks what a race has left: every visit has all of its parts, each of them has its time, and no two overlap.
async fn assert_whole(race: &Race, parts: i64) {
    let sql = "
        select (select count(*) from visits
                where (select count(*) from appointments where visit_id = visits.id and entry_id is not null) <> $1),
               (select count(*) from calendar_entries entry
                where not exists (select from appointments where entry_id = entry.id)),
               (select count(*) from appointments one join appointments other
                    on one.staff_id = other.staff_id and one.id < other.id and one.entry_id <> other.entry_id
                    and one.busy_from < other.busy_to and other.busy_from < one.busy_to
                where one.status <> 'cancelled' and other.status <> 'cancelled')";
    let row = race.app.database.connect().await.query_one(sql, &[&parts]).await.unwrap();
    let left: [i64; 3] = [0, 1, 2].map(|index| row.get(index));
    assert_eq!(left, [0, 0, 0], "in part, left over, overlapping");
}

/// Two more servers, for several visits at once.
struct Visits([FunctionProcess; 2]);

impl Visits {
    async fn of(race: &Race) -> Self {
        let database = &race.app.database;
        Self([FunctionProcess::visits(database).await, FunctionProcess::visits(database).await])
    }

    /// The person at a server that has the path.
    fn at_server(&self, race: &Race, person: &Person, index: usize, path: &str) -> Person {
        if path.contains("visits/") {
            person.at(&self.0[index % 2].base)
        } else {
            race.at_server(person, index)
        }
    }
}

fn booked(answers: &[Answer]) -> usize {
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
    answers.iter().filter(|answer| answer.status == 201).count()
}

async fn ask(race: &Race, anna: &Person, times: usize, wish: impl Fn(usize) -> Value) -> Vec<Answer> {
    let servers = Visits::of(race).await;
    together(times, |index| {
        let (path, wish) = (race.salon.path("visits/"), wish(index));
        let anna = servers.at_server(race, anna, index, &path);
        async move { anna.post(&path, &wish).await }
    })
    .await
}

#[tokio::test]
async fn of_fifty_who_want_the_same_visit_one_has_it() {
    let race = Race::on(TestDatabase::create().await, 1).await;
    let anna = race.app.person("anna").await;
    let services = race.services().await;
    let parts = [(&services[0], None), (&services[1], None)];
    let answers = ask(&race, &anna, 50, |_| wish(&race, &parts, "10:00")).await;
    assert_one_winner(&answers);
    assert_whole(&race, 2).await;
}

/// Nobody is refused as long as there is a way: whoever cuts colours next.
#[tokio::test]
async fn of_fifty_as_many_have_a_visit_as_there_are_people_for_it() {
    let race = Race::on(TestDatabase::create().await, 4).await;
    let anna = race.app.person("anna").await;
    let services = race.services().await;
    let parts = [(&services[0], None), (&services[1], None)];
    let answers = ask(&race, &anna, 50, |_| wish(&race, &parts, "10:00")).await;
    assert_eq!(booked(&answers), 4);
    assert_whole(&race, 2).await;
}

#[tokio::test]
async fn visits_that_cross_and_single_bookings_between_them_end_without_a_deadlock() {
    let cluster = Cluster::start(&["deadlock_timeout=100ms"]).unwrap();
    let race = Race::on(TestDatabase::on_own_server(&cluster).await, 2).await;
    let anna = race.app.person("anna").await;
    let room = json!({ "name": "Gabinet", "quantity": 1 });
    let room = race.salon.owner.post(&race.salon.path("resources/"), &room).await.expect(201)["id"].clone();
    let in_room = json!({
        "name": "Masaż", "duration_minutes": 60, "slot_step_minutes": 5, "price_amount": "200.00",
        "resources": [{ "resource_id": room }],
    });
    let in_room = race.salon.also_offering(&in_room).await;
    let class = json!({ "name": "Joga", "duration_minutes": 60, "slot_step_minutes": 60, "capacity": 4, "price_amount": "40.00" });
    let class = race.salon.also_offering(&class).await;
    let [first, second] = race.salon.staff().await.try_into().unwrap();
    let (one, other) = (Some(first.as_str()), Some(second.as_str()));
    let cut = &race.salon;
    let servers = Visits::of(&race).await;
    for round in 0..6 {
        let times = ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"];
        let time = |index: usize| times[(index / 8 + round) % times.len()];
        let answers = together(48, |index| {
            // There and back, with a room on either side, with a class on either side, and alone.
            let parts: &[(&Salon, Option<&str>)] = match index % 8 {
                0 => &[(cut, one), (cut, other)],
                1 => &[(cut, other), (cut, one)],
                2 => &[(&in_room, one), (cut, other)],
                3 => &[(cut, other), (&in_room, one)],
                4 => &[(&class, one), (&class, other)],
                5 => &[(&class, other), (&class, one)],
                _ => &[(cut, None), (&in_room, None)],
            };
            let (path, body) = if index % 8 == 7 {
                let mut alone = race.salon.wish(&race.date, time(index));
                alone["service_id"] = json!([cut, &in_room, &class][index / 8 % 3].service);
                (race.salon.path("appointments/"), alone)
            } else {
                (race.salon.path("visits/"), wish(&race, parts, time(index)))
            };
            let anna = servers.at_server(&race, &anna, index, &path);
            async move { anna.post(&path, &body).await }
        })
        .await;
        booked(&answers);
        assert_whole(&race, 2).await;
        cancel_all(&race, &servers, &anna).await;
    }
    assert_eq!(race.app.database.deadlocks().await, 0);
}

/// Cancels every visit, and what was booked alone, all at once.
async fn cancel_all(race: &Race, servers: &Visits, anna: &Person) {
    let sql = "
        select distinct coalesce('visits/' || visit_id, 'appointments/' || id) from appointments
        where status in ('pending', 'confirmed')";
    let rows = race.app.database.connect().await.query(sql, &[]).await.unwrap();
    let paths: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let alone = paths.iter().any(|path| path.starts_with("visits/"));
    assert!(alone, "no visit was booked");
    let answers = together(paths.len(), |index| {
        let path = format!("/api/users/{}/cancel/", paths[index]);
        let anna = servers.at_server(race, anna, index, &path);
        async move { anna.post(&path, &json!({})).await }
    })
    .await;
    for answer in &answers {
        answer.expect(200);
    }
    let sql = "delete from appointment_history; delete from appointments; delete from visits";
    race.app.database.connect().await.batch_execute(sql).await.unwrap();
}
