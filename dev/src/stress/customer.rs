//! A customer who does whatever comes to mind, keeps a ledger of what they are told, and now and then has the business
//! act on their appointments. Nobody else acts on these but who changes the schedule; what is contended for is time.

use std::sync::{Arc, atomic::Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Stage,
    calls::{Answer, Call, locked},
    deeds::State,
    ledger::{Booked, Fate, Hold, Ledger},
    world::{Person, text},
};
use crate::seed::Dice;

/// From so many open appointments on, a customer rather cancels.
const MANY: usize = 14;

pub(super) struct Customer {
    pub(super) stage: Arc<Stage>,
    person: Person,
    pub(super) dice: Dice,
    pub(super) ledger: Ledger,
    index: usize,
    requests: u32,
}

/// A start that was offered.
pub(super) struct Slot {
    pub(super) place: usize,
    pub(super) service: usize,
    /// What is asked for: `date`, `start_time` and whoever is wanted.
    pub(super) wish: Value,
}

impl Stage {
    /// A start that is offered: with anyone or with somebody, often one of the first, which others want too.
    pub(super) async fn offered(&self, dice: &mut Dice, place: usize, service: usize) -> Option<Slot> {
        let at = &self.places[place];
        let server = dice.index(2);
        let date = self.dates[dice.index(self.dates.len())].clone();
        let mut path = at.path(&format!("availability/?service_id={}&date={date}", at.services[service]));
        let staff = (dice.roll(2) == 0).then(|| at.staff[dice.index(at.staff.len())].clone());
        if let Some(staff) = &staff {
            path = format!("{path}&staff_id={staff}");
        }
        let call =
            Call { kind: "availability", method: Method::GET, path, token: None, key: None, body: None };
        let Answer::Done(answer) = self.calls.ask(server, &call).await else { return None };
        let slots = answer["slots"].as_array().filter(|slots| !slots.is_empty())?;
        let among = if dice.roll(3) == 0 { slots.len() } else { slots.len().min(3) };
        let mut wish = json!({ "service_id": at.services[service], "date": date, "start_time": slots[dice.index(among)] });
        if let Some(staff) = staff {
            wish["staff_id"] = staff.into();
        }
        Some(Slot { place, service, wish })
    }

    pub(super) async fn offered_anywhere(&self, dice: &mut Dice) -> Option<Slot> {
        let place = dice.index(self.places.len());
        let service = dice.index(self.places[place].services.len());
        self.offered(dice, place, service).await
    }
}

impl Customer {
    pub(super) fn new(stage: &Arc<Stage>, index: usize, person: Person, dice: Dice) -> Self {
        let ledger = Ledger { customer: person.id.clone(), ..Ledger::default() };
        Self { stage: Arc::clone(stage), person, dice, ledger, index, requests: 0 }
    }

    /// Acts until it is time to stop; what came of it.
    pub(super) async fn act(mut self) -> Ledger {
        while !self.stage.stop.load(Ordering::Relaxed) {
            match self.dice.roll(100) {
                _ if self.open().len() > MANY => self.cancel().await,
                0..20 => self.book(false, false).await,
                20..23 => self.book(true, false).await,
                23..33 => self.hold().await,
                33..36 => self.give_back().await,
                36..43 => self.book(false, true).await,
                43..55 => self.reschedule().await,
                55..63 => self.cancel().await,
                63..68 => self.confirm().await,
                68..74 => self.book_series().await,
                74..81 => self.book_visit().await,
                81..84 => self.cancel_together().await,
                84..91 => self.wait().await,
                91..98 => self.use_offer().await,
                _ => self.leave().await,
            }
        }
        self.ledger
    }

    pub(super) fn server(&mut self) -> usize {
        self.dice.index(2)
    }

    /// An idempotency key that nothing was asked for with.
    pub(super) fn new_key(&mut self) -> String {
        self.requests += 1;
        format!("{}-{}", self.index, self.requests)
    }

