//! Nobody waits for each other in a circle, whatever they leave for what they take: Postgres would end one of them, and
//! the server would repeat it, unnoticed but for the time it takes.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{DATE, book_with, cancel, id, move_to};
use crate::support::{Answer, Contended, Course, Dice, Person, Salon, TestApp, eventually};

/// How long they go on.
const SECONDS: u64 = 12;
const CUSTOMERS: usize = 16;

/// What is fought over: a morning of four staff, one room for two of the services, one device for one of them.
async fn salon(app: &TestApp) -> Vec<Salon> {
    let salon = app.salon().open("09:00", "12:00").staff(4).service("slot_step_minutes", 15).create().await;
    let mut things = Vec::new();
    for name in ["Gabinet", "Lampa"] {
        let thing = json!({ "name": name, "quantity": 1 });
        things.push(id(&salon.owner.post(&salon.path("resources/"), &thing).await.expect(201)));
    }
    let needs = |things: &[String]| -> Value {
        things.iter().map(|thing| json!({ "resource_id": thing, "quantity": 1 })).collect()
    };
    let mut services = vec![salon.clone()];
    for (name, minutes, capacity, needed) in [
        ("Zabieg", 45, 1, needs(&things[..1])),
        ("Naświetlanie", 60, 1, needs(&things)),
        ("Joga", 30, 3, needs(&things[1..])),
        ("Pilates", 45, 3, needs(&[])),
    ] {
        let service = json!({
            "name": name, "duration_minutes": minutes, "price_amount": "90", "slot_step_minutes": 15,
            "capacity": capacity, "resources": needed,
        });
        services.push(salon.also_offering(&service).await);
    }
    services
}

/// What a customer has.
#[derive(Default)]
struct Doing {
    booked: Vec<(usize, Value)>,
    held: Option<(usize, Value, Value)>,
}

/// Whether it was done; otherwise it has to be because it is taken.
#[track_caller]
fn done(answer: &Answer) -> bool {
    let done = answer.status.is_success();
    if !done {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
    done
}

impl Doing {
    async fn something(&mut self, salon: &[Salon], anna: &Person, dice: &mut Dice, course: &Course) {
        // A move keeps the service.
        let action = dice.below(10);
        let service = match self.booked.last() {
            Some((service, _)) if action >= 8 => *service,
            _ => usize::try_from(dice.below(salon.len() as u64)).unwrap(),
        };
        let at = &salon[service];
        // One of the first, which others want too.
        let free = anna.get(&at.path(&format!("availability/?service_id={}&date={DATE}", at.service))).await;
        let free = free.expect(200)["slots"].as_array().unwrap().clone();
        let among = free.len().min(3);
        let time = match free.get(usize::try_from(dice.below(3)).unwrap() % among.max(1)) {
            Some(time) => time.as_str().unwrap().to_owned(),
            None => return self.cancel(anna).await,
        };
        match action {
            0..3 => {
                let answer = at.book(anna, DATE, &time).await;
                if done(&answer) {
                    self.booked.push((service, answer.json()));
                    course.note("booked");
                }
            }
            3..6 => {
                let wish = at.wish(DATE, &time);
                let answer = anna.post(&at.path("holds/"), &wish).await;
                if done(&answer) {
                    let before = self.held.replace((service, wish, answer.json()));
                    if before.is_some() {
                        course.note("replaced a hold");
                    }
                }
            }
            6..8 => {
                // What is held, or something else for it.
                let Some((of, wish, held)) = self.held.take() else { return };
                let more = json!({ "hold_id": held["id"] });
                let (of, time) = if dice.below(2) == 0 {
                    (of, wish["start_time"].as_str().unwrap().to_owned())
                } else {
                    (service, time)
                };
                let answer = book_with(&salon[of], anna, DATE, &time, more).await;
                if done(&answer) {
                    self.booked.push((of, answer.json()));
                    course.note("booked with a hold");
                }
            }
            _ => {
                let Some((_, booked)) = self.booked.last() else { return };
                if done(&move_to(anna, booked, DATE, &time).await) {
                    course.note("moved");
                }
            }
        }
        if self.booked.len() > 1 {
            self.cancel(anna).await;
        }
    }

    /// So that there always is something to get.
    async fn cancel(&mut self, anna: &Person) {
        if !self.booked.is_empty() {
            let (_, first) = self.booked.remove(0);
            cancel(anna, &first).await.expect(200);
        }
    }
}

#[tokio::test]
async fn those_who_leave_one_time_for_another_never_wait_for_each_other_in_a_circle() {
    let contended = Contended::on_servers(3).await;
    let salon = Arc::new(salon(&contended.servers[0]).await);
    let people = contended.people(CUSTOMERS).await;
    let course = Course::of(SECONDS, ["booked", "booked with a hold", "moved", "replaced a hold"]);
    let mut customers = JoinSet::new();
    for (index, person) in people.into_iter().enumerate() {
        let (salon, course) = (Arc::clone(&salon), course.clone());
        let mut dice = Dice::of(index as u64 + 1);
        customers.spawn(async move {
            let mut doing = Doing::default();
            while !course.is_over() {
                doing.something(&salon, &person, &mut dice, &course).await;
            }
        });
    }
    customers.join_all().await;
    course.assert_everything_happened();
    contended.assert_nobody_waited_in_a_circle().await;
}

/// How somebody leaves one time for another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Leaving {
    Moving,
    BookingForAHold,
    HoldingAnother,
}

