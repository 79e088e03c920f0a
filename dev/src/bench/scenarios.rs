//! What is asked for.

use jiff::{ToSpan, civil::Date};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    load::Request,
    population::{PASSWORD, Place, Population},
    prepared::{self, Prepared},
};

/// So many customers ask.
pub(super) const CUSTOMERS: usize = 16;
/// Far enough apart that nobody is asked for twice in a row.
const STRIDE: u64 = 7919;
/// Half hours from opening to closing.
const STARTS: u64 = 24;
/// Visits of all three services that fit into a day.
const VISITS: u64 = 5;
const CATEGORIES: [&str; 4] = ["", "&category=spa", "&category=doctor", "&ordering=rating"];
const SEARCHES: [&str; 6] =
    ["fryzier+lodz", "manicure", "salon+anna", "masaz+wroclaw", "konsultacja", "studo+nova"];

/// A kind of request.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// The function that answers.
    pub(super) function: &'static str,
    /// CPU milliseconds it may take, function and database together, where the design says so.
    pub(super) budget: Option<f64>,
    pub(super) status: u16,
    /// What has to be there for it.
    pub(super) uses: Prepared,
    pub(super) nth: Nth,
}

/// The n-th request of a kind.
type Nth = fn(&Asking, u64) -> Request;

/// What the requests are made of.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) population: Population,
    /// The customers' access tokens.
    pub(super) tokens: Vec<String>,
    /// That of the owner of the busy businesses.
    pub(super) owner: String,
    /// What guests were sent whose holds are prepared.
    pub(super) guest_code: String,
    pub(super) today: Date,
}

impl Asking {
    fn token(&self, n: u64) -> &str {
        one_of(&self.tokens, n)
    }

    fn date(&self, days: u64) -> Date {
        self.today.saturating_add(i64::try_from(days).unwrap_or_default().days())
    }

    /// A salon, another one each time.
    pub(super) fn somewhere(&self, n: u64) -> Place {
        Place::salon(1 + n * STRIDE % u64::from(self.population.businesses))
    }

    /// Books the first service of a place; of its starts from a day on, so many on.
    fn booking(&self, n: u64, place: &Place, day: u64, start: u64, staff: Option<String>) -> Request {
        let minute = 480 + 30 * (start % STARTS);
        let mut body = json!({
            "service_id": place.service(0),
            "date": self.date(day + start / STARTS).to_string(),
            "start_time": clock(minute),
        });
        if let Some(staff) = staff {
            body["staff_id"] = staff.into();
        }
        Request::post(place.path("appointments/"), body).with(self.token(n))
    }

    /// How often every salon has had its turn before.
    fn turn(&self, n: u64) -> u64 {
        n / u64::from(self.population.businesses)
    }

    /// Books all services of a salon one behind the other, at another time each turn.
    fn visit(&self, n: u64) -> Request {
        let (place, turn) = (self.somewhere(n), self.turn(n) % (250 * VISITS));
        let minute = 480 + 150 * (turn % VISITS);
        let parts = [0, 1, 2].map(|index| json!({ "service_id": place.service(index) }));
        let body = json!({
            "date": self.date(100 + turn / VISITS).to_string(),
            "start_time": clock(minute),
            "max_wait_minutes": 30,
            "parts": parts,
        });
        Request::post(place.path("visits/"), body).with(self.token(n))
    }

    /// Books the first service of a salon ten weeks in a row, at another time each turn.
    fn series(&self, n: u64) -> Request {
        let (place, turn) = (self.somewhere(n), self.turn(n) % (3 * 7 * STARTS));
        let (weekday, weeks) = (turn / STARTS % 7, 10 * (turn / STARTS / 7));
        let body = json!({
            "service_id": place.service(0),
            "date": self.date(100 + 7 * weeks + weekday).to_string(),
            "start_time": clock(480 + 30 * (turn % STARTS)),
            "rule": "FREQ=WEEKLY;COUNT=10",
        });
        Request::post(place.path("appointments/series/"), body).with(self.token(n))
    }

    /// Holds the first service of a salon as a guest, at another time each turn.
    pub(super) fn guest_hold(&self, n: u64) -> Request {
        let place = self.somewhere(n);
        let Request { body, .. } = self.booking(n, &place, 40, self.turn(n), None);
        Request::post(place.path("guest-holds/"), body.unwrap_or_default())
    }

    /// Has a code mailed to a guest who holds something.
    fn guest_code(&self, n: u64) -> Request {
        let held = prepared::held(self, n);
        let who = json!({ "hold_token": held.token, "name": "Gosia Maj", "email": held.email });
        Request::post(held.place.path("guest-holds/code/"), who)
    }