    /// Asks for a booking until there is an answer: once, or at both servers at the same time.
    pub(super) async fn insist(
        &mut self,
        kind: &'static str,
        (path, body): (String, Value),
        key: &str,
        twice: bool,
    ) -> Vec<Answer> {
        let (stage, server) = (Arc::clone(&self.stage), self.server());
        let token = self.person.token(&stage.calls).await;
        let call =
            Call { kind, method: Method::POST, path, token: Some(&token), key: Some(key), body: Some(body) };
        if twice {
            let (one, other) =
                tokio::join!(stage.calls.insist(server, &call), stage.calls.insist(server + 1, &call));
            vec![one, other]
        } else {
            vec![stage.calls.insist(server, &call).await]
        }
    }

    /// Asks as the customer, or as the business.
    pub(super) async fn ask(
        &mut self,
        kind: &'static str,
        by: Option<usize>,
        path: String,
        body: Value,
    ) -> Answer {
        let (stage, server) = (Arc::clone(&self.stage), self.server());
        let who = by.map_or(&self.person, |place| &stage.places[place].owner);
        let token = who.token(&stage.calls).await;
        let method = match kind {
            "give back" | "leave" => Method::DELETE,
            "waits" => Method::GET,
            _ => Method::POST,
        };
        let body = (!body.is_null()).then_some(body);
        stage.calls.ask(server, &Call { kind, method, path, token: Some(&token), key: None, body }).await
    }

    /// Books: once, or at both servers at the same time; perhaps for a hold.
    async fn book(&mut self, twice: bool, with_hold: bool) {
        let stage = Arc::clone(&self.stage);
        let Some(mut slot) = stage.offered_anywhere(&mut self.dice).await else { return };
        let at = &stage.places[slot.place];
        let held = if with_hold { self.held(&at.slug) } else { None };
        if let Some(index) = held {
            let kept = &self.ledger.holds[index];
            (slot.service, slot.wish) = kept.wish.clone();
            slot.wish["hold_id"] = kept.id.clone().into();
        }
        let kind = match (held, twice) {
            (Some(_), _) => "book what is held",
            (None, true) => "book twice at once",
            (None, false) if slot.wish.get("staff_id").is_some() => "book with somebody",
            (None, false) => "book with anyone",
        };
        let (key, began) = (self.new_key(), Instant::now());
        let wished = slot.wish["staff_id"].as_str();
        for answer in self.insist(kind, (at.path("appointments/"), slot.wish.clone()), &key, twice).await {
            let Answer::Done(appointment) = answer else { continue };
            if let Some(index) = held {
                self.ledger.holds[index].fate = Fate::Ended;
            }
            // Once it is booked it may have been moved to somebody else.
            let with = appointment["staff"]["id"].as_str();
            let is_new = locked(&stage.deeds).possible(&text(&appointment["id"])).is_empty();
            if is_new && wished.is_some_and(|wished| with != Some(wished)) {
                stage.calls.wrong(format!("{key} was booked with {with:?} instead of {wished:?}"));
            }
            self.note(slot.place, slot.service, &key, began, &appointment);
        }
    }

    /// Notes an appointment that was booked with a key, by a request since then.
    pub(super) fn note(
        &mut self,
        place: usize,
        service: usize,
        key: &str,
        began: Instant,
        appointment: &Value,
    ) {
        let id = text(&appointment["id"]);
        let booked = Booked::of(place, service, key, appointment);
        let mut others = self.ledger.appointments.iter().filter(|(_, other)| other.key == key);
        if let Some((other, _)) = others.find(|(other, known)| known.whole(other) != booked.whole(&id)) {
            self.stage.calls.wrong(format!("key {key} made both {other} and {id}"));
        }
        locked(&self.stage.deeds).told(&id, began, State::told(appointment));
        self.ledger.appointments.insert(id, booked);
    }

    /// The customer's hold at a business.
    fn held(&self, slug: &str) -> Option<usize> {
        self.ledger.holds.iter().rposition(|hold| hold.slug == slug && hold.fate == Fate::Kept)
    }