/// What comes first: an appointment or a hold at ten.
async fn at_ten(how: Leaving, salon: &Salon, anna: &Person, staff: &str) -> Value {
    let mut wish = salon.wish(DATE, "10:00");
    wish["staff_id"] = staff.into();
    let place = if how == Leaving::Moving { "appointments/" } else { "holds/" };
    anna.post(&salon.path(place), &wish).await.expect(201)
}

/// It is left for half past ten with somebody else.
async fn leave(how: Leaving, salon: Salon, anna: Person, before: Value, staff: String) -> Answer {
    let mut wish = salon.wish(DATE, "10:30");
    wish["staff_id"] = staff.into();
    match how {
        Leaving::Moving => {
            anna.post(&format!("/api/users/appointments/{}/reschedule/", id(&before)), &wish).await
        }
        Leaving::BookingForAHold => {
            wish["hold_id"] = before["id"].clone();
            anna.post(&salon.path("appointments/"), &wish).await
        }
        Leaving::HoldingAnother => anna.post(&salon.path("holds/"), &wish).await,
    }
}

/// A request with the key of another one that is under way.
const UNDER_WAY: &str = "
    insert into idempotency_keys (user_id, key, request_hash, appointment_id, created_at, expires_at)
    values ($1::text::uuid, 'key', sha256(''), gen_random_uuid(), now(), now() + interval '1 day')";

/// Ben wants somebody's time, and the room that Anna is about to leave for that same time.
async fn cross(how: Leaving) {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).service("slot_step_minutes", 30).create().await;
    let room = json!({ "name": "Gabinet", "quantity": 1 });
    let room = id(&salon.owner.post(&salon.path("resources/"), &room).await.expect(201));
    let needed = json!({ "resources": [{ "resource_id": room, "quantity": 1 }] });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &needed).await.expect(200);
    let [first, second] = salon.staff().await.try_into().unwrap();
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (mut one, mut other) = (app.database.connect().await, app.database.connect().await);

    // Ben has found that half past ten is free, and gets no further.
    let same_key = one.transaction().await.unwrap();
    same_key.execute(UNDER_WAY, &[&ben.id]).await.unwrap();
    let mut wish = salon.wish(DATE, "10:30");
    wish["staff_id"] = second.clone().into();
    let path = salon.path("appointments/");
    let request = ben.request(Method::POST, &path).header("Idempotency-Key", "key").json(&wish);
    let bens = tokio::spawn(async move { Answer::read(request.send().await.unwrap()).await });
    app.database.waiting(1).await;
    let before = at_ten(how, &salon, &anna, &first).await;
    // He goes on, as far as to the room.
    let busy_room = other.transaction().await.unwrap();
    busy_room.execute("select from resources for update", &[]).await.unwrap();
    same_key.rollback().await.unwrap();
    eventually("he waits for the room", async || (waiting_for_the_room(&app).await > 0).then_some(())).await;
    let annas = tokio::spawn(leave(how, salon.clone(), anna.clone(), before, second));
    app.database.waiting(2).await;
    busy_room.rollback().await.unwrap();

    bens.await.unwrap().refused(409, "SLOT_UNAVAILABLE");
    let annas = annas.await.unwrap();
    assert!(annas.status.is_success(), "{how:?}: {annas:?}");
    assert_eq!(app.database.deadlocks().await, 0, "{how:?}");
}

async fn waiting_for_the_room(app: &TestApp) -> i64 {
    let sql = "select count(*) from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock' and query like '%resource_claims%'";
    app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn who_moves_waits_until_others_who_need_the_room_are_done() {
    cross(Leaving::Moving).await;
}

#[tokio::test]
async fn who_books_for_a_hold_waits_until_others_who_need_the_room_are_done() {
    cross(Leaving::BookingForAHold).await;
}

#[tokio::test]
async fn who_holds_another_time_waits_until_others_who_need_the_room_are_done() {
    cross(Leaving::HoldingAnother).await;
}
