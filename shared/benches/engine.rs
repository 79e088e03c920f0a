//! How long the scheduling engine takes to list the starts of some days at a busy salon.
//!
//! `cargo bench -p shared --bench engine`

use std::fmt;

use divan::{Bencher, black_box};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use shared::scheduling::{
    Break, Calendar, DateRange, Entry, Hours, MinuteOfDay, Opening, OwnTime, Policy, Schedule, Slot, Span,
    Spans, StaffMember, Times, Visit, WeeklyHours,
};
use uuid::Uuid;

fn main() {
    divan::main();
}

/// The spring clock change is among them from 31 days on.
const FIRST: Date = date(2026, 3, 2);
/// Of each staff member.
const BUSY: i64 = 10;
const QUIET: i64 = 2;

/// How much is asked for at once.
#[derive(Clone, Copy)]
struct Size {
    days: u16,
    staff: u16,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:2} days, {:3} staff", self.days, self.staff)
    }
}

fn sizes() -> impl Iterator<Item = Size> {
    [1, 31, 62].into_iter().flat_map(|days| [1, 10, 100].map(|staff| Size { days, staff }))
}

/// Every start of all the days, as a month view asks for.
#[divan::bench(consts = [15, 5], args = sizes(), sample_size = 1)]
fn slots<const STEP: u16>(bencher: Bencher<'_, '_>, size: Size) {
    list(bencher, size, &schedule(STEP, size, BUSY));
}

/// The same where hardly anything is booked, so that most starts are offered.
#[divan::bench(args = sizes(), sample_size = 1)]
fn slots_when_quiet(bencher: Bencher<'_, '_>, size: Size) {
    list(bencher, size, &schedule(15, size, QUIET));
}

/// The same where what is booked are classes that others can come to.
#[divan::bench(args = sizes(), sample_size = 1)]
fn slots_of_classes(bencher: Bencher<'_, '_>, size: Size) {
    let class = |entry| Entry { seats_left: Some(1), ..entry };
    let mut schedule = schedule(15, size, BUSY);
    for (person, staff) in (0..).zip(&mut schedule.staff) {
        staff.calendar = entries(person, size.days, BUSY).into_iter().map(class).collect();
    }
    list(bencher, size, &schedule);
}

fn list(bencher: Bencher<'_, '_>, size: Size, schedule: &Schedule) {
    let dates = DateRange { first: FIRST, days: size.days };
    bencher.bench_local(|| {
        let slots = |date| black_box(schedule).slots_on(date, Timestamp::UNIX_EPOCH);
        dates.dates().flat_map(slots).collect::<Vec<Slot>>()
    });
}

/// Sorting what was loaded, before anything can be asked.
#[divan::bench(args = sizes(), sample_size = 1)]
fn calendars(bencher: Bencher<'_, '_>, size: Size) {
    let entries: Vec<_> = (0..size.staff).map(|person| entries(person, size.days, BUSY)).collect();
    bencher.bench_local(|| {
        black_box(&entries).iter().map(|entries| entries.iter().copied().collect()).collect::<Vec<Calendar>>()
    });
}

/// One start, as booking asks for, with everything loaded that a month view loads.
#[divan::bench(args = sizes())]
fn check(bencher: Bencher<'_, '_>, size: Size) {
    let schedule = schedule(15, size, BUSY);
    bencher.bench_local(|| black_box(&schedule).check(FIRST, minute(12 * 60), Timestamp::UNIX_EPOCH));
}

fn schedule(step: u16, size: Size, entries_per_day: i64) -> Schedule {
    let visit = Visit {
        duration: 45.try_into().expect("not zero"),
        buffer_before: 0,
        buffer_after: 5,
        gap: None,
        step: Some(step.try_into().expect("not zero")),
    };
    let lunch = Break { start: minute(12 * 60 + 30), end: minute(13 * 60) };
    let hours = Hours::new(minute(8 * 60), minute(20 * 60), vec![lunch]).expect("sensible hours");
    let week = Weekday::Monday.cycle_forward().take(7).map(|weekday| (weekday, hours.clone()));
    let staff = |index: u16| StaffMember {
        id: Uuid::from_u128(index.into()).into(),
        visit,
        own: OwnTime::default(),
        away: Spans::default(),
        calendar: entries(index, size.days, entries_per_day).into_iter().collect(),
    };
    Schedule {
        zone: zone(),
        opening: Opening { week: WeeklyHours::new(week).expect("one interval a day"), ..Opening::default() },
        policy: Policy { booking_horizon_days: u32::MAX, ..Policy::default() },
        capacity: 1,
        staff: (0..size.staff).map(staff).collect(),
        resources: Vec::new(),
    }
}

/// Half an hour every 70 minutes, not for everyone at the same time.
fn entries(person: u16, days: u16, per_day: i64) -> Vec<Entry> {
    let zone = zone();
    let dates = DateRange { first: FIRST, days }.dates();
    let entry = |date: Date, number: i64| {
        let opening = zone.to_timestamp(date.at(8, 0, 0, 0)).expect("an ordinary morning");
        let start = opening + SignedDuration::from_mins(number * 70 + i64::from(person % 8) * 5);
        let end = start + SignedDuration::from_mins(30);
        Entry { times: Times { start, end, busy: Span { start, end }, gap: None }, seats_left: None }
    };
    dates.flat_map(|date| (0..per_day).map(move |number| (date, number))).map(|(d, n)| entry(d, n)).collect()
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Warsaw").expect("the zone is bundled")
}

fn minute(minutes: u16) -> MinuteOfDay {
    minutes.try_into().expect("at most a day")
}
