//! The promise once more, for several services in a row at salons that use everything there is: every start that is offered
//! can be booked as it is offered, with everybody who is named, and no other can.

use jiff::Timestamp;
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    offered_is_bookable::{SIGNED_IN_AT, clock, minute_of},
    random_salon::{Case, Opened, case},
};
use crate::support::{Answer, Person, Salon, TestApp};

/// Each case opens a salon and sends some dozens of requests.
const CASES: u32 = 24;
const ATTEMPTS: u32 = 5;
/// So many starts say something about them.
const ENOUGH: usize = 60;

/// Which of a salon's services are had in a row: the usual one, the one that uses everything, and the other.
const ROWS: [&[usize]; 5] = [&[1, 2], &[2, 1], &[0, 1, 2], &[1, 1], &[2, 0, 2]];

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Found {
    time: String,
    start: Timestamp,
    end: Timestamp,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Part {
    service_id: String,
    start: Timestamp,
    end: Timestamp,
    staff_ids: Vec<String>,
}

struct World {
    app: TestApp,
    owner: Person,
    customer: Person,
    others: Person,
}

/// What is asked for at an opened salon.
struct Row<'a> {
    opened: &'a Opened,
    services: Vec<&'a Salon>,
    date: String,
    max_wait: u16,
}

impl<'a> Row<'a> {
    fn new(opened: &'a Opened, row: &[usize], date: String, max_wait: u16) -> Self {
        let all = [&opened.usual, &opened.salon, &opened.other];
        Self { opened, services: row.iter().map(|index| all[*index]).collect(), date, max_wait }
    }

    /// Not all at one location.
    fn is_scattered(&self) -> bool {
        let is_there = |service: &&Salon| service.service == self.opened.salon.service;
        let there = self.services.iter().copied().filter(is_there).count();
        self.opened.is_apart && there > 0 && there < self.services.len()
    }

    fn add_ons(&self, service: &Salon) -> &[String] {
        if service.service == self.opened.salon.service { &self.opened.add_ons } else { &[] }
    }

    fn question(&self) -> String {
        let each = |mark: &str, of: &dyn Fn(&Salon) -> String| {
            self.services.iter().map(|service| of(service)).collect::<Vec<_>>().join(mark)
        };
        let services = each(",", &|service| service.service.clone());
        let add_ons = each(";", &|service| self.add_ons(service).join(","));
        let Self { date, max_wait, .. } = self;
        self.opened.salon.path(&format!(
            "availability/visits/?service_ids={services}&date={date}&max_wait_minutes={max_wait}&add_on_ids={add_ons}"
        ))
    }

    /// At a time, with these, or with anyone.
    fn wish(&self, time: &str, staff: &[Option<&str>]) -> Value {
        let part = |(index, service): (usize, &&Salon)| {
            let staff = staff.get(index).copied().flatten();
            json!({ "service_id": service.service, "staff_id": staff, "add_on_ids": self.add_ons(service) })
        };
        let parts: Vec<Value> = self.services.iter().enumerate().map(part).collect();
        json!({ "date": self.date, "start_time": time, "max_wait_minutes": self.max_wait, "parts": parts })
    }
}

impl World {
    async fn offered(&self, row: &Row<'_>) -> Vec<Found> {
        let answer = self.app.get(&row.question()).await.expect(200);
        serde_json::from_value(answer["days"][0]["starts"].clone()).unwrap()
    }

    async fn ask(&self, row: &Row<'_>, wish: &Value) -> Answer {
        self.customer.post(&row.opened.salon.path("visits/"), wish).await
    }

    /// Others book single services, at random.
    async fn occupy(&self, case: &Case, opened: &Opened, date: &str) {
        for occupation in &case.before {
            let salon = if occupation.is_other { &opened.other } else { &opened.salon };
            let free = salon.free(&self.app, date).await;
            if !free.is_empty() {
                let place = if occupation.is_hold { "holds/" } else { "appointments/" };
                let wish = salon.wish(date, occupation.place.get::<String>(&free));
                self.others.post(&salon.path(place), &wish).await.expect(201);
            }
        }
        if case.holds_are_over {
            self.app.later(jiff::SignedDuration::from_mins(1)).await;
        }
    }

    async fn book_and_cancel(&self, row: &Row<'_>, wish: &Value) -> Value {
        let visit = self.ask(row, wish).await.expect(201);
        let cancel = format!("/api/users/visits/{}/cancel/", visit["id"].as_str().unwrap());
        self.customer.post(&cancel, &json!({})).await.expect(200);
        visit
    }

