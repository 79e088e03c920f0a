//! Ordinary days at a salon in Warsaw, told as stories.

use jiff::civil::date;

use super::salon::{MONDAY, Person, Salon, minute, monday, span};
use crate::scheduling::{DateRange, Rule};

fn salon() -> Salon {
    Salon::new("Europe/Warsaw")
}

#[test]
fn the_last_visit_ends_at_closing() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(45).every(15);
    assert_eq!(
        salon.starts(MONDAY),
        ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00", "11:15"]
    );
}

#[test]
fn lunch_removes_starts_without_moving_the_others() {
    let salon = salon().open("09:00-17:00", &["12:30-13:15"]).visits_of(60);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "11:00", "14:00", "15:00", "16:00"]);
}

#[test]
fn a_visit_may_end_where_lunch_starts_and_start_where_it_ends() {
    let salon = salon().open("09:00-15:00", &["12:00-13:00"]).visits_of(60).every(30);
    assert_eq!(
        salon.starts(MONDAY),
        ["09:00", "09:30", "10:00", "10:30", "11:00", "13:00", "13:30", "14:00"]
    );
}

#[test]
fn each_interval_of_a_day_has_its_own_grid() {
    let salon = salon().open("09:00-11:00", &[]).open("14:15-16:30", &[]).visits_of(60);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "14:15", "15:15"]);
}

#[test]
fn a_visit_does_not_reach_from_one_interval_into_the_next() {
    let salon = salon().open("09:00-10:30", &[]).open("10:30-12:00", &[]).visits_of(60).every(60);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:30"]);
}

#[test]
fn the_minimum_notice_ends_on_the_minute() {
    let salon = salon().open("09:00-12:00", &[]).with_notice(120);
    assert_eq!(salon.clone().at("2026-01-05T08:00:00+01:00").starts(MONDAY), ["10:00", "11:00"]);
    assert_eq!(salon.clone().at("2026-01-05T08:00:01+01:00").starts(MONDAY), ["11:00"]);
}

#[test]
fn the_horizon_counts_dates_in_the_salons_zone() {
    let salon = salon().open("00:00-24:00", &[]).with_horizon(0);
    // Sunday evening in London, Monday in Warsaw.
    let at_midnight = salon.at("2026-01-04T23:30:00Z");
    assert_eq!(at_midnight.starts(MONDAY).first().map(String::as_str), Some("01:00"));
    assert_eq!(at_midnight.starts(date(2026, 1, 6)), [""; 0]);
    assert_eq!(at_midnight.check(date(2026, 1, 6), "10:00"), Err(Rule::BeyondHorizon));
    assert!(at_midnight.with_horizon(1).check(date(2026, 1, 6), "23:00").is_ok());
}

#[test]
fn a_leap_day_is_a_day_like_any_other() {
    for leap_day in [date(2024, 2, 29), date(2028, 2, 29)] {
        let eve = leap_day.yesterday().expect("within range").at(12, 0, 0, 0);
        let mut salon = salon().open("09:00-11:00", &[]).with_horizon(1);
        salon.now = salon.zone.to_timestamp(eve).expect("an ordinary noon");
        assert_eq!(salon.starts(leap_day), ["09:00", "10:00"]);
        let march = leap_day.tomorrow().expect("within range");
        assert_eq!(salon.check(march, "09:00"), Err(Rule::BeyondHorizon));
        assert!(salon.with_horizon(2).check(march, "09:00").is_ok());
    }
}

#[test]
fn a_refusal_says_why() {
    let at_ten = monday("10:00-11:00");
    let salon = salon()
        .open("09:00-17:00", &["13:00-14:00"])
        .staffed_by([Person::busy(at_ten)])
        .with_horizon(7)
        .at("2026-01-05T08:30+01:00");
    for (time, reason) in [
        ("08:00", Rule::TooSoon),
        ("08:45", Rule::OutsideHours),
        ("10:00", Rule::Taken),
        ("11:30", Rule::OffStep),
        ("13:00", Rule::Break),
        ("17:00", Rule::OutsideHours),
        ("24:00", Rule::OutsideHours),
    ] {
        assert_eq!(salon.check(MONDAY, time), Err(reason), "{time}");
    }
    assert_eq!(salon.check(date(2026, 1, 13), "10:00"), Err(Rule::BeyondHorizon));
    assert_eq!(salon.check(date(2025, 1, 1), "03:33"), Err(Rule::TooSoon));
}

#[test]
fn a_slot_carries_its_instants() {
    let slot = salon()
        .open("09:00-17:00", &[])
        .visits_of(60)
        .with_buffer(15)
        .every(15)
        .check(MONDAY, "10:15")
        .expect("the day is empty");
    assert_eq!(slot.date, MONDAY);
    assert_eq!(slot.time.to_string(), "10:15");
    assert_eq!(slot.offers[0].times.visit(), span("2026-01-05T09:15Z", "2026-01-05T10:15Z"));
    assert_eq!(slot.offers[0].times.busy, span("2026-01-05T09:15Z", "2026-01-05T10:30Z"));
}

#[test]
fn the_nearest_starts_come_in_order_and_the_earlier_wins_a_tie() {
    let at_eleven = monday("11:00-12:00");
    let salon = salon().open("09:00-14:00", &[]).staffed_by([Person::busy(at_eleven)]);
    let nearest = |limit| {
        let dates = DateRange { first: MONDAY, days: 2 };
        let slots = salon.schedule().nearest(MONDAY, minute("11:00"), dates, limit, salon.now);
        slots.iter().map(|slot| format!("{} {}", slot.date, slot.time)).collect::<Vec<_>>()
    };
    assert_eq!(nearest(1), ["2026-01-05 10:00"]);
    assert_eq!(nearest(3), ["2026-01-05 09:00", "2026-01-05 10:00", "2026-01-05 12:00"]);
    assert_eq!(nearest(5)[4..], ["2026-01-06 09:00"]);
}
