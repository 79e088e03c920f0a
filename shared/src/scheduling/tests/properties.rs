//! What holds for every salon, zone and date.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU16,
};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::Index,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use uuid::Uuid;

use super::{
    reference::{Reference, times},
    salon::{Equipment, Person, Salon, every_minute, staff},
    strategies::{minute_of_day, salon_and_date},
};
use crate::{
    ids::{LocationId, StaffMemberId},
    scheduling::{
        Break, DateRange, Entry, Gap, Hours, MinuteOfDay, OwnHours, Policy, Rule, Schedule, Slot, Span,
        StaffWeek, Times, Visit,
    },
};

/// Those whom no rule keeps from taking a start.
fn unopposed(schedule: &Schedule, date: Date, time: MinuteOfDay, now: Timestamp) -> Vec<StaffMemberId> {
    let explained = schedule.explain(date, time, now).into_iter();
    explained.filter(|it| it.rules.is_empty()).map(|it| it.staff).collect()
}

proptest! {
    // A day has 1,441 minutes to check, so an eighth of the usual cases.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Offered is bookable and unexplained, and nothing else is.
    #[test]
    fn a_start_is_accepted_exactly_when_it_is_offered((salon, date) in salon_and_date()) {
        let schedule = salon.schedule();
        let mut offered = salon.slots(date).into_iter().peekable();
        for time in every_minute() {
            let offered = offered.next_if(|slot| slot.time == time);
            let offering: Vec<_> = offered.iter().flat_map(Slot::staff).collect();
            prop_assert_eq!(unopposed(&schedule, date, time, salon.now), offering);
            prop_assert_eq!(schedule.check(date, time, salon.now).ok(), offered);
        }
        prop_assert_eq!(offered.next(), None);
    }
}

