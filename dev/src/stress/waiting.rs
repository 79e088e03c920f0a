//! A customer on waitlists: joins, books what is offered or gives it back, leaves.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    calls::{Answer, locked},
    customer::Customer,
    ledger::Fate,
    world::text,
};

impl Customer {
    /// Waits for a service, on one of the dates or on all, with anyone or with somebody, at any time or some hours.
    pub(super) async fn wait(&mut self) {
        let stage = Arc::clone(&self.stage);
        let at = &stage.places[self.dice.index(stage.places.len())];
        let last = self.dice.index(stage.dates.len());
        let first = self.dice.index(last + 1);
        let mut wish = json!({
            "service_id": at.services[self.dice.index(at.services.len())],
            "date_from": stage.dates[first], "date_to": stage.dates[last],
        });
        if self.dice.roll(2) == 0 {
            wish["staff_id"] = at.staff[self.dice.index(at.staff.len())].clone().into();
        }
        if self.dice.roll(2) == 0 {
            let from = 8 + self.dice.roll(8);
            wish["time_from"] = format!("{from:02}:00").into();
            wish["time_to"] = format!("{:02}:00", from + 3).into();
        }
        match self.ask("wait", None, at.path("waitlist/"), wish).await {
            Answer::Done(entry) => drop(self.ledger.waits.insert(text(&entry["id"]), Fate::Kept)),
            Answer::Unknown => self.ledger.perhaps_waits += 1,
            Answer::Refused(..) => {}
        }
    }

    /// Sees what is offered, and books one of it, or gives it back.
    pub(super) async fn use_offer(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Answer::Done(page) =
            self.ask("waits", None, "/api/users/waitlist/".to_owned(), Value::Null).await
        else {
            return;
        };
        let waits = page["results"].as_array().into_iter().flatten();
        let offered: Vec<&Value> = waits.filter(|wait| !wait["offer"].is_null()).collect();
        let Some(wait) = offered.get(self.dice.index(offered.len())) else { return };
        let offer = &wait["offer"];
        let Some(place) = stage.places.iter().position(|place| wait["business"] == place.slug.as_str())
        else {
            return;
        };
        let at = &stage.places[place];
        if self.dice.roll(3) == 0 {
            let path = at.path(&format!("holds/{}/", text(&offer["hold_id"])));
            self.ask("give back", None, path, Value::Null).await;
            return;
        }
        let wish = json!({
            "service_id": wait["service_id"], "date": offer["date"], "start_time": offer["start_time"],
            "hold_id": offer["hold_id"],
        });
        let service = at.services.iter().position(|id| wait["service_id"] == id.as_str()).unwrap_or_default();
        let (key, began) = (self.new_key(), Instant::now());
        for answer in self.insist("book what is offered", (at.path("appointments/"), wish), &key, false).await
        {
            let Answer::Done(appointment) = answer else { continue };
            // A wait ends with the booking, in one transaction; for an offer that has expired it is a booking like any other.
            if !locked(&stage.lapses).holds.contains(&text(&offer["hold_id"])) {
                self.ledger.waits.insert(text(&wait["id"]), Fate::Ended);
            }
            self.note(place, service, &key, began, &appointment);
        }
    }

    pub(super) async fn leave(&mut self) {
        let kept = self.ledger.waits.iter().filter(|(_, fate)| **fate == Fate::Kept);
        let mut kept: Vec<String> = kept.map(|(id, _)| id.clone()).collect();
        kept.sort_unstable();
        if kept.is_empty() {
            return;
        }
        let id = kept.swap_remove(self.dice.index(kept.len()));
        let fate = match self.ask("leave", None, format!("/api/users/waitlist/{id}/"), Value::Null).await {
            Answer::Done(_) => Fate::Ended,
            Answer::Unknown => Fate::Unknown,
            // It has ended before.
            Answer::Refused(..) => return,
        };
        self.ledger.waits.insert(id, fate);
    }
}
