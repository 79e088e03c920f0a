//! Salons that use everything there is: hours of their staff's own, overrides, time off, buffers, gaps, classes, resources,
//! add-ons, durations that depend on who it is with.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use proptest::{
    collection::vec,
    option::{of, weighted},
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use super::offered_is_bookable::clock;
use crate::support::{Person, Salon, TestApp};

/// A Tuesday, and days when the clocks change in Warsaw.
const DATES: [&str; 3] = ["2026-03-03", "2026-03-29", "2026-10-25"];

/// Minutes of a day: from, and until.
type Stretch = (u16, u16);

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) date: Date,
    /// From then until the date begins.
    now_before: SignedDuration,
    open: Stretch,
    pause: Option<Stretch>,
    /// Other hours of the business on the date, or none on it.
    other_hours: Option<Vec<Stretch>>,
    team: Vec<Member>,
    /// Whether the service is at another location than the primary one.
    is_apart: bool,
    /// That location's own hours on the date, or none on it; the business's otherwise.
    hours_there: Option<Vec<Stretch>>,
    service: Visit,
    capacity: u16,
    /// What takes the same staff's time, and the same rooms.
    other: Visit,
    /// How many rooms there are, and how many the service needs.
    rooms: Option<(u16, u16)>,
    /// How much longer the visit is for what is added to it.
    added: Option<u16>,
    pub(crate) choice: &'static str,
    /// What others book and hold before.
    pub(crate) before: Vec<Occupation>,
    /// Whether their holds are over by now.
    pub(crate) holds_are_over: bool,
    /// Minutes of the day that are tried whether or not they are offered.
    pub(crate) tried: Vec<u16>,
    pub(crate) booked: Vec<Index>,
}

/// Something that takes somebody's time.
#[derive(Clone, Debug)]
pub(crate) struct Occupation {
    /// Of the other service.
    pub(crate) is_other: bool,
    pub(crate) is_hold: bool,
    pub(crate) place: Index,
}

#[derive(Clone, Debug)]
struct Member {
    duration: Option<u16>,
    week: Option<Stretch>,
    /// Whether the week is at the primary location, or at the other one; anywhere otherwise.
    is_here: Option<bool>,
    other_hours: Option<Vec<Stretch>>,
    /// When they are away, and whether they are every week.
    away: Option<(Stretch, bool)>,
}

#[derive(Clone, Debug)]
struct Visit {
    duration: u16,
    buffers: (u16, u16),
    step: Option<u16>,
    /// After how long, and how long.
    gap: Option<(u16, u16)>,
}

/// The salon, and what its customers book.
pub(crate) struct Opened {
    pub(crate) salon: Salon,
    /// By the service that every salon has, and by one that takes the same people and rooms.
    pub(crate) usual: Salon,
    pub(crate) other: Salon,
    pub(crate) add_ons: Vec<String>,
    /// Whether the service is at another location than the others.
    pub(crate) is_apart: bool,
}

/// In steps of five minutes.
fn stretch(
    from: std::ops::RangeInclusive<u16>,
    length: std::ops::RangeInclusive<u16>,
) -> impl Strategy<Value = Stretch> {
    (from, length).prop_map(|(from, length)| (from * 5, (from * 5 + length * 5).min(1440)))
}

fn hours() -> impl Strategy<Value = Stretch> {
    prop_oneof![1 => stretch(0..=36, 60..=120), 8 => stretch(84..=120, 60..=144)]
}

fn other_hours() -> impl Strategy<Value = Option<Vec<Stretch>>> {
    weighted(0.2, prop_oneof![1 => Just(Vec::new()), 4 => vec(hours(), 1)])
}

fn member() -> impl Strategy<Value = Member> {
    let duration = weighted(0.3, (2..=20_u16).prop_map(|minutes| minutes * 5));
    let away = weighted(0.4, (stretch(84..=200, 1..=40), any::<bool>()));
    (duration, weighted(0.4, hours()), of(any::<bool>()), other_hours(), away).prop_map(
        |(duration, week, is_here, other_hours, away)| Member { duration, week, is_here, other_hours, away },
    )
}

