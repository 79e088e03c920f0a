//! Days on which the clock changes, by hand. Every one from 2024 to 2030 is in [`super::vectors`].

use std::ops::RangeInclusive;

use jiff::{
    SignedDuration,
    civil::{Date, date},
    tz::{TimeZone, TimeZoneTransition},
};

use super::{salon::Salon, vectors::ZONES};
use crate::scheduling::Rule;

/// The changes of a zone's offset in these years.
pub(super) fn clock_changes(
    zone: &TimeZone,
    years: RangeInclusive<i16>,
) -> impl Iterator<Item = TimeZoneTransition<'_>> {
    let new_year = date(*years.start(), 1, 1).at(0, 0, 0, 0);
    let start = TimeZone::UTC.to_timestamp(new_year).expect("this century is well within range");
    zone.following(start)
        .take_while(move |change| years.contains(&TimeZone::UTC.to_datetime(change.timestamp()).year()))
        .filter(|change| zone.to_offset(change.timestamp() - SignedDuration::from_secs(1)) != change.offset())
}

const SPRING_IN_WARSAW: Date = date(2026, 3, 29);
const AUTUMN_IN_WARSAW: Date = date(2026, 10, 25);

#[test]
fn in_spring_the_skipped_hour_is_not_offered() {
    let salon = Salon::new("Europe/Warsaw").open("00:00-05:00", &[]).visits_of(90).every(30);
    assert_eq!(
        salon.visits(SPRING_IN_WARSAW),
        [
            "00:00+01:00 to 01:30+01:00",
            "00:30+01:00 to 03:00+02:00",
            "01:00+01:00 to 03:30+02:00",
            "01:30+01:00 to 04:00+02:00",
            "03:00+02:00 to 04:30+02:00",
            "03:30+02:00 to 05:00+02:00",
        ]
    );
    for skipped in ["02:00", "02:30"] {
        assert_eq!(salon.check(SPRING_IN_WARSAW, skipped), Err(Rule::NoSuchTime));
    }
    assert_eq!(salon.at("2026-03-29T01:30Z").check(SPRING_IN_WARSAW, "02:30"), Err(Rule::TooSoon));
}

#[test]
fn in_spring_hours_begin_and_end_at_the_jump_when_their_edge_is_skipped() {
    let opens = Salon::new("Europe/Warsaw").open("02:15-04:30", &[]).visits_of(30);
    // The grid stays anchored at the 02:15 nobody saw.
    assert_eq!(opens.visits(SPRING_IN_WARSAW), ["03:15+02:00 to 03:45+02:00", "03:45+02:00 to 04:15+02:00"]);
    let closes = Salon::new("Europe/Warsaw").open("01:00-02:30", &[]).visits_of(30);
    assert_eq!(closes.visits(SPRING_IN_WARSAW), ["01:00+01:00 to 01:30+01:00", "01:30+01:00 to 03:00+02:00"]);
    let never = Salon::new("Europe/Warsaw").open("02:00-03:00", &[]).visits_of(15);
    assert_eq!(never.visits(SPRING_IN_WARSAW), [""; 0]);
}

#[test]
fn in_spring_a_skipped_break_is_no_break() {
    let salon = Salon::new("Europe/Warsaw").open("01:00-04:00", &["02:00-03:00"]).visits_of(60).every(30);
    assert_eq!(
        salon.visits(SPRING_IN_WARSAW),
        ["01:00+01:00 to 03:00+02:00", "01:30+01:00 to 03:30+02:00", "03:00+02:00 to 04:00+02:00"]
    );
}

#[test]
fn in_autumn_the_repeated_hour_is_offered_once_and_first() {
    let salon = Salon::new("Europe/Warsaw").open("00:00-05:00", &[]).visits_of(60);
    assert_eq!(
        salon.visits(AUTUMN_IN_WARSAW),
        [
            "00:00+02:00 to 01:00+02:00",
            "01:00+02:00 to 02:00+02:00",
            "02:00+02:00 to 02:00+01:00",
            "03:00+01:00 to 04:00+01:00",
            "04:00+01:00 to 05:00+01:00",
        ]
    );
}