proptest! {
    #[test]
    fn the_reference_offers_the_same_and_refuses_for_the_same_rules(
        (salon, date) in salon_and_date(),
        times in vec(minute_of_day(), 20),
    ) {
        let schedule = salon.schedule();
        let reference = Reference::new(&salon, date);
        let offered = salon.slots(date);
        let starts: Vec<_> = offered.iter().map(|slot| slot.time).collect();
        prop_assert_eq!(offered, reference.slots());
        for time in times.into_iter().chain(starts) {
            prop_assert_eq!(schedule.check(date, time, salon.now), reference.verdict(time), "at {}", time);
            let explained = schedule.explain(date, time, salon.now).into_iter().map(|it| (it.staff, it.rules));
            prop_assert_eq!(explained.collect::<Vec<_>>(), reference.explanation(time), "at {}", time);
        }
    }

    /// A start that is agreed on can be had with those whom nothing is against but the rules about which starts are offered.
    #[test]
    fn what_is_agreed_on_only_has_to_be_possible(
        (salon, date) in salon_and_date(),
        times in vec(minute_of_day(), 20),
    ) {
        let schedule = salon.schedule();
        let about_offers = |rule: &Rule| matches!(rule, Rule::TooSoon | Rule::BeyondHorizon | Rule::OffStep);
        let starts = salon.slots(date).into_iter().map(|slot| slot.time);
        // The end of a day is the beginning of the next.
        for time in times.into_iter().chain(starts).filter(|time| *time < MinuteOfDay::END_OF_DAY) {
            let explained = schedule.explain(date, time, salon.now);
            let Some(times) = explained.iter().find_map(|it| it.times) else { continue };
            let possible = explained.iter().filter(|it| it.rules.iter().all(about_offers)).map(|it| it.staff);
            let agreed = schedule.agreed(times.start).unwrap_or_default();
            let agreed: Vec<_> = agreed.iter().map(|offer| offer.staff).collect();
            prop_assert_eq!(agreed, possible.collect::<Vec<_>>(), "at {}", time);
        }
    }

    /// What has been booked takes what it takes, whatever the visit it came of.
    #[test]
    fn a_booked_visit_is_where_it_was_booked((salon, date) in salon_and_date()) {
        for offer in salon.slots(date).into_iter().flat_map(|slot| slot.offers) {
            prop_assert_eq!(Visit::booked(offer.times).times(offer.times.start), Some(offer.times));
        }
    }

    #[test]
    fn slots_ascend_and_say_what_the_clock_shows((salon, date) in salon_and_date()) {
        let slots = salon.slots(date);
        prop_assert!(slots.is_sorted_by(|a, b| a.start < b.start && a.time < b.time));
        let listed: Vec<_> = slots.iter().map(|slot| slot.time).collect();
        prop_assert_eq!(salon.schedule().times_on(date, salon.now), listed);
        for slot in slots {
            let shown = salon.zone.to_datetime(slot.start);
            prop_assert_eq!(shown.date(), date);
            prop_assert_eq!(shown.strftime("%H:%M:%S").to_string(), format!("{}:00", slot.time));
            prop_assert_eq!(slot.date, date);
            prop_assert!(!slot.offers.is_empty());
            for offer in slot.offers {
                let (_, person) = (0..).map(staff).zip(&salon.team).find(|(id, _)| *id == offer.staff).expect("known");
                prop_assert_eq!(offer.times, times(salon.visit_with(person), slot.start));
            }
        }
    }

    /// Also where each of the team has hours of their own, here, elsewhere or anywhere; those elsewhere offer nothing.
    #[test]
    fn who_has_own_hours_offers_what_is_accepted(
        (salon, date) in salon_and_date(),
        own_hours in vec(vec((own_hours(), option::weighted(0.6, any::<bool>())), 0..=3), 3),
    ) {
        let [here, there] = [1, 2].map(|number| LocationId::from(Uuid::from_u128(number)));
        let mut schedule = salon.schedule();
        let today = |(hours, is_here): (Hours, Option<bool>)| OwnHours {
            weekday: date.weekday(),
            hours,
            valid_from: None,
            valid_until: None,
            location: is_here.map(|is_here| if is_here { here } else { there }),
        };
        let mut elsewhere = Vec::new();
        for (staff, own_hours) in schedule.staff.iter_mut().zip(own_hours) {
            let all: Vec<OwnHours> = own_hours.into_iter().map(today).collect();
            let is_elsewhere = !all.is_empty() && all.iter().all(|own| own.location == Some(there));
            if let Ok(week) = StaffWeek::new(all) {
                staff.own.week = week.at(Some(here));
                elsewhere.extend(is_elsewhere.then_some(staff.id));
            }
        }
        let accepted = every_minute().filter_map(|time| schedule.check(date, time, salon.now).ok());
        let offered = schedule.slots_on(date, salon.now);
        prop_assert!(!offered.iter().flat_map(Slot::staff).any(|staff| elsewhere.contains(&staff)));
        let listed: Vec<_> = offered.iter().map(|slot| slot.time).collect();
        prop_assert_eq!(schedule.times_on(date, salon.now), listed);
        prop_assert_eq!(offered, accepted.collect::<Vec<_>>());
    }

    /// Whatever is booked, in whatever order, the next offer still respects it: [`Salon::book`] sees to it.
    #[test]
    fn booking_what_is_offered_never_takes_what_is_taken(
        (mut salon, date) in salon_and_date(),
        picks in vec(any::<(Index, Index)>(), 1..12),
    ) {
        for (which_slot, which_offer) in picks {
            let slots = salon.slots(date);
            if slots.is_empty() {
                break;
            }
            let slot = which_slot.get(&slots);
            let offer = *which_offer.get(&slot.offers);
            prop_assert!(offer.seats_left > 0);
            salon.book(offer);

            let left = salon.slots(date).into_iter().find(|later| later.time == slot.time);
            let left = left.and_then(|slot| slot.offers.into_iter().find(|later| later.staff == offer.staff));
            let seats_left = left.map_or(0, |left| left.seats_left);
            prop_assert_eq!(seats_left, offer.seats_left - 1);
            prop_assert!(left.is_none_or(|left| left.joins));
        }
    }

    #[test]
    fn what_lies_outside_the_window_changes_nothing((salon, first) in salon_and_date(), days in 0..=2_u16) {
        let dates = DateRange { first, days };
        let window = dates.window(&salon.zone, &salon.visit);
        let mut loaded = salon.clone();
        for person in &mut loaded.team {
            person.entries.retain(|entry| entry.times.busy.overlaps(window));
            person.away.retain(|span| span.overlaps(window));
        }
        for unit in loaded.resources.iter_mut().flat_map(|kind| &mut kind.units) {
            unit.retain(|span| span.overlaps(window));
        }
        for date in dates.dates() {
            prop_assert_eq!(loaded.slots(date), salon.slots(date));
        }
    }

    #[test]
    fn the_next_start_is_the_first_of_all((salon, first) in salon_and_date(), days in 0..=3_u16) {
        let dates = DateRange { first, days };
        let first = dates.dates().flat_map(|date| salon.slots(date)).next();
        prop_assert_eq!(salon.schedule().next(dates, salon.now), first);
    }

    #[test]
    fn the_nearest_starts_leave_none_nearer(
        (salon, first) in salon_and_date(),
        days in 0..=3_u16,
        limit in 0..=6_usize,
        time in minute_of_day(),
    ) {
        let dates = DateRange { first, days };
        let offered: Vec<_> = dates.dates().flat_map(|date| salon.slots(date)).collect();
        let wanted = Reference::new(&salon, first).reached(time);
        let nearest = salon.schedule().nearest(first, time, dates, limit, salon.now);

        prop_assert_eq!(nearest.len(), limit.min(offered.len()));
        prop_assert!(nearest.is_sorted_by(|a, b| a.start < b.start));
        // The tie goes to the earlier, so a rank never repeats.
        let rank = |start: Timestamp| (start.duration_since(wanted).abs(), start);
        let farthest = nearest.iter().map(|slot| rank(slot.start)).max();
        for slot in offered {
            prop_assert_eq!(nearest.contains(&slot), Some(rank(slot.start)) <= farthest);
        }
    }

    /// The ends of time, and values nobody would set.
    #[test]
    fn nothing_panics(
        (salon, ordinary) in salon_and_date(),
        (which_date, which_now) in any::<(Index, Index)>(),
        visit in absurd_visit(),
        (team, resources) in (vec(absurd_person(), 1..=2), vec(absurd_equipment(), 0..=1)),
        (days, capacity, which_time) in any::<(u16, u32, Index)>(),
        (min_notice_minutes, booking_horizon_days) in any::<(u32, u32)>(),
    ) {
        let dates = [Date::MIN, date(-9999, 1, 2), ordinary, date(9999, 12, 30), Date::MAX];
        let first = *which_date.get(&dates);
        let now = *which_now.get(&[Timestamp::MIN, salon.now, Timestamp::MAX]);
        let policy = Policy { min_notice_minutes, booking_horizon_days, ..Policy::default() };
        let salon = Salon { visit, policy, capacity, team, resources, now, ..salon };
        let schedule = salon.schedule();
        let range = DateRange { first, days };
        let window = range.window(&schedule.zone, &visit);
        prop_assert!(window.start <= window.end);
        for kind in &schedule.resources {
            prop_assert!(kind.free_units(window).len() <= kind.units.len());
        }
        let any_time = MinuteOfDay::try_from(u16::try_from(which_time.index(1441)).expect("at most a day"));
        for time in [MinuteOfDay::MIDNIGHT, any_time.expect("at most a day"), MinuteOfDay::END_OF_DAY] {
            let verdict = schedule.check(first, time, now);
            // The first of all dates is in the past on every clock.
            prop_assert!(first != Date::MIN || now == Timestamp::MIN || verdict == Err(Rule::TooSoon));
            let offering: Vec<_> = verdict.iter().flat_map(Slot::staff).collect();
            prop_assert_eq!(offering, unopposed(&schedule, first, time, now));
        }
        let short_range = DateRange { first, days: days % 4 };
        prop_assert!(schedule.nearest(first, MinuteOfDay::END_OF_DAY, short_range, 5, now).len() <= 5);
        let next = schedule.next(short_range, now);
        prop_assert!(next.is_none_or(|slot| slot.start >= now));
    }
}