    /// Books with anyone, and then with everybody who is named for a part, one after the other.
    async fn book(&self, row: &Row<'_>, offer: &Found) {
        let visit = self.book_and_cancel(row, &row.wish(&offer.time, &[])).await;
        assert_eq!(visit["start"].as_str().unwrap().parse::<Timestamp>().unwrap(), offer.start);
        let first: Vec<Option<&str>> =
            offer.parts.iter().map(|part| Some(part.staff_ids[0].as_str())).collect();
        for (index, part) in offer.parts.iter().enumerate() {
            for staff in &part.staff_ids {
                let mut staffed = first.clone();
                staffed[index] = Some(staff);
                let visit = self.book_and_cancel(row, &row.wish(&offer.time, &staffed)).await;
                for ((booked, part), staff) in
                    visit["appointments"].as_array().unwrap().iter().zip(&offer.parts).zip(staffed)
                {
                    let at = |field: &str| booked[field].as_str().unwrap().parse::<Timestamp>().unwrap();
                    assert_eq!((at("start"), at("end")), (part.start, part.end), "{offer:?}");
                    assert_eq!(booked["staff"]["id"].as_str(), staff);
                }
            }
        }
    }

    async fn refuse(&self, row: &Row<'_>, offered: &[Found], minutes: impl Iterator<Item = u16>) {
        for time in minutes.map(clock) {
            if offered.iter().all(|offer| offer.time != time) {
                let answer = self.ask(row, &row.wish(&time, &[])).await;
                let code = answer.json()["error_code"].clone();
                let is_refused = ["SLOT_UNAVAILABLE", "PAST_BOOKING"].iter().any(|refusal| code == *refusal);
                assert!(is_refused, "{time}: {answer:?}");
            }
        }
    }

    async fn check(&self, case: &Case, row: &[usize], max_wait: u16) -> usize {
        let opened = case.open(&self.app, &self.owner).await;
        let date = case.date.to_string();
        self.app.clock.set(case.now());
        self.occupy(case, &opened, &date).await;
        let row = Row::new(&opened, row, date, max_wait);
        if row.is_scattered() {
            self.app.get(&row.question()).await.refused(400, "VALIDATION_ERROR");
            self.ask(&row, &row.wish("10:00", &[])).await.refused(400, "VALIDATION_ERROR");
            return 0;
        }
        let offered = self.offered(&row).await;
        for place in case.booked.iter().filter(|_| !offered.is_empty()) {
            self.book(&row, place.get(&offered)).await;
        }
        let beside = offered
            .iter()
            .map(|offer| minute_of(&offer.time))
            .flat_map(|minute| [minute.saturating_sub(5), minute + 5]);
        let alone = opened.salon.free(&self.app, &row.date).await;
        let alone = alone.iter().map(|time| minute_of(time));
        let tried = case.tried.iter().copied().chain(beside.take(8)).chain(alone.take(8));
        self.refuse(&row, &offered, tried.filter(|minute| *minute < 1440)).await;
        assert_eq!(self.offered(&row).await, offered, "something has stayed");
        offered.len()
    }
}

#[test]
fn a_visit_that_is_offered_can_be_booked_whatever_a_salon_uses() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(async {
        let app = TestApp::with(&[("JWT_ACCESS_MIN", "1440")]).await;
        app.set_clock(SIGNED_IN_AT).await;
        let (owner, customer) = (app.person("owner").await, app.person("customer").await);
        let others = app.person("others").await;
        World { app, owner, customer, others }
    });
    let config = ProptestConfig { cases: CASES, max_shrink_iters: 32, ..ProptestConfig::default() };
    let offered = std::cell::Cell::new(0);
    let cases = (case(), select(&ROWS[..]), select(&[0, 0, 20, 90][..]));
    // Salons that are all but closed happen, and rows that are not all at one location: they are followed by others then.
    for _ in 0..ATTEMPTS {
        let outcome = TestRunner::new(config.clone()).run(&cases, |(case, row, max_wait)| {
            offered.set(offered.get() + runtime.block_on(world.check(&case, row, max_wait)));
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        if offered.get() > ENOUGH {
            return;
        }
    }
    panic!("only {} starts were offered: the cases are too narrow", offered.get());
}