fn visit() -> impl Strategy<Value = Visit> {
    let buffer = || prop_oneof![Just(0), 1..=6_u16].prop_map(|minutes| minutes * 5);
    let step = select(&[None, Some(15), Some(20), Some(35)][..]);
    let gap = of((1..=8_u16, 1..=10_u16));
    (3..=24_u16, buffer(), buffer(), step, gap).prop_map(|(duration, before, after, step, gap)| {
        let gap = gap.filter(|(start, length)| start + length < duration);
        let gap = gap.map(|(start, length)| (start * 5, length * 5));
        Visit { duration: duration * 5, buffers: (before, after), step, gap }
    })
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let place =
        (select(&DATES[..]), -500..=3000_i64, hours(), weighted(0.5, (1..20_u16, 1..=8_u16)), other_hours());
    let services = (visit(), prop_oneof![2 => Just(1), 1 => 2..=3_u16], visit());
    let needs = (weighted(0.5, (1..=2_u16, 1..=2_u16)), weighted(0.4, 0..=6_u16));
    let apart = (prop::bool::weighted(0.4), weighted(0.7, vec(hours(), 0..=1)));
    let choice = select(&["priority", "least_busy", "rotation"][..]);
    let occupation = (any::<bool>(), weighted(0.3, Just(())), any::<Index>());
    let before = vec(
        occupation.prop_map(|(is_other, hold, place)| Occupation {
            is_other,
            is_hold: hold.is_some(),
            place,
        }),
        0..=4,
    );
    let wishes = (vec(0..1440_u16, 6), vec(any::<Index>(), 3));
    let more = (choice, before, any::<bool>(), apart);
    (place, vec(member(), 1..=3), services, needs, more, wishes).prop_map(
        |((date, minutes, open, pause, other_hours), team, services, needs, more, wishes)| {
            let (mut service, capacity, other) = services;
            let (rooms, added) = needs;
            let (choice, before, holds_are_over, (is_apart, hours_there)) = more;
            if capacity > 1 {
                service.gap = None;
            }
            let pause = pause.map(|(from, length)| (open.0 + from * 5, open.0 + (from + length) * 5));
            Case {
                date: date.parse().unwrap(),
                // Never at a start: what has begun is not cancelled again.
                now_before: SignedDuration::from_secs(minutes * 60 + 1),
                open,
                pause: pause.filter(|pause| pause.1 <= open.1),
                other_hours,
                team,
                is_apart,
                hours_there,
                service,
                capacity,
                other,
                rooms: rooms.map(|(rooms, needed)| (rooms, needed.min(rooms))),
                added: added.filter(|_| capacity == 1).map(|minutes| minutes * 5),
                choice,
                before,
                holds_are_over,
                tried: wishes.0,
                booked: wishes.1,
            }
        },
    )
}

fn interval((opens, closes): Stretch) -> Value {
    json!({ "open_time": clock(opens), "close_time": clock(closes) })
}

impl Case {
    pub(crate) fn now(&self) -> Timestamp {
        let midnight = TimeZone::get("Europe/Warsaw").unwrap().to_zoned(self.date.at(0, 0, 0, 0)).unwrap();
        midnight.timestamp() - self.now_before
    }

    /// Opens it through the API.
    pub(crate) async fn open(&self, app: &TestApp, owner: &Person) -> Opened {
        let policy = json!({ "staff_choice": self.choice, "hold_minutes": 1 });
        let salon = app.salon().business("booking_policy", policy).on_days(0..7).staff(self.team.len());
        let salon = salon.open(&clock(self.open.0), &clock(self.open.1));
        let salon = match self.pause {
            Some((start, end)) => salon.with_break(&clock(start), &clock(end)),
            None => salon,
        };
        let usual = salon.create_for(owner.clone()).await;
        let room = match self.rooms {
            Some((quantity, _)) => {
                let rooms = json!({ "name": "Gabinet", "quantity": quantity });
                owner.post(&usual.path("resources/"), &rooms).await.expect(201)["id"].clone()
            }
            None => Value::Null,
        };
        let other = usual.also_offering(&self.other.named("Inna", &room, 1)).await;
        let mut service = self.service.named("Usługa", &room, self.rooms.map_or(0, |(_, needed)| needed));
        service["capacity"] = json!(self.capacity);
        let location = usual.another_location(app).await;
        if self.is_apart {
            service["location_id"] = json!(location);
        }
        if let Some(hours) = &self.hours_there {
            let week: Vec<Value> = hours.iter().map(|stretch| self.on_the_day(*stretch)).collect();
            let path = usual.path(&format!("locations/{location}/opening-hours/"));
            owner.put(&path, &json!(week)).await.expect(200);
        }
        let salon = usual.also_offering(&service).await;
        let add_ons = match self.added {
            Some(minutes) => {
                let added = json!({ "name": "Dodatek", "duration_minutes": minutes });
                let path = salon.path(&format!("services/{}/add-ons/", salon.service));
                vec![owner.post(&path, &added).await.expect(201)["id"].as_str().unwrap().to_owned()]
            }
            None => Vec::new(),
        };
        self.set_hours(&salon, [&usual.primary_location(app).await, &location]).await;
        Opened { salon, usual, other, add_ons, is_apart: self.is_apart }
    }