/// On quarters of an hour, some with a break.
fn own_hours() -> impl Strategy<Value = Hours> {
    btree_set(0..=96_u16, 2..=4).prop_map(|quarters| {
        let minute = |quarter: &u16| MinuteOfDay::try_from(quarter * 15).expect("at most a day");
        let edges: Vec<_> = quarters.iter().map(minute).collect();
        let breaks = match edges[1..edges.len() - 1] {
            [start, end] => vec![Break { start, end }],
            _ => Vec::new(),
        };
        Hours::new(edges[0], edges[edges.len() - 1], breaks).expect("in order")
    })
}

fn absurd_visit() -> impl Strategy<Value = Visit> {
    let gap = any::<(NonZeroU16, NonZeroU16)>().prop_map(|(start, length)| Gap { start, length });
    (any::<NonZeroU16>(), any::<(u16, u16)>(), option::of(gap), any::<Option<NonZeroU16>>()).prop_map(
        |(duration, (buffer_before, buffer_after), gap, step)| Visit {
            duration,
            buffer_before,
            buffer_after,
            gap,
            step,
        },
    )
}

fn absurd_span() -> impl Strategy<Value = Span> {
    let at_the_ends = prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>()];
    vec(at_the_ends, 2).prop_map(|seconds| {
        let instant = |seconds: i64| {
            let end = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
            Timestamp::from_second(seconds >> 25).unwrap_or(end)
        };
        Span { start: instant(seconds[0]), end: instant(seconds[1]) }
    })
}