#[test]
fn in_autumn_a_visit_lasts_its_true_length() {
    let salon = Salon::new("Europe/Warsaw").open("01:00-03:00", &[]).visits_of(120).every(30);
    assert_eq!(
        salon.visits(AUTUMN_IN_WARSAW),
        ["01:00+02:00 to 02:00+01:00", "01:30+02:00 to 02:30+01:00", "02:00+02:00 to 03:00+01:00"]
    );
}

#[test]
fn in_autumn_an_edge_in_the_repeated_hour_is_its_first_occurrence() {
    let closes = Salon::new("Europe/Warsaw").open("01:30-02:30", &[]).visits_of(30);
    assert_eq!(closes.visits(AUTUMN_IN_WARSAW), ["01:30+02:00 to 02:00+02:00", "02:00+02:00 to 02:30+02:00"]);
    let pauses = Salon::new("Europe/Warsaw").open("01:30-03:30", &["02:15-02:45"]).visits_of(45).every(15);
    assert_eq!(pauses.visits(AUTUMN_IN_WARSAW), ["01:30+02:00 to 02:15+02:00", "02:45+02:00 to 02:30+01:00"]);
}

#[test]
fn lord_howe_moves_its_clock_by_half_an_hour() {
    let salon = Salon::new("Australia/Lord_Howe").open("01:00-03:30", &[]).visits_of(30);
    assert_eq!(
        salon.visits(date(2026, 4, 5)),
        [
            "01:00+11:00 to 01:30+11:00",
            "01:30+11:00 to 01:30+10:30",
            "02:00+10:30 to 02:30+10:30",
            "02:30+10:30 to 03:00+10:30",
            "03:00+10:30 to 03:30+10:30",
        ]
    );
    assert_eq!(
        salon.visits(date(2026, 10, 4)),
        [
            "01:00+10:30 to 01:30+10:30",
            "01:30+10:30 to 02:30+11:00",
            "02:30+11:00 to 03:00+11:00",
            "03:00+11:00 to 03:30+11:00",
        ]
    );
}

#[test]
fn the_date_samoa_skipped_offers_nothing_and_the_dates_around_it_are_whole() {
    let salon = Salon::new("Pacific/Apia").open("00:00-24:00", &[]).visits_of(12 * 60);
    assert_eq!(
        salon.visits(date(2011, 12, 29)),
        ["00:00-10:00 to 12:00-10:00", "12:00-10:00 to 00:00+14:00"]
    );
    assert_eq!(salon.visits(date(2011, 12, 30)), [""; 0]);
    assert_eq!(salon.check(date(2011, 12, 30), "12:00"), Err(Rule::NoSuchTime));
    assert_eq!(
        salon.visits(date(2011, 12, 31)),
        ["00:00+14:00 to 12:00+14:00", "12:00+14:00 to 00:00+14:00"]
    );
}

#[test]
fn cuba_changes_its_clock_at_midnight() {
    let salon = Salon::new("America/Havana").open("00:00-03:00", &[]).visits_of(60);
    assert_eq!(salon.visits(date(2024, 3, 10)), ["01:00-04:00 to 02:00-04:00", "02:00-04:00 to 03:00-04:00"]);
    assert_eq!(
        salon.visits(date(2024, 11, 3)),
        ["00:00-04:00 to 00:00-05:00", "01:00-05:00 to 02:00-05:00", "02:00-05:00 to 03:00-05:00"]
    );
}

#[test]
fn the_afternoon_after_a_clock_change_is_an_ordinary_afternoon() {
    for zone in ZONES {
        let salon = Salon::new(zone).open("14:00-18:00", &[]).visits_of(60);
        for change in clock_changes(&salon.zone, 2024..=2030) {
            let date = salon.zone.to_datetime(change.timestamp()).date();
            let offset = change.offset();
            let starts: Vec<_> =
                salon.slots(date).iter().map(|slot| offset.to_datetime(slot.start)).collect();
            assert_eq!(starts, [14, 15, 16, 17].map(|hour| date.at(hour, 0, 0, 0)), "{zone} {date}");
        }
    }
}
