//! Clock changes as data that others can use too: `docs/vectors/clock-changes.json`. The reference writes the file, and
//! the engine has to agree with what is in it.

use std::{env, fs};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use super::{
    clock_changes::clock_changes,
    reference::Reference,
    salon::{Salon, every_minute},
};
use crate::scheduling::Rule;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/vectors/clock-changes.json");

/// Samoa gave up changing its clock in 2021 and is here in case it starts again.
pub(super) const ZONES: [&str; 6] = [
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "Australia/Lord_Howe",
    "Europe/Warsaw",
    "Pacific/Apia",
];

/// Around any change, with edges and breaks in and beside the hour that is skipped or shown again; and a whole day.
const CASES: [(&str, &[&str], Visit); 4] = [
    ("00:00-05:00", &[], Visit { duration_minutes: 60, step_minutes: 30 }),
    ("00:30-02:45", &["01:30-02:20"], Visit { duration_minutes: 45, step_minutes: 20 }),
    ("02:20-06:00", &["02:30-03:10", "04:00-04:15"], Visit { duration_minutes: 45, step_minutes: 20 }),
    ("00:00-24:00", &[], Visit { duration_minutes: 180, step_minutes: 180 }),
];

/// What is offered on a date by a business that has nothing booked.
#[derive(Debug, Serialize, Deserialize)]
struct Vector {
    zone: String,
    date: Date,
    hours: Interval,
    visit: Visit,
    starts: Vec<Start>,
    /// Times on the grid of starts that the clock does not show.
    skipped: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Interval {
    opens: String,
    closes: String,
    breaks: Vec<Pause>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pause {
    start: String,
    end: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Visit {
    duration_minutes: u16,
    step_minutes: u16,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Start {
    time: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

#[test]
fn the_engine_agrees_with_every_vector() {
    let text = fs::read_to_string(FILE).expect("the file is part of the repository");
    let vectors: Vec<Vector> =
        serde_json::from_str(&text).expect("the file has the form it is documented to have");
    assert!(vectors.len() > 250, "only {} vectors", vectors.len());
    for Vector { zone, date, hours, visit, starts, skipped } in vectors {
        let breaks: Vec<String> =
            hours.breaks.iter().map(|pause| format!("{}-{}", pause.start, pause.end)).collect();
        let breaks: Vec<&str> = breaks.iter().map(String::as_str).collect();
        let salon = salon(&zone, &format!("{}-{}", hours.opens, hours.closes), &breaks, visit);
        let offered: Vec<Start> = salon
            .slots(date)
            .iter()
            .map(|slot| Start { time: slot.time.to_string(), starts_at: slot.start, ends_at: slot.end() })
            .collect();
        assert_eq!(offered, starts, "{zone} {date} {hours:?}");
        for time in skipped {
            assert_eq!(salon.check(date, &time), Err(Rule::NoSuchTime), "{zone} {date} {time}");
        }
    }
}

/// Run with `KEEP_VECTORS=1`, it writes the file.
#[test]
fn the_vectors_are_what_the_reference_says_of_every_clock_change() {
    let changes = ZONES.into_iter().flat_map(|zone| {
        let clock = Salon::new(zone).zone;
        clock_changes(&clock, 2024..=2030)
            .map(|change| (zone, clock.to_datetime(change.timestamp()).date()))
            .collect::<Vec<_>>()
    });
    // The date that Samoa skipped, between those beside it.
    let samoa = [29, 30, 31].map(|day| ("Pacific/Apia", date(2011, 12, day)));
    let vectors: Vec<String> = changes
        .chain(samoa)
        .flat_map(|(zone, date)| {
            CASES.map(|(interval, breaks, visit)| vector(zone, date, interval, breaks, visit))
        })
        .map(|vector| written(&vector))
        .collect();
    let text = format!("[\n{}\n]\n", vectors.join(",\n"));
    if env::var_os("KEEP_VECTORS").is_some() {
        fs::write(FILE, &text).expect("the checkout can be written to");
    }
    let kept = fs::read_to_string(FILE).expect("the file is part of the repository");
    assert!(
        kept == text,
        "docs/vectors/clock-changes.json is not current: KEEP_VECTORS=1 cargo test -p shared vectors"
    );
}

fn vector(zone: &str, date: Date, interval: &str, breaks: &[&str], visit: Visit) -> Vector {
    let salon = salon(zone, interval, breaks, visit);
    let reference = Reference::new(&salon, date);
    let (_, hours) = &salon.open[0];
    let starts = reference.slots().into_iter();
    let (opens, closes) = (hours.opens(), hours.closes());
    let grid =
        every_minute().filter(|time| (opens..closes).contains(time)).step_by(visit.step_minutes.into());
    let skipped = grid.filter(|time| reference.verdict(*time) == Err(Rule::NoSuchTime));
    Vector {
        zone: zone.into(),
        date,
        hours: Interval {
            opens: opens.to_string(),
            closes: closes.to_string(),
            breaks: hours
                .breaks()
                .iter()
                .map(|pause| Pause { start: pause.start.to_string(), end: pause.end.to_string() })
                .collect(),
        },
        visit,
        skipped: skipped.map(|time| time.to_string()).collect(),
        starts: starts
            .map(|slot| Start {
                time: slot.time.to_string(),
                starts_at: slot.start,
                ends_at: slot.offers[0].times.end,
            })
            .collect(),
    }
}

fn salon(zone: &str, interval: &str, breaks: &[&str], visit: Visit) -> Salon {
    Salon::new(zone).open(interval, breaks).visits_of(visit.duration_minutes).every(visit.step_minutes)
}

/// With a line for every start.
fn written(vector: &Vector) -> String {
    let Vector { zone, date, hours, visit, starts, skipped } = vector;
    let starts: Vec<_> = starts.iter().map(|start| format!("\n    {}", json(start))).collect();
    format!(
        "  {{\"zone\": {}, \"date\": {},\n   \"hours\": {},\n   \"visit\": {},\n   \"starts\": [{}],\n   \"skipped\": {}}}",
        json(zone),
        json(date),
        json(hours),
        json(visit),
        starts.join(","),
        json(skipped),
    )
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}
