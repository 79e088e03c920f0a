//! Random salons on random dates, most of them on or beside a day when the clock changes.

use std::num::NonZeroU16;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::{Index, select},
};

use super::{
    clock_changes::clock_changes,
    reference::times,
    salon::{Equipment, Person, Salon, minutes},
};
use crate::scheduling::{Break, Entry, Gap, Hours, MinuteOfDay, Policy, Span, Times, Visit};

/// Half-hour and midnight changes, changes by the moon, a skipped date, odd offsets, and none of it.
const ZONES: [&str; 9] = [
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Warsaw",
    "Pacific/Apia",
    "UTC",
];

/// A salon and a date to ask it about.
pub(super) fn salon_and_date() -> impl Strategy<Value = (Salon, Date)> {
    (zone_and_date(), week(), visit(), policy(), capacity()).prop_flat_map(
        |((zone, date), open, visit, policy, capacity)| {
            (vec(person(date), 1..=3), vec(equipment(date), 0..=2), now(date), vec(class(), 0..=6)).prop_map(
                move |(team, resources, now, classes)| {
                    let open = open.clone();
                    let mut salon = Salon {
                        open,
                        visit,
                        policy: policy.clone(),
                        capacity,
                        team,
                        resources,
                        now,
                        ..Salon::new(zone)
                    };
                    if capacity > 1 {
                        for class in &classes {
                            class.take_place(&mut salon, date);
                        }
                    }
                    (salon, date)
                },
            )
        },
    )
}

fn capacity() -> impl Strategy<Value = u32> {
    prop_oneof![Just(1), 2..=5_u32]
}

fn person(date: Date) -> impl Strategy<Value = Person> {
    let duration = prop_oneof![3 => Just(None), 1 => duration().prop_map(Some)];
    let away = prop_oneof![3 => Just(Vec::new()), 1 => vec(busy_span(date), 1..=2)];
    (duration, away, vec(entry(date), 0..=6)).prop_map(|(duration, away, entries)| Person {
        duration,
        away,
        entries,
    })
}

fn equipment(date: Date) -> impl Strategy<Value = Equipment> {
    (0..=2_u16, vec(vec(busy_span(date), 0..=3), 0..=4))
        .prop_map(|(needed, units)| Equipment { needed, units })
}

/// A visit or a class of another service, sometimes with buffers and a gap.
fn entry(date: Date) -> impl Strategy<Value = Entry> {
    let gap = option::weighted(0.3, (1..100_i32, 1..100_i32));
    (busy_span(date), buffer(), buffer(), gap).prop_map(|(visit, before, after, gap)| {
        let length = visit.end.duration_since(visit.start);
        let part = |percent: i32| SignedDuration::from_secs(length.as_secs() * i64::from(percent) / 100);
        let gap = gap.map(|(from, until)| Span {
            start: visit.start + part(from.min(until)),
            end: visit.start + part(from.max(until)),
        });
        let busy = Span {
            start: visit.start - SignedDuration::from_mins(before.into()),
            end: visit.end + SignedDuration::from_mins(after.into()),
        };
        let fits = |gap: &Span| visit.start < gap.start && gap.start < gap.end && gap.end < visit.end;
        let times = Times { start: visit.start, end: visit.end, busy, gap: gap.filter(fits) };
        Entry { times, seats_left: None }
    })
}

/// A class of the service, at one of its starts.
#[derive(Clone, Debug)]
struct Class {
    person: Index,
    hours: Index,
    steps: u16,
    seats_left: u32,
    /// It was opened before the service had its buffers and its gap.
    is_plain: bool,
}

fn class() -> impl Strategy<Value = Class> {
    (any::<Index>(), any::<Index>(), 0..=12_u16, 0..=2_u32, prop::bool::weighted(0.2)).prop_map(
        |(person, hours, steps, seats_left, is_plain)| Class { person, hours, steps, seats_left, is_plain },
    )
}

impl Class {
    fn take_place(&self, salon: &mut Salon, date: Date) {
        let today: Vec<_> = salon
            .open
            .iter()
            .filter(|(weekday, _)| *weekday == date.weekday())
            .map(|(_, hours)| hours)
            .collect();
        if today.is_empty() {
            return;
        }
        let person = self.person.index(salon.team.len());
        let visit = salon.visit_with(&salon.team[person]);
        let step = visit.step.map_or(visit.duration.get(), NonZeroU16::get);
        let opens = SignedDuration::from_mins(i16::from(self.hours.get(&today).opens()).into());
        let wall = date.at(0, 0, 0, 0) + opens + SignedDuration::from_mins((self.steps * step).into());
        let start = salon.zone.to_timestamp(wall).expect("this century is well within range");
        let times = times(visit, start);
        let plain = Times { busy: times.visit(), gap: None, ..times };
        let times = if self.is_plain { plain } else { times };
        salon.team[person].entries.push(Entry { times, seats_left: Some(self.seats_left) });
    }
}

