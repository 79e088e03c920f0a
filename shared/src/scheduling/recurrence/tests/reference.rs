//! A slow reference that looks at every day, and whatever anybody writes.

use std::collections::BTreeSet;

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};

use super::{at, rule, zone};
use crate::scheduling::{MinuteOfDay, RecurrenceRule, recurrence::Limits};

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
            "YEARLY" if self.months.is_empty() => (day.month(), day.day()) == (first.month(), first.day()),
            "MONTHLY" | "YEARLY" => day.day() == first.day(),
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
                for day in &mut days {
                    day.0 = 0;
                }
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
