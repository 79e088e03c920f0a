//! A customer who does whatever comes to mind, keeps a ledger of what they are told, and now and then has the business
//! act on their appointments. Nobody else acts on these, so that the ledger is exact; what is contended for is time.

use std::sync::{Arc, atomic::Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Stage,
    calls::{Answer, Call},
    ledger::{Booked, Fate, Hold, Ledger, State},
    world::{Person, text},
};
use crate::seed::Dice;

/// From so many open appointments on, a customer rather cancels.
const MANY: usize = 14;

pub(super) struct Customer {
    stage: Arc<Stage>,
    person: Person,
    dice: Dice,
    ledger: Ledger,
    index: usize,
    requests: u32,
}

/// A start that was offered.
struct Slot {
    place: usize,
    service: usize,
    /// What is asked for: `date`, `start_time` and whoever is wanted.
    wish: Value,
}

impl Customer {
    pub(super) fn new(stage: &Arc<Stage>, index: usize, person: Person, dice: Dice) -> Self {
        let ledger = Ledger { customer: person.id.clone(), ..Ledger::default() };
        Self { stage: Arc::clone(stage), person, dice, ledger, index, requests: 0 }
    }

    /// Acts until it is time to stop; what came of it.
    pub(super) async fn act(mut self) -> Ledger {
        while !self.stage.stop.load(Ordering::Relaxed) {
            let open = self.ledger.appointments.values().filter(|booked| booked.is_open()).count();
            match self.dice.roll(100) {
                _ if open > MANY => self.cancel().await,
                0..30 => self.book(false, false).await,
                30..34 => self.book(true, false).await,
                34..50 => self.hold().await,
                50..55 => self.give_back().await,
                55..64 => self.book(false, true).await,
                64..80 => self.reschedule().await,
                80..92 => self.cancel().await,
                _ => self.confirm().await,
            }
        }
        self.ledger
    }

    fn server(&mut self) -> usize {
        self.dice.index(2)
    }

    /// Asks as the customer, or as the business.
    async fn ask(&mut self, kind: &'static str, by: Option<usize>, path: String, body: Value) -> Answer {
        let (stage, server) = (Arc::clone(&self.stage), self.server());
        let who = by.map_or(&self.person, |place| &stage.places[place].owner);
        let token = who.token(&stage.calls).await;
        let method = if kind == "give back" { Method::DELETE } else { Method::POST };
        let body = (!body.is_null()).then_some(body);
        stage.calls.ask(server, &Call { kind, method, path, token: Some(&token), key: None, body }).await
    }

    /// A start that is offered: with anyone or with somebody, often one of the first, which others want too.
    async fn offered(&mut self, place: usize, service: usize) -> Option<Slot> {
        let (stage, server) = (Arc::clone(&self.stage), self.server());
        let at = &stage.places[place];
        let date = stage.dates[self.dice.index(stage.dates.len())].clone();
        let mut path = at.path(&format!("availability/?service_id={}&date={date}", at.services[service]));
        let staff = (self.dice.roll(2) == 0).then(|| at.staff[self.dice.index(at.staff.len())].clone());
        if let Some(staff) = &staff {
            path = format!("{path}&staff_id={staff}");
        }
        let call =
            Call { kind: "availability", method: Method::GET, path, token: None, key: None, body: None };
        let Answer::Done(answer) = stage.calls.ask(server, &call).await else { return None };
        let slots = answer["slots"].as_array().filter(|slots| !slots.is_empty())?;
        let among = if self.dice.roll(3) == 0 { slots.len() } else { slots.len().min(3) };
        let mut wish = json!({ "service_id": at.services[service], "date": date, "start_time": slots[self.dice.index(among)] });
        if let Some(staff) = staff {
            wish["staff_id"] = staff.into();
        }
        Some(Slot { place, service, wish })
    }

    async fn offered_anywhere(&mut self) -> Option<Slot> {
        let place = self.dice.index(self.stage.places.len());
        let service = self.dice.index(self.stage.places[place].services.len());
        self.offered(place, service).await
    }

