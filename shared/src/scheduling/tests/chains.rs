//! Several services in a row: by example, and against whoever books one part after the other, trying everything.

use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::{collection::vec, option, prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    reference::Reference,
    salon::{MONDAY, Person, Salon, every_minute, minute, minutes, monday, resource, staff},
    strategies::{minute_of_day, salon_and_date},
};
use crate::{
    ids::ResourceId,
    scheduling::{Chain, DateRange, Entry, Gap, MinuteOfDay, Offer, Plan, Rule, Schedule, Span, Visit},
};

fn in_a_row<T>(parts: &[Salon], wait: i64, ask: impl FnOnce(&Chain<'_>) -> T) -> T {
    let schedules: Vec<Schedule> = parts.iter().map(Salon::schedule).collect();
    ask(&Chain { parts: schedules.iter().collect(), max_wait: SignedDuration::from_mins(wait) })
}

/// As in `09:00 0-10:00 1-11:00`: when it begins, and of each part with whom and until when.
fn plans(parts: &[Salon], wait: i64) -> Vec<String> {
    let told = |plan: &Plan| {
        let part = |offer: &Offer| {
            let person = (0..9).find(|index| staff(*index) == offer.staff).expect("on the team");
            format!(" {person}-{}", offer.times.end.to_zoned(parts[0].zone.clone()).strftime("%H:%M"))
        };
        plan.time.to_string() + &plan.parts.iter().map(|it| part(&it.offer)).collect::<String>()
    };
    in_a_row(parts, wait, |chain| chain.plans_on(MONDAY, parts[0].now)).iter().map(told).collect()
}

fn salon() -> Salon {
    Salon::new("Europe/Warsaw").open("09:00-12:00", &[])
}

#[test]
fn one_part_begins_when_the_one_before_is_over_whatever_its_own_grid() {
    assert_eq!(
        plans(&[salon(), salon().visits_of(45)], 0),
        ["09:00 0-10:00 0-10:45", "10:00 0-11:00 0-11:45"]
    );
    assert_eq!(
        plans(&[salon().visits_of(45), salon()], 0),
        ["09:00 0-09:45 0-10:45", "09:45 0-10:30 0-11:30",]
    );
}

#[test]
fn who_waits_has_starts_of_the_grid_as_well() {
    let team = [Person::default(), Person::busy(monday("10:00-10:20"))];
    let only = |index: usize, salon: Salon| {
        let mut salon = salon.staffed_by(team.clone());
        for (other, person) in salon.team.iter_mut().enumerate() {
            if other != index {
                *person = Person::default().away(monday("00:00-23:00"));
            }
        }
        salon
    };
    let parts = [only(0, salon()), only(1, salon().every(15))];
    assert_eq!(plans(&parts, 0), ["10:00 0-11:00 1-12:00"]);
    assert_eq!(plans(&parts, 29), ["10:00 0-11:00 1-12:00"]);
    assert_eq!(plans(&parts, 30), ["09:00 0-10:00 1-11:30", "10:00 0-11:00 1-12:00"]);
}

#[test]
fn the_time_around_one_part_is_kept_from_another_with_the_same_person() {
    let with_buffer = salon().with_buffer(15).every(60);
    assert_eq!(plans(&[with_buffer.clone(), with_buffer.clone()], 0), [""; 0]);
    let two = with_buffer.staffed_by([Person::default(), Person::default()]);
    assert_eq!(plans(&[two.clone(), two.clone()], 0), ["09:00 0-10:00 1-11:00", "10:00 0-11:00 1-12:00"]);
}

#[test]
fn in_the_gap_of_one_part_nothing_else_of_the_visit_takes_place() {
    let colour = salon().with_gap(20, 30).every(60);
    assert_eq!(
        plans(&[colour, salon().visits_of(30)], 0),
        ["09:00 0-10:00 0-10:30", "10:00 0-11:00 0-11:30"]
    );
}

#[test]
fn parts_share_the_units_there_are() {
    let part = |units: usize| {
        let team = [Person::default(), Person::default()];
        salon().staffed_by(team).with_buffer(10).every(60).needing(1, &vec![&[][..]; units])
    };
    assert_eq!(plans(&[part(1), part(1)], 0), [""; 0], "the room is aired after the first part");
    assert_eq!(plans(&[part(2), part(2)], 0), ["09:00 0-10:00 1-11:00", "10:00 0-11:00 1-12:00"]);
}

#[test]
fn a_class_is_joined_whenever_it_is_and_opened_on_its_grid() {
    let team =
        |entries: &[Entry]| [Person::default(), Person { entries: entries.to_vec(), ..Person::default() }];
    let class = |entries: &[Entry]| {
        let mut salon = salon().for_up_to(3).staffed_by(team(entries));
        salon.team[0].away.push(monday("00:00-23:00"));
        salon
    };
    let first = salon().visits_of(45).staffed_by(team(&[]));
    assert_eq!(plans(&[first.clone(), class(&[])], 0), [""; 0]);
    assert_eq!(plans(&[first.clone(), class(&[])], 15), ["09:00 0-09:45 1-11:00"]);
    let opened = super::salon::class(monday("10:30-11:30"), 1);
    assert_eq!(plans(&[first.clone(), class(&[opened])], 0), ["09:45 0-10:30 1-11:30"]);
    let full = Entry { seats_left: Some(0), ..opened };
    assert_eq!(plans(&[first, class(&[full])], 0), [""; 0]);
}

#[test]
fn every_part_keeps_to_its_own_notice_and_horizon() {
    let now = "2026-01-05T08:30+01:00";
    let late = salon().with_notice(120).at(now);
    assert_eq!(plans(&[salon().at(now), late], 0), ["10:00 0-11:00 0-12:00"]);
    let soon = salon().with_horizon(0).at("2026-01-04T08:30+01:00");
    assert_eq!(plans(&[salon().at("2026-01-04T08:30+01:00"), soon], 0), [""; 0]);
}

#[test]
fn who_else_could_have_a_part_is_told_with_it() {
    let team = [Person::default(), Person::default(), Person::busy(monday("09:00-10:00"))];
    let part = salon().with_buffer(10).every(60).staffed_by(team);
    let plan =
        in_a_row(&[part.clone(), part.clone()], 0, |chain| chain.check(MONDAY, minute("09:00"), part.now));
    let plan = plan.expect("two are free");
    assert_eq!(plan.parts[0].staff, [staff(0)]);
    assert_eq!(plan.parts[1].staff, [staff(1), staff(2)]);
}

#[test]
fn the_refusal_is_the_first_parts_own_or_that_the_others_are_taken() {
    let check =
        |parts: &[Salon], time| in_a_row(parts, 0, |chain| chain.check(MONDAY, minute(time), parts[0].now));
    let now = "2026-01-05T09:30+01:00";
    assert_eq!(check(&[salon().at(now), salon()], "09:00"), Err(Rule::TooSoon));
    assert_eq!(check(&[salon(), salon()], "11:00"), Err(Rule::Taken));
}

/// However many there are to choose from, what cannot be is known quickly.
#[test]
fn a_hundred_staff_and_no_room_are_no_hundred_times_a_hundred_ways() {
    let crowd = vec![Person::default(); 100];
    let busy = Salon { team: crowd, ..salon().visits_of(20).with_buffers(60, 60).every(5) };
    let none = busy.clone().needing(1, &[]);
    let parts = [busy.clone(), busy.clone(), busy.clone(), busy, none];
    assert_eq!(plans(&parts, 30), [""; 0]);
}

/// Duration, buffers and step; gap, capacity and notice.
type Other = ((u16, u16, u16, Option<u16>), (Option<(u16, u16)>, u32, u32));

/// Parts of one visit at one salon: its own service, and others that take the same people's time and the same rooms.
fn parts() -> impl Strategy<Value = (Vec<Salon>, Date, i64)> {
    let other = (1..=8_u16, prop_oneof![3 => Just(0), 1 => 0..=30_u16], 0..=20_u16, option::of(1..=12_u16));
    let more = (option::weighted(0.3, (1..=20_u16, 1..=20_u16)), 1..=3_u32, 0..=2_u32);
    let parts = vec(option::weighted(0.7, (other, more)), 2..=3);
    (salon_and_date(), parts, prop_oneof![2 => Just(0), 1 => 1..=45_i64]).prop_map(
        |((salon, date), parts, wait)| {
            let part = |other: Option<Other>| {
                let Some(((duration, before, after, step), (gap, capacity, notice))) = other else {
                    return salon.clone();
                };
                let mut part = salon.clone();
                part.visit = Visit {
                    duration: minutes(duration * 5),
                    buffer_before: before,
                    buffer_after: after,
                    gap: gap.map(|(start, length)| Gap { start: minutes(start), length: minutes(length) }),
                    step: step.map(|step| minutes(step * 5)),
                };
                (part.capacity, part.policy.min_notice_minutes) = (capacity, notice * 600);
                // Its classes are of the salon's own service.
                part.team
                    .iter_mut()
                    .flat_map(|person| &mut person.entries)
                    .for_each(|entry| entry.seats_left = None);
                part
            };
            (parts.into_iter().map(part).collect(), date, wait)
        },
    )
}

/// Somebody who books one part after the other as if they were visits of their own: each is tried at every minute with
/// everybody, at a salon that has all before in its books.
struct OneByOne<'a> {
    parts: &'a [Salon],
    date: Date,
    wait: i64,
    /// Every minute that the clock shows, and when.
    minutes: Vec<(MinuteOfDay, Timestamp)>,
}

