//! For salons that use everything there is and whatever change: a preview has just the bookings that the engine would take no
//! more, and just those who could take them; and once the change is made, every booking that is not kept on purpose is where
//! the engine would take it, and no two are in each other's way.

use std::cell::Cell;

use jiff::civil::Date;
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::{
    availability::{
        offered_is_bookable::{Offer, SIGNED_IN_AT, clock},
        random_salon::{Case, Opened, case},
    },
    support::{Person, Salon, TestApp},
};

/// Each case opens a salon and sends some hundred requests.
const CASES: u32 = 24;
/// How many book.
const BOOKINGS: usize = 6;
/// What is against a booking by the hours there are, as `availability/explain/` says it.
const BY_HOURS: [&str; 7] =
    ["closed", "holiday", "day_off", "outside_hours", "ends_after_hours", "break", "time_off"];

const KINDS: [&str; 6] =
    ["opening_hours", "staff_hours", "date_override", "own_override", "time_off", "staff_leaving"];

#[derive(Clone, Debug)]
struct Change {
    kind: &'static str,
    /// In steps of five minutes.
    hours: (u16, u16),
    whose: Index,
    /// Which bookings there are.
    booked: Vec<(bool, Index, Index)>,
    /// Which of those that are affected goes where.
    moved: (Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let hours =
        (72..=200_u16, 12..=96_u16).prop_map(|(from, length)| (from * 5, (from * 5 + length * 5).min(1440)));
    let booked = proptest::collection::vec(any::<(bool, Index, Index)>(), BOOKINGS);
    (select(&KINDS[..]), hours, any::<Index>(), booked, any::<(Index, Index)>())
        .prop_map(|(kind, hours, whose, booked, moved)| Change { kind, hours, whose, booked, moved })
}

impl Change {
    fn body(&self, date: Date, staff: &[String]) -> Value {
        let (from, until) = (clock(self.hours.0), clock(self.hours.1));
        let hours = json!({ "open_time": from, "close_time": until });
        let day = date.weekday().to_monday_zero_offset();
        let of_day = json!({ "day_of_week": day, "open_time": from, "close_time": until, "breaks": [] });
        let member = self.whose.get(staff);
        match self.kind {
            "opening_hours" => json!({ "opening_hours": [of_day] }),
            "staff_hours" => json!({ "staff_hours": { "staff_id": member, "hours": [of_day] } }),
            "date_override" => json!({ "date_override": { "first_date": date, "hours": [hours] } }),
            "own_override" => {
                json!({ "date_override": { "staff_id": member, "first_date": date, "hours": [hours] } })
            }
            "time_off" => json!({ "time_off": {
                "staff_id": member, "starts_at": format!("{date}T{from}"), "ends_at": format!("{date}T{until}"),
            } }),
            _ => json!({ "staff_leaving": { "staff_id": member, "from": date } }),
        }
    }
}

/// A booking, as it was answered.
struct Booking {
    id: String,
    service: String,
    add_ons: Vec<String>,
}

struct World {
    app: TestApp,
    owner: Person,
    customer: Person,
}

impl World {
    async fn book(&self, case: &Case, change: &Change, opened: &Opened) -> Vec<Booking> {
        let mut bookings = Vec::new();
        for (is_other, place, with) in &change.booked {
            let (salon, add_ons) =
                if *is_other { (&opened.other, Vec::new()) } else { (&opened.salon, opened.add_ons.clone()) };
            let offered = self.offered(salon, &case.date.to_string(), &add_ons).await;
            if offered.is_empty() {
                continue;
            }
            let offer = place.get(&offered);
            let mut wish = salon.wish(&case.date.to_string(), &offer.time);
            (wish["add_on_ids"], wish["staff_id"]) = (json!(add_ons), json!(with.get(&offer.staff_ids)));
            let booked = self.customer.post(&salon.path("appointments/"), &wish).await.expect(201);
            let id = booked["id"].as_str().unwrap().to_owned();
            bookings.push(Booking { id, service: salon.service.clone(), add_ons });
        }
        bookings
    }

    async fn offered(&self, salon: &Salon, date: &str, add_ons: &[String]) -> Vec<Offer> {
        let query = format!("availability/?service_id={}&date={date}&verbose=true", salon.service);
        let added =
            if add_ons.is_empty() { String::new() } else { format!("&add_on_ids={}", add_ons.join(",")) };
        let answer = self.app.get(&salon.path(&format!("{query}{added}"))).await.expect(200);
        serde_json::from_value(answer["slots_detail"].clone()).unwrap()
    }

