//! What a visit needs beside a staff member: chairs, rooms, devices.

use super::salon::{MONDAY, Person, Salon, monday, resource};
use crate::scheduling::Rule;

/// With two people who work at the chairs there are.
fn salon() -> Salon {
    Salon::new("Europe/Warsaw").open("09:00-12:00", &[]).staffed_by([Person::default(), Person::default()])
}

#[test]
fn two_chairs_take_two_visits_and_one_chair_one() {
    for chairs in [2, 1] {
        let mut salon = salon().needing(1, &vec![&[][..]; chairs]);
        for booked in 0..chairs {
            let slot = salon.check(MONDAY, "10:00").expect("there is a chair");
            assert_eq!(slot.offers.len(), 2 - booked);
            salon.book(slot.offers[0]);
        }
        let refusal = if chairs == 2 { Rule::Taken } else { Rule::Resource(resource(0)) };
        assert_eq!(salon.check(MONDAY, "10:00"), Err(refusal), "{chairs} chairs");
        assert_eq!(salon.starts(MONDAY), ["09:00", "11:00"]);
    }
}

#[test]
fn a_resource_is_kept_during_buffers_and_gaps_too() {
    let salon = salon().visits_of(60).with_buffers(10, 10).with_gap(20, 20).every(10);
    let starts = |taken: &str| salon.clone().needing(1, &[&[monday(taken)]]).starts(MONDAY);
    let without = |gone: &[&str]| -> Vec<String> {
        salon.starts(MONDAY).into_iter().filter(|start| !gone.contains(&start.as_str())).collect()
    };
    assert_eq!(starts("08:40-09:00"), without(&["09:00"]), "the buffer before the visit");
    assert_eq!(starts("12:00-12:10"), without(&["11:00"]), "the buffer after it");
    assert_eq!(
        starts("10:00-10:10"),
        without(&["09:00", "09:10", "09:20", "09:30", "09:40", "09:50", "10:00", "10:10"])
    );
}

#[test]
fn a_visit_that_needs_two_units_needs_them_at_once() {
    let (first, second) = (monday("09:00-10:00"), monday("11:00-12:00"));
    let salon = salon().needing(2, &[&[first], &[second], &[]]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "11:00"]);
    let salon = salon.needing(2, &[&[first], &[second]]);
    assert_eq!(salon.starts(MONDAY), ["10:00"]);
    assert_eq!(salon.check(MONDAY, "09:00"), Err(Rule::Resource(resource(1))));
}

#[test]
fn one_unit_has_to_be_free_throughout() {
    let salon = salon().needing(1, &[&[monday("10:00-10:30")], &[monday("10:30-11:00")]]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "11:00"]);
}

#[test]
fn more_than_there_is_is_never_offered() {
    let salon = salon().needing(3, &[&[], &[]]);
    assert_eq!(salon.starts(MONDAY), [""; 0]);
    assert_eq!(
        salon.explain(MONDAY, "10:00"),
        [[Rule::Resource(resource(0))], [Rule::Resource(resource(0))]]
    );
}

#[test]
fn an_explanation_names_every_resource_that_is_taken() {
    let taken = monday("09:00-12:00");
    let salon = salon().needing(1, &[&[taken]]).needing(1, &[&[]]).needing(1, &[&[taken]]);
    let rules = vec![Rule::Resource(resource(0)), Rule::Resource(resource(2))];
    assert_eq!(salon.explain(MONDAY, "10:00"), [rules.clone(), rules]);
}

#[test]
fn units_that_were_used_last_are_taken_first() {
    let never: &[_] = &[];
    let salon = salon()
        .needing(1, &[never, &[monday("09:00-09:30")], &[monday("09:30-10:00")], &[monday("10:00-11:00")]]);
    assert_eq!(salon.schedule().resources[0].free_units(monday("10:00-11:00")), [3, 2, 1]);
}
