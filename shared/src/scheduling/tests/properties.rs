//! What holds for every salon, zone and date.

use std::num::NonZeroU16;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
};
use proptest::{collection::vec, prelude::*, sample::Index};

use super::{
    reference::{Reference, Refused},
    salon::{Salon, every_minute},
    strategies::{minute_of_day, salon_and_date},
};
use crate::scheduling::{DateRange, Limits, MinuteOfDay, Offer, Rule, Span, Visit};

proptest! {
    // A day has 1,441 minutes to check, so an eighth of the usual cases.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Offered is bookable, and nothing else is.
    #[test]
    fn a_start_is_accepted_exactly_when_it_is_offered((salon, date) in salon_and_date()) {
        let schedule = salon.schedule();
        let accepted: Vec<_> =
            every_minute().filter_map(|time| schedule.check(date, time, salon.now).ok()).collect();
        prop_assert_eq!(accepted, salon.slots(date));
    }
}

proptest! {
    #[test]
    fn the_reference_offers_the_same_and_refuses_for_the_same_reason(
        (salon, date) in salon_and_date(),
        times in vec(minute_of_day(), 20),
    ) {
        let reference = Reference::new(&salon, date);
        prop_assert_eq!(salon.offered(date), reference.offered());
        for time in times {
            let verdict = salon.schedule().check(date, time, salon.now);
            let verdict = verdict.map(|slot| (slot.start, slot.staff().collect::<Vec<_>>())).map_err(Refused::from);
            prop_assert_eq!(verdict, reference.verdict(time), "at {}", time);
        }
    }

    #[test]
    fn slots_ascend_and_say_what_the_clock_shows((salon, date) in salon_and_date()) {
        let slots = salon.slots(date);
        prop_assert!(slots.is_sorted_by(|a, b| a.start < b.start && a.time < b.time));
        for slot in slots {
            let shown = salon.zone.to_datetime(slot.start);
            prop_assert_eq!(shown.date(), date);
            prop_assert_eq!(shown.strftime("%H:%M:%S").to_string(), format!("{}:00", slot.time));
            prop_assert_eq!(slot.date, date);
            let duration = SignedDuration::from_mins(salon.visit.duration.get().into());
            let buffer = SignedDuration::from_mins(salon.visit.buffer_after.into());
            prop_assert!(!slot.offers.is_empty());
            for Offer { times, .. } in slot.offers {
                prop_assert_eq!(times.end.duration_since(slot.start), duration);
                prop_assert_eq!(times.busy, Span { start: slot.start, end: times.end + buffer });
            }
        }
    }

    /// Whatever is booked, in whatever order, the next offer still respects it.
    #[test]
    fn booking_what_is_offered_never_overlaps(
        (mut salon, date) in salon_and_date(),
        picks in vec(any::<(Index, Index)>(), 1..12),
    ) {
        for (which_slot, which_staff) in picks {
            let slots = salon.slots(date);
            if slots.is_empty() {
                break;
            }
            let slot = which_slot.get(&slots);
            let Offer { staff: id, times, .. } = *which_staff.get(&slot.offers);
            let busy = salon.busy_of(id);
            prop_assert!(!busy.iter().any(|taken| taken.overlaps(times.busy)));

            busy.push(times.busy);
            let still_offered =
                salon.slots(date).iter().any(|later| later.time == slot.time && later.staff().any(|staff| staff == id));
            prop_assert!(!still_offered, "{} is offered again", slot.time);
        }
    }

    #[test]
    fn busy_time_outside_the_window_changes_nothing((salon, first) in salon_and_date(), days in 0..=2_u16) {
        let dates = DateRange { first, days };
        let window = dates.window();
        let mut loaded = salon.clone();
        for busy in &mut loaded.busy {
            busy.retain(|span| span.overlaps(window));
        }
        for date in dates.dates() {
            prop_assert_eq!(loaded.slots(date), salon.slots(date));
        }
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

    /// The ends of time, and limits and lengths nobody would set.
    #[test]
    fn nothing_panics(
        (salon, ordinary) in salon_and_date(),
        which_date in any::<Index>(),
        which_now in any::<Index>(),
        duration in any::<NonZeroU16>(),
        step in any::<Option<NonZeroU16>>(),
        (buffer, days) in any::<(u16, u16)>(),
        (min_notice_minutes, horizon_days) in any::<(u32, u32)>(),
    ) {
        let dates = [Date::MIN, date(-9999, 1, 2), ordinary, date(9999, 12, 30), Date::MAX];
        let first = *which_date.get(&dates);
        let now = *which_now.get(&[Timestamp::MIN, salon.now, Timestamp::MAX]);
        let salon = Salon {
            visit: Visit { duration, buffer_before: 0, buffer_after: buffer, gap: None, step },
            limits: Limits { min_notice_minutes, horizon_days },
            now,
            ..salon
        };
        let schedule = salon.schedule();
        let range = DateRange { first, days };
        let window = range.window();
        prop_assert!(window.start <= window.end);
        for time in [MinuteOfDay::MIDNIGHT, MinuteOfDay::END_OF_DAY] {
            let verdict = schedule.check(first, time, now);
            // The first of all dates is in the past on every clock.
            prop_assert!(first != Date::MIN || now == Timestamp::MIN || verdict == Err(Rule::TooSoon));
        }
        let short_range = DateRange { first, days: days % 4 };
        prop_assert!(schedule.nearest(first, MinuteOfDay::END_OF_DAY, short_range, 5, now).len() <= 5);
    }
}

/// Guards the properties against holding because nothing is ever offered.
#[test]
fn random_salons_do_offer_slots() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let offering = (0..200)
        .filter(|_| {
            let tree = salon_and_date().new_tree(&mut runner).expect("nothing is filtered");
            let (salon, date) = tree.current();
            !salon.slots(date).is_empty()
        })
        .count();
    assert!(offering > 80, "only {offering} of 200 salons offer anything");
}