    /// Whether a booking is where its hours allow it to be, by the engine's own explanation.
    async fn fits(&self, salon: &Salon, booking: &Booking) -> bool {
        let own = salon.path(&format!("appointments/{}/", booking.id));
        let found = self.owner.get(&own).await.expect(200);
        let start = found["start"].as_str().unwrap();
        let mut query = format!(
            "availability/explain/?service_id={}&date={}&time={}&staff_id={}",
            booking.service,
            &start[..10],
            &start[11..16],
            found["staff"]["id"].as_str().unwrap()
        );
        if !booking.add_ons.is_empty() {
            query = format!("{query}&add_on_ids={}", booking.add_ons.join(","));
        }
        let explained = self.owner.get(&salon.path(&query)).await.expect(200);
        let reasons = explained["staff"][0]["reasons"].as_array().unwrap();
        !reasons.iter().any(|objection| BY_HOURS.iter().any(|reason| objection["reason"] == *reason))
    }

    async fn fitting(&self, salon: &Salon, bookings: &[Booking]) -> Vec<bool> {
        let mut fitting = Vec::new();
        for booking in bookings {
            fitting.push(self.fits(salon, booking).await);
        }
        fitting
    }

    /// How many bookings the change affects.
    async fn check(&self, case: &Case, change: &Change) -> usize {
        let opened = case.open(&self.app, &self.owner).await;
        self.app.clock.set(case.now());
        let salon = &opened.salon;
        let staff = salon.staff().await;
        let bookings = self.book(case, change, &opened).await;
        let before = self.fitting(salon, &bookings).await;
        let proposed = json!({ "change": change.body(case.date, &staff) });
        let path = salon.path("schedule-changes/");
        let preview = self.owner.post(&format!("{path}preview/"), &proposed).await;
        if preview.status == 409 {
            // The date has other hours already: so it is when the change is made.
            self.owner.post(&path, &proposed).await.refused(409, "CONFLICT");
            return 0;
        }
        let preview = preview.expect(200);
        let moved = self.make(&path, change, &proposed, &preview, &staff).await;

        let ids = ids_of(&preview);
        let after = self.fitting(salon, &bookings).await;
        for ((booking, before), after) in bookings.iter().zip(before).zip(after) {
            let was_moved = moved.as_ref() == Some(&booking.id);
            let own = salon.path(&format!("appointments/{}/", booking.id));
            if was_moved && self.owner.get(&own).await.expect(200)["status"] == "cancelled" {
                continue;
            }
            let is_affected = ids.contains(&booking.id);
            let holds = if was_moved { after } else { is_affected == (before && !after) };
            assert!(holds, "{}: {before} before, {after} after, {preview}", booking.id);
        }
        ids.len()
    }

    /// Makes the change. One of the bookings that it affects goes to somebody, whoever it is, which works just where the
    /// preview says so, or else to another start, or is cancelled; the others are kept. Which it is.
    async fn make(
        &self,
        path: &str,
        change: &Change,
        proposed: &Value,
        preview: &Value,
        staff: &[String],
    ) -> Option<String> {
        let ids = ids_of(preview);
        if ids.is_empty() {
            self.owner.post(path, proposed).await.expect(200);
            return None;
        }
        let place = change.moved.0.index(ids.len());
        let (item, member) = (&preview["results"][place], change.moved.1.get(staff));
        let with = |choice: Value| {
            let mut choices: Vec<Value> = ids.iter().map(|id| super::keep(id)).collect();
            choices[place] = choice;
            json!({ "change": proposed["change"], "choices": choices })
        };
        let answer = self.owner.post(path, &with(super::to(&ids[place], member))).await;
        let could = item["staff_ids"].as_array().unwrap().iter().any(|id| id == member);
        assert_eq!(answer.status == 200, could, "{member}: {answer:?}, {item}");
        if !could {
            let start = &item["alternatives"][0];
            let elsewhere = if start.is_null() {
                super::cancel(&ids[place])
            } else {
                json!({
                    "appointment_id": ids[place], "choice": "move", "staff_id": start["staff_ids"][0],
                    "date": start["date"], "start_time": start["time"],
                })
            };
            self.owner.post(path, &with(elsewhere)).await.expect(200);
        }
        Some(ids[place].clone())
    }
}

/// The bookings that a preview has.
fn ids_of(preview: &Value) -> Vec<String> {
    let items = preview["results"].as_array().unwrap().iter();
    items.map(|item| item["appointment"]["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_preview_says_what_happens_and_what_happens_fits() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(async {
        let app = TestApp::with(&[("JWT_ACCESS_MIN", "1440")]).await;
        app.set_clock(SIGNED_IN_AT).await;
        let (owner, customer) = (app.person("owner").await, app.person("customer").await);
        World { app, owner, customer }
    });
    let config = ProptestConfig { cases: CASES, max_shrink_iters: 32, ..ProptestConfig::default() };
    let affected = Cell::new(0);
    let outcome = TestRunner::new(config).run(&(case(), change()), |(case, change)| {
        affected.set(affected.get() + runtime.block_on(world.check(&case, &change)));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(affected.get() > 20, "only {} were affected: the cases are too narrow", affected.get());
    assert_eq!(runtime.block_on(super::violations(&world.app.database)), Vec::<String>::new());
}
