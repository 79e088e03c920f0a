//! A staff member's own hours, other hours on single dates, and time off.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime, Weekday, date},
};
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

use crate::{
    ids::LocationId,
    scheduling::{
        DateOverride, DateOverrideError, DateOverrides, DateRange, Hours, MinuteOfDay, OwnHours, Repeat,
        StaffWeek, TimeOff,
    },
};

fn hours(opens: &str, closes: &str) -> Hours {
    let [opens, closes] = [opens, closes].map(|time| time.parse::<MinuteOfDay>().expect("a time"));
    Hours::new(opens, closes, Vec::new()).expect("hours")
}

fn own(weekday: Weekday, times: (&str, &str), from: Option<Date>, until: Option<Date>) -> OwnHours {
    OwnHours { weekday, hours: hours(times.0, times.1), valid_from: from, valid_until: until, location: None }
}

const MONDAY: Date = date(2026, 3, 2);

#[test]
fn the_businesss_hours_count_where_no_own_ones_are_valid() {
    assert_eq!(StaffWeek::default().on(MONDAY), None);
    let summer = (Some(date(2026, 6, 1)), Some(date(2026, 8, 31)));
    let week = StaffWeek::new(vec![
        own(Weekday::Monday, ("14:00", "18:00"), summer.0, summer.1),
        own(Weekday::Monday, ("08:00", "12:00"), summer.0, summer.1),
    ])
    .expect("a week");
    assert_eq!(week.on(MONDAY), None);
    assert_eq!(week.on(date(2026, 6, 1)), Some(vec![&hours("08:00", "12:00"), &hours("14:00", "18:00")]));
    assert_eq!(week.on(date(2026, 6, 2)), Some(vec![]), "a day off");
    assert_eq!(week.on(date(2026, 8, 31)).map(|hours| hours.len()), Some(2));
    assert_eq!(week.on(date(2026, 9, 1)), None);
}

#[test]
fn hours_elsewhere_are_a_day_off_and_hours_anywhere_are_here() {
    let [here, there] = [1, 2].map(|number| LocationId::from(Uuid::from_u128(number)));
    let at = |times, location| OwnHours { location, ..own(Weekday::Monday, times, None, None) };
    let (morning, noon, evening) = (("08:00", "10:00"), ("12:00", "14:00"), ("18:00", "20:00"));
    let week = StaffWeek::new(vec![at(morning, Some(here)), at(noon, None), at(evening, Some(there))]);
    let week = week.expect("a week");
    for (location, expected) in
        [(Some(here), vec![morning, noon]), (Some(there), vec![noon, evening]), (None, vec![noon])]
    {
        let expected: Vec<Hours> = expected.into_iter().map(|(opens, closes)| hours(opens, closes)).collect();
        assert_eq!(week.clone().at(location).on(MONDAY), Some(expected.iter().collect()), "{location:?}");
    }
    let elsewhere = StaffWeek::new(vec![at(morning, Some(there))]).expect("a week").at(Some(here));
    assert_eq!(elsewhere.on(MONDAY), Some(vec![]));
    // Nobody is in two places at once.
    assert_eq!(StaffWeek::new(vec![at(morning, Some(here)), at(morning, Some(there))]), Err((0, 1)));
}

#[test]
fn own_hours_overlap_only_while_both_are_valid() {
    let morning = |from, until| own(Weekday::Monday, ("08:00", "12:00"), from, until);
    let until_may = morning(None, Some(date(2026, 5, 31)));
    let from_june = morning(Some(date(2026, 6, 1)), None);
    assert!(StaffWeek::new(vec![until_may.clone(), from_june.clone()]).is_ok());
    let from_may = morning(Some(date(2026, 5, 31)), Some(date(2026, 5, 31)));
    assert_eq!(StaffWeek::new(vec![from_june.clone(), until_may, from_may]), Err((1, 2)));
    assert_eq!(StaffWeek::new(vec![from_june, morning(None, None)]), Err((0, 1)));
    let touching = own(Weekday::Monday, ("12:00", "13:00"), None, None);
    assert!(StaffWeek::new(vec![morning(None, None), touching]).is_ok());
}

#[test]
fn an_override_is_found_on_its_dates_and_on_no_others() {
    let [first, last] = [date(2026, 12, 24), date(2026, 12, 31)];
    let closed = DateOverride::new(first, last, "Święta".to_owned(), Vec::new()).expect("an override");
    let open = DateOverride::new(
        MONDAY,
        MONDAY,
        String::new(),
        vec![hours("14:00", "15:00"), hours("09:00", "10:00")],
    )
    .expect("an override");
    let overrides = DateOverrides::new(vec![closed.clone(), open.clone()]).expect("overrides");
    assert_eq!(overrides.on(MONDAY), Some(&open));
    assert_eq!(open.hours()[0], hours("09:00", "10:00"));
    for (date, found) in [(date(2026, 12, 23), None), (first, Some(&closed)), (last, Some(&closed))] {
        assert_eq!(overrides.on(date), found, "{date}");
    }
    assert_eq!(overrides.on(date(2027, 1, 1)), None);
    assert_eq!(DateOverrides::default().on(MONDAY), None);
}

