//! The promise of the whole product, through HTTP and the database, for random schedules: what is offered can be booked,
//! nothing else can, and a booking takes away exactly what overlaps it.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::TestRunner,
};
use serde::Deserialize;
use serde_json::json;

use crate::support::{Person, Salon, TestApp};

/// Each case opens a salon and sends some forty requests.
const CASES: u32 = 24;
/// How many bookings are made in a case, at most.
const BOOKINGS: usize = 4;

/// Zones, and dates on which their clocks change.
const CHANGES: [(&str, &str); 8] = [
    ("Europe/Warsaw", "2026-03-29"),
    ("Europe/Warsaw", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
];
/// After all of them, so that a token signed then is valid on each.
pub(crate) const SIGNED_IN_AT: &str = "2026-12-01T00:00:00Z";

#[derive(Clone, Debug)]
struct Case {
    zone: &'static str,
    date: Date,
    /// From then until the date begins.
    now_before: SignedDuration,
    opens: u16,
    closes: u16,
    pause: Option<(u16, u16)>,
    staff: usize,
    duration: u16,
    buffer: u16,
    step: Option<u16>,
    notice: u16,
    horizon: u8,
    /// Minutes of the day that are tried whether or not they are offered.
    tried: Vec<u16>,
    booked: Vec<Index>,
}

fn case() -> impl Strategy<Value = Case> {
    let place = (select(&CHANGES[..]), -1..=1_i32, -600..=3000_i64);
    // In steps of five minutes, and often around the night's hours, when clocks change.
    let hours = (0..200_u16, 12..=88_u16, proptest::option::of((1..80_u16, 1..=12_u16)), 1..=2_usize);
    let service =
        (1..=24_u16, prop_oneof![Just(0), 1..=6_u16], proptest::option::of(prop_oneof![Just(3), 1..=12_u16]));
    let limits = (prop_oneof![3 => Just(0), 1 => 0..=1500_u16], prop_oneof![3 => Just(30), 1 => 0..=2_u8]);
    let wishes = (vec(0..1440_u16, 12), vec(any::<Index>(), BOOKINGS));
    (place, hours, service, limits, wishes).prop_map(|(place, hours, service, limits, (tried, booked))| {
        let ((zone, change), days, minutes) = place;
        let (opens, length, pause, staff) = hours;
        let (opens, closes) = (opens * 5, (opens * 5 + length * 5).min(1440));
        let pause = pause.and_then(|(from, length)| {
            let (start, end) = (opens + from * 5, opens + (from + length) * 5);
            (end <= closes).then_some((start, end))
        });
        let (duration, buffer, step) = service;
        let (notice, horizon) = limits;
        Case {
            zone,
            date: change.parse::<Date>().unwrap().checked_add(days.days()).unwrap(),
            now_before: SignedDuration::from_mins(minutes),
            opens,
            closes,
            pause,
            staff,
            duration: duration * 5,
            buffer: buffer * 5,
            step: step.map(|step| step * 5),
            notice,
            horizon,
            tried,
            booked,
        }
    })
}

pub(crate) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl Case {
    fn now(&self) -> Timestamp {
        let midnight = TimeZone::get(self.zone).unwrap().to_zoned(self.date.at(0, 0, 0, 0)).unwrap();
        midnight.timestamp() - self.now_before
    }

    async fn open_salon(&self, app: &TestApp, owner: &Person) -> Salon {
        let policy = json!({ "min_notice_minutes": self.notice, "booking_horizon_days": self.horizon });
        let salon = app.salon().business("timezone", self.zone).business("booking_policy", policy);
        let salon = salon.open(&clock(self.opens), &clock(self.closes)).on_days(0..7).staff(self.staff);
        let salon = match self.pause {
            Some((start, end)) => salon.with_break(&clock(start), &clock(end)),
            None => salon,
        };
        let salon = salon.service("duration_minutes", self.duration).service("buffer_minutes", self.buffer);
        salon.service("slot_step_minutes", self.step).create_for(owner.clone()).await
    }

    /// The list after somebody has been booked: without them wherever the two, with their buffers, overlap.
    fn without(&self, offered: &[Offer], booked: &Offer, staff: &str) -> Vec<Offer> {
        let buffer = SignedDuration::from_mins(self.buffer.into());
        let remaining = offered.iter().map(|offer| {
            let overlaps = offer.start < booked.end + buffer && booked.start < offer.end + buffer;
            let mut offer = offer.clone();
            offer.staff_ids.retain(|id| !(overlaps && id == staff));
            offer
        });
        remaining.filter(|offer| !offer.staff_ids.is_empty()).collect()
    }
}

/// One of `slots_detail`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Offer {
    pub(crate) time: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) staff_ids: Vec<String>,
}

