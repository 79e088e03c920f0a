//! Random salons on random dates, most of them on or beside a day when the clock changes.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

use super::{
    clock_changes::clock_changes,
    salon::{Salon, minutes},
};
use crate::scheduling::{Break, Hours, Limits, MinuteOfDay, Span, Visit};

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
    (zone_and_date(), week(), visit(), limits()).prop_flat_map(|((zone, date), open, visit, limits)| {
        (vec(vec(busy_span(date), 0..=8), 1..=3), now(date)).prop_map(move |(busy, now)| {
            let salon = Salon { open: open.clone(), visit, limits, busy, now, ..Salon::new(zone) };
            (salon, date)
        })
    })
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
    let length = prop_oneof![4 => (1..=24_u16).prop_map(|fives| fives * 5), 1 => 1..=200_u16];
    let step = prop_oneof![4 => select(vec![10, 15, 20, 30, 45, 60]), 1 => 1..=90_u16];
    (length, prop_oneof![Just(0), 0..=60_u16, Just(1440)], option::of(step)).prop_map(
        |(duration, buffer, step)| Visit {
            duration: minutes(duration),
            buffer_before: 0,
            buffer_after: buffer,
            gap: None,
            step: step.map(minutes),
        },
    )
}

fn limits() -> impl Strategy<Value = Limits> {
    (prop_oneof![3 => Just(0), 1 => 0..=3000_u32], prop_oneof![3 => Just(365), 1 => 0..=3_u32])
        .prop_map(|(min_notice_minutes, horizon_days)| Limits { min_notice_minutes, horizon_days })
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