#[test]
fn overrides_that_make_no_sense_are_refused() {
    let new = |first, last, hours| DateOverride::new(first, last, String::new(), hours);
    assert_eq!(new(MONDAY, date(2026, 3, 1), vec![]), Err(DateOverrideError::EndsBeforeStart));
    let twice = vec![hours("09:00", "12:00"), hours("11:00", "13:00")];
    assert_eq!(new(MONDAY, MONDAY, twice), Err(DateOverrideError::OverlappingHours));
    let week = new(MONDAY, date(2026, 3, 8), vec![]).expect("an override");
    let sunday = new(date(2026, 3, 8), date(2026, 3, 8), vec![]).expect("an override");
    assert_eq!(DateOverrides::new(vec![sunday, week]), Err(DateOverrideError::OverlappingDates));
}

fn on(date: Date, time_off: &TimeOff) -> Vec<(DateTime, DateTime)> {
    time_off.occurrences(date.into()).collect()
}

#[test]
fn time_off_of_long_ago_still_repeats() {
    let starts = date(1970, 1, 5).at(12, 0, 0, 0);
    let ends = date(1970, 1, 5).at(13, 0, 0, 0);
    let every_monday = TimeOff { starts, ends, repeats: Some(Repeat { every_weeks: 1, until: None }) };
    let noon = (date(8026, 3, 2).at(12, 0, 0, 0), date(8026, 3, 2).at(13, 0, 0, 0));
    assert_eq!(on(date(8026, 3, 2), &every_monday), [noon]);
    assert_eq!(on(date(8026, 3, 3), &every_monday), []);
    assert_eq!(on(Date::MAX, &every_monday), []);
    assert_eq!(on(Date::MIN, &every_monday), []);
}

#[test]
fn time_off_ends_at_a_midnight_and_not_after_it() {
    let night = TimeOff {
        starts: date(2026, 3, 2).at(22, 0, 0, 0),
        ends: date(2026, 3, 4).at(0, 0, 0, 0),
        repeats: None,
    };
    for (date, times) in [(MONDAY, 1), (date(2026, 3, 3), 1), (date(2026, 3, 4), 0), (date(2026, 3, 1), 0)] {
        assert_eq!(on(date, &night).len(), times, "{date}");
    }
}

prop_compose! {
    fn time_off()(
        start_hour in 0..24 * 400_i64,
        minutes in 1..=7 * 24 * 60_i64,
        repeats in option::of((1..=6_u8, option::of(-3..500_i64))),
    ) -> TimeOff {
        let starts = date(2025, 1, 1).at(0, 0, 0, 0) + SignedDuration::from_hours(start_hour);
        let until = |days: i64| starts.date() + days.days();
        TimeOff {
            starts,
            ends: starts + SignedDuration::from_mins(minutes),
            repeats: repeats.map(|(every_weeks, days)| Repeat { every_weeks, until: days.map(until) }),
        }
    }
}

/// From the beginning, one by one.
fn one_by_one(time_off: &TimeOff, dates: DateRange) -> Vec<(DateTime, DateTime)> {
    let from = dates.first.at(0, 0, 0, 0);
    let until = from + SignedDuration::from_hours(24 * i64::from(dates.days));
    let mut found = Vec::new();
    let (mut starts, mut ends) = (time_off.starts, time_off.ends);
    while starts < until {
        let begins_in_time =
            time_off.repeats.and_then(|repeat| repeat.until).is_none_or(|until| starts.date() <= until);
        if begins_in_time && ends > from {
            found.push((starts, ends));
        }
        let Some(repeat) = time_off.repeats else { break };
        starts += i32::from(repeat.every_weeks).weeks();
        ends += i32::from(repeat.every_weeks).weeks();
    }
    found
}

proptest! {
    #[test]
    fn time_off_is_found_wherever_a_naive_loop_finds_it(
        all in vec(time_off(), 1..4),
        day in -30..900_i64,
        days in 1..70_u16,
    ) {
        let dates = DateRange { first: date(2025, 1, 1) + day.days(), days };
        for time_off in all {
            prop_assert_eq!(time_off.occurrences(dates).collect::<Vec<_>>(), one_by_one(&time_off, dates));
        }
    }
}
