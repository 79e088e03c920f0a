//! The promise of the whole product, for series: each date's outcome is what a booking of that date alone is answered with,
//! after those before it; and what is looked at is what is booked.

use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{book, cancel, count, dates, preview};
use crate::{
    availability::{
        offered_is_bookable::{SIGNED_IN_AT, clock},
        random_salon::{Case, Opened, case},
    },
    support::{Person, TestApp},
};

/// Each case opens a salon and sends some forty requests.
const CASES: u32 = 24;

const RULES: [&str; 6] = [
    "FREQ=DAILY;COUNT=5",
    "FREQ=DAILY;INTERVAL=2;COUNT=4",
    "FREQ=WEEKLY;COUNT=3",
    "FREQ=WEEKLY;BYDAY=MO,TU,SU;COUNT=6",
    "FREQ=MONTHLY;BYDAY=TU,SU;BYSETPOS=1,-1;COUNT=4",
    "FREQ=DAILY;UNTIL=20261231T230000Z;INTERVAL=7;BYMONTH=3,10,11",
];

struct World {
    app: TestApp,
    owner: Person,
    customer: Person,
    others: Person,
}

impl World {
    /// Some starts of the case's date are taken by others.
    async fn occupy(&self, case: &Case, opened: &Opened) -> Vec<String> {
        let date = case.date.to_string();
        for occupation in &case.before {
            let salon = if occupation.is_other { &opened.other } else { &opened.salon };
            let free = salon.free(&self.app, &date).await;
            if free.is_empty() {
                continue;
            }
            let place = if occupation.is_hold { "holds/" } else { "appointments/" };
            let time: &String = occupation.place.get(&free);
            let wish = salon.wish(&date, time);
            self.others.post(&salon.path(place), &wish).await.expect(201);
        }
        if case.holds_are_over {
            self.app.later(jiff::SignedDuration::from_mins(1)).await;
        }
        opened.salon.free(&self.app, &date).await
    }

    /// How many of the dates could be booked, and how many not.
    async fn check(&self, case: &Case) -> [usize; 2] {
        let opened = case.open(&self.app, &self.owner).await;
        self.app.clock.set(case.now());
        let free = self.occupy(case, &opened).await;
        let choose = |of: usize| usize::from(case.tried[1]) % of;
        let time = if free.is_empty() || case.tried[0].is_multiple_of(4) {
            clock(case.tried[2])
        } else {
            case.booked[0].get(&free).clone()
        };
        let first = case.date.checked_sub(jiff::ToSpan::days(i64::from(case.tried[3] % 3))).unwrap();
        let mut wish = opened.salon.wish(&first.to_string(), &time);
        wish["add_on_ids"] = json!(opened.add_ons);
        wish["rule"] =
            json!(RULES[choose(RULES.len())].replace("20261231", &format!("{}1231", first.year())));
        let looked = preview(&opened.salon, &self.customer, &wish).await.expect(200);
        assert!(dates(&looked).len() <= 60);
        self.at_once(case, &opened, &wish, &looked).await;
        self.one_by_one(&opened, &wish, &looked).await
    }

    /// The series has what was said before, or all or nothing of it, and leaves nothing.
    async fn at_once(&self, case: &Case, opened: &Opened, wish: &Value, looked: &Value) {
        // Where staff take turns, it is another's once something was booked, even if that was called off.
        let plans = |found: &Value| {
            let mut dates = dates(found).to_vec();
            for date in dates.iter_mut().filter(|_| case.choice == "rotation") {
                date["staff_id"].take();
            }
            dates
        };
        let entries = count(&self.app, "calendar_entries").await;
        for on_conflict in ["all_or_nothing", "stop", "skip"] {
            let mut wish = wish.clone();
            wish["on_conflict"] = json!(on_conflict);
            let said = preview(&opened.salon, &self.customer, &wish).await.expect(200);
            let answer = book(&opened.salon, &self.customer, &wish).await;
            let booked = answer.json();
            let found = if answer.status == 201 { &booked } else { &booked["details"] };
            let refused: Vec<_> = dates(looked).iter().filter(|date| date["outcome"] == "refused").collect();
            let would = said["would_book"].as_u64().unwrap();
            assert_eq!(answer.status == 201, would > 0, "{answer:?}");
            assert_eq!(dates(found).len(), dates(&said).len());
            for (found, said) in dates(found).iter().zip(dates(&said)) {
                let is_booked = answer.status == 201 && said["outcome"] == "free";
                assert_eq!(
                    found["outcome"],
                    if is_booked { json!("booked") } else { said["outcome"].clone() }
                );
                for field in ["date", "start", "error_code", "details"] {
                    assert_eq!(found[field], said[field], "{field}");
                }
            }
            match on_conflict {
                "skip" => assert_eq!(plans(&said), plans(looked)),
                "all_or_nothing" => assert_eq!(would > 0, refused.is_empty() && looked["would_book"] != 0),
                _ => assert!(dates(&said).iter().filter(|date| date["outcome"] == "refused").count() <= 1),
            }
            if answer.status == 201 {
                cancel(&self.customer, &booked).await.expect(200);
            } else if let Some(first) = refused.first() {
                assert_eq!(booked["error_code"], first["error_code"]);
            }
            // Fewer, where a hold has expired.
            assert!(count(&self.app, "calendar_entries").await <= entries, "something has stayed");
        }
    }

    async fn one_by_one(&self, opened: &Opened, wish: &Value, looked: &Value) -> [usize; 2] {
        let mut counts = [0, 0];
        for date in dates(looked) {
            let mut alone = wish.clone();
            alone["date"] = date["date"].clone();
            let answer = self.customer.post(&opened.salon.path("appointments/"), &alone).await;
            match date["outcome"].as_str().unwrap() {
                "free" => {
                    let booked = answer.expect(201);
                    assert_eq!(booked["start"], date["start"]);
                    counts[0] += 1;
                }
                "refused" => {
                    assert_eq!(answer.json()["error_code"], date["error_code"], "{answer:?} but {date}");
                    counts[1] += 1;
                }
                "no_such_time" => assert!([400, 409].contains(&answer.status.as_u16()), "{answer:?}"),
                other => panic!("{other}: {looked}"),
            }
        }
        counts
    }
}

#[test]
fn each_date_of_a_series_is_answered_as_if_it_were_booked_alone() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(async {
        let app = TestApp::with(&[("JWT_ACCESS_MIN", "1440")]).await;
        app.set_clock(SIGNED_IN_AT).await;
        let (owner, customer) = (app.person("owner").await, app.person("customer").await);
        let others = app.person("others").await;
        World { app, owner, customer, others }
    });
    let config = Config { cases: CASES, max_shrink_iters: 32, ..Config::default() };
    let counts = std::cell::Cell::new([0, 0]);
    let outcome = TestRunner::new(config).run(&case(), |case| {
        let [free, refused] = runtime.block_on(world.check(&case));
        let [all_free, all_refused] = counts.get();
        counts.set([all_free + free, all_refused + refused]);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let [free, refused] = counts.get();
    println!("free: {free}, refused: {refused}");
    assert!(free > 15 && refused > 15, "{free} could be booked and {refused} not: the cases are too narrow");
}
