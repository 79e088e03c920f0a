//! The policy's rules, for chosen cases and for all.

use jiff::civil::date;
use proptest::{option, prelude::*};
use serde_json::json;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn rule(action: NoShowAction) -> Policy {
    Policy {
        auto_confirm: true,
        no_show: Some(NoShowRule { limit: 2, days: 90, action }),
        ..Policy::default()
    }
}

#[test]
fn the_last_date_is_counted_from_today_where_the_business_is() {
    let warsaw = TimeZone::get("Europe/Warsaw").expect("the zone is bundled");
    let policy = |days| Policy { booking_horizon_days: days, ..Policy::default() };
    // Already tomorrow there.
    let now = at("2026-03-02T23:30:00Z");
    assert_eq!(policy(0).last_date(&warsaw, now), date(2026, 3, 3));
    assert_eq!(policy(30).last_date(&warsaw, now), date(2026, 4, 2));
    assert_eq!(policy(0).last_date(&TimeZone::UTC, now), date(2026, 3, 2));
    assert_eq!(policy(u32::MAX).last_date(&warsaw, now), Date::MAX);
}

#[test]
fn a_deadline_is_still_in_time() {
    let policy =
        Policy { cancellation_deadline_minutes: 120, reschedule_deadline_minutes: 60, ..Policy::default() };
    let start = at("2026-03-03T12:00:00Z");
    assert!(policy.may_cancel(start, at("2026-03-03T10:00:00Z")));
    assert!(!policy.may_cancel(start, at("2026-03-03T10:00:01Z")));
    assert!(policy.may_reschedule(start, at("2026-03-03T11:00:00Z")));
    assert!(!policy.may_reschedule(start, at("2026-03-03T11:00:01Z")));
    assert!(!Policy::default().may_cancel(start, at("2026-03-03T12:00:01Z")));
}

#[test]
fn who_has_missed_visits_waits_or_is_refused() {
    let missed = |no_shows| Record { no_shows, ..Record::default() };
    let (waits, refuses) = (rule(NoShowAction::Confirm), rule(NoShowAction::Refuse));
    assert_eq!(waits.admits(&missed(1)), Ok(Admission::Confirmed));
    assert_eq!(waits.admits(&missed(2)), Ok(Admission::Pending));
    assert_eq!(refuses.admits(&missed(1)), Ok(Admission::Confirmed));
    assert_eq!(refuses.admits(&missed(2)), Err(Refused::NoShows { limit: 2 }));
}

#[test]
fn who_has_as_many_visits_ahead_as_allowed_books_no_more() {
    let policy = Policy { max_open_bookings: Some(3), ..rule(NoShowAction::Refuse) };
    let record = |open_bookings, no_shows| Record { open_bookings, no_shows };
    assert_eq!(policy.admits(&record(2, 0)), Ok(Admission::Confirmed));
    assert_eq!(policy.admits(&record(3, 9)), Err(Refused::TooManyOpen { limit: 3 }));
    assert_eq!(Policy::default().admits(&record(900, 900)), Ok(Admission::Pending));
}

#[test]
fn a_service_has_some_of_it_otherwise() {
    let shop = Policy {
        min_notice_minutes: 60,
        cancellation_deadline_minutes: 60,
        reschedule_deadline_minutes: 60,
        ..rule(NoShowAction::Refuse)
    };
    let overrides = PolicyOverrides {
        auto_confirm: Some(false),
        cancellation_deadline_minutes: Some(1440),
        max_open_bookings: Some(1),
        ..PolicyOverrides::default()
    };
    let expected = Policy {
        auto_confirm: false,
        cancellation_deadline_minutes: 1440,
        reschedule_deadline_minutes: 1440,
        max_open_bookings: Some(1),
        ..shop.clone()
    };
    assert_eq!(shop.with(&overrides), expected);
    let apart = Policy { reschedule_deadline_minutes: 30, ..shop };
    assert_eq!(apart.with(&overrides).reschedule_deadline_minutes, 30);
}

#[test]
fn one_that_another_version_kept_can_be_read() {
    let kept = json!({
        "auto_confirm": true,
        "deposit": { "percent": 20 },
        "no_show": { "limit": 3, "action": "refuse", "fee": 100 },
    });
    let read: Policy = serde_json::from_value(kept).expect("a policy");
    let no_show = Some(NoShowRule { limit: 3, days: 365, action: NoShowAction::Refuse });
    assert_eq!(read, Policy { auto_confirm: true, no_show, ..Policy::default() });
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..=600_000_u32, 1 => any::<u32>()]
}