    /// Books what a guest holds.
    fn guest_booking(&self, n: u64) -> Request {
        let held = prepared::held(self, n);
        let body = json!({
            "service_id": held.place.service(0),
            "date": self.date(held.day).to_string(),
            "start_time": clock(480),
            "hold_token": held.token,
            "code": self.guest_code,
        });
        Request::post(held.place.path("guest-appointments/"), body)
    }

    /// Says something else of the second place of the business with a hundred staff.
    fn change_place(&self, method: Method, below: &str, body: Value) -> Request {
        let place = Place::with_staff(100);
        let path = place.path(&format!("locations/{}/{below}", place.second()));
        Request::of(method, path, body).with(&self.owner)
    }

    /// Waits for the evening of a day, when there is nothing to be offered.
    fn wait(&self, n: u64) -> Request {
        let (place, day) = (self.somewhere(n), self.date(320).to_string());
        let body = json!({
            "service_id": place.service(0), "date_from": day, "date_to": day, "time_from": clock(20 * 60),
        });
        // Each five times, the same customer at a place not twice in a row.
        Request::post(place.path("waitlist/"), body).with(self.token(self.turn(n)))
    }

    /// What it would do if one of so many staff were off for a week.
    fn week_off(&self, n: u64, staff: u64) -> Request {
        let place = Place::with_staff(staff);
        let away = json!({
            "staff_id": place.staff(n % staff),
            "starts_at": self.date(14).to_string(), "ends_at": self.date(20).to_string(),
        });
        let body = json!({ "change": { "time_off": away } });
        Request::post(place.path("schedule-changes/preview/"), body).with(&self.owner)
    }

    /// Gives one of a hundred staff half an hour off, and moves whom they have then to two hours later.
    fn half_an_hour_off(&self, n: u64) -> Request {
        let booked = prepared::booked(n);
        let day = self.date(booked.day).to_string();
        let away = json!({
            "staff_id": booked.staff, "starts_at": format!("{day}T10:00"), "ends_at": format!("{day}T10:30"),
        });
        let moved = json!({
            "appointment_id": booked.id, "choice": "move", "staff_id": booked.staff, "date": day, "start_time": "12:00",
        });
        let body = json!({ "change": { "time_off": away }, "choices": [moved] });
        Request::post(Place::with_staff(100).path("schedule-changes/"), body).with(&self.owner)
    }

    fn customers(&self, query: &str) -> Request {
        Request::get(Place::with_staff(100).path(&format!("customers/{query}"))).with(&self.owner)
    }

    fn availability(&self, place: &Place, days: u16) -> Request {
        let (service, date) = (place.service(2), self.date(2));
        Request::get(place.path(&format!("availability/?service_id={service}&date={date}&days={days}")))
    }
}

