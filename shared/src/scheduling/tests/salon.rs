//! [`Salon`], the business of every test, kept as the raw parts a [`Schedule`] is built from.

use std::num::NonZeroU16;

use jiff::{
    Timestamp,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use uuid::Uuid;

use crate::{
    ids::{ResourceId, StaffMemberId},
    scheduling::{
        Break, Entry, Gap, Hours, MinuteOfDay, Offer, Opening, OwnTime, Policy, Resource, Rule, Schedule,
        Slot, Span, StaffMember, Times, Visit, WeeklyHours,
    },
};

/// A day like any other.
pub(super) const MONDAY: Date = date(2026, 1, 5);

/// At first: visits of an hour for one, one staff member with nothing to do, no resources, no notice and all this
/// century to book in.
#[derive(Clone, Debug)]
pub(super) struct Salon {
    pub(super) zone: TimeZone,
    pub(super) open: Vec<(Weekday, Hours)>,
    pub(super) visit: Visit,
    pub(super) policy: Policy,
    pub(super) capacity: u32,
    /// Their ids are [`staff`] of their index.
    pub(super) team: Vec<Person>,
    /// Their ids are [`resource`] of their index.
    pub(super) resources: Vec<Equipment>,
    pub(super) now: Timestamp,
}

/// A staff member. At first: with nothing to do, and as quick as others.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// How long the visit takes with them, if not as long as it usually does.
    pub(super) duration: Option<NonZeroU16>,
    pub(super) away: Vec<Span>,
    pub(super) entries: Vec<Entry>,
}

/// A resource that every visit needs.
#[derive(Clone, Debug)]
pub(super) struct Equipment {
    pub(super) needed: u16,
    /// When each unit is taken.
    pub(super) units: Vec<Vec<Span>>,
}

impl Person {
    /// With these in their calendar.
    pub(super) fn with<const N: usize>(entries: [Entry; N]) -> Self {
        Self { entries: entries.into(), ..Self::default() }
    }

    /// With somebody in this time.
    pub(super) fn busy(visit: Span) -> Self {
        Self::with([entry(visit)])
    }

    pub(super) fn away(mut self, span: Span) -> Self {
        self.away.push(span);
        self
    }

    pub(super) fn taking(mut self, duration: u16) -> Self {
        self.duration = Some(minutes(duration));
        self
    }
}

