//! While the schedule changes others book, hold, move and cancel: no booking is left without its time that nobody has
//! decided about, and nobody waits for another in a circle.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{DATE, confirming, salon_of};
use crate::support::{Answer, Contended, Dice, Person, Salon, TestApp, TestDatabase};

/// How often somebody is away.
const CHANGES: u32 = 12;
const CUSTOMERS: usize = 6;

/// A salon with a service of every kind, for four.
async fn salons(app: &TestApp) -> Vec<Salon> {
    let salon =
        confirming(app).open("09:00", "12:00").staff(4).service("slot_step_minutes", 15).create().await;
    let room = json!({ "name": "Gabinet", "quantity": 2 });
    let room = salon.owner.post(&salon.path("resources/"), &room).await.expect(201);
    let mut services = vec![salon.clone()];
    for (name, minutes, capacity, resources) in [
        ("Zabieg", 45, 1, json!([{ "resource_id": room["id"], "quantity": 1 }])),
        ("Joga", 30, 3, json!([{ "resource_id": room["id"], "quantity": 1 }])),
        ("Pilates", 45, 3, json!([])),
    ] {
        let service = json!({
            "name": name, "duration_minutes": minutes, "price_amount": "90", "slot_step_minutes": 15,
            "capacity": capacity, "resources": resources,
        });
        services.push(salon.also_offering(&service).await);
    }
    services
}

/// Books, moves or cancels something.
async fn something(salons: &[Salon], anna: &Person, booked: &mut Vec<Value>, dice: &mut Dice) {
    let salon = &salons[usize::try_from(dice.below(salons.len() as u64)).unwrap()];
    let free = salon.path(&format!("availability/?service_id={}&date={DATE}", salon.service));
    let free = anna.get(&free).await.expect(200)["slots"].as_array().unwrap().clone();
    let action = dice.below(10);
    let place = usize::try_from(dice.below(free.len().max(1) as u64)).unwrap();
    let one = booked.len().checked_sub(1).map(|last| booked[last]["id"].as_str().unwrap().to_owned());
    match (free.get(place), one, action) {
        (Some(time), _, 0..6) => {
            let answer = salon.book(anna, DATE, time.as_str().unwrap()).await;
            if done(&answer) {
                booked.push(answer.json());
            }
        }
        (Some(time), Some(id), 6..8) => {
            let to = json!({ "date": DATE, "start_time": time });
            let answer = anna.post(&format!("/api/users/appointments/{id}/reschedule/"), &to).await;
            // What the owner has cancelled meanwhile is not moved.
            assert!(answer.status.is_success() || [400, 409].contains(&answer.status.as_u16()), "{answer:?}");
        }
        (_, Some(id), _) => {
            booked.pop();
            let answer = anna.post(&format!("/api/users/appointments/{id}/cancel/"), &json!({})).await;
            assert!([200, 400].contains(&answer.status.as_u16()), "{answer:?}");
        }
        _ => {}
    }
}