/// What a part has taken.
#[derive(Clone)]
struct Taken {
    offer: Offer,
    units: Vec<(ResourceId, usize)>,
}

impl<'a> OneByOne<'a> {
    fn new(parts: &'a [Salon], date: Date, wait: i64) -> Self {
        let (schedule, now) = (parts[0].schedule(), parts[0].now);
        let shown = |time| Some((time, schedule.explain(date, time, now).first()?.times?.start));
        Self { parts, date, wait, minutes: every_minute().filter_map(shown).collect() }
    }

    /// Of all ways to have all parts, the first of those that wait least: for the second part, then for the third.
    fn from(&self, time: MinuteOfDay) -> Option<Vec<Offer>> {
        let before = Vec::new();
        let offers = self.offers(0, time, None, &before);
        let ways = offers.into_iter().flat_map(|offer| self.ways(&self.with(0, offer, &before)));
        ways.min_by_key(|way| {
            let wait = |pair: &[Offer]| pair[1].times.start.duration_since(pair[0].times.end);
            way.windows(2).map(wait).collect::<Vec<_>>()
        })
    }

    fn ways(&self, before: &[Taken]) -> Vec<Vec<Offer>> {
        let part = before.len();
        let Some(last) = before.last().filter(|_| part < self.parts.len()) else {
            return vec![before.iter().map(|taken| taken.offer).collect()];
        };
        let ready = last.offer.times.end;
        let until = ready + SignedDuration::from_mins(self.wait);
        let at_hand = self.minutes.iter().filter(|(_, start)| (ready..=until).contains(start));
        let ways = at_hand.flat_map(|(time, _)| {
            let offers = self.offers(part, *time, Some(ready), before);
            offers.into_iter().flat_map(|offer| self.ways(&self.with(part, offer, before)))
        });
        ways.collect()
    }