async fn offered(app: &TestApp, salon: &Salon, date: &str) -> Vec<Offer> {
    let query = format!("availability/?service_id={}&date={date}&verbose=true", salon.service);
    let answer = app.get(&salon.path(&query)).await.expect(200);
    serde_json::from_value(answer["slots_detail"].clone()).unwrap()
}

/// Tries every one of the minutes that is not offered, in vain.
async fn try_others(salon: &Salon, customer: &Person, date: &str, offered: &[Offer], minutes: &[u16]) {
    for time in minutes.iter().map(|minute| clock(*minute)) {
        if offered.iter().all(|offer| offer.time != time) {
            let answer = salon.book(customer, date, &time).await;
            let refused =
                ["SLOT_UNAVAILABLE", "PAST_BOOKING"].map(|code| answer.json()["error_code"] == code);
            assert_ne!(refused, [false; 2], "{time} on {date}: {answer:?}");
        }
    }
}

async fn check(case: &Case, app: &TestApp, owner: &Person, customer: &Person) {
    let salon = case.open_salon(app, owner).await;
    let date = case.date.to_string();
    app.clock.set(case.now());
    let mut expected = offered(app, &salon, &date).await;
    try_others(&salon, customer, &date, &expected, &case.tried).await;

    for index in &case.booked {
        if expected.is_empty() {
            break;
        }
        let offer = index.get(&expected).clone();
        let booked = salon.book(customer, &date, &offer.time).await.expect(201);
        assert_eq!(booked["start"].as_str().unwrap().parse::<Timestamp>().unwrap(), offer.start);
        assert_eq!(booked["end"].as_str().unwrap().parse::<Timestamp>().unwrap(), offer.end);
        let staff = booked["staff"]["id"].as_str().unwrap();
        assert!(offer.staff_ids.iter().any(|id| id == staff), "{staff} is not in {offer:?}");

        let before = std::mem::replace(&mut expected, offered(app, &salon, &date).await);
        assert_eq!(expected, case.without(&before, &offer, staff));
        // Whatever has just gone, among others.
        let gone: Vec<u16> = before.iter().map(|offer| minute_of(&offer.time)).take(6).collect();
        try_others(&salon, customer, &date, &expected, &gone).await;
    }
}

pub(crate) fn minute_of(time: &str) -> u16 {
    let (hour, minute) = time.split_once(':').unwrap();
    hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
}

#[test]
fn what_is_offered_can_be_booked_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (app, owner, customer) = runtime.block_on(async {
        let app = TestApp::with(&[("JWT_ACCESS_MIN", "1440")]).await;
        app.set_clock(SIGNED_IN_AT).await;
        let (owner, customer) = (app.person("owner").await, app.person("customer").await);
        (app, owner, customer)
    });
    let config = ProptestConfig { cases: CASES, max_shrink_iters: 64, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&case(), |case| {
        runtime.block_on(check(&case, &app, &owner, &customer));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let count = "select count(*) from appointments";
    let count: i64 =
        runtime.block_on(async { app.database.connect().await.query_one(count, &[]).await.unwrap().get(0) });
    assert!(count >= i64::from(CASES), "only {count} bookings: the cases are too narrow");
}
