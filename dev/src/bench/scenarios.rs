//! What is asked for.

use jiff::{ToSpan, civil::Date};
use serde_json::json;

use super::{
    load::Request,
    population::{PASSWORD, Place, Population},
};

/// So many customers ask.
pub(super) const CUSTOMERS: usize = 16;
/// Far enough apart that nobody is asked for twice in a row.
const STRIDE: u64 = 7919;
/// Half hours from opening to closing.
const STARTS: u64 = 24;
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
            "start_time": format!("{:02}:{:02}", minute / 60, minute % 60),
        });
        if let Some(staff) = staff {
            body["staff_id"] = staff.into();
        }
        Request::post(place.path("appointments/"), body).with(self.token(n))
    }

    fn availability(&self, place: &Place, days: u16) -> Request {
        let (service, date) = (place.service(2), self.date(2));
        Request::get(place.path(&format!("availability/?service_id={service}&date={date}&days={days}")))
    }
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
    Scenario { name, function, budget, status: 200, nth }
}

/// The scenario that is compared with pgbench: bookings that do not get in each other's way.
pub(super) const BOOKING: Scenario = Scenario {
    name: "booking, spread",
    function: "appointments",
    budget: Some(1.2),
    status: 201,
    nth: |asking, n| {
        let turn = n / u64::from(asking.population.businesses);
        asking.booking(n, &asking.somewhere(n), 10, turn, None)
    },
};

/// All there are, in the order of the table.
pub(super) const ALL: [Scenario; 15] = [
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
    read("login", "auth", None, |_, n| sign_in(n % CUSTOMERS as u64)),
];