fn zone_and_date() -> impl Strategy<Value = (&'static str, Date)> {
    select(&ZONES[..]).prop_flat_map(|zone| {
        let any_date =
            (0..365 * 36_i64).prop_map(|days| date(2000, 1, 1) + SignedDuration::from_hours(24 * days));
        let mut around_changes = days_around_changes(zone);
        if around_changes.is_empty() {
            around_changes.push(date(2028, 2, 29));
        }
        (Just(zone), prop_oneof![1 => any_date, 4 => select(around_changes)])
    })
}

fn days_around_changes(zone: &str) -> Vec<Date> {
    let zone = TimeZone::get(zone).expect("the zone is bundled");
    clock_changes(&zone, 2000..=2035)
        .flat_map(|change| {
            let day = zone.to_datetime(change.timestamp()).date();
            [day.yesterday(), Ok(day), day.tomorrow()]
        })
        .map(|day| day.expect("this century is well within range"))
        .collect()
}

fn week() -> impl Strategy<Value = Vec<(Weekday, Hours)>> {
    vec(opening_hours(), 7).prop_map(|week| {
        Weekday::Monday
            .cycle_forward()
            .zip(week)
            .flat_map(|(weekday, day)| day.into_iter().map(move |hours| (weekday, hours)))
            .collect()
    })
}

/// Cuts a day at random minutes and opens between every few of them.
fn opening_hours() -> impl Strategy<Value = Vec<Hours>> {
    (btree_set(minute_of_day(), 4..=10), 2..=6_usize, any::<bool>()).prop_map(|(edges, size, touching)| {
        let edges: Vec<MinuteOfDay> = edges.into_iter().collect();
        let stride = if touching { size - 1 } else { size };
        edges.windows(size).step_by(stride).map(hours).collect()
    })
}

/// Opens at the first of the edges, closes at the last, and breaks between those inside, two by two.
fn hours(edges: &[MinuteOfDay]) -> Hours {
    let &[opens, ref inside @ .., closes] = edges else { unreachable!("hours have at least two edges") };
    let breaks = inside.chunks_exact(2).map(|pause| Break { start: pause[0], end: pause[1] });
    Hours::new(opens, closes, breaks.collect()).expect("distinct and in order")
}

pub(super) fn minute_of_day() -> impl Strategy<Value = MinuteOfDay> {
    let minutes = prop_oneof![
        2 => Just(0),
        2 => Just(24 * 60),
        4 => (0..=6_u16).prop_map(|half_hours| half_hours * 30),
        8 => (0..=288_u16).prop_map(|fives| fives * 5),
        1 => 0..=24 * 60_u16,
    ];
    minutes.prop_map(|minutes| minutes.try_into().expect("at most a day"))
}

fn visit() -> impl Strategy<Value = Visit> {
    let step = prop_oneof![4 => select(vec![10, 15, 20, 30, 45, 60]), 1 => 1..=90_u16];
    (duration(), buffer(), buffer(), option::weighted(0.3, gap()), option::of(step)).prop_map(
        |(duration, buffer_before, buffer_after, gap, step)| Visit {
            duration,
            buffer_before,
            buffer_after,
            gap,
            step: step.map(minutes),
        },
    )
}

fn duration() -> impl Strategy<Value = NonZeroU16> {
    prop_oneof![4 => (1..=24_u16).prop_map(|fives| fives * 5), 1 => 1..=200_u16].prop_map(minutes)
}

fn buffer() -> impl Strategy<Value = u16> {
    prop_oneof![6 => Just(0), 8 => 0..=60_u16, 1 => Just(1440)]
}

/// Not every one fits into every visit.
fn gap() -> impl Strategy<Value = Gap> {
    (1..=60_u16, 1..=60_u16)
        .prop_map(|(start, length)| Gap { start: minutes(start), length: minutes(length) })
}

fn policy() -> impl Strategy<Value = Policy> {
    (prop_oneof![3 => Just(0), 1 => 0..=3000_u32], prop_oneof![3 => Just(365), 1 => 0..=3_u32]).prop_map(
        |(min_notice_minutes, booking_horizon_days)| Policy {
            min_notice_minutes,
            booking_horizon_days,
            ..Policy::default()
        },
    )
}

/// Up to five hours around `date`, not always on a whole minute, sometimes empty.
fn busy_span(date: Date) -> impl Strategy<Value = Span> {
    let seconds = || prop_oneof![4 => Just(0), 1 => 0..60_i64];
    let length = prop_oneof![1 => Just(0), 9 => 0..=300_i64];
    ((-1440..2 * 1440_i64), seconds(), length, seconds()).prop_map(
        move |(from, from_seconds, length, length_seconds)| {
            let start = after_midnight_utc(date, from * 60 + from_seconds);
            Span { start, end: start + SignedDuration::from_secs(length * 60 + length_seconds) }
        },
    )
}

/// Mostly some days before `date`, sometimes within hours of it or during it.
fn now(date: Date) -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        3 => -4 * 86_400..-86_400_i64,
        1 => -86_400..86_400_i64,
        1 => (-24..24_i64).prop_map(|hours| hours * 3600),
    ]
    .prop_map(move |seconds| after_midnight_utc(date, seconds))
}

fn after_midnight_utc(date: Date, seconds: i64) -> Timestamp {
    let midnight =
        TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).expect("this century is well within range");
    midnight + SignedDuration::from_secs(seconds)
}