prop_compose! {
    fn no_show()(limit in 1..=100_u32, days in 1..=3650_u32, refuse: bool) -> NoShowRule {
        NoShowRule { limit, days, action: if refuse { NoShowAction::Refuse } else { NoShowAction::Confirm } }
    }
}

prop_compose! {
    fn policy()(
        auto_confirm: bool,
        numbers in [number(), number(), number(), number()],
        max_open_bookings in option::of(1..=1000_u32),
        no_show in option::of(no_show()),
    ) -> Policy {
        let [min_notice_minutes, booking_horizon_days, cancellation, reschedule] = numbers;
        Policy {
            auto_confirm,
            min_notice_minutes,
            booking_horizon_days,
            cancellation_deadline_minutes: cancellation,
            reschedule_deadline_minutes: reschedule,
            max_open_bookings,
            no_show,
        }
    }
}

prop_compose! {
    fn overrides()(
        auto_confirm in option::of(any::<bool>()),
        numbers in [option::of(number()), option::of(number()), option::of(number()), option::of(number())],
        max_open_bookings in option::of(1..=1000_u32),
    ) -> PolicyOverrides {
        let [min_notice_minutes, booking_horizon_days, cancellation, reschedule] = numbers;
        PolicyOverrides {
            auto_confirm,
            min_notice_minutes,
            booking_horizon_days,
            cancellation_deadline_minutes: cancellation,
            reschedule_deadline_minutes: reschedule,
            max_open_bookings,
        }
    }
}

prop_compose! {
    fn record()(open_bookings in 0..=1100_u32, no_shows in 0..=110_u32) -> Record {
        Record { open_bookings, no_shows }
    }
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (0..=4_000_000_000_i64).prop_map(|second| Timestamp::from_second(second).expect("in range"))
}

/// The less, the better for the customer.
fn severity(answer: Result<Admission, Refused>) -> u8 {
    match answer {
        Ok(Admission::Confirmed) => 0,
        Ok(Admission::Pending) => 1,
        Err(_) => 2,
    }
}

proptest! {
    #[test]
    fn its_json_tells_all_of_it(policy in policy()) {
        let json = serde_json::to_value(&policy).expect("JSON");
        prop_assert_eq!(serde_json::from_value::<Policy>(json).expect("a policy"), policy);
    }

    #[test]
    fn no_overrides_change_nothing_and_all_of_them_everything_they_name(policy in policy(), overrides in overrides()) {
        prop_assert_eq!(&policy.with(&PolicyOverrides::default()), &policy);
        let with = policy.with(&overrides);
        prop_assert_eq!(with.auto_confirm, overrides.auto_confirm.unwrap_or(policy.auto_confirm));
        if let Some(minutes) = overrides.reschedule_deadline_minutes {
            prop_assert_eq!(with.reschedule_deadline_minutes, minutes);
        }
        prop_assert_eq!(&with.with(&overrides), &with);
        prop_assert_eq!(with.no_show, policy.no_show);
    }

    #[test]
    fn time_only_makes_it_too_late(policy in policy(), start in instant(), now in instant(), later in 0..=100_000_000_i64) {
        let later = now + SignedDuration::from_secs(later);
        prop_assert!(policy.may_cancel(start, now) || !policy.may_cancel(start, later));
        prop_assert!(policy.may_reschedule(start, now) || !policy.may_reschedule(start, later));
        prop_assert!(policy.earliest_start(now) <= policy.earliest_start(later));
        prop_assert!(policy.last_date(&TimeZone::UTC, now) <= policy.last_date(&TimeZone::UTC, later));
        prop_assert!(policy.earliest_start(now) >= now);
    }

    #[test]
    fn a_worse_record_never_helps(policy in policy(), record in record(), more in record()) {
        let worse = Record {
            open_bookings: record.open_bookings + more.open_bookings,
            no_shows: record.no_shows + more.no_shows,
        };
        prop_assert!(severity(policy.admits(&worse)) >= severity(policy.admits(&record)));
    }

    #[test]
    fn as_many_can_be_ahead_as_the_limit_says(policy in policy(), record in record()) {
        let within = policy.max_open_bookings.is_none_or(|limit| record.open_bookings < limit);
        let refused = matches!(policy.admits(&record), Err(Refused::TooManyOpen { .. }));
        prop_assert_eq!(refused, !within);
    }
}
