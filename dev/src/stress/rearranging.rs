//! A business that asks what a change of its schedule would do to bookings, and makes it, with a choice for each.

use std::{collections::HashMap, sync::Arc};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    calls::{Answer, locked},
    deeds::{State, instant},
    ledger::Rearranged,
    manager::Manager,
    world::{hours, text},
};

/// How often a change is tried whose bookings have changed meanwhile.
const TRIES: u32 = 4;

/// A change that was proposed, and how it is seen that it was made.
struct Proposed {
    change: Value,
    /// A list, and what one of its rows then has.
    seen: (&'static str, Value),
    is_leaving: bool,
}

impl Manager {
    /// Somebody is away, the hours are others, or somebody leaves.
    pub(super) async fn rearrange(&mut self) {
        let proposed = self.proposed();
        for _ in 0..TRIES {
            if !self.try_to_rearrange(&proposed).await {
                return;
            }
        }
    }

    fn proposed(&mut self) -> Proposed {
        let stage = Arc::clone(&self.stage);
        let at = &stage.places[self.place];
        match self.dice.roll(4) {
            0 if !self.newcomers.is_empty() => {
                let who = self.newcomers[self.dice.index(self.newcomers.len())].clone();
                locked(&stage.lapses).staff.insert(who.clone());
                let change = json!({ "staff_leaving": { "staff_id": who } });
                Proposed { change, seen: ("staff/", json!({ "id": who })), is_leaving: true }
            }
            0 | 1 => {
                let opens = self.dice.pick(&["07:00", "08:00", "09:30"]);
                let closes = self.dice.pick(&["16:00", "18:00", "20:00"]);
                let row = json!({ "open_time": format!("{opens}:00"), "close_time": format!("{closes}:00") });
                let change = json!({ "opening_hours": hours(opens, closes) });
                Proposed { change, seen: ("opening-hours/", row), is_leaving: false }
            }
            _ => {
                let date = &stage.dates[self.dice.index(stage.dates.len())];
                let from = 8 + self.dice.roll(8);
                let away = json!({
                    "staff_id": at.staff[self.dice.index(at.staff.len())],
                    "starts_at": format!("{date}T{from:02}:00"), "ends_at": format!("{date}T{:02}:00", from + 2),
                });
                let change = json!({ "time_off": away });
                Proposed { change, seen: ("time-off/?page_size=100", away), is_leaving: false }
            }
        }
    }

    /// Whether it is to be tried again, because bookings have come or gone.
    async fn try_to_rearrange(&mut self, proposed: &Proposed) -> bool {
        let body = json!({ "change": proposed.change });
        let path = "schedule-changes/preview/?page_size=100";
        let Answer::Done(page) = self.ask("what if", Method::POST, path, body).await else { return false };
        let affected = page["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        if page["next"].is_string() {
            // As many as that are not looked through.
            return false;
        }
        let reason = format!("change {} of {}", self.changes.len(), self.place);
        let choices: Vec<Value> =
            affected.iter().map(|booking| self.choice(booking, &reason, proposed.is_leaving)).collect();
        let began = Instant::now();
        let body = json!({ "change": proposed.change, "choices": choices });
        let answer = self.ask("change the schedule", Method::POST, "schedule-changes/", body).await;
        let is_certain = match &answer {
            Answer::Refused(409, code) => return code == "CONFLICT",
            Answer::Refused(..) => return false,
            Answer::Done(_) => true,
            Answer::Unknown => false,
        };
        let cancelled = choices.iter().filter(|choice| choice["choice"] == "cancel").count();
        self.changes.push(Rearranged { reason, cancelled, is_certain });
        self.note_choices(&choices, &answer, began);
        if is_certain {
            self.see_it_made(proposed).await;
        }
        false
    }

    fn choice(&mut self, booking: &Value, reason: &str, is_leaving: bool) -> Value {
        let id = &booking["appointment"]["id"];
        let staff = booking["staff_ids"].as_array().map(Vec::as_slice).unwrap_or_default();
        let starts = booking["alternatives"].as_array().map(Vec::as_slice).unwrap_or_default();
        match self.dice.roll(10) {
            0..5 if !staff.is_empty() => {
                let to = &staff[self.dice.index(staff.len())];
                json!({ "appointment_id": id, "choice": "move", "staff_id": to })
            }
            0..5 if !starts.is_empty() => {
                let to = &starts[self.dice.index(starts.len())];
                json!({ "appointment_id": id, "choice": "move", "date": to["date"], "start_time": to["time"] })
            }
            5..8 if !is_leaving => json!({ "appointment_id": id, "choice": "keep" }),
            _ => json!({ "appointment_id": id, "choice": "cancel", "reason": reason }),
        }
    }

    /// Notes what has become of each booking, or may have.
    fn note_choices(&self, choices: &[Value], answer: &Answer, began: Instant) {
        let mut made: HashMap<String, &Value> = HashMap::new();
        if let Answer::Done(answer) = answer {
            let appointments = answer["appointments"].as_array().into_iter().flatten();
            made.extend(appointments.map(|one| (text(&one["appointment_id"]), one)));
            if made.len() != choices.len() {
                self.stage.calls.wrong(format!("for {} choices the answer is {answer}", choices.len()));
            }
        }
        let mut deeds = locked(&self.stage.deeds);
        for choice in choices {
            let (id, what) = (text(&choice["appointment_id"]), &choice["choice"]);
            match (made.get(&id), what.as_str()) {
                (Some(one), _) if one["choice"] != *what => {
                    self.stage.calls.wrong(format!("{what} was chosen for {id}, and {one} done"));
                }
                (Some(_), Some("cancel")) => deeds.told(&id, began, State::with_status("cancelled")),
                (None, Some("cancel")) => deeds.perhaps(&id, began, State::with_status("cancelled")),
                (Some(one), Some("move")) => {
                    let (start, staff) =
                        (instant(&one["start"]), one["staff_id"].as_str().map(str::to_owned));
                    deeds.told(&id, began, State { start, staff, ..State::open() });
                }
                (None, Some("move")) => {
                    let staff = choice["staff_id"].as_str().map(str::to_owned);
                    deeds.perhaps(&id, began, State { staff, ..State::open() });
                }
                _ => {}
            }
        }
    }

    /// The change itself has been made, by what the lists show. Nobody else changes this business.
    async fn see_it_made(&mut self, proposed: &Proposed) {
        let (list, row) = &proposed.seen;
        let Answer::Done(list) = self.ask("look at the schedule", Method::GET, list, Value::Null).await
        else {
            return;
        };
        let rows =
            list["results"].as_array().or_else(|| list.as_array()).map(Vec::as_slice).unwrap_or_default();
        let has = |candidate: &&Value| {
            row.as_object().into_iter().flatten().all(|(field, value)| candidate[field] == *value)
        };
        let found = rows.iter().find(has);
        if found.is_some() == proposed.is_leaving {
            self.stage.calls.wrong(format!("{} was not made: {list}", proposed.change));
        }
        if proposed.is_leaving {
            self.newcomers.retain(|who| row["id"] != who.as_str());
        } else if let Some(away) = found.filter(|_| proposed.change["time_off"].is_object()) {
            self.time_off.push(text(&away["id"]));
        }
    }
}
