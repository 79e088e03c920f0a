//! Whatever happens, in whatever order: what is offered is offered to whoever joined first of those whom it suits and who were
//! not offered it before, and nothing is free that anybody who waits could have.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, accept, app, cancel, decline, looked_at, people};
use crate::support::{Dice, Person, Salon, TestApp};

const HOURS: u64 = 4;

/// Somebody who waits, as the test knows it.
struct Wait {
    person: usize,
    path: String,
    staff: Option<String>,
    from: u64,
    to: u64,
    offered: Vec<u64>,
    offer: Option<Value>,
}

impl Wait {
    fn wants(&self, hour: u64, staff: &str) -> bool {
        (self.from..=self.to).contains(&hour)
            && self.staff.as_deref().is_none_or(|own| own == staff)
            && !self.offered.contains(&hour)
    }
}

fn time(hour: u64) -> String {
    format!("{:02}:00", 9 + hour)
}

fn hour(offer: &Value) -> u64 {
    offer["start_time"].as_str().unwrap()[..2].parse::<u64>().unwrap() - 9
}

/// What a test has going on.
struct Story<'a> {
    app: &'a TestApp,
    salon: Salon,
    staff: Vec<String>,
    people: Vec<Person>,
    waiting: Vec<Wait>,
    booked: Vec<(usize, Value)>,
    offers: usize,
}

impl Story<'_> {
    /// With whom an hour is free.
    async fn free(&self) -> Vec<(u64, String)> {
        let query = format!("availability/?service_id={}&date={DATE}&verbose=true", self.salon.service);
        let day = self.app.get(&self.salon.path(&query)).await.expect(200);
        let mut free = Vec::new();
        for slot in day["slots_detail"].as_array().unwrap() {
            let hour = slot["time"].as_str().unwrap()[..2].parse::<u64>().unwrap() - 9;
            for staff in slot["staff_ids"].as_array().unwrap() {
                free.push((hour, staff.as_str().unwrap().to_owned()));
            }
        }
        free
    }

    async fn something(&mut self, dice: &mut Dice) {
        let person = usize::try_from(dice.below(self.people.len() as u64)).unwrap();
        match dice.below(10) {
            0..3 if self.waiting.iter().filter(|wait| wait.person == person).count() < 5 => {
                let (one, other) = (dice.below(HOURS), dice.below(HOURS));
                let (from, to) = (one.min(other), one.max(other));
                let staff =
                    (dice.below(2) == 0).then(|| self.staff[usize::try_from(dice.below(2)).unwrap()].clone());
                let more = json!({ "staff_id": staff, "time_from": time(from), "time_to": time(to) });
                let path = super::join(&self.salon, &self.people[person], more).await;
                self.waiting.push(Wait { person, path, staff, from, to, offered: Vec::new(), offer: None });
            }
            0..6 => {
                let Some((whose, appointment)) = self.booked.pop() else { return };
                cancel(&self.people[whose], &appointment).await;
            }
            6 => {
                let Some((hour, _)) = self.free().await.into_iter().next() else { return };
                let booked = self.salon.book(&self.people[person], DATE, &time(hour)).await;
                if booked.status == 201 {
                    self.booked.insert(0, (person, booked.json()));
                }
            }
            kind => {
                let Some(index) = self.waiting.iter().position(|wait| wait.offer.is_some()) else { return };
                let offer = self.waiting[index].offer.take().unwrap();
                let who = self.waiting[index].person;
                if kind == 7 {
                    let booked = accept(&self.salon, &self.people[who], &offer).await.expect(201);
                    self.booked.insert(0, (who, booked));
                    self.waiting.remove(index);
                } else if kind == 8 {
                    decline(&self.salon, &self.people[who], &offer).await;
                } else {
                    self.app.later(SignedDuration::from_mins(15)).await;
                }
            }
        }
    }

    /// Compares what is held for everybody with what was before, and with what is free.
    async fn check(&mut self) {
        looked_at(self.app).await;
        let mut gone = Vec::new();
        let mut new = Vec::new();
        for index in 0..self.waiting.len() {
            let wait = &self.waiting[index];
            let answer = self.people[wait.person].get(&wait.path).await;
            if answer.status == 404 {
                // They have booked what they waited for in another way.
                gone.push(index);
                continue;
            }
            let offer = Some(answer.expect(200)["offer"].clone()).filter(|offer| !offer.is_null());
            let hold = |offer: &Option<Value>| offer.as_ref().map(|offer| offer["hold_id"].clone());
            if offer.is_some() && hold(&offer) != hold(&wait.offer) {
                new.push((index, offer.clone().unwrap()));
            }
            self.waiting[index].offer = offer;
        }
        // Nobody who has joined before one that has a new offer could have had it, and has none.
        for (index, offer) in &new {
            let staff = offer["staff_id"].as_str().unwrap();
            assert!(self.waiting[*index].wants(hour(offer), staff), "{offer} is not what they want");
            for earlier in self.waiting[..*index].iter().filter(|wait| wait.offer.is_none()) {
                assert!(
                    !earlier.wants(hour(offer), staff)
                        || gone.iter().any(|gone| self.waiting[*gone].path == earlier.path),
                    "{} is passed over for {offer}",
                    earlier.path
                );
            }
        }
        for (index, offer) in &new {
            self.offers += 1;
            let hour = hour(offer);
            self.waiting[*index].offered.push(hour);
        }
        for index in gone.into_iter().rev() {
            self.waiting.remove(index);
        }
        for (hour, staff) in self.free().await {
            for wait in self.waiting.iter().filter(|wait| wait.offer.is_none()) {
                assert!(
                    !wait.wants(hour, &staff),
                    "{} waits for {} with {staff}, which is free",
                    wait.path,
                    time(hour)
                );
            }
        }
    }
}

#[tokio::test]
async fn nobody_is_passed_over() {
    let mut offers = 0;
    for seed in 1..=3 {
        let app = app().await;
        let salon = app.salon().open("09:00", "13:00").staff(2).create().await;
        let staff = salon.staff().await;
        let people = people(&app, 6).await;
        let mut story =
            Story { app: &app, salon, staff, people, waiting: Vec::new(), booked: Vec::new(), offers: 0 };
        for hour in 0..HOURS {
            for _ in 0..2 {
                let booked = story.salon.book(&story.people[0], DATE, &time(hour)).await.expect(201);
                story.booked.push((0, booked));
            }
        }
        app.later(SignedDuration::from_secs(1)).await;
        let mut dice = Dice::of(seed);
        for _ in 0..60 {
            story.something(&mut dice).await;
            app.later(SignedDuration::from_secs(1)).await;
            story.check().await;
        }
        offers += story.offers;
    }
    println!("offers: {offers}");
    assert!(offers > 30, "{offers}");
}
