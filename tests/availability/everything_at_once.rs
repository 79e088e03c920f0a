//! The promise of the whole product again, for salons that use everything there is: every start that is offered can be held
//! and booked, with everybody it is offered with, and no other can.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use super::{
    offered_is_bookable::{Offer, SIGNED_IN_AT, clock, minute_of},
    random_salon::{Case, Opened, case},
};
use crate::support::{Answer, Person, Salon, TestApp};

/// Each case opens a salon and sends some hundred requests.
const CASES: u32 = 20;

/// How many starts have to have been tried, and how many times [`CASES`] may be needed for it.
const ENOUGH: usize = 100;
const ATTEMPTS: usize = 5;

struct World {
    app: TestApp,
    owner: Person,
    customer: Person,
    /// Who is there before.
    others: Person,
}

impl World {
    async fn offered(&self, salon: &Salon, date: &str, add_ons: &[String]) -> Vec<Offer> {
        let query = format!(
            "availability/?service_id={}&date={date}&verbose=true&add_on_ids={}",
            salon.service,
            add_ons.join(",")
        );
        let query = query.trim_end_matches("&add_on_ids=");
        let answer = self.app.get(&salon.path(query)).await.expect(200);
        serde_json::from_value(answer["slots_detail"].clone()).unwrap()
    }

    /// Books and holds at random.
    async fn occupy(&self, case: &Case, opened: &Opened, date: &str) {
        for occupation in &case.before {
            let salon = if occupation.is_other { &opened.other } else { &opened.salon };
            let offered = self.offered(salon, date, &[]).await;
            if offered.is_empty() {
                continue;
            }
            let place = if occupation.is_hold { "holds/" } else { "appointments/" };
            let wish = salon.wish(date, &occupation.place.get(&offered).time);
            self.others.post(&salon.path(place), &wish).await.expect(201);
        }
        if case.holds_are_over {
            self.app.later(SignedDuration::from_mins(1)).await;
        }
    }

    async fn ask(&self, opened: &Opened, place: &str, date: &str, time: &str, staff: Option<&str>) -> Answer {
        let mut wish = opened.salon.wish(date, time);
        (wish["add_on_ids"], wish["staff_id"]) = (json!(opened.add_ons), json!(staff));
        self.customer.post(&opened.salon.path(place), &wish).await
    }

    /// Each hold takes the place of the one before.
    async fn hold_each(&self, opened: &Opened, date: &str, offered: &[Offer]) {
        let mut last = None;
        for offer in offered {
            let held = self.ask(opened, "holds/", date, &offer.time, None).await.expect(201);
            assert_is(&held, offer, &held["staff_id"]);
            last = held["id"].as_str().map(str::to_owned);
        }
        if let Some(last) = last {
            self.customer.delete(&opened.salon.path(&format!("holds/{last}/"))).await.expect(204);
        }
    }

    /// Books with everybody it is offered with, one after the other.
    async fn book(&self, opened: &Opened, date: &str, offer: &Offer) {
        for staff in &offer.staff_ids {
            let booked = self.ask(opened, "appointments/", date, &offer.time, Some(staff)).await.expect(201);
            assert_eq!(&booked["staff"]["id"], staff);
            assert_is(&booked, offer, &booked["staff"]["id"]);
            let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
            self.customer.post(&cancel, &json!({})).await.expect(200);
        }
    }

    async fn refuse(&self, opened: &Opened, date: &str, offered: &[Offer], minutes: &[u16]) {
        for time in minutes.iter().map(|minute| clock(*minute)) {
            if offered.iter().any(|offer| offer.time == time) {
                continue;
            }
            let answer = self.ask(opened, "appointments/", date, &time, None).await;
            let code = answer.json()["error_code"].clone();
            assert!(
                ["SLOT_UNAVAILABLE", "PAST_BOOKING"].iter().any(|refusal| code == *refusal),
                "{time}: {answer:?}"
            );
        }
    }

    /// Whoever looks for a date finds the salon's locations that offer anything then, and without words or a place the salon if
    /// that is the first one.
    async fn find(&self, opened: &Opened, date: &str) {
        let detail = self.app.get(&opened.salon.path("")).await.expect(200);
        let first = detail["location_id"].as_str().unwrap();
        let mut offering = BTreeSet::new();
        for salon in [&opened.usual, &opened.salon, &opened.other] {
            if !self.offered(salon, date, &[]).await.is_empty() {
                let path = salon.path(&format!("services/{}/", salon.service));
                let service = self.app.get(&path).await.expect(200);
                offering.insert(service["location_id"].as_str().unwrap_or(first).to_owned());
            }
        }
        assert_eq!(self.found(opened, &format!("city=wroclaw&available_on={date}")).await, offering);
        offering.retain(|location| location == first);
        assert_eq!(self.found(opened, &format!("available_on={date}")).await, offering);
    }

    /// Which locations of the salon a list has.
    async fn found(&self, opened: &Opened, query: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut next = Some(format!("/api/businesses/?{query}&page_size=100"));
        while let Some(path) = next {
            let page = self.app.get(&path).await.expect(200);
            let own =
                page["results"].as_array().unwrap().iter().filter(|one| one["slug"] == *opened.salon.slug);
            found.extend(own.map(|one| one["location_id"].as_str().unwrap().to_owned()));
            next = page["next"].as_str().map(|next| next.replace(&self.app.base, ""));
        }
        found
    }

    async fn check(&self, case: &Case) -> usize {
        let opened = case.open(&self.app, &self.owner).await;
        let date = case.date.to_string();
        self.app.clock.set(case.now());
        self.occupy(case, &opened, &date).await;
        self.find(&opened, &date).await;
        let again = || self.offered(&opened.salon, &date, &opened.add_ons);
        let offered = again().await;

        self.hold_each(&opened, &date, &offered).await;
        if !offered.is_empty() {
            for place in &case.booked {
                self.book(&opened, &date, place.get(&offered)).await;
            }
        }
        // Beside what is offered, above all.
        let beside = offered
            .iter()
            .map(|offer| minute_of(&offer.time))
            .flat_map(|minute| [minute - minute.min(5), minute + 5]);
        let tried: Vec<u16> =
            case.tried.iter().copied().chain(beside.filter(|minute| *minute < 1440).take(16)).collect();
        self.refuse(&opened, &date, &offered, &tried).await;
        assert_eq!(again().await, offered, "something has stayed");
        offered.len()
    }
}

/// Checks that somebody has what was offered. When it ends is said for whoever is first of those whom one can have.
fn assert_is(got: &Value, offer: &Offer, staff: &Value) {
    let at = |field: &str| got[field].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert_eq!(at("start"), offer.start);
    assert!(offer.staff_ids.iter().any(|id| id == staff), "{staff} is not in {offer:?}");
    if offer.staff_ids[0] == *staff {
        assert_eq!(at("end"), offer.end);
    }
}

#[test]
fn what_is_offered_can_be_booked_whatever_a_salon_uses() {
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
    // Twenty salons that are all but closed happen: they are followed by others then. (One runner has its twenty once.)
    for _ in 0..ATTEMPTS {
        let outcome = TestRunner::new(config.clone()).run(&case(), |case| {
            offered.set(offered.get() + runtime.block_on(world.check(&case)));
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        if offered.get() > ENOUGH {
            return;
        }
    }
    panic!("only {} starts were offered: the cases are too narrow", offered.get());
}