    /// Who offers a part at a time, if it lies where it may.
    fn offers(
        &self,
        part: usize,
        time: MinuteOfDay,
        ready: Option<Timestamp>,
        before: &[Taken],
    ) -> Vec<Offer> {
        let salon = self.salon(part, before);
        let schedule = salon.schedule();
        let explained = schedule.explain(self.date, time, salon.now);
        let mut offers = Vec::new();
        for (explained, person) in explained.iter().zip(&salon.team) {
            let Some(times) = explained.times else { continue };
            let waited = ready.map(|ready| times.start.duration_since(ready));
            if waited
                .is_some_and(|waited| waited.is_negative() || waited > SignedDuration::from_mins(self.wait))
            {
                continue;
            }
            let class = person
                .entries
                .iter()
                .find_map(|entry| entry.seats_left.filter(|_| entry.times.visit() == times.visit()));
            let at_once = waited == Some(SignedDuration::ZERO) && (salon.capacity == 1 || class.is_some());
            if explained.rules.iter().all(|rule| at_once && *rule == Rule::OffStep) {
                let seats_left = class.unwrap_or(salon.capacity);
                offers.push(Offer { staff: explained.staff, times, seats_left, joins: class.is_some() });
            }
        }
        offers
    }

    /// The salon as a part finds it.
    fn salon(&self, part: usize, before: &[Taken]) -> Salon {
        let mut salon = self.parts[part].clone();
        for Taken { offer, units } in before {
            if offer.joins {
                continue;
            }
            let (_, person) =
                (0..).map(staff).zip(&mut salon.team).find(|(id, _)| *id == offer.staff).expect("known");
            person.entries.push(Entry { times: offer.times, seats_left: None });
            for (id, unit) in units {
                let (_, kind) =
                    (0..).map(resource).zip(&mut salon.resources).find(|(it, _)| it == id).expect("known");
                kind.units[*unit].push(offer.times.busy);
            }
        }
        salon
    }

    /// Takes the units that were free to begin with, in their order, as far as they still are.
    fn with(&self, part: usize, offer: Offer, before: &[Taken]) -> Vec<Taken> {
        let busy: Span = offer.times.busy;
        let now = self.salon(part, before);
        let mut units = Vec::new();
        let resources = self.parts[part].schedule().resources;
        for (kind, now) in resources.iter().zip(&now.resources).filter(|_| !offer.joins) {
            let numbers = kind.free_units(busy).into_iter().map(|number| usize::from(number) - 1);
            let free = numbers.filter(|unit| !now.units[*unit].iter().any(|taken| taken.overlaps(busy)));
            units.extend(free.take(kind.needed.into()).map(|unit| (kind.id, unit)));
        }
        before.iter().cloned().chain([Taken { offer, units }]).collect()
    }
}

