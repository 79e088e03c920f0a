//! Visits that several come to at once.

use super::salon::{MONDAY, Person, Salon, class, entry, monday};
use crate::scheduling::Rule;

/// An hour of yoga at every half hour, for three.
fn yoga() -> Salon {
    Salon::new("Europe/Warsaw").open("09:00-12:00", &[]).every(30).for_up_to(3)
}

fn seats(salon: &Salon, time: &str) -> Result<(u32, bool), Rule> {
    salon.check(MONDAY, time).map(|slot| (slot.offers[0].seats_left, slot.offers[0].joins))
}

#[test]
fn a_class_can_be_joined_until_it_is_full() {
    let mut salon = yoga();
    for (seats_left, joins) in [(3, false), (2, true), (1, true)] {
        assert_eq!(seats(&salon, "10:00"), Ok((seats_left, joins)));
        salon.book(salon.check(MONDAY, "10:00").expect("there are seats").offers[0]);
    }
    assert_eq!(seats(&salon, "10:00"), Err(Rule::ClassFull));
    assert_eq!(salon.explain(MONDAY, "10:00"), [[Rule::ClassFull]]);
}

#[test]
fn a_class_takes_the_time_of_whoever_gives_it() {
    let salon = yoga().staffed_by([Person::with([class(monday("10:00-11:00"), 2)])]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "11:00"]);
    // Half an hour later would be another class.
    assert_eq!(seats(&salon, "10:30"), Err(Rule::Taken));
}

#[test]
fn a_class_of_another_service_is_not_joined() {
    let salon = yoga().staffed_by([Person::with([entry(monday("10:00-11:00"))])]);
    assert_eq!(seats(&salon, "10:00"), Err(Rule::Taken));
}

#[test]
fn a_class_that_lasted_longer_when_it_was_opened_is_not_joined() {
    let salon = yoga().staffed_by([Person::with([class(monday("10:00-11:15"), 2)])]);
    assert_eq!(seats(&salon, "10:00"), Err(Rule::Taken));
}

#[test]
fn whoever_joins_needs_no_room_of_their_own() {
    let class_in_the_room = monday("10:00-11:00");
    let salon = yoga().staffed_by([Person::with([class(class_in_the_room, 1)]), Person::default()]);
    let salon = salon.needing(1, &[&[class_in_the_room]]);
    assert_eq!(seats(&salon, "10:00"), Ok((1, true)));
    let rules = salon.explain(MONDAY, "10:00");
    assert_eq!(rules[0], []);
    assert!(matches!(rules[1][..], [Rule::Resource(_)]), "a second class has none");
}

#[test]
fn a_class_whose_teacher_is_away_is_not_joined() {
    let salon =
        yoga().staffed_by([Person::with([class(monday("10:00-11:00"), 2)]).away(monday("10:30-12:00"))]);
    assert_eq!(seats(&salon, "10:00"), Err(Rule::TimeOff));
}

#[test]
fn a_full_class_is_no_reason_not_to_open_one_with_somebody_else() {
    let salon = yoga().staffed_by([Person::with([class(monday("10:00-11:00"), 0)]), Person::default()]);
    assert_eq!(seats(&salon, "10:00"), Ok((3, false)));
    assert_eq!(salon.explain(MONDAY, "10:00"), [vec![Rule::ClassFull], vec![]]);
}
