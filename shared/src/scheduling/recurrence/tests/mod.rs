//! The standard's own examples, a slow reference, clock changes, and what is refused.

mod examples;
mod reference;

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};

use super::{Limits, RecurrenceError, RecurrenceRule};
use crate::scheduling::MinuteOfDay;

/// As many dates and as long as the examples go on.
const WIDE: Limits = Limits { dates: 200, days: 366 * 20 };

fn rule(text: &str) -> RecurrenceRule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("known")
}

fn at(time: &str) -> MinuteOfDay {
    time.parse().expect("a time")
}

fn of(rule: &RecurrenceRule, first: Date) -> Vec<Date> {
    let dates = rule.within(WIDE, first, at("09:00"), &zone("America/New_York")).expect("it recurs");
    assert!(dates.iter().all(|each| each.start.is_some()), "there is nine o'clock every day");
    dates.iter().map(|each| each.date).collect()
}

/// `1997 Sep 2 4; Oct 1`
fn days(text: &str) -> Vec<Date> {
    let (mut year, mut month, mut dates) = (0, 0, Vec::new());
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    for word in text.split([' ', ';']).filter(|word| !word.is_empty()) {
        if let Some(index) = names.iter().position(|name| *name == word) {
            month = i8::try_from(index + 1).expect("of twelve");
            continue;
        }
        match word.parse::<i16>().expect("a number") {
            new_year @ 32.. => year = new_year,
            day => dates.push(date(year, month, i8::try_from(day).expect("a day"))),
        }
    }
    dates
}

#[test]
fn the_first_date_counts_whether_or_not_the_rule_has_it() {
    // A Wednesday.
    assert_eq!(of(&rule("FREQ=WEEKLY;BYDAY=MO;COUNT=3"), date(2026, 3, 4)), days("2026 Mar 4 9 16"));
    assert_eq!(of(&rule("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260308"), date(2026, 3, 4)), days("2026 Mar 4"));
    // BYSETPOS is of the whole month, also where it begins before the first date.
    assert_eq!(
        of(&rule("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;COUNT=2"), date(2026, 3, 9)),
        days("2026 Mar 9; Apr 6")
    );
}

#[test]
fn what_a_month_does_not_have_is_left_out() {
    assert_eq!(
        of(&rule("FREQ=MONTHLY;COUNT=4"), date(2026, 1, 31)),
        days("2026 Jan 31; Mar 31; May 31; Jul 31")
    );
    assert_eq!(
        of(&rule("FREQ=YEARLY;COUNT=3"), date(2024, 2, 29)),
        days("2024 Feb 29; 2028 Feb 29; 2032 Feb 29")
    );
}

#[test]
fn until_is_included_as_a_date_a_local_time_and_an_instant() {
    for (until, last) in [
        ("20260316", 16),
        ("20260315", 9),
        ("20260316T090000", 16),
        ("20260316T085900", 9),
        // Nine in Warsaw is eight in UTC.
        ("20260316T080000Z", 16),
        ("20260316T075959Z", 9),
    ] {
        let rule = rule(&format!("FREQ=WEEKLY;UNTIL={until}"));
        let dates = rule.dates(date(2026, 3, 2), at("09:00"), &zone("Europe/Warsaw")).expect("it recurs");
        assert_eq!(dates.last().map(|each| each.date), Some(date(2026, 3, last)), "{until}");
    }
}

fn starts(text: &str, first: Date, time: &str) -> Vec<Option<String>> {
    let zone = zone("Europe/Warsaw");
    let dates = rule(text).dates(first, at(time), &zone).expect("it recurs");
    let local = |start: Timestamp| start.display_with_offset(zone.to_offset(start)).to_string();
    dates.iter().map(|each| each.start.map(local)).collect()
}

