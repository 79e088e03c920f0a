//! What happens at a business beside its bookings: staff come and go, hours and time off change, rooms open and close.

use std::sync::{Arc, atomic::Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use super::{
    Stage,
    calls::{Answer, Call, locked},
    ledger::Rearranged,
    world::{hours, text},
};
use crate::seed::Dice;

/// Staff come and go one after the other, so many at a time.
const NEWCOMERS: usize = 2;

pub(super) struct Manager {
    pub(super) stage: Arc<Stage>,
    pub(super) place: usize,
    pub(super) dice: Dice,
    pub(super) newcomers: Vec<String>,
    pub(super) time_off: Vec<String>,
    /// Those with a choice for each booking.
    pub(super) changes: Vec<Rearranged>,
}

impl Manager {
    pub(super) fn new(stage: &Arc<Stage>, place: usize, dice: Dice) -> Self {
        let (newcomers, time_off, changes) = (Vec::new(), Vec::new(), Vec::new());
        Self { stage: Arc::clone(stage), place, dice, newcomers, time_off, changes }
    }

    /// Acts until it is time to stop; the changes made with a choice for each booking.
    pub(super) async fn act(mut self) -> Vec<Rearranged> {
        while !self.stage.stop.load(Ordering::Relaxed) {
            match self.dice.roll(9) {
                0 if self.newcomers.len() < NEWCOMERS => self.hire().await,
                0 | 1 => self.dismiss().await,
                2 => self.give_time_off().await,
                3 => self.take_time_off_back().await,
                4 => self.change_hours().await,
                5 => self.change_rooms().await,
                _ => self.rearrange().await,
            }
            sleep(Duration::from_millis(300)).await;
        }
        self.changes
    }

    pub(super) async fn ask(
        &mut self,
        kind: &'static str,
        method: Method,
        below: &str,
        body: Value,
    ) -> Answer {
        let stage = Arc::clone(&self.stage);
        let at = &stage.places[self.place];
        let token = at.owner.token(&stage.calls).await;
        let body = (!body.is_null()).then_some(body);
        let call = Call { kind, method, path: at.path(below), token: Some(&token), key: None, body };
        stage.calls.ask(self.dice.index(2), &call).await
    }

    async fn hire(&mut self) {
        // All services: whoever asks for anyone may get them.
        let services = self.stage.places[self.place].services.clone();
        let body = json!({ "display_name": "Nowa osoba", "service_ids": services });
        if let Answer::Done(hired) = self.ask("hire", Method::POST, "staff/", body).await {
            self.newcomers.push(text(&hired["id"]));
        }
    }

    /// Refused while they have bookings to come.
    async fn dismiss(&mut self) {
        if self.newcomers.is_empty() {
            return;
        }
        let index = self.dice.index(self.newcomers.len());
        let who = self.newcomers[index].clone();
        // Before it is known: a hold that goes with them is not one that is lost.
        locked(&self.stage.lapses).staff.insert(who.clone());
        let path = format!("staff/{who}/");
        if !matches!(self.ask("dismiss", Method::DELETE, &path, Value::Null).await, Answer::Refused(409, _)) {
            self.newcomers.remove(index);
        }
    }

    async fn give_time_off(&mut self) {
        let stage = Arc::clone(&self.stage);
        let staff = &stage.places[self.place].staff;
        let date = &stage.dates[self.dice.index(stage.dates.len())];
        let from = 8 + self.dice.roll(8);
        let body = json!({
            "staff_id": staff[self.dice.index(staff.len())],
            "starts_at": format!("{date}T{from:02}:00"), "ends_at": format!("{date}T{:02}:00", from + 2),
        });
        if let Answer::Done(made) = self.ask("give time off", Method::POST, "time-off/", body).await {
            self.time_off.push(text(&made["id"]));
        }
    }

    async fn take_time_off_back(&mut self) {
        if let Some(id) = self.time_off.pop() {
            self.ask("take time off back", Method::DELETE, &format!("time-off/{id}/"), Value::Null).await;
        }
    }

    async fn change_hours(&mut self) {
        let opens = self.dice.pick(&["07:00", "08:00", "09:30"]);
        let closes = self.dice.pick(&["16:00", "18:00", "20:00"]);
        self.ask("change hours", Method::POST, "opening-hours/bulk-update/", hours(opens, closes)).await;
    }

    /// Refused while bookings need the one that is to go.
    async fn change_rooms(&mut self) {
        let path = format!("resources/{}/", self.stage.places[self.place].room);
        let quantity = 1 + self.dice.roll(3);
        self.ask("change rooms", Method::PATCH, &path, json!({ "quantity": quantity })).await;
    }
}