    /// Books, asking until there is an answer: once, or at both servers at the same time; perhaps for a hold.
    async fn book(&mut self, twice: bool, with_hold: bool) {
        let Some(mut slot) = self.offered_anywhere().await else { return };
        let stage = Arc::clone(&self.stage);
        let at = &stage.places[slot.place];
        let held = if with_hold { self.held(&at.slug) } else { None };
        if let Some(index) = held {
            let kept = &self.ledger.holds[index];
            (slot.service, slot.wish) = kept.wish.clone();
            slot.wish["hold_id"] = kept.id.clone().into();
        }
        self.requests += 1;
        let key = format!("{}-{}", self.index, self.requests);
        let kind = match (held, twice) {
            (Some(_), _) => "book what is held",
            (None, true) => "book twice at once",
            (None, false) if slot.wish.get("staff_id").is_some() => "book with somebody",
            (None, false) => "book with anyone",
        };
        let token = self.person.token(&stage.calls).await;
        let (path, body) = (at.path("appointments/"), Some(slot.wish.clone()));
        let call = Call { kind, method: Method::POST, path, token: Some(&token), key: Some(&key), body };
        let server = self.server();
        let answers = if twice {
            let (one, other) =
                tokio::join!(stage.calls.insist(server, &call), stage.calls.insist(server + 1, &call));
            vec![one, other]
        } else {
            vec![stage.calls.insist(server, &call).await]
        };
        for answer in answers {
            self.note_booking(&slot, &key, held, &answer);
        }
    }

    fn note_booking(&mut self, slot: &Slot, key: &str, held: Option<usize>, answer: &Answer) {
        let Answer::Done(appointment) = answer else { return };
        let id = text(&appointment["id"]);
        let state = State::told(appointment);
        let wished = slot.wish["staff_id"].as_str();
        if wished.is_some() && state.staff.as_deref() != wished {
            self.stage.calls.wrong(format!("{id} was booked with {:?} instead of {wished:?}", state.staff));
        }
        if let Some(index) = held {
            self.ledger.holds[index].fate = Fate::Ended;
        }
        let (place, service, key) = (slot.place, slot.service, key.to_owned());
        let other =
            self.ledger.appointments.iter().find(|(other, booked)| booked.key == key && **other != id);
        if let Some((other, _)) = other {
            self.stage.calls.wrong(format!("key {key} made both {other} and {id}"));
        }
        self.ledger.appointments.insert(id, Booked { place, service, key, possible: vec![state] });
    }

    /// The customer's hold at a business.
    fn held(&self, slug: &str) -> Option<usize> {
        self.ledger.holds.iter().rposition(|hold| hold.slug == slug && hold.fate == Fate::Kept)
    }

    async fn hold(&mut self) {
        let Some(slot) = self.offered_anywhere().await else { return };
        let stage = Arc::clone(&self.stage);
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
        self.ledger.holds.push(Hold {
            id: text(&hold["id"]),
            slug: slug.clone(),
            staff: text(&hold["staff_id"]),
            expires: hold["expires_at"].as_str().and_then(|at| at.parse().ok()).unwrap_or_default(),
            wish: (slot.service, slot.wish),
            fate: Fate::Kept,
        });
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

    /// One of the customer's appointments that may be open.
    fn one_of_mine(&mut self) -> Option<(String, usize, usize)> {
        let mut mine: Vec<_> =
            self.ledger.appointments.iter().filter(|(_, booked)| booked.is_open()).collect();
        mine.sort_by_key(|(id, _)| *id);
        let (id, booked) = mine.get(self.dice.index(mine.len()))?;
        Some(((*id).clone(), booked.place, booked.service))
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
        let by = by_business.then_some(place);
        let answer = self.ask(kind[usize::from(by_business)], by, path, body).await;
        let Some(booked) = self.ledger.appointments.get_mut(id) else { return };
        match answer {
            Answer::Done(answer) => {
                booked.possible = vec![State::told(answer.get("data").unwrap_or(&answer))];
            }
            Answer::Unknown => booked.possible.push(perhaps),
            Answer::Refused(..) => {}
        }
    }

    async fn reschedule(&mut self) {
        let Some((id, place, service)) = self.one_of_mine() else { return };
        let Some(slot) = self.offered(place, service).await else { return };
        let perhaps = State { status: None, start: None, staff: None };
        let kinds = ["reschedule", "reschedule, business"];
        self.change(kinds, (&id, place), ("reschedule", slot.wish), perhaps).await;
    }

    async fn cancel(&mut self) {
        let Some((id, place, _)) = self.one_of_mine() else { return };
        let perhaps = State { status: Some("cancelled".to_owned()), start: None, staff: None };
        self.change(["cancel", "cancel, business"], (&id, place), ("cancel", Value::Null), perhaps).await;
    }

    async fn confirm(&mut self) {
        let Some((id, place, _)) = self.one_of_mine() else { return };
        let perhaps = State { status: Some("confirmed".to_owned()), start: None, staff: None };
        self.change(["", "confirm"], (&id, place), ("confirm", Value::Null), perhaps).await;
    }
}
