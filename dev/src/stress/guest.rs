//! Somebody without an account, who books each time with another address: holds, reads the mailed code, books, and moves and
//! cancels by the mailed link. A booking is not repeated under a key, but cannot be made twice with one code.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    Stage,
    calls::{Answer, Call, locked},
    deeds::State,
    ledger::{Fate, GuestLedger, Hold},
    world::text,
};
use crate::{mailbox::KeptMail, seed::Dice};

/// How often it is looked for a code, every so often.
const LOOKS: u32 = 40;
const EVERY: Duration = Duration::from_millis(200);

/// The codes in the mails of a folder.
pub(super) struct Codes {
    folder: PathBuf,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    mails: HashSet<OsString>,
    /// The latest of each address, with the name of its mail.
    codes: HashMap<String, (OsString, String)>,
}

impl Codes {
    pub(super) fn in_mails(folder: PathBuf) -> Self {
        Self { folder, read: Mutex::default() }
    }

    /// The latest code for an address.
    fn latest(&self, address: &str) -> Option<String> {
        let mut read = locked(&self.read);
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            // Names are version 7 UUIDs: their order is that of time.
            if entry.path().extension().is_none_or(|kind| kind != "json") || !read.mails.insert(name.clone())
            {
                continue;
            }
            let mail = std::fs::read(entry.path()).ok();
            let mail = mail.and_then(|mail| serde_json::from_slice::<KeptMail>(&mail).ok());
            let Some(mail) = mail else { continue };
            let Some(code) = mail.code().map(str::to_owned) else { continue };
            let to = mail.to;
            if read.codes.get(&to).is_none_or(|(other, _)| *other < name) {
                read.codes.insert(to, (name, code));
            }
        }
        read.codes.get(address).map(|(_, code)| code.clone())
    }
}

pub(super) struct Guest {
    stage: Arc<Stage>,
    dice: Dice,
    ledger: GuestLedger,
    index: usize,
    bookings: u32,
    /// The id and the link of each.
    booked: Vec<Booking>,
}

#[derive(Clone)]
struct Booking {
    id: String,
    link: String,
    place: usize,
    service: usize,
}

impl Guest {
    pub(super) fn new(stage: &Arc<Stage>, index: usize, dice: Dice) -> Self {
        let (ledger, booked) = (GuestLedger::default(), Vec::new());
        Self { stage: Arc::clone(stage), dice, ledger, index, bookings: 0, booked }
    }

    /// Acts until it is time to stop; what came of it.
    pub(super) async fn act(mut self) -> GuestLedger {
        while !self.stage.stop.load(Ordering::Relaxed) {
            match self.dice.roll(10) {
                0..5 => self.book().await,
                5..8 => self.reschedule().await,
                _ => self.cancel().await,
            }
            sleep(EVERY).await;
        }
        self.ledger
    }

    fn call(kind: &'static str, path: String, body: Value) -> Call<'static> {
        Call { kind, method: Method::POST, path, token: None, key: None, body: Some(body) }
    }

    async fn book(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Some(slot) = stage.offered_anywhere(&mut self.dice).await else { return };
        let at = &stage.places[slot.place];
        let call = Self::call("hold as a guest", at.path("guest-holds/"), slot.wish.clone());
        let held = match stage.calls.ask(self.dice.index(2), &call).await {
            Answer::Done(held) => held,
            Answer::Unknown => {
                self.ledger.perhaps_held += 1;
                return;
            }
            Answer::Refused(..) => return,
        };
        self.ledger.holds.push(Hold::told(&held, &at.slug, (slot.service, slot.wish.clone())));
        if self.dice.roll(6) == 0 {
            // Their mind is changed.
            return;
        }
        self.bookings += 1;
        let address = format!("guest-{}-{}@example.com", self.index, self.bookings);
        let token = &held["hold_token"];
        let who = json!({ "hold_token": token, "name": "Gosia Maj", "email": address, "phone": "" });
        let call = Self::call("have a code mailed", at.path("guest-holds/code/"), who);
        if !matches!(stage.calls.insist(self.dice.index(2), &call).await, Answer::Done(_)) {
            return;
        }
        let mut wish = slot.wish;
        wish["hold_token"] = token.clone();
        let began = Instant::now();
        let Some(appointment) = self.confirm(&at.path("guest-appointments/"), wish, &address).await else {
            return;
        };
        let id = text(&appointment["id"]);
        locked(&stage.deeds).told(&id, began, State::told(&appointment));
        self.ledger.booked.insert(address, Some(id.clone()));
        let link = text(&appointment["link_token"]);
        self.booked.push(Booking { id, link, place: slot.place, service: slot.service });
    }

    /// Books what they held last with the code, once it is there; again, while it is not known whether it was done.
    async fn confirm(&mut self, path: &str, mut wish: Value, address: &str) -> Option<Value> {
        let stage = Arc::clone(&self.stage);
        let mut tried = None;
        for _ in 0..LOOKS {
            let code = stage.codes.latest(address).filter(|code| tried.as_ref() != Some(code));
            let Some(code) = code else {
                sleep(EVERY).await;
                continue;
            };
            wish["code"] = code.clone().into();
            let call = Self::call("book as a guest", path.to_owned(), wish.clone());
            let fate = match stage.calls.ask(self.dice.index(2), &call).await {
                Answer::Done(appointment) => {
                    self.end_hold(Fate::Ended);
                    return Some(appointment);
                }
                Answer::Unknown => Fate::Unknown,
                // The code of another mail, which is under way; or it was booked before.
                Answer::Refused(..) => {
                    tried = Some(code);
                    continue;
                }
            };
            self.end_hold(fate);
            self.ledger.booked.insert(address.to_owned(), None);
            sleep(EVERY).await;
        }
        None
    }

    fn end_hold(&mut self, fate: Fate) {
        if let Some(hold) = self.ledger.holds.last_mut() {
            hold.fate = fate;
        }
    }

    fn one_of_mine(&mut self) -> Option<Booking> {
        let index = self.dice.index(self.booked.len());
        self.booked.get(index).filter(|booking| locked(&self.stage.deeds).is_open(&booking.id)).cloned()
    }

    async fn through_link(&mut self, what: &'static str, booking: &Booking, mut body: Value, perhaps: State) {
        body["link_token"] = booking.link.clone().into();
        let kind = if what == "cancel" { "cancel by link" } else { "reschedule by link" };
        let call = Self::call(kind, format!("/api/guests/appointment/{what}/"), body);
        let began = Instant::now();
        let answer = self.stage.calls.ask(self.dice.index(2), &call).await;
        self.stage.note_change(&booking.id, began, &answer, perhaps);
    }

    async fn reschedule(&mut self) {
        let stage = Arc::clone(&self.stage);
        let Some(booking) = self.one_of_mine() else { return };
        let Some(slot) = stage.offered(&mut self.dice, booking.place, booking.service).await else { return };
        self.through_link("reschedule", &booking, slot.wish, State::open()).await;
    }

    async fn cancel(&mut self) {
        let Some(booking) = self.one_of_mine() else { return };
        self.through_link("cancel", &booking, json!({}), State::with_status("cancelled")).await;
    }
}