    async fn hold(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Some(slot) = stage.offered_anywhere(&mut self.dice).await else { return };
        let slug = &stage.places[slot.place].slug;
        let path = stage.places[slot.place].path("holds/");
        let answer = self.ask("hold", None, path, slot.wish.clone()).await;
        let fate = match answer {
            Answer::Refused(..) => return,
            Answer::Done(_) => Fate::Ended,
            Answer::Unknown => Fate::Unknown,
        };
        for hold in self.ledger.holds.iter_mut().filter(|hold| hold.slug == *slug && hold.fate != Fate::Ended)
        {
            hold.fate = fate;
        }
        let Answer::Done(hold) = answer else {
            self.ledger.perhaps_held.insert(slug.clone());
            return;
        };
        self.ledger.perhaps_held.remove(slug);
        self.ledger.holds.push(Hold::told(&hold, slug, (slot.service, slot.wish)));
    }

    async fn give_back(&mut self) {
        let stage = Arc::clone(&self.stage);
        let at = &stage.places[self.dice.index(stage.places.len())];
        let Some(index) = self.held(&at.slug) else { return };
        let path = at.path(&format!("holds/{}/", self.ledger.holds[index].id));
        self.ledger.holds[index].fate = match self.ask("give back", None, path, Value::Null).await {
            Answer::Done(_) => Fate::Ended,
            // It has expired: whether it is there does not matter any more.
            Answer::Refused(..) | Answer::Unknown => Fate::Unknown,
        };
    }

    /// The customer's appointments that may be open, in order.
    pub(super) fn open(&self) -> Vec<(String, Booked)> {
        let deeds = locked(&self.stage.deeds);
        let all = self.ledger.appointments.iter().filter(|(id, _)| deeds.is_open(id));
        let mut open: Vec<_> = all.map(|(id, booked)| (id.clone(), booked.clone())).collect();
        open.sort_by(|(one, _), (other, _)| one.cmp(other));
        open
    }

    fn one_of_mine(&mut self) -> Option<(String, Booked)> {
        let mut open = self.open();
        let index = self.dice.index(open.len());
        (index < open.len()).then(|| open.swap_remove(index))
    }

    /// Changes an appointment, as the customer or as the business; `perhaps` is what it may be if there is no answer.
    async fn change(
        &mut self,
        kind: [&'static str; 2],
        (id, place): (&str, usize),
        (what, body): (&str, Value),
        perhaps: State,
    ) {
        let by_business = kind[0].is_empty() || self.dice.roll(3) == 0;
        let path = if by_business {
            self.stage.places[place].path(&format!("appointments/{id}/{what}/"))
        } else {
            format!("/api/users/appointments/{id}/{what}/")
        };
        let (by, began) = (by_business.then_some(place), Instant::now());
        let answer = self.ask(kind[usize::from(by_business)], by, path, body).await;
        self.stage.note_change(id, began, &answer, perhaps);
    }

    async fn reschedule(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Some((id, booked)) = self.one_of_mine() else { return };
        let Some(slot) = stage.offered(&mut self.dice, booked.place, booked.service).await else { return };
        let kinds = ["reschedule", "reschedule, business"];
        self.change(kinds, (&id, booked.place), ("reschedule", slot.wish), State::open()).await;
    }

    async fn cancel(&mut self) {
        let Some((id, booked)) = self.one_of_mine() else { return };
        let (kinds, perhaps) = (["cancel", "cancel, business"], State::with_status("cancelled"));
        self.change(kinds, (&id, booked.place), ("cancel", Value::Null), perhaps).await;
    }

    async fn confirm(&mut self) {
        let Some((id, booked)) = self.one_of_mine() else { return };
        let perhaps = State::with_status("confirmed");
        self.change(["", "confirm"], (&id, booked.place), ("confirm", Value::Null), perhaps).await;
    }
}

impl Stage {
    /// Notes what became of a change of an appointment, asked for since then; `perhaps` is what it may be if there is no
    /// answer.
    pub(super) fn note_change(&self, id: &str, began: Instant, answer: &Answer, perhaps: State) {
        match answer {
            Answer::Done(answer) => {
                let told = State::told(answer.get("data").unwrap_or(answer));
                locked(&self.deeds).told(id, began, told);
            }
            Answer::Unknown => locked(&self.deeds).perhaps(id, began, perhaps),
            Answer::Refused(..) => {}
        }
    }
}