    /// Says when everybody works, and how long it takes them.
    async fn set_hours(&self, salon: &Salon, [here, there]: [&String; 2]) {
        let staff = salon.staff().await;
        let mut overrides: Vec<(Value, &Option<Vec<Stretch>>)> = vec![(Value::Null, &self.other_hours)];
        let mut offers = Vec::new();
        for (id, member) in staff.iter().zip(&self.team) {
            overrides.push((json!(id), &member.other_hours));
            let duration = member
                .duration
                .filter(|duration| self.service.gap.is_none_or(|gap| gap.0 + gap.1 < *duration));
            offers.push(json!({ "staff_id": id, "duration_minutes": duration }));
            if let Some(week) = member.week {
                let mut hours = self.on_the_day(week);
                hours["location_id"] =
                    json!(member.is_here.map(|is_here| if is_here { here } else { there }));
                salon
                    .owner
                    .put(&salon.path(&format!("staff/{id}/hours/")), &json!([hours]))
                    .await
                    .expect(200);
            }
            if let Some((stretch, is_weekly)) = member.away {
                salon
                    .owner
                    .post(&salon.path("time-off/"), &self.away(id, stretch, is_weekly))
                    .await
                    .expect(201);
            }
        }
        let path = salon.path(&format!("services/{}/staff/", salon.service));
        salon.owner.put(&path, &json!(offers)).await.expect(200);
        for (staff, hours) in overrides {
            if let Some(hours) = hours {
                let hours: Vec<Value> = hours.iter().map(|stretch| interval(*stretch)).collect();
                let dates = json!({ "staff_id": staff, "first_date": self.date, "hours": hours });
                salon.owner.post(&salon.path("date-overrides/"), &dates).await.expect(201);
            }
        }
    }

    fn on_the_day(&self, stretch: Stretch) -> Value {
        let mut hours = interval(stretch);
        hours["day_of_week"] = json!(self.date.weekday().to_monday_zero_offset());
        hours
    }

    fn away(&self, staff: &str, (from, until): Stretch, is_weekly: bool) -> Value {
        // What comes again began four weeks before.
        let days = if is_weekly { 28 } else { 0 };
        let date = self.date.checked_sub(SignedDuration::from_hours(24 * days)).unwrap();
        let at = |minute: u16| format!("{date}T{}", clock(minute));
        let weeks = is_weekly.then_some(1);
        json!({ "staff_id": staff, "starts_at": at(from), "ends_at": at(until), "repeats_every_weeks": weeks })
    }
}

impl Visit {
    fn named(&self, name: &str, room: &Value, needed: u16) -> Value {
        let resources: Vec<Value> = match room {
            Value::Null => Vec::new(),
            room => vec![json!({ "resource_id": room, "quantity": needed })],
        };
        json!({
            "name": name, "price_amount": 1, "duration_minutes": self.duration, "slot_step_minutes": self.step,
            "buffer_before_minutes": self.buffers.0, "buffer_minutes": self.buffers.1,
            "gap_start_minutes": self.gap.map(|gap| gap.0), "gap_minutes": self.gap.map(|gap| gap.1),
            "resources": resources,
        })
    }
}
