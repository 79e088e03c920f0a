//! [`Salon`], the business of every test, kept as the raw parts a [`Schedule`] is built from.

use std::num::NonZeroU16;

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use uuid::Uuid;

use crate::{
    ids::StaffMemberId,
    scheduling::{
        Break, Entry, Hours, Limits, MinuteOfDay, Rule, Schedule, Slot, Span, Spans, StaffMember, Times,
        Visit, WeeklyHours,
    },
};

/// At first: visits of an hour, one staff member with nothing to do, no notice and all this century to book
/// in.
#[derive(Clone, Debug)]
pub(super) struct Salon {
    pub(super) zone: TimeZone,
    pub(super) open: Vec<(Weekday, Hours)>,
    pub(super) visit: Visit,
    pub(super) limits: Limits,
    /// What each staff member is busy with; their ids are [`staff`] of their index.
    pub(super) busy: Vec<Vec<Span>>,
    pub(super) now: Timestamp,
}

impl Salon {
    pub(super) fn new(zone: &str) -> Self {
        Self {
            zone: TimeZone::get(zone).expect("the zone is bundled"),
            open: Vec::new(),
            visit: Visit { duration: minutes(60), buffer_before: 0, buffer_after: 0, gap: None, step: None },
            limits: Limits { min_notice_minutes: 0, horizon_days: 100 * 366 },
            busy: vec![Vec::new()],
            now: instant("2000-01-01T00:00Z"),
        }
    }

    /// Opens on every weekday, as in `open("09:00-17:00", &["12:00-12:30"])`.
    pub(super) fn open(mut self, interval: &str, breaks: &[&str]) -> Self {
        let hours = hours(interval, breaks);
        self.open.extend(Weekday::Monday.cycle_forward().take(7).map(|weekday| (weekday, hours.clone())));
        self
    }

    pub(super) fn visits_of(mut self, duration: u16) -> Self {
        self.visit.duration = minutes(duration);
        self
    }

    pub(super) fn with_buffer(mut self, buffer: u16) -> Self {
        self.visit.buffer_after = buffer;
        self
    }

    pub(super) fn every(mut self, step: u16) -> Self {
        self.visit.step = Some(minutes(step));
        self
    }

    /// Staffs the salon with people who are busy in these spans.
    pub(super) fn staffed_by(mut self, busy: &[&[Span]]) -> Self {
        self.busy = busy.iter().map(|spans| spans.to_vec()).collect();
        self
    }

    pub(super) fn with_notice(mut self, minutes: u32) -> Self {
        self.limits.min_notice_minutes = minutes;
        self
    }

    pub(super) fn with_horizon(mut self, days: u32) -> Self {
        self.limits.horizon_days = days;
        self
    }

    /// What the staff member `id` is busy with.
    pub(super) fn busy_of(&mut self, id: StaffMemberId) -> &mut Vec<Span> {
        let (_, busy) = (0..)
            .map(staff)
            .zip(&mut self.busy)
            .find(|(other, _)| *other == id)
            .expect("slots name those on the staff");
        busy
    }

    pub(super) fn at(mut self, now: &str) -> Self {
        self.now = instant(now);
        self
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            zone: self.zone.clone(),
            hours: WeeklyHours::new(self.open.clone()).expect("tests open sensibly"),
            limits: self.limits,
            staff: (0..)
                .zip(&self.busy)
                .map(|(index, busy)| StaffMember {
                    id: staff(index),
                    visit: self.visit,
                    away: Spans::default(),
                    calendar: busy.iter().copied().map(entry).collect(),
                })
                .collect(),
            capacity: 1,
            resources: Vec::new(),
        }
    }

    pub(super) fn slots(&self, date: Date) -> Vec<Slot> {
        self.schedule().slots_on(date, self.now)
    }

    pub(super) fn check(&self, date: Date, time: &str) -> Result<Slot, Rule> {
        self.schedule().check(date, minute(time), self.now)
    }

    /// What the engine offers on `date`, in the terms of [`super::reference`].
    pub(super) fn offered(&self, date: Date) -> Vec<Offer> {
        self.slots(date).into_iter().map(|slot| (slot.time, slot.start, slot.staff().collect())).collect()
    }

    /// The offered times on `date`.
    pub(super) fn starts(&self, date: Date) -> Vec<String> {
        self.slots(date).iter().map(|slot| slot.time.to_string()).collect()
    }

    /// The offered visits on `date` as a clock on the wall shows their instants.
    pub(super) fn visits(&self, date: Date) -> Vec<String> {
        let shown = |instant: Timestamp| instant.to_zoned(self.zone.clone()).strftime("%H:%M%:z").to_string();
        self.slots(date)
            .iter()
            .map(|slot| format!("{} to {}", shown(slot.start), shown(slot.end())))
            .collect()
    }
}

/// The time of a start, its instant, and who is free for it.
pub(super) type Offer = (MinuteOfDay, Timestamp, Vec<StaffMemberId>);

pub(super) fn hours(interval: &str, breaks: &[&str]) -> Hours {
    let breaks = breaks.iter().map(|pause| {
        let (start, end) = edges(pause);
        Break { start, end }
    });
    let (opens, closes) = edges(interval);
    Hours::new(opens, closes, breaks.collect()).expect("tests open sensibly")
}

fn edges(interval: &str) -> (MinuteOfDay, MinuteOfDay) {
    let (start, end) = interval.split_once('-').expect("an interval is written with a dash");
    (minute(start), minute(end))
}

pub(super) fn minute(text: &str) -> MinuteOfDay {
    text.parse().expect("a time is written HH:MM")
}

pub(super) fn minutes(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("durations and steps are not zero")
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant is written with its offset")
}

pub(super) fn span(start: &str, end: &str) -> Span {
    Span { start: instant(start), end: instant(end) }
}

/// Somebody's visit without buffers.
pub(super) fn entry(visit: Span) -> Entry {
    Entry { times: Times { start: visit.start, end: visit.end, busy: visit, gap: None }, seats_left: None }
}

pub(super) fn staff(index: u128) -> StaffMemberId {
    Uuid::from_u128(index).into()
}

/// Every minute of a day, the one that ends it included.
pub(super) fn every_minute() -> impl Iterator<Item = MinuteOfDay> {
    (0..=24 * 60_u16).map(|minutes| minutes.try_into().expect("at most a day"))
}