impl Salon {
    pub(super) fn new(zone: &str) -> Self {
        Self {
            zone: TimeZone::get(zone).expect("the zone is bundled"),
            open: Vec::new(),
            visit: Visit { duration: minutes(60), buffer_before: 0, buffer_after: 0, gap: None, step: None },
            policy: Policy { booking_horizon_days: 100 * 366, ..Policy::default() },
            capacity: 1,
            team: vec![Person::default()],
            resources: Vec::new(),
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

    pub(super) fn with_buffer(self, buffer: u16) -> Self {
        self.with_buffers(0, buffer)
    }

    pub(super) fn with_buffers(mut self, before: u16, after: u16) -> Self {
        (self.visit.buffer_before, self.visit.buffer_after) = (before, after);
        self
    }

    /// So long after the start of a visit, the staff member is free for so long.
    pub(super) fn with_gap(mut self, start: u16, length: u16) -> Self {
        self.visit.gap = Some(Gap { start: minutes(start), length: minutes(length) });
        self
    }

    /// Makes it a class.
    pub(super) fn for_up_to(mut self, capacity: u32) -> Self {
        self.capacity = capacity;
        self
    }

    /// A visit needs so many of the units that are taken in these spans.
    pub(super) fn needing(mut self, needed: u16, units: &[&[Span]]) -> Self {
        let units = units.iter().map(|taken| taken.to_vec()).collect();
        self.resources.push(Equipment { needed, units });
        self
    }

    pub(super) fn every(mut self, step: u16) -> Self {
        self.visit.step = Some(minutes(step));
        self
    }

    pub(super) fn staffed_by<const N: usize>(mut self, team: [Person; N]) -> Self {
        self.team = team.into();
        self
    }

    pub(super) fn with_notice(mut self, minutes: u32) -> Self {
        self.policy.min_notice_minutes = minutes;
        self
    }

    pub(super) fn with_horizon(mut self, days: u32) -> Self {
        self.policy.booking_horizon_days = days;
        self
    }

    pub(super) fn at(mut self, now: &str) -> Self {
        self.now = instant(now);
        self
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            zone: self.zone.clone(),
            opening: Opening {
                week: WeeklyHours::new(self.open.clone()).expect("tests open sensibly"),
                ..Opening::default()
            },
            policy: self.policy.clone(),
            capacity: self.capacity,
            staff: (0..)
                .zip(&self.team)
                .map(|(index, person)| StaffMember {
                    id: staff(index),
                    visit: self.visit_with(person),
                    own: OwnTime::default(),
                    away: person.away.iter().copied().collect(),
                    calendar: person.entries.iter().copied().collect(),
                })
                .collect(),
            resources: (0..)
                .zip(&self.resources)
                .map(|(index, Equipment { needed, units })| Resource {
                    id: resource(index),
                    needed: *needed,
                    units: units.iter().map(|taken| taken.iter().copied().collect()).collect(),
                })
                .collect(),
        }
    }

    pub(super) fn visit_with(&self, person: &Person) -> Visit {
        Visit { duration: person.duration.unwrap_or(self.visit.duration), ..self.visit }
    }

    pub(super) fn slots(&self, date: Date) -> Vec<Slot> {
        self.schedule().slots_on(date, self.now)
    }

    pub(super) fn check(&self, date: Date, time: &str) -> Result<Slot, Rule> {
        self.schedule().check(date, minute(time), self.now)
    }

    /// The rules against a start, of each of the team.
    pub(super) fn explain(&self, date: Date, time: &str) -> Vec<Vec<Rule>> {
        let explained = self.schedule().explain(date, minute(time), self.now);
        explained.into_iter().map(|it| it.rules).collect()
    }

    /// Books as the application does: takes a seat of the class that is joined, or makes an entry and takes the units
    /// it needs. Fails if that takes anything that is taken.
    pub(super) fn book(&mut self, offer: Offer) {
        let units_free: Vec<_> =
            self.schedule().resources.iter().map(|kind| kind.free_units(offer.times.busy)).collect();
        let (_, person) =
            (0..).map(staff).zip(&mut self.team).find(|(id, _)| *id == offer.staff).expect("on the team");
        if offer.joins {
            let class = person
                .entries
                .iter_mut()
                .find(|entry| entry.seats_left.is_some() && entry.times.visit() == offer.times.visit());
            let seats_left = class.and_then(|class| class.seats_left.as_mut()).expect("a class to join");
            *seats_left = seats_left.checked_sub(1).expect("a seat for everybody");
            return;
        }
        for entry in &person.entries {
            for taken in entry.times.occupied() {
                assert!(!offer.times.occupied().any(|span| span.overlaps(taken)), "{offer:?} and {entry:?}");
            }
        }
        let seats_left = (self.capacity > 1).then(|| self.capacity - 1);
        person.entries.push(Entry { times: offer.times, seats_left });
        for (kind, free) in self.resources.iter_mut().zip(units_free) {
            assert!(free.len() >= kind.needed.into(), "too few units for {offer:?}");
            for number in free.into_iter().take(kind.needed.into()) {
                let unit = &mut kind.units[usize::from(number) - 1];
                assert!(!unit.iter().any(|taken| taken.overlaps(offer.times.busy)), "unit {number} is taken");
                unit.push(offer.times.busy);
            }
        }
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

/// A stretch of [`MONDAY`] in Warsaw, as in `monday("10:00-11:30")`.
pub(super) fn monday(stretch: &str) -> Span {
    let (start, end) = stretch.split_once('-').expect("a stretch is written with a dash");
    span(&format!("{MONDAY}T{start}+01:00"), &format!("{MONDAY}T{end}+01:00"))
}

/// Somebody's visit without buffers.
pub(super) fn entry(visit: Span) -> Entry {
    Entry { times: Times { start: visit.start, end: visit.end, busy: visit, gap: None }, seats_left: None }
}

/// Somebody's visit that occupies more than its time.
pub(super) fn entry_within(busy: Span, visit: Span) -> Entry {
    Entry { times: Times { busy, ..entry(visit).times }, seats_left: None }
}

/// Somebody's visit in which the staff member is free for a while.
pub(super) fn entry_around(gap: Span, visit: Span) -> Entry {
    Entry { times: Times { gap: Some(gap), ..entry(visit).times }, seats_left: None }
}

/// A class of the service, without buffers.
pub(super) fn class(visit: Span, seats_left: u32) -> Entry {
    Entry { seats_left: Some(seats_left), ..entry(visit) }
}

pub(super) fn staff(index: u128) -> StaffMemberId {
    Uuid::from_u128(index).into()
}

/// Not in the order of their index, in which a schedule lists them.
pub(super) fn resource(index: u128) -> ResourceId {
    Uuid::from_u128(index ^ 1).into()
}

/// Every minute of a day, the one that ends it included.
pub(super) fn every_minute() -> impl Iterator<Item = MinuteOfDay> {
    (0..=24 * 60_u16).map(|minutes| minutes.try_into().expect("at most a day"))
}