#[test]
fn the_local_time_stays_when_the_clocks_change() {
    let found = starts("FREQ=WEEKLY;COUNT=3", date(2026, 3, 22), "09:00");
    let expected = ["2026-03-22T09:00:00+01:00", "2026-03-29T09:00:00+02:00", "2026-04-05T09:00:00+02:00"];
    assert_eq!(found, expected.map(|start| Some(start.to_owned())));
    let found = starts("FREQ=WEEKLY;COUNT=2", date(2026, 10, 18), "09:00");
    let expected = ["2026-10-18T09:00:00+02:00", "2026-10-25T09:00:00+01:00"];
    assert_eq!(found, expected.map(|start| Some(start.to_owned())));
}

#[test]
fn a_local_time_that_is_skipped_is_listed_and_not_counted_and_one_that_comes_twice_is_the_first() {
    let found = starts("FREQ=WEEKLY;COUNT=3", date(2026, 3, 22), "02:30");
    let expected = [
        Some("2026-03-22T02:30:00+01:00"),
        None,
        Some("2026-04-05T02:30:00+02:00"),
        Some("2026-04-12T02:30:00+02:00"),
    ];
    assert_eq!(found, expected.map(|start| start.map(str::to_owned)));
    let found = starts("FREQ=WEEKLY;UNTIL=20260405", date(2026, 3, 29), "02:30");
    assert_eq!(found, [None, Some("2026-04-05T02:30:00+02:00".to_owned())]);
    let found = starts("FREQ=WEEKLY;COUNT=2", date(2026, 10, 18), "02:30");
    let expected = ["2026-10-18T02:30:00+02:00", "2026-10-25T02:30:00+02:00"];
    assert_eq!(found, expected.map(|start| Some(start.to_owned())));
}

#[test]
fn every_clock_change_of_the_vectors_is_met() {
    #[derive(serde::Deserialize)]
    struct Start {
        time: String,
        starts_at: Timestamp,
    }
    #[derive(serde::Deserialize)]
    struct Vector {
        zone: String,
        date: Date,
        starts: Vec<Start>,
        skipped: Vec<String>,
    }
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../../../docs/vectors/clock-changes.json"))
            .expect("vectors");
    let daily = rule("FREQ=DAILY;COUNT=1");
    for Vector { zone: name, date, starts, skipped } in vectors {
        let start = |time: &str| daily.dates(date, at(time), &zone(&name)).expect("it recurs")[0].start;
        for Start { time, starts_at } in &starts {
            assert_eq!(start(time), Some(*starts_at), "{name} {date} {time}");
        }
        for time in &skipped {
            assert_eq!(start(time), None, "{name} {date} {time}");
        }
    }
}

