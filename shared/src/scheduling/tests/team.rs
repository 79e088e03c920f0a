//! Several people who take the same visit, each in their own way.

use super::salon::{MONDAY, Person, Salon, monday, resource, staff};
use crate::scheduling::Rule;

fn salon() -> Salon {
    Salon::new("Europe/Warsaw")
}

#[test]
fn a_slot_names_those_free_for_it_in_the_order_they_were_listed() {
    let early = monday("09:00-10:00");
    let late = monday("10:00-11:00");
    let salon = salon().open("09:00-12:00", &[]).staffed_by([Person::busy(early), Person::busy(late)]);
    let free: Vec<(String, Vec<_>)> =
        salon.slots(MONDAY).into_iter().map(|slot| (slot.time.to_string(), slot.staff().collect())).collect();
    assert_eq!(
        free,
        [
            ("09:00".into(), vec![staff(1)]),
            ("10:00".into(), vec![staff(0)]),
            ("11:00".into(), vec![staff(0), staff(1)]),
        ]
    );
}

#[test]
fn two_half_free_people_do_not_make_one_free_person() {
    let first_half = monday("09:00-09:30");
    let second_half = monday("09:30-10:00");
    let salon =
        salon().open("09:00-10:00", &[]).staffed_by([Person::busy(first_half), Person::busy(second_half)]);
    assert_eq!(salon.check(MONDAY, "09:00"), Err(Rule::Taken));
}

#[test]
fn nobody_to_do_it_means_nothing_is_offered() {
    let salon = salon().open("09:00-10:00", &[]).staffed_by([]);
    assert_eq!(salon.check(MONDAY, "09:00"), Err(Rule::NobodyOffers));
}

#[test]
fn who_takes_longer_is_offered_where_longer_fits() {
    let salon = salon().open("09:00-12:00", &[]).visits_of(60).every(30);
    let salon = salon.staffed_by([Person::default(), Person::default().taking(90)]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "09:30", "10:00", "10:30", "11:00"]);
    let last = salon.check(MONDAY, "11:00").expect("one of them is quick enough");
    assert_eq!(last.staff().collect::<Vec<_>>(), [staff(0)]);
    assert_eq!(salon.explain(MONDAY, "11:00"), [vec![], vec![Rule::EndsAfterHours]]);
}

#[test]
fn each_offer_ends_when_that_staff_member_is_done() {
    let salon = salon().open("09:00-12:00", &[]).with_buffers(5, 10).every(30);
    let salon = salon.staffed_by([Person::default().taking(45), Person::default().taking(90)]);
    let slot = salon.check(MONDAY, "10:00").expect("the day is empty");
    let busy: Vec<_> = slot.offers.iter().map(|offer| offer.times.busy).collect();
    assert_eq!(busy, [monday("09:55-10:55"), monday("09:55-11:40")]);
    assert_eq!(slot.end(), monday("10:00-10:45").end);
}

#[test]
fn without_a_step_each_has_a_grid_of_their_own() {
    let salon = salon().open("09:00-12:00", &[]);
    let salon = salon.staffed_by([Person::default(), Person::default().taking(90)]);
    assert_eq!(salon.starts(MONDAY), ["09:00", "10:00", "10:30", "11:00"]);
    assert_eq!(salon.explain(MONDAY, "10:30"), [vec![Rule::OffStep], vec![]]);
}

#[test]
fn who_is_away_is_not_offered() {
    let salon = salon().open("09:00-12:00", &[]);
    let salon = salon.staffed_by([Person::default().away(monday("09:30-11:00"))]);
    assert_eq!(salon.starts(MONDAY), ["11:00"]);
    assert_eq!(salon.check(MONDAY, "10:00"), Err(Rule::TimeOff));
}

#[test]
fn a_refusal_is_that_of_whoever_comes_nearest() {
    let salon = salon().open("09:00-12:00", &[]);
    let away = Person::default().away(monday("09:00-12:00"));
    let busy = Person::busy(monday("10:00-11:00"));
    let slow = Person::default().taking(240);
    let salon = salon.every(60).staffed_by([busy, away, slow]);
    assert_eq!(salon.check(MONDAY, "10:00"), Err(Rule::Taken));
    assert_eq!(
        salon.explain(MONDAY, "10:00"),
        [vec![Rule::Taken], vec![Rule::TimeOff], vec![Rule::EndsAfterHours]]
    );
}

#[test]
fn an_explanation_has_every_rule_in_order() {
    let salon =
        salon().open("09:00-12:00", &["10:30-10:45"]).visits_of(120).every(60).at("2026-01-05T12:00Z");
    let person = Person::busy(monday("11:00-12:00")).away(monday("10:00-11:00"));
    let salon = salon.with_buffers(15, 0).staffed_by([person]).needing(1, &[&[monday("09:50-10:00")]]);
    assert_eq!(
        salon.explain(MONDAY, "10:05"),
        [[
            Rule::TooSoon,
            Rule::OffStep,
            Rule::EndsAfterHours,
            Rule::Break,
            Rule::TimeOff,
            Rule::Taken,
            Rule::Resource(resource(0)),
        ]]
    );
    assert_eq!(salon.explain(MONDAY, "08:00")[0][..2], [Rule::TooSoon, Rule::OutsideHours]);
}