/// Their visits may end before they start, with gaps that lie elsewhere.
fn absurd_person() -> impl Strategy<Value = Person> {
    let entry = (absurd_span(), absurd_span(), option::of(absurd_span()), any::<Option<u32>>()).prop_map(
        |(visit, busy, gap, seats_left)| Entry {
            times: Times { start: visit.start, end: visit.end, busy, gap },
            seats_left,
        },
    );
    (any::<Option<NonZeroU16>>(), vec(absurd_span(), 0..=1), vec(entry, 0..=2))
        .prop_map(|(duration, away, entries)| Person { duration, away, entries })
}

fn absurd_equipment() -> impl Strategy<Value = Equipment> {
    (any::<u16>(), vec(vec(absurd_span(), 0..=1), 0..=3))
        .prop_map(|(needed, units)| Equipment { needed, units })
}

/// Guards the properties against holding because nothing of the kind ever happens.
#[test]
fn random_salons_offer_slots_and_break_every_rule() {
    let mut runner = TestRunner::deterministic();
    let (mut offering, mut joinable) = (0, 0);
    let mut broken = BTreeMap::<String, u32>::new();
    for _ in 0..200 {
        let tree = salon_and_date().new_tree(&mut runner).expect("nothing is filtered");
        let (salon, date) = tree.current();
        let slots = salon.slots(date);
        offering += u32::from(!slots.is_empty());
        joinable += u32::from(slots.iter().flat_map(|slot| &slot.offers).any(|offer| offer.joins));
        let explain = |time| salon.schedule().explain(date, time, salon.now);
        let times = every_minute().step_by(5);
        let rules: BTreeSet<String> = times.flat_map(explain).flat_map(|it| it.rules).map(name).collect();
        for rule in rules {
            *broken.entry(rule).or_default() += 1;
        }
    }
    assert!(offering > 70, "only {offering} of 200 salons offer anything");
    assert!(joinable > 5, "only {joinable} of 200 salons have a class to join");
    let rare: Vec<_> = broken.iter().filter(|(_, salons)| **salons < 10).collect();
    assert!(rare.is_empty(), "hardly ever broken: {rare:?}");
    let seen: Vec<_> = broken.keys().map(String::as_str).collect();
    assert_eq!(
        seen,
        [
            "BeyondHorizon",
            "Break",
            "Buffer",
            "ClassFull",
            "Closed",
            "EndsAfterHours",
            "NoSuchTime",
            "OffStep",
            "OutsideHours",
            "Resource",
            "Taken",
            "TimeOff",
            "TooSoon",
        ]
    );
}

fn name(rule: Rule) -> String {
    match rule {
        Rule::Resource(_) => "Resource".into(),
        other => format!("{other:?}"),
    }
}