#[test]
fn what_is_no_rule_is_refused() {
    use RecurrenceError::{NotARule, Unbounded, Unsupported};
    for (text, error) in [
        ("", NotARule),
        ("weekly", NotARule),
        ("COUNT=3", NotARule),
        ("FREQ=FORTNIGHTLY;COUNT=3", NotARule),
        ("FREQ=WEEKLY;COUNT=3;", NotARule),
        ("FREQ=WEEKLY;COUNT=3;COUNT=4", NotARule),
        ("FREQ=WEEKLY;COUNT=0", NotARule),
        ("FREQ=WEEKLY;COUNT=-3", NotARule),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260301", NotARule),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", NotARule),
        ("FREQ=WEEKLY;INTERVAL=+2;COUNT=3", NotARule),
        ("FREQ=WEEKLY;INTERVAL=99999999999;COUNT=3", NotARule),
        ("FREQ=WEEKLY;UNTIL=2026-03-01", NotARule),
        ("FREQ=WEEKLY;UNTIL=20260230", NotARule),
        ("FREQ=WEEKLY;UNTIL=20260301T09", NotARule),
        ("FREQ=WEEKLY;BYDAY=;COUNT=3", NotARule),
        ("FREQ=WEEKLY;BYDAY=MO,,TU;COUNT=3", NotARule),
        ("FREQ=WEEKLY;BYDAY=Ą;COUNT=3", NotARule),
        ("FREQ=MONTHLY;BYDAY=0MO;COUNT=3", NotARule),
        ("FREQ=MONTHLY;BYDAY=54MO;COUNT=3", NotARule),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3", NotARule),
        ("FREQ=MONTHLY;BYMONTHDAY=--1;COUNT=3", NotARule),
        ("FREQ=YEARLY;BYMONTH=13;COUNT=3", NotARule),
        ("FREQ=YEARLY;BYMONTH=-1;COUNT=3", NotARule),
        ("FREQ=WEEKLY;WKST=XX;COUNT=3", NotARule),
        ("FREQ=WEEKLY;RSCALE=GREGORIAN;COUNT=3", NotARule),
        ("FREQ=WEEKLY", Unbounded),
        ("FREQ=HOURLY;COUNT=3", Unsupported("FREQ")),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", Unsupported("BYDAY")),
        ("FREQ=DAILY;BYDAY=-1MO;COUNT=3", Unsupported("BYDAY")),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3", Unsupported("BYMONTHDAY")),
        ("FREQ=WEEKLY;BYSETPOS=1;COUNT=3", Unsupported("BYSETPOS")),
        ("FREQ=DAILY;BYHOUR=9;COUNT=3", Unsupported("BYHOUR")),
        ("FREQ=YEARLY;BYWEEKNO=20;COUNT=3", Unsupported("BYWEEKNO")),
        ("FREQ=YEARLY;BYYEARDAY=1;COUNT=3", Unsupported("BYYEARDAY")),
    ] {
        assert_eq!(text.parse::<RecurrenceRule>(), Err(error), "{text}");
    }
    let long = format!("FREQ=WEEKLY;COUNT=3;BYDAY={}MO", "MO,".repeat(200));
    assert_eq!(long.parse::<RecurrenceRule>(), Err(NotARule));
    assert_eq!(rule(" rrule:freq=weekly;count=3 ").as_str(), "FREQ=WEEKLY;COUNT=3");
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    use RecurrenceError::{EndsBeforeStart, TooLong, TooManyDates};
    let most = RecurrenceRule::MOST_DATES;
    let days = RecurrenceRule::MOST_DAYS;
    for (text, expected) in [
        ("FREQ=DAILY;COUNT=60", Ok(60)),
        ("FREQ=DAILY;COUNT=61", Err(TooManyDates(most))),
        ("FREQ=DAILY;COUNT=4294967295", Err(TooManyDates(most))),
        ("FREQ=DAILY;UNTIL=99991231", Err(TooManyDates(most))),
        ("FREQ=YEARLY;COUNT=4", Ok(4)),
        ("FREQ=YEARLY;COUNT=5", Err(TooLong(days))),
        ("FREQ=YEARLY;UNTIL=99991231T235959Z", Err(TooLong(days))),
        ("FREQ=YEARLY;INTERVAL=4294967295;COUNT=1", Ok(1)),
        ("FREQ=YEARLY;INTERVAL=4294967295;COUNT=2", Err(TooLong(days))),
        ("FREQ=MONTHLY;INTERVAL=2147483648;COUNT=2", Err(TooLong(days))),
        ("FREQ=YEARLY;INTERVAL=1000000;UNTIL=20270101", Ok(1)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", Err(TooLong(days))),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20260401", Ok(1)),
        ("FREQ=WEEKLY;UNTIL=20260301", Err(EndsBeforeStart)),
    ] {
        let found = rule(text).dates(date(2026, 3, 2), at("09:00"), &zone("Europe/Warsaw"));
        assert_eq!(found.map(|dates| dates.len()), expected, "{text}");
    }
    // Where the calendar ends.
    let late = rule("FREQ=DAILY;COUNT=60").dates(Date::MAX, at("09:00"), &zone("Europe/Warsaw"));
    assert_eq!(late, Err(TooLong(days)));
}
