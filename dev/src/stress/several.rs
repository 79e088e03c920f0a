//! What a customer books as one: visits by a rule, and several services in a row.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    calls::{Answer, Call, locked},
    customer::Customer,
    deeds::State,
    world::text,
};

/// The wishes of a customer for what happens where a date cannot be booked.
const ON_CONFLICT: [&str; 3] = ["skip", "stop", "all_or_nothing"];

impl Customer {
    /// Books some days in a row, of which the first is offered.
    pub(super) async fn book_series(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Some(mut slot) = stage.offered_anywhere(&mut self.dice).await else { return };
        let on_conflict = self.dice.pick(&ON_CONFLICT);
        slot.wish["rule"] = format!("FREQ=DAILY;COUNT={}", 2 + self.dice.roll(4)).into();
        slot.wish["on_conflict"] = on_conflict.into();
        let (key, began, twice) = (self.new_key(), Instant::now(), self.dice.roll(5) == 0);
        let path = stage.places[slot.place].path("appointments/series/");
        for answer in self.insist("book a series", (path, slot.wish.clone()), &key, twice).await {
            let Answer::Done(series) = answer else { continue };
            let dates: Vec<&Value> = series["dates"].as_array().into_iter().flatten().collect();
            let (booked, missing): (Vec<&Value>, Vec<&Value>) =
                dates.iter().partition(|date| date["outcome"] == "booked");
            if booked.is_empty() || on_conflict == "all_or_nothing" && !missing.is_empty() {
                stage.calls.wrong(format!("{on_conflict} made {series}"));
            }
            self.ledger.series.insert(text(&series["id"]), missing.len());
            for date in booked {
                self.note(slot.place, slot.service, &key, began, &date["appointment"]);
            }
        }
    }

    /// Books two or three services in a row, as they are offered.
    pub(super) async fn book_visit(&mut self) {
        let stage = Arc::clone(&self.stage);
        let place = self.dice.index(stage.places.len());
        let at = &stage.places[place];
        let chosen: Vec<usize> =
            (0..2 + self.dice.roll(2)).map(|_| self.dice.index(at.services.len())).collect();
        let services: Vec<&str> = chosen.iter().map(|service| at.services[*service].as_str()).collect();
        let date = &stage.dates[self.dice.index(stage.dates.len())];
        let wait = self.dice.pick(&[0_u16, 30, 120]);
        let query = format!("service_ids={}&date={date}&max_wait_minutes={wait}", services.join(","));
        let path = at.path(&format!("availability/visits/?{query}"));
        let (kind, method) = ("availability of visits", Method::GET);
        let call = Call { kind, method, path, token: None, key: None, body: None };
        let Answer::Done(answer) = stage.calls.ask(self.server(), &call).await else { return };
        let Some(starts) = answer["days"][0]["starts"].as_array().filter(|starts| !starts.is_empty()) else {
            return;
        };
        let time = &starts[self.dice.index(starts.len().min(3))]["time"];
        let parts: Vec<Value> = services.iter().map(|service| json!({ "service_id": service })).collect();
        let wish = json!({ "date": date, "start_time": time, "parts": parts, "max_wait_minutes": wait });
        let (key, began, twice) = (self.new_key(), Instant::now(), self.dice.roll(5) == 0);
        for answer in self.insist("book a visit", (at.path("visits/"), wish.clone()), &key, twice).await {
            let Answer::Done(visit) = answer else { continue };
            let parts = visit["appointments"].as_array().map(Vec::as_slice).unwrap_or_default();
            let mut booked: Vec<&str> =
                parts.iter().filter_map(|part| part["service"]["id"].as_str()).collect();
            let mut wished = services.clone();
            booked.sort_unstable();
            wished.sort_unstable();
            if booked != wished {
                stage.calls.wrong(format!("of {wished:?} a visit has {booked:?}"));
            }
            for part in parts {
                let service = at.services.iter().position(|id| part["service"]["id"] == id.as_str());
                self.note(place, service.unwrap_or_default(), &key, began, part);
            }
        }
    }

    /// Cancels what is ahead of a series, or of a visit.
    pub(super) async fn cancel_together(&mut self) {
        let open = self.open();
        let mut together: Vec<String> = open
            .iter()
            .filter_map(|(_, booked)| {
                let series =
                    booked.series.as_ref().map(|id| format!("/api/users/appointments/series/{id}/cancel/"));
                series.or_else(|| booked.visit.as_ref().map(|id| format!("/api/users/visits/{id}/cancel/")))
            })
            .collect();
        together.dedup();
        if together.is_empty() {
            return;
        }
        let path = together.swap_remove(self.dice.index(together.len()));
        let theirs = open.iter().filter(|(id, booked)| path.contains(booked.whole(id)));
        let ids: Vec<&str> = theirs.map(|(id, _)| id.as_str()).collect();
        let began = Instant::now();
        let answer = self.ask("cancel together", None, path.clone(), Value::Null).await;
        let cancelled = || State::with_status("cancelled");
        match answer {
            Answer::Done(answer) => {
                let data = &answer["data"];
                for part in data["appointments"].as_array().into_iter().flatten() {
                    let state = State::told(part);
                    locked(&self.stage.deeds).told(&text(&part["id"]), began, state);
                }
                for date in data["outcomes"].as_array().into_iter().flatten() {
                    if date["outcome"] == "cancelled" {
                        locked(&self.stage.deeds).told(&text(&date["appointment_id"]), began, cancelled());
                    }
                }
            }
            Answer::Unknown => {
                for id in ids {
                    locked(&self.stage.deeds).perhaps(id, began, cancelled());
                }
            }
            Answer::Refused(..) => {}
        }
    }
}