fn offers(plan: &Plan) -> Vec<Offer> {
    plan.parts.iter().map(|part| part.offer).collect()
}

proptest! {
    // Trying everything takes long.
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_planned_is_what_is_found_by_trying_everything((parts, date, wait) in parts()) {
        let now = parts[0].now;
        let one_by_one = OneByOne::new(&parts, date, wait);
        let plans = in_a_row(&parts, wait, |chain| chain.plans_on(date, now));
        let mut planned = plans.iter().peekable();
        for slot in parts[0].slots(date) {
            let plan = planned.next_if(|plan| plan.time == slot.time);
            prop_assert_eq!(plan.map(offers), one_by_one.from(slot.time), "at {}", slot.time);
        }
        prop_assert_eq!(planned.next(), None);
    }

    /// Also at times that are not offered.
    #[test]
    fn a_visit_is_accepted_exactly_when_it_is_planned((parts, date, wait) in parts()) {
        let now = parts[0].now;
        let accepted = in_a_row(&parts, wait, |chain| {
            every_minute().filter_map(|time| chain.check(date, time, now).ok()).collect::<Vec<_>>()
        });
        prop_assert_eq!(in_a_row(&parts, wait, |chain| chain.plans_on(date, now)), accepted);
    }

    #[test]
    fn the_nearest_plans_leave_none_nearer((parts, date, wait) in parts(), time in minute_of_day(), limit in 0..=4_usize) {
        let now = parts[0].now;
        let dates = DateRange { first: date, days: 2 };
        let planned = |chain: &Chain<'_>| dates.dates().flat_map(|date| chain.plans_on(date, now)).collect::<Vec<_>>();
        let mut expected = in_a_row(&parts, wait, planned);
        let wanted = Reference::new(&parts[0], date).reached(time);
        expected.sort_by_key(|plan| plan.start().duration_since(wanted).abs());
        expected.truncate(limit);
        expected.sort_by_key(Plan::start);
        let nearest = in_a_row(&parts, wait, |chain| chain.nearest(date, time, dates, limit, now));
        prop_assert_eq!(nearest, expected);
    }

    /// Whoever is named beside the planned one can be had instead, all else being as it is.
    #[test]
    fn everybody_who_is_named_could_have_the_part((parts, date, wait) in parts()) {
        let one_by_one = OneByOne::new(&parts, date, wait);
        for plan in in_a_row(&parts, wait, |chain| chain.plans_on(date, parts[0].now)) {
            for (index, part) in plan.parts.iter().enumerate() {
                prop_assert!(part.staff.contains(&part.offer.staff));
                for other in &part.staff {
                    let mut wanted = offers(&plan);
                    wanted[index].staff = *other;
                    let mut before = Vec::new();
                    let mut ready = None;
                    for (place, offer) in wanted.iter().enumerate() {
                        let shown = offer.times.start.to_zoned(parts[0].zone.clone()).strftime("%H:%M").to_string();
                        let offered = one_by_one.offers(place, minute(&shown), ready, &before);
                        let found = offered.into_iter().find(|it| (it.staff, it.times) == (offer.staff, offer.times));
                        prop_assert!(found.is_some(), "{:?} instead, part {}", other, index);
                        ready = Some(offer.times.end);
                        before = one_by_one.with(place, found.expect("just checked"), &before);
                    }
                }
            }
        }
    }
}

/// Guards the properties against holding because nothing of the kind ever happens.
#[test]
fn random_visits_are_found_with_one_and_with_several_people() {
    let mut runner = TestRunner::deterministic();
    let (mut planned, mut with_one, mut waiting, mut joining, mut refused) = (0, 0, 0, 0, 0);
    for _ in 0..200 {
        let (parts, date, wait) = parts().new_tree(&mut runner).expect("nothing is filtered").current();
        let plans = in_a_row(&parts, wait, |chain| chain.plans_on(date, parts[0].now));
        planned += u32::from(!plans.is_empty());
        refused += u32::from(plans.len() < parts[0].slots(date).len());
        let any = |holds: fn(&[Offer]) -> bool| u32::from(plans.iter().any(|plan| holds(&offers(plan))));
        with_one += any(|offers| offers.windows(2).any(|pair| pair[0].staff == pair[1].staff));
        waiting += any(|offers| offers.windows(2).any(|pair| pair[0].times.end < pair[1].times.start));
        joining += any(|offers| offers.iter().skip(1).any(|offer| offer.joins));
    }
    let seen = [planned, with_one, waiting, joining, refused];
    assert!(planned > 30 && with_one > 15 && waiting > 3 && refused > 20, "{seen:?}");
}
