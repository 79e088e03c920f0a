//! The values the engine is built from: what they accept, what they refuse and how they are written.

use jiff::civil::{Weekday, date};

use super::salon::{hours, minute, monday, span};
use crate::scheduling::{Break, Hours, HoursError, MinuteOfDay, MinuteOfDayError, Spans, WeeklyHours};

#[test]
fn a_time_of_day_is_read_and_written() {
    for (text, minutes, written) in [
        ("00:00", 0, "00:00"),
        ("09:05", 545, "09:05"),
        ("23:59", 1439, "23:59"),
        ("17:30:00", 1050, "17:30"),
        ("24:00", 1440, "24:00"),
        ("24:00:00", 1440, "24:00"),
    ] {
        let parsed = minute(text);
        assert_eq!(i16::from(parsed), minutes, "{text}");
        assert_eq!(MinuteOfDay::try_from(minutes), Ok(parsed));
        assert_eq!(parsed.to_string(), written);
    }
}

#[test]
fn what_is_no_whole_minute_of_a_day_is_refused() {
    for text in [
        "",
        ":",
        "9:00",
        "09",
        "09:0",
        "09:60",
        "24:01",
        "25:00",
        "99:99",
        "09:00:30",
        "09:00:00:00",
        "09:00:",
        "+9:00",
        " 09:00",
        "09-00",
        "０9:00",
    ] {
        assert_eq!(text.parse::<MinuteOfDay>(), Err(MinuteOfDayError), "{text}");
    }
    assert_eq!(MinuteOfDay::try_from(1441_u16), Err(MinuteOfDayError));
    assert_eq!(MinuteOfDay::try_from(1441_i16), Err(MinuteOfDayError));
    assert_eq!(MinuteOfDay::try_from(-1_i16), Err(MinuteOfDayError));
}

#[test]
fn hours_refuse_what_makes_no_sense() {
    let nine_to_five = |breaks: &[(&str, &str)]| {
        let breaks = breaks.iter().map(|(start, end)| Break { start: minute(start), end: minute(end) });
        Hours::new(minute("09:00"), minute("17:00"), breaks.collect())
    };
    assert_eq!(
        Hours::new(minute("22:00"), minute("06:00"), Vec::new()),
        Err(HoursError::ClosesBeforeOpening)
    );
    assert_eq!(
        Hours::new(minute("09:00"), minute("09:00"), Vec::new()),
        Err(HoursError::ClosesBeforeOpening)
    );
    assert_eq!(nine_to_five(&[("12:00", "12:00")]), Err(HoursError::BreakEndsBeforeStart));
    assert_eq!(nine_to_five(&[("08:30", "09:30")]), Err(HoursError::BreakOutsideHours));
    assert_eq!(nine_to_five(&[("16:30", "17:30")]), Err(HoursError::BreakOutsideHours));
    assert_eq!(nine_to_five(&[("14:00", "15:00"), ("12:00", "14:01")]), Err(HoursError::OverlappingBreaks));
}

#[test]
fn breaks_may_touch_and_come_in_any_order() {
    let day = hours("09:00-17:00", &["13:00-17:00", "09:00-09:30", "12:00-13:00"]);
    let starts: Vec<_> = day.breaks().iter().map(|pause| pause.start.to_string()).collect();
    assert_eq!(starts, ["09:00", "12:00", "13:00"]);
}

#[test]
fn a_week_knows_its_weekdays() {
    let morning = hours("09:00-12:00", &[]);
    let afternoon = hours("12:00-17:00", &[]);
    let week = WeeklyHours::new([
        (Weekday::Thursday, afternoon.clone()),
        (Weekday::Sunday, afternoon.clone()),
        (Weekday::Thursday, morning.clone()),
    ])
    .expect("touching hours do not overlap");
    assert_eq!(week.on(date(2024, 2, 29)), [morning, afternoon.clone()]);
    assert_eq!(week.on(date(2024, 3, 3)), [afternoon]);
    assert_eq!(week.on(date(2024, 3, 4)), []);
}

#[test]
fn hours_of_one_weekday_do_not_overlap() {
    let week = |other| {
        WeeklyHours::new([(Weekday::Monday, hours("09:00-12:01", &[])), (other, hours("12:00-17:00", &[]))])
    };
    assert_eq!(week(Weekday::Monday), Err(HoursError::OverlappingHours));
    assert!(week(Weekday::Tuesday).is_ok());
}

#[test]
fn touching_spans_and_empty_ones_do_not_overlap() {
    let lunch = span("2026-01-05T12:00Z", "2026-01-05T13:00Z");
    assert!(lunch.overlaps(span("2026-01-05T12:59Z", "2026-01-05T14:00Z")));
    assert!(!lunch.overlaps(span("2026-01-05T13:00Z", "2026-01-05T14:00Z")));
    assert!(!lunch.overlaps(span("2026-01-05T11:00Z", "2026-01-05T12:00Z")));
    assert!(!lunch.overlaps(span("2026-01-05T12:30Z", "2026-01-05T12:30Z")));
}

#[test]
fn a_long_appointment_is_seen_behind_a_short_one_that_started_later() {
    let taken =
        [span("2026-01-05T10:00Z", "2026-01-05T10:30Z"), span("2026-01-05T09:00Z", "2026-01-05T15:00Z")];
    let taken = Spans::from_iter(taken);
    assert!(!taken.leave_free(span("2026-01-05T14:00Z", "2026-01-05T14:30Z")));
    assert!(taken.leave_free(span("2026-01-05T15:00Z", "2026-01-05T16:00Z")));
}

#[test]
fn neither_an_appointment_just_over_nor_an_empty_one_hides_the_next() {
    let next = span("2026-01-05T10:30Z", "2026-01-05T11:00Z");
    for before in
        [span("2026-01-05T09:00Z", "2026-01-05T10:00Z"), span("2026-01-05T10:10Z", "2026-01-05T10:10Z")]
    {
        let taken = Spans::from_iter([before, next]);
        assert!(!taken.leave_free(span("2026-01-05T10:00Z", "2026-01-05T10:45Z")));
        assert!(taken.leave_free(span("2026-01-05T10:00Z", "2026-01-05T10:30Z")));
    }
}

#[test]
fn time_is_taken_and_given_back() {
    let taken: Spans = [monday("09:00-10:00"), monday("10:00-12:00")].into_iter().collect();
    let given_back = taken.without(monday("09:30-10:30"));
    assert_eq!(given_back, [monday("09:00-09:30"), monday("10:30-12:00")].into_iter().collect());
    assert_eq!(given_back.with(monday("09:30-10:30")), taken);
    assert_eq!(taken.without(monday("08:00-13:00")), Spans::default());
    assert_eq!(taken.without(monday("12:00-13:00")), taken);
}