/// `HH:MM`.
fn clock(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn one_of<T: AsRef<str>>(items: &[T], n: u64) -> &str {
    let index = usize::try_from(n).unwrap_or_default() % items.len().max(1);
    items.get(index).map_or("", AsRef::as_ref)
}

/// Signing a customer in.
pub(super) fn sign_in(customer: u64) -> Request {
    let email = format!("user-{}@example.com", 1 + customer);
    Request::post("/api/users/login/".to_owned(), json!({ "email": email, "password": PASSWORD }))
}

const fn read(name: &'static str, function: &'static str, budget: Option<f64>, nth: Nth) -> Scenario {
    Scenario { name, function, budget, status: 200, uses: Prepared::Nothing, nth }
}

/// What makes something and has no budget.
const fn make(name: &'static str, function: &'static str, nth: Nth) -> Scenario {
    Scenario { status: 201, ..read(name, function, None, nth) }
}

/// The scenario that is compared with pgbench: bookings that do not get in each other's way.
pub(super) const BOOKING: Scenario = Scenario {
    name: "booking, spread",
    function: "appointments",
    budget: Some(1.2),
    status: 201,
    uses: Prepared::Nothing,
    nth: |asking, n| {
        let turn = n / u64::from(asking.population.businesses);
        asking.booking(n, &asking.somewhere(n), 10, turn, None)
    },
};

/// All there are, in the order of the table.
pub(super) const ALL: [Scenario; 32] = [
    read("one statement (`ready`)", "meta", None, |_, _| Request::get("/api/ready/".to_owned())),
    read("list", "businesses", Some(0.6), |_, n| {
        Request::get(format!("/api/businesses/?page={}{}", 1 + n / 4 % 5, one_of(&CATEGORIES, n)))
    }),
    read("search", "businesses", None, |_, n| {
        Request::get(format!("/api/businesses/?search={}", one_of(&SEARCHES, n)))
    }),
    read("detail", "businesses", Some(0.35), |asking, n| Request::get(asking.somewhere(n).path(""))),
    read("availability, a day, 2 staff", "availability", Some(0.45), |asking, n| {
        asking.availability(&asking.somewhere(n), 1)
    }),
    read("availability, a day, 10 staff", "availability", None, |asking, _| {
        asking.availability(&Place::with_staff(10), 1)
    }),
    read("availability, 31 days, 10 staff", "availability", None, |asking, _| {
        asking.availability(&Place::with_staff(10), 31)
    }),
    read("availability, a day, 100 staff", "availability", None, |asking, _| {
        asking.availability(&Place::with_staff(100), 1)
    }),
    read("availability, 62 days, 100 staff", "availability", None, |asking, _| {
        asking.availability(&Place::with_staff(100), 62)
    }),
    read("next start of a page of a search", "businesses", None, |_, _| {
        Request::get("/api/businesses/?search=manicure&next_available=true".to_owned())
    }),
    read("my appointments", "appointments", Some(0.5), |asking, n| {
        Request::get("/api/users/appointments/".to_owned()).with(asking.token(n))
    }),
    BOOKING,
    Scenario {
        name: "booking, one staff member",
        budget: None,
        nth: |asking, n| {
            let place = Place::with_staff(1);
            asking.booking(n, &place, 2, n, Some(place.staff(0)))
        },
        ..BOOKING
    },
    Scenario {
        name: "booking, one slot: refused",
        budget: None,
        status: 409,
        nth: |asking, n| {
            let place = Place::with_staff(10);
            asking.booking(n, &place, 2, 0, Some(place.staff(0)))
        },
        ..BOOKING
    },
    read("starts of three services in a row, 10 staff", "availability", None, |asking, _| {
        let (place, date) = (Place::with_staff(10), asking.date(2));
        let services = [0, 1, 2].map(|index| place.service(index)).join(",");
        let query = format!("availability/visits/?service_ids={services}&date={date}&max_wait_minutes=30");
        Request::get(place.path(&query))
    }),
    make("booking three services in a row", "visits", Asking::visit),
    make("booking a series of ten dates", "visits", Asking::series),
    make("a guest's hold", "appointments", Asking::guest_hold),
    Scenario {
        uses: Prepared::GuestHolds,
        ..read("a guest's code", "appointments", None, Asking::guest_code)
    },
    Scenario {
        uses: Prepared::GuestHolds,
        ..make("a guest's booking", "appointments", Asking::guest_booking)
    },
    make("joining a waitlist", "changes", Asking::wait),
    read("what a week off would do, 10 staff", "changes", None, |asking, n| asking.week_off(n, 10)),
    read("what a week off would do, 100 staff", "changes", None, |asking, n| asking.week_off(n, 100)),
    Scenario {
        uses: Prepared::Bookings,
        ..read("half an hour off, one booking moved, 100 staff", "changes", None, Asking::half_an_hour_off)
    },
    read("customers of a business", "schedule", None, |asking, n| {
        asking.customers(&format!("?page={}", 1 + n % 5))
    }),
    read("search of customers", "schedule", None, |asking, n| {
        asking.customers(&format!("?search=user-{}", 1 + n % 9))
    }),
    read("customers as a spreadsheet, 10 staff", "schedule", None, |asking, _| {
        Request::get(Place::with_staff(10).path("customers/export/")).with(&asking.owner)
    }),
    read("locations of a business", "schedule", None, |asking, n| {
        Request::get(asking.somewhere(n).path("locations/"))
    }),
    read("hours of a location", "schedule", None, |_, _| {
        let place = Place::with_staff(100);
        Request::get(place.path(&format!("locations/{}/opening-hours/", place.second())))
    }),
    read("changing a location", "schedule", None, |asking, n| {
        let city = one_of(&["Opole", "Kielce"], n);
        asking.change_place(Method::PATCH, "", json!({ "city": city }))
    }),
    read("setting the hours of a location", "schedule", None, |asking, n| {
        let closes = one_of(&["16:00", "17:00"], n);
        let week = [0, 1, 2, 3, 4]
            .map(|day| json!({ "day_of_week": day, "open_time": "08:00", "close_time": closes }));
        asking.change_place(Method::PUT, "opening-hours/", week.into())
    }),
    read("login", "auth", None, |_, n| sign_in(n % CUSTOMERS as u64)),
];