fn done(answer: &Answer) -> bool {
    let done = answer.status.is_success();
    if !done {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
    done
}

/// What an owner has done.
#[derive(Debug, Default)]
struct Made {
    changes: u32,
    refused: u32,
    moved: usize,
    cancelled: usize,
}

impl Made {
    /// Somebody is away for a while: looked at, decided about, and decided anew as long as others are quicker.
    async fn away(&mut self, salon: &Salon, staff: &str, dice: &mut Dice) {
        let path = salon.path("schedule-changes/");
        let hour = 9 + dice.below(3);
        let change = json!({ "time_off": {
            "staff_id": staff, "starts_at": format!("{DATE}T{hour:02}:00"), "ends_at": format!("{DATE}T{:02}:30", hour + 1),
        } });
        let preview = json!({ "change": change });
        let preview = salon.owner.post(&format!("{path}preview/?page_size=100"), &preview).await.expect(200);
        let items = preview["results"].as_array().unwrap().iter();
        let mut choices: BTreeMap<String, Value> =
            items.map(|item| (text(&item["appointment"]["id"]), elsewhere(item))).collect();
        for _ in 0..20 {
            let chosen: Vec<&Value> = choices.values().collect();
            let answer = salon.owner.post(&path, &json!({ "change": change, "choices": chosen })).await;
            if answer.status.is_success() {
                let moved = chosen.iter().filter(|choice| choice["choice"] == "move").count();
                self.changes += 1;
                self.moved += moved;
                self.cancelled += chosen.len() - moved;
                return;
            }
            self.refused += 1;
            let body = answer.json();
            let details = &body["details"];
            if body["error_code"] == "SLOT_UNAVAILABLE" {
                let id = text(&details["appointment_id"]);
                choices.insert(id.clone(), super::cancel(&id));
                continue;
            }
            assert_eq!(body["error_code"], "CONFLICT", "{answer:?}");
            for id in details["missing"].as_array().unwrap().iter().map(text) {
                choices.insert(id.clone(), super::cancel(&id));
            }
            for id in details["unaffected"].as_array().unwrap().iter().map(text) {
                choices.remove(&id);
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// To somebody else, or to another start, or nowhere.
fn elsewhere(item: &Value) -> Value {
    let id = &item["appointment"]["id"];
    let start = &item["alternatives"][0];
    match item["staff_ids"].as_array().unwrap().last() {
        Some(staff) => json!({ "appointment_id": id, "choice": "move", "staff_id": staff }),
        None if start.is_object() => json!({
            "appointment_id": id, "choice": "move", "date": start["date"], "start_time": start["time"],
        }),
        None => json!({ "appointment_id": id, "choice": "cancel" }),
    }
}

/// Bookings at a time at which whoever they are with is away.
async fn without_their_time(database: &TestDatabase) -> Vec<String> {
    let sql = "
        select appointments.id || ' ' || appointments.starts_at || ' ' || time_off.starts_at
        from appointments join time_off on time_off.staff_id = appointments.staff_id
        where status in ('pending', 'confirmed')
          and tstzrange(appointments.starts_at, appointments.ends_at)
              && tstzrange(time_off.starts_at at time zone 'Europe/Warsaw', time_off.ends_at at time zone 'Europe/Warsaw')";
    let rows = database.connect().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn nobody_slips_in_while_the_schedule_changes() {
    let contended = Contended::on_servers(2).await;
    let database = &contended.database;
    let salons = Arc::new(salons(&contended.servers[0]).await);
    let staff = salons[0].staff().await;
    let people = contended.people(CUSTOMERS).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut customers = JoinSet::new();
    for (index, person) in people.into_iter().enumerate() {
        let (salons, over) = (Arc::clone(&salons), Arc::clone(&over));
        customers.spawn(async move {
            let (mut booked, mut dice) = (Vec::new(), Dice::of(index as u64 + 1));
            while !over.load(Ordering::Relaxed) {
                something(&salons, &person, &mut booked, &mut dice).await;
            }
        });
    }
    let (mut made, mut dice) = (Made::default(), Dice::of(99));
    for round in 0..CHANGES {
        let member = &staff[usize::try_from(dice.below(4)).unwrap()];
        made.away(&salons[0], member, &mut dice).await;
        // Who looked before has been answered by then.
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(without_their_time(database).await, Vec::<String>::new());
        if round % 3 == 2 {
            database.connect().await.execute("delete from time_off", &[]).await.unwrap();
        }
    }
    over.store(true, Ordering::Relaxed);
    customers.join_all().await;
    println!("{made:?}");
    assert!(made.changes > CHANGES / 2 && made.moved > 0 && made.cancelled > 0, "{made:?}");
    assert_eq!(super::violations(database).await, Vec::<String>::new());
    contended.assert_nobody_waited_in_a_circle().await;
}

/// Makes the schedule another while somebody waits who has looked at it before.
async fn refused_after_waiting(
    app: &TestApp,
    salon: &Salon,
    customer: &Person,
    time: &'static str,
) -> Answer {
    let mut changing = app.database.connect().await;
    let tx = changing.transaction().await.unwrap();
    let locked = "select from businesses where slug = $1 for update";
    tx.execute(locked, &[&salon.slug]).await.unwrap();
    let (salon, customer) = (salon.clone(), customer.clone());
    let booking = tokio::spawn(async move { salon.book(&customer, DATE, time).await });
    app.database.waiting(1).await;
    let change = "
        with touched as (
            update businesses set updated_at = updated_at + interval '1 microsecond'
            returning id, created_at
        )
        insert into date_overrides (id, business_id, dates, name, created_at, updated_at)
        select gen_random_uuid(), id, '[2026-03-03,2026-03-04)', '', created_at, created_at from touched";
    tx.execute(change, &[]).await.unwrap();
    tx.commit().await.unwrap();
    booking.await.unwrap()
}

#[tokio::test]
async fn who_makes_a_card_does_not_wait_for_calendars_in_a_circle_with_a_change() {
    let app = TestApp::start().await;
    let salon = confirming(&app).staff(1).create().await;
    let room = json!({ "name": "Gabinet", "quantity": 1 });
    let room = salon.owner.post(&salon.path("resources/"), &room).await.expect(201);
    let treatment = json!({
        "name": "Zabieg", "duration_minutes": 60, "price_amount": "90", "resources": [{ "resource_id": room["id"] }],
    });
    let treatment = salon.also_offering(&treatment).await;
    let staff = salon.staff().await;
    // Whatever keeps the business: the change has all calendars, and waits for it.
    let mut keeping = app.database.connect().await;
    let kept = keeping.transaction().await.unwrap();
    kept.execute("select from businesses where slug = $1 for key share", &[&salon.slug]).await.unwrap();
    let changing = {
        let (salon, away) = (salon.clone(), super::time_off(&staff[0], DATE, "14:00", "16:00"));
        tokio::spawn(async move { super::apply(&salon, &away, &json!([])).await })
    };
    app.database.waiting(1).await;
    let booking = tokio::spawn(async move {
        let mut wish = treatment.wish(DATE, "10:00");
        wish["name"] = json!("Gosia Maj");
        treatment.owner.post(&treatment.path("appointments/for-customer/"), &wish).await
    });
    app.database.waiting(2).await;
    kept.rollback().await.unwrap();
    changing.await.unwrap().expect(200);
    booking.await.unwrap().expect(201);
    assert_eq!(app.database.deadlocks().await, 0);
}

#[tokio::test]
async fn who_has_looked_before_looks_again() {
    let app = TestApp::start().await;
    let (salon, anna, _) = salon_of(&app, 2).await;
    refused_after_waiting(&app, &salon, &anna, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn who_comes_to_a_class_looks_again_too() {
    let app = TestApp::start().await;
    let salon = confirming(&app).service("capacity", 3).create().await;
    let (anna, basia) = (app.person("anna").await, app.person("basia").await);
    salon.book(&anna, DATE, "10:00").await.expect(201);
    refused_after_waiting(&app, &salon, &basia, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn who_is_booking_just_then_is_waited_for_and_decided_about() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    // Somebody is between taking the time and being done.
    let mut booking = app.database.connect().await;
    let tx = booking.transaction().await.unwrap();
    let sql = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                                  busy_to, price_minor, price_currency, created_at, updated_at)
        select gen_random_uuid(), business_id, $1::text::uuid, id, $2::text::uuid, 'confirmed', at, at + interval '1 hour',
               at, at + interval '1 hour', 12000, 'PLN', created_at, created_at
        from staff_members, (select timestamptz '2026-03-03 09:00Z') times (at)";
    assert_eq!(tx.execute(sql, &[&salon.service, &anna.id]).await.unwrap(), 1);
    let ill = super::time_off(&staff[0], DATE, "08:00", "18:00");
    let changing = {
        let salon = salon.clone();
        tokio::spawn(async move { super::apply(&salon, &ill, &json!([])).await })
    };
    app.database.waiting(1).await;
    tx.commit().await.unwrap();
    let refused = changing.await.unwrap().refused(409, "CONFLICT");
    assert_eq!(refused["missing"].as_array().unwrap().len(), 1);
}
