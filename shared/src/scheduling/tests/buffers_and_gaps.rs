//! The time around a visit, and the time inside it that the staff member has for somebody else.

use super::salon::{MONDAY, Person, Salon, entry_around, entry_within, monday};
use crate::scheduling::{DateRange, Rule};

fn salon() -> Salon {
    Salon::new("Europe/Warsaw")
}

#[test]
fn without_a_step_starts_follow_the_visit_and_its_buffer() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(40).with_buffer(10);
    assert_eq!(salon.starts(MONDAY), ["09:00", "09:50", "10:40"]);
}

#[test]
fn the_buffer_may_run_into_lunch_and_over_closing() {
    let salon = salon().open("09:00-12:00", &["10:00-10:30"]).visits_of(60).with_buffer(30).every(30);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:30", "11:00"]);
}

#[test]
fn the_buffer_may_not_run_into_the_next_appointment() {
    let at_eleven = monday("11:00-12:00");
    let salon = salon()
        .open("09:00-14:00", &[])
        .with_buffer(15)
        .every(15)
        .visits_of(60)
        .staffed_by([Person::busy(at_eleven)]);
    assert_eq!(
        salon.starts(MONDAY),
        ["09:00", "09:15", "09:30", "09:45", "12:00", "12:15", "12:30", "12:45", "13:00"]
    );
}

#[test]
fn the_buffer_before_the_first_visit_may_lie_before_opening() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(45).with_buffers(15, 0);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "11:00"]);
    let first = salon.check(MONDAY, "09:00").expect("the day is empty");
    assert_eq!(first.offers[0].times.busy, monday("08:45-09:45"));
}

#[test]
fn the_buffer_before_a_visit_may_run_into_lunch_but_not_into_the_appointment_before() {
    let salon = salon().open("09:00-14:00", &["12:00-12:30"]).visits_of(60).with_buffers(30, 0).every(30);
    let salon = salon.staffed_by([Person::busy(monday("09:00-10:00"))]);
    assert_eq!(salon.starts(MONDAY), ["10:30", "11:00", "12:30", "13:00"]);
    assert_eq!(salon.explain(MONDAY, "10:00"), [[Rule::Buffer]]);
}

#[test]
fn the_buffers_of_two_visits_lie_one_after_the_other() {
    let salon = salon().open("09:00-14:00", &[]).visits_of(60).with_buffers(10, 20).every(10);
    let cleaned_up = entry_within(monday("09:50-11:20"), monday("10:00-11:00"));
    let salon = salon.staffed_by([Person::with([cleaned_up])]);
    assert_eq!(salon.starts(MONDAY).first().map(String::as_str), Some("11:30"));
    assert_eq!(salon.check(MONDAY, "11:20"), Err(Rule::Buffer));
    assert_eq!(salon.check(MONDAY, "10:50"), Err(Rule::Taken));
}

#[test]
fn a_buffer_may_lie_in_time_off() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(60).with_buffers(30, 30).every(30);
    let salon = salon.staffed_by([Person::default().away(monday("09:00-10:00")).away(monday("11:00-12:00"))]);
    assert_eq!(salon.starts(MONDAY), ["10:00"]);
}

#[test]
fn a_cut_fits_into_the_time_in_which_somebodys_colour_sets() {
    let colouring = entry_around(monday("10:30-11:30"), monday("10:00-12:00"));
    let salon =
        salon().open("10:00-12:00", &[]).visits_of(30).every(15).staffed_by([Person::with([colouring])]);
    assert_eq!(salon.starts(MONDAY), ["10:30", "10:45", "11:00"]);
    assert_eq!(salon.explain(MONDAY, "11:15"), [[Rule::Taken]]);
}

#[test]
fn a_cut_with_its_buffers_has_to_fit_into_the_gap() {
    let colouring = entry_around(monday("10:30-11:30"), monday("10:00-12:00"));
    let salon = salon().open("10:00-12:00", &[]).visits_of(30).with_buffers(10, 10).every(5);
    let salon = salon.staffed_by([Person::with([colouring])]);
    assert_eq!(salon.starts(MONDAY), ["10:40", "10:45", "10:50"]);
    assert_eq!(salon.explain(MONDAY, "10:55"), [[Rule::Buffer]]);
}

#[test]
fn a_colouring_goes_around_a_cut_that_is_booked_already() {
    let cut = monday("10:30-11:00");
    let salon = salon().open("09:00-12:00", &[]).visits_of(90).with_gap(30, 30).every(30);
    let salon = salon.staffed_by([Person::busy(cut)]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00"]);
    let around = salon.check(MONDAY, "10:00").expect("the cut fits in").offers[0];
    assert_eq!(around.times.gap, Some(cut));
}

#[test]
fn two_colourings_interlock() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(60).with_gap(20, 20).every(20);
    let first = entry_around(monday("09:20-09:40"), monday("09:00-10:00"));
    // Starting in the gap of the first, its own gap is where the first is finished.
    assert_eq!(salon.staffed_by([Person::with([first])]).starts(MONDAY)[..2], ["09:20", "10:00"]);
}

#[test]
fn lunch_may_fall_into_the_gap() {
    let salon = salon().open("09:00-15:00", &["12:00-12:30"]).visits_of(90).with_gap(30, 30).every(30);
    assert_eq!(salon.explain(MONDAY, "11:00"), [[Rule::Break]]);
    assert_eq!(salon.explain(MONDAY, "11:30"), [[]]);
    assert_eq!(salon.explain(MONDAY, "12:00"), [[Rule::Break]]);
}

#[test]
fn a_gap_that_reaches_the_end_of_the_visit_is_none() {
    let colouring = salon().open("09:00-11:00", &[]).visits_of(60);
    let gap = |salon: Salon| salon.check(MONDAY, "09:00").expect("the day is empty").offers[0].times.gap;
    assert_eq!(gap(colouring.clone().with_gap(20, 39)), Some(monday("09:20-09:59")));
    assert_eq!(gap(colouring.clone().with_gap(20, 40)), None);
    assert_eq!(gap(colouring.with_gap(70, 10)), None);
}

#[test]
fn a_day_of_buffer_on_either_side_lies_within_what_is_loaded_in_every_zone() {
    for zone in ["Pacific/Kiritimati", "Etc/GMT+12"] {
        let salon = Salon::new(zone).open("00:00-24:00", &[]).with_buffers(24 * 60, 24 * 60).every(60);
        let window = DateRange::from(MONDAY).window(&salon.zone, &salon.visit);
        let slots = salon.slots(MONDAY);
        assert_eq!(slots.len(), 24);
        for busy in slots.iter().map(|slot| slot.offers[0].times.busy) {
            assert!(window.start <= busy.start && busy.end <= window.end, "{zone}: {busy:?}");
        }
    }
}
