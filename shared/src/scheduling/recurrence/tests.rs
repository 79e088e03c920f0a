//! The standard's own examples (RFC 5545, section 3.8.5.3), a slow reference, clock changes, and what is refused.

use std::collections::BTreeSet;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use proptest::{collection::vec, option, prelude::*, sample::select, sample::subsequence};

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
fn the_examples_of_the_standard() {
    let examples = [
        ("1997 Sep 2", "FREQ=DAILY;COUNT=10", "1997 Sep 2 3 4 5 6 7 8 9 10 11"),
        ("1997 Sep 2", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 Sep 2 12 22; Oct 2 12"),
        (
            "1997 Sep 2",
            "FREQ=WEEKLY;UNTIL=19971224T000000Z",
            "1997 Sep 2 9 16 23 30; Oct 7 14 21 28; Nov 4 11 18 25; Dec 2 9 16 23",
        ),
        ("1997 Sep 2", "FREQ=WEEKLY;COUNT=10", "1997 Sep 2 9 16 23 30; Oct 7 14 21 28; Nov 4"),
        ("1997 Sep 2", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=6", "1997 Sep 2 16 30; Oct 14 28; Nov 11"),
        (
            "1997 Sep 2",
            "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
            "1997 Sep 2 4 9 11 16 18 23 25 30; Oct 2",
        ),
        (
            "1997 Sep 1",
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
            "1997 Sep 1 3 5 15 17 19 29; Oct 1 3 13 15 17 27 29 31; Nov 10 12 14 24 26 28; Dec 8 10 12 22",
        ),
        (
            "1997 Sep 2",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
            "1997 Sep 2 4 16 18 30; Oct 2 14 16",
        ),
        (
            "1997 Sep 5",
            "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
            "1997 Sep 5; Oct 3; Nov 7; Dec 5; 1998 Jan 2; Feb 6; Mar 6; Apr 3; May 1; Jun 5",
        ),
        ("1997 Sep 5", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 Sep 5; Oct 3; Nov 7; Dec 5"),
        (
            "1997 Sep 7",
            "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
            "1997 Sep 7 28; Nov 2 30; 1998 Jan 4 25; Mar 1 29; May 3 31",
        ),
        (
            "1997 Sep 22",
            "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
            "1997 Sep 22; Oct 20; Nov 17; Dec 22; 1998 Jan 19; Feb 16",
        ),
        (
            "1997 Sep 28",
            "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6",
            "1997 Sep 28; Oct 29; Nov 28; Dec 29; 1998 Jan 29; Feb 26",
        ),
        (
            "1997 Sep 2",
            "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
            "1997 Sep 2 15; Oct 2 15; Nov 2 15; Dec 2 15; 1998 Jan 2 15",
        ),
        (
            "1997 Sep 30",
            "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
            "1997 Sep 30; Oct 1 31; Nov 1 30; Dec 1 31; 1998 Jan 1 31; Feb 1",
        ),
        (
            "1997 Sep 10",
            "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
            "1997 Sep 10 11 12 13 14 15; 1999 Mar 10 11 12 13",
        ),
        (
            "1997 Sep 2",
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;COUNT=18",
            "1997 Sep 2 9 16 23 30; Nov 4 11 18 25; 1998 Jan 6 13 20 27; Mar 3 10 17 24 31",
        ),
        (
            "1997 Jun 10",
            "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
            "1997 Jun 10; Jul 10; 1998 Jun 10; Jul 10; 1999 Jun 10; Jul 10; 2000 Jun 10; Jul 10; 2001 Jun 10; Jul 10",
        ),
        (
            "1997 Mar 10",
            "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
            "1997 Mar 10; 1999 Jan 10; Feb 10; Mar 10; 2001 Jan 10; Feb 10; Mar 10; 2003 Jan 10; Feb 10; Mar 10",
        ),
        ("1997 May 19", "FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997 May 19; 1998 May 18; 1999 May 17"),
        (
            "1997 Mar 13",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=11",
            "1997 Mar 13 20 27; 1998 Mar 5 12 19 26; 1999 Mar 4 11 18 25",
        ),
        // Without its EXDATE, which takes the first date out.
        (
            "1997 Sep 2",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=6",
            "1997 Sep 2; 1998 Feb 13; Mar 13; Nov 13; 1999 Aug 13; 2000 Oct 13",
        ),
        (
            "1997 Sep 13",
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10",
            "1997 Sep 13; Oct 11; Nov 8; Dec 13; 1998 Jan 10; Feb 7; Mar 7; Apr 11; May 9; Jun 13",
        ),
        (
            "1996 Nov 5",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            "1996 Nov 5; 2000 Nov 7; 2004 Nov 2",
        ),
        ("1997 Sep 4", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 Sep 4; Oct 7; Nov 6"),
        (
            "1997 Sep 29",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7",
            "1997 Sep 29; Oct 30; Nov 27; Dec 30; 1998 Jan 29; Feb 26; Mar 30",
        ),
        ("1997 Aug 5", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 Aug 5 10 19 24"),
        ("1997 Aug 5", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 Aug 5 17 19 31"),
        ("2007 Jan 15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 Jan 15 30; Feb 15; Mar 15 30"),
    ];
    for (first, text, expected) in examples {
        assert_eq!(of(&rule(text), days(first)[0]), days(expected), "{first} {text}");
    }
}

#[test]
fn the_longest_examples_of_the_standard() {
    let daily = of(&rule("FREQ=DAILY;UNTIL=19971224T000000Z"), date(1997, 9, 2));
    assert_eq!((daily.len(), daily.last()), (113, Some(&date(1997, 12, 23))));
    let januaries = [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ];
    for text in januaries {
        let days = of(&rule(text), date(1998, 1, 1));
        assert_eq!((days.len(), days.last()), (93, Some(&date(2000, 1, 31))), "{text}");
        assert!(days.iter().all(|day| day.month() == 1));
    }
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
        serde_json::from_str(include_str!("../../../../docs/vectors/clock-changes.json")).expect("vectors");
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

/// A rule as its parts, for the reference.
#[derive(Clone, Debug)]
struct Written {
    frequency: &'static str,
    interval: u32,
    days: Vec<(i16, Weekday)>,
    month_days: Vec<i8>,
    months: Vec<i8>,
    positions: Vec<i16>,
    week_start: Weekday,
}

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Monday, "MO"),
    (Weekday::Tuesday, "TU"),
    (Weekday::Wednesday, "WE"),
    (Weekday::Thursday, "TH"),
    (Weekday::Friday, "FR"),
    (Weekday::Saturday, "SA"),
    (Weekday::Sunday, "SU"),
];

impl Written {
    fn text(&self, until: Date) -> String {
        let name = |day: Weekday| WEEK.iter().find(|(each, _)| *each == day).expect("one of seven").1;
        let by = |part: &str, items: Vec<String>| {
            if items.is_empty() { String::new() } else { format!(";{part}={}", items.join(",")) }
        };
        let ordinal = |nth: i16| if nth == 0 { String::new() } else { nth.to_string() };
        let days = self.days.iter().map(|(nth, day)| format!("{}{}", ordinal(*nth), name(*day)));
        format!(
            "FREQ={};INTERVAL={};UNTIL={}{}{}{}{};WKST={}",
            self.frequency,
            self.interval,
            until.strftime("%Y%m%d"),
            by("BYDAY", days.collect()),
            by("BYMONTHDAY", self.month_days.iter().map(ToString::to_string).collect()),
            by("BYMONTH", self.months.iter().map(ToString::to_string).collect()),
            by("BYSETPOS", self.positions.iter().map(ToString::to_string).collect()),
            name(self.week_start),
        )
    }

    /// The number of a date's day, week, month or year; the same for all dates of one.
    fn period(&self, day: Date) -> i64 {
        let since = |origin: Date| i64::from(day.since(origin).expect("near").get_days());
        match self.frequency {
            "DAILY" => since(date(1900, 1, 1)),
            // 1 January 1900 was a Monday.
            "WEEKLY" => {
                let start = (0..7).map(|ahead| date(1900, 1, 1) + ahead.days());
                let start =
                    start.into_iter().find(|day| day.weekday() == self.week_start).expect("one of seven");
                since(start) / 7
            }
            "MONTHLY" => i64::from(day.year()) * 12 + i64::from(day.month()),
            _ => i64::from(day.year()),
        }
    }

    /// Every date of a range that the rule has, found by looking at each with all those of its period.
    fn filter(&self, first: Date, last: Date) -> Vec<Date> {
        let all: Vec<Date> = first
            .checked_sub(400.days())
            .expect("near")
            .series(1.day())
            .take_while(|day| *day <= last + 400.days())
            .collect();
        let aligned = |day: &&Date| (self.period(**day) - self.period(first)) % i64::from(self.interval) == 0;
        let said: Vec<Date> =
            all.iter().filter(aligned).copied().filter(|day| self.says(*day, first, &all)).collect();
        let in_place = |day: &Date| {
            let of_period: Vec<Date> =
                said.iter().copied().filter(|other| self.period(*other) == self.period(*day)).collect();
            self.positions.is_empty()
                || self.positions.iter().any(|position| {
                    let index = usize::from(position.unsigned_abs()) - 1;
                    let place =
                        if *position > 0 { of_period.get(index) } else { of_period.iter().rev().nth(index) };
                    place == Some(day)
                })
        };
        let within = said.iter().copied().filter(|day| first <= *day && *day <= last);
        let found: BTreeSet<Date> = within.filter(in_place).chain([first]).collect();
        found.into_iter().collect()
    }

    fn says(&self, day: Date, first: Date, all: &[Date]) -> bool {
        let month_of = |day: Date| (day.year(), day.month());
        let by_year = self.frequency == "YEARLY" && self.months.is_empty();
        let nth = |nth: i16| {
            let same: Vec<Date> = all
                .iter()
                .copied()
                .filter(|other| {
                    other.weekday() == day.weekday()
                        && if by_year {
                            other.year() == day.year()
                        } else {
                            month_of(*other) == month_of(day)
                        }
                })
                .collect();
            let index = usize::from(nth.unsigned_abs()) - 1;
            let found = if nth > 0 { same.get(index) } else { same.iter().rev().nth(index) };
            found == Some(&day)
        };
        let by_day = |(ordinal, weekday): &(i16, Weekday)| {
            *weekday == day.weekday() && (*ordinal == 0 || nth(*ordinal))
        };
        let by_month_day = |given: &i8| match given {
            1.. => *given == day.day(),
            // So many days on, it is the first.
            // So many days on, another month begins.
            _ => {
                (day - i32::from(*given).days()).day() == 1
                    && month_of(day - (i32::from(*given) + 1).days()) == month_of(day)
            }
        };
        let free = self.days.is_empty() && self.month_days.is_empty();
        let like_first = match self.frequency {
            "WEEKLY" => day.weekday() == first.weekday(),
            "MONTHLY" => day.day() == first.day(),
            "YEARLY" if self.months.is_empty() => (day.month(), day.day()) == (first.month(), first.day()),
            "YEARLY" => day.day() == first.day(),
            _ => true,
        };
        (!free || like_first)
            && (self.days.is_empty() || self.days.iter().any(by_day))
            && (self.month_days.is_empty() || self.month_days.iter().any(by_month_day))
            && (self.months.is_empty() || self.months.contains(&day.month()))
    }
}

fn written() -> impl Strategy<Value = Written> {
    let weekday = || select(WEEK.map(|(day, _)| day).to_vec());
    let month_day = select((-31..=31).filter(|day| *day != 0).collect::<Vec<i8>>());
    let position = select(vec![-3, -2, -1, 1, 2, 3, 7]);
    let ordinals = vec![0, 0, -5, -2, -1, 1, 2, 4, 5, 20, 53];
    (
        select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        1..5_u32,
        vec((select(ordinals), weekday()), 0..4),
        vec(month_day, 0..4),
        subsequence((1..=12).collect::<Vec<i8>>(), 0..4),
        option::weighted(0.2, vec(position, 1..3)),
        weekday(),
    )
        .prop_map(|(frequency, interval, mut days, mut month_days, months, positions, week_start)| {
            if matches!(frequency, "DAILY" | "WEEKLY") {
                days.iter_mut().for_each(|day| day.0 = 0);
            }
            if frequency == "WEEKLY" {
                month_days.clear();
            }
            let says_something = !days.is_empty() || !month_days.is_empty() || !months.is_empty();
            let positions = positions.filter(|_| says_something).unwrap_or_default();
            Written { frequency, interval, days, month_days, months, positions, week_start }
        })
}

proptest! {
    #[test]
    fn the_dates_are_those_that_a_look_at_every_day_finds(
        written in written(),
        first in (0..5000).prop_map(|days: i32| date(2020, 1, 1) + days.days()),
        length in 0..800_i32,
    ) {
        let last = first + length.days();
        let rule = rule(&written.text(last));
        let limits = Limits { dates: 1000, days: 900 };
        let found = rule.within(limits, first, at("12:00"), &TimeZone::UTC).expect("it recurs");
        let dates: Vec<Date> = found.iter().map(|each| each.date).collect();
        prop_assert_eq!(dates, written.filter(first, last), "{}", rule.as_str());
    }

    /// Whatever anybody writes.
    #[test]
    fn no_text_and_no_rule_breaks_it(
        text in "(RRULE:)?(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))(;(INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=[-+0-9MOTUWEHFRSAZ,]{0,12}){0,5}",
        first in (-4_000_000..2_900_000).prop_map(|days: i32| date(2020, 1, 1).checked_add(days.days()).unwrap_or(Date::MAX)),
        minute in 0..=1440_u16,
    ) {
        let time = MinuteOfDay::try_from(minute).expect("of a day");
        if let Ok(rule) = text.parse::<RecurrenceRule>()
            && let Ok(dates) = rule.dates(first, time, &zone("Europe/Warsaw"))
        {
            prop_assert!(dates.is_sorted_by(|a, b| a.date < b.date));
            prop_assert_eq!(dates.first().map(|each| each.date), Some(first));
        }
    }
}
