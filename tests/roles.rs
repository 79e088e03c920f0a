//! Who may do what with a business: every cell of the tables in `docs/ROLES.md`, tried.

mod customers;
mod waitlist;
mod working_time;

use std::sync::atomic::AtomicI64;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp, with_body};

const TABLES: &str = include_str!("../docs/ROLES.md");
const ROLES: [&str; 6] = ["anonymous", "customer", "other owner", "staff", "manager", "owner"];
const DATE: &str = "2026-03-05";

/// A row of the tables: what is done, and how it goes for each of [`ROLES`].
struct Row {
    what: &'static str,
    outcomes: [&'static str; 6],
}

fn rows() -> Vec<Row> {
    let cells = |line: &'static str| -> Vec<&'static str> {
        line.trim_matches('|').split('|').map(str::trim).collect()
    };
    let tables = TABLES.lines().filter(|line| line.starts_with('|')).map(cells);
    let (heads, rows): (Vec<_>, Vec<_>) = tables.partition(|cells| cells[0] == "what");
    assert!(heads.iter().all(|head| head[1..] == ROLES), "{heads:?}");
    let rows = rows.into_iter().filter(|cells| cells[0] != "---");
    rows.map(|cells| Row { what: cells[0], outcomes: cells[1..].try_into().unwrap() }).collect()
}

/// A salon, and somebody of every role. `None`: anonymous.
struct Stage {
    app: TestApp,
    salon: Salon,
    people: [Option<Person>; 6],
    customer: Person,
    staffs_entry: String,
    managers_entry: String,
    owners_entry: String,
    /// How many dates have been given other hours.
    dates: AtomicI64,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let salon = app.salon().open("00:00", "24:00").on_days(0..7).service("slot_step_minutes", 5);
        let salon = salon.create().await;
        let rival = app.salon().named("Konkurencja").create().await;
        let [customer, staff, manager] =
            [app.person("klientka").await, app.person("kasia").await, app.person("marta").await];
        let hire = async |person: &Person, is_manager: bool| {
            let body = json!({ "user_id": person.id, "is_manager": is_manager, "is_bookable": false });
            let added = salon.owner.post(&salon.path("staff/"), &body).await.expect(201);
            added["id"].as_str().unwrap().to_owned()
        };
        let staffs_entry = hire(&staff, false).await;
        let managers_entry = hire(&manager, true).await;
        let owners_entry = salon.staff().await[0].clone();
        let people = [
            None,
            Some(customer.clone()),
            Some(rival.owner.clone()),
            Some(staff),
            Some(manager),
            Some(salon.owner.clone()),
        ];
        Self {
            app,
            salon,
            people,
            customer,
            staffs_entry,
            managers_entry,
            owners_entry,
            dates: AtomicI64::new(0),
        }
    }

    async fn send(&self, who: Option<&Person>, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let path = format!("/api/businesses/{path}");
        let request = self.app.request(method, &path);
        let request = if let Some(person) = who { request.bearer_auth(&person.access) } else { request };
        let request = if let Some(body) = body { with_body(request, body) } else { request };
        Answer::read(request.send().await.unwrap()).await
    }

    /// The id of what the owner adds, for somebody to try their hand at.
    async fn added(&self, below: &str, body: &Value) -> String {
        let added = self.salon.owner.post(&self.salon.path(below), body).await.expect(201);
        added["id"].as_str().unwrap().to_owned()
    }

    /// What books a series.
    async fn series(&self) -> Value {
        let free = self.salon.free(&self.app, DATE).await;
        let mut wish = self.salon.wish(DATE, &free[0]);
        wish["rule"] = json!("FREQ=WEEKLY;COUNT=2");
        wish
    }

    /// What books a visit of several services.
    async fn visit(&self) -> Value {
        let service = &self.salon.service;
        let query = format!("availability/visits/?service_ids={service},{service}&date={DATE}");
        let found = self.app.get(&self.salon.path(&query)).await.expect(200);
        let part = json!({ "service_id": service });
        json!({ "date": DATE, "start_time": found["days"][0]["starts"][0]["time"], "parts": [part, part] })
    }

    async fn service(&self) -> String {
        self.added("services/", &service()).await
    }

    /// A service, with the path of something that can be added to it.
    async fn add_on(&self) -> String {
        let place = format!("services/{}/add-ons/", self.service().await);
        let id = self.added(&place, &json!({ "name": "Maska" })).await;
        format!("{}/{place}{id}/", self.salon.slug)
    }

    async fn location(&self) -> String {
        let id = self.added("locations/", &location()).await;
        format!("{}/locations/{id}/", self.salon.slug)
    }

    async fn resource(&self) -> String {
        let id = self.added("resources/", &json!({ "name": "Fotel" })).await;
        format!("{}/resources/{id}/", self.salon.slug)
    }

    async fn member(&self, is_manager: bool) -> String {
        self.added("staff/", &json!({ "display_name": "Ola", "is_manager": is_manager })).await
    }

    async fn hours_of_location(&self) -> String {
        let id = self.salon.another_location(&self.app).await;
        format!("{}/locations/{id}/opening-hours/", self.salon.slug)
    }

    /// The first opening hours of the week.
    async fn hour(&self) -> String {
        let hours = self.app.get(&self.salon.path("opening-hours/")).await.expect(200);
        hours["results"][0]["id"].as_str().unwrap().to_owned()
    }

    /// An appointment on [`DATE`] at some time of its own.
    async fn appointment(&self) -> String {
        let free = self.salon.free(&self.app, DATE).await;
        let booked = self.salon.book(&self.customer, DATE, &free[0]).await.expect(201);
        booked["id"].as_str().unwrap().to_owned()
    }

    /// What books with a staff member for somebody who called.
    async fn for_customer(&self, staff: &str) -> (Method, String, Option<Value>) {
        // Other rows say when it is open.
        let query = format!("service_id={}&date={DATE}&days=62&staff_id={staff}", self.salon.service);
        let days = self.app.get(&self.salon.path(&format!("availability/?{query}"))).await.expect(200);
        let mut days = days["days"].as_array().unwrap().iter();
        let day = days.find(|day| day["slots"][0].is_string()).unwrap();
        let mut wish = self.salon.wish(day["date"].as_str().unwrap(), day["slots"][0].as_str().unwrap());
        wish["staff_id"] = json!(staff);
        wish["name"] = json!("Halina Brzoza");
        (Method::POST, format!("{}/appointments/for-customer/", self.salon.slug), Some(wish))
    }

    /// A confirmed appointment that has begun.
    async fn begun(&self) -> String {
        let id = self.appointment().await;
        let confirm = self.salon.path(&format!("appointments/{id}/confirm/"));
        self.salon.owner.send(Method::POST, &confirm, None).await.expect(200);
        // Each on a day of its own, so that they do not overlap.
        let sql = "
            update appointments
            set starts_at = starts_at - back, ends_at = ends_at - back, busy_from = busy_from - back,
                busy_to = busy_to - back
            from (select (count(*) + 4) * interval '1 day' as back from appointments
                  where starts_at < '2026-03-02T07:00:00Z') begun
            where id = $1::text::uuid";
        self.app.database.connect().await.execute(sql, &[&id]).await.unwrap();
        id
    }

    /// Somebody does what a row says.
    #[expect(clippy::too_many_lines, reason = "one line or two for each row of the tables")]
    async fn act(&self, what: &str, who: Option<&Person>) -> Answer {
        if let Some((method, path, body)) = self.customers(what).await {
            return self.send(who, method, &path, body.as_ref()).await;
        }
        if let Some((method, path, body)) = self.waitlist(what).await {
            return self.send(who, method, &path, body.as_ref()).await;
        }
        if let Some((method, path, body)) = self.working_time(what).await {
            return self.send(who, method, &path, body.as_ref()).await;
        }
        let slug = &self.salon.slug;
        let own = format!("my-business/{slug}/");
        let staff = |id: &str| format!("{slug}/staff/{id}/");
        let (method, path, body): (Method, String, Option<Value>) = match what {
            "GET `my-business/{id}/`" => (Method::GET, own, None),
            "GET `my-business/{id}/stats/`" => (Method::GET, format!("{own}stats/"), None),
            "PUT `my-business/{id}/`" => (Method::PUT, own, Some(business())),
            "PATCH `my-business/{id}/`" => (Method::PATCH, own, Some(json!({ "city": "Kraków" }))),
            "PATCH `my-business/{id}/` with another `booking_policy`" => {
                (Method::PATCH, own, Some(json!({ "booking_policy": { "min_notice_minutes": 5 } })))
            }
            "DELETE `my-business/{id}/`" => {
                let cancel = "update appointments set status = 'cancelled', cancelled_at = now()
                              where status in ('pending', 'confirmed')";
                self.app.database.connect().await.execute(cancel, &[]).await.unwrap();
                (Method::DELETE, own, None)
            }
            "GET `{slug}/services/` with those switched off" => {
                let mut off = service();
                off["is_active"] = json!(false);
                self.added("services/", &off).await;
                (Method::GET, format!("{slug}/services/?page_size=100"), None)
            }
            "POST `{slug}/services/`" => (Method::POST, format!("{slug}/services/"), Some(service())),
            "PUT `{slug}/services/{id}/`" => {
                (Method::PUT, format!("{slug}/services/{}/", self.service().await), Some(service()))
            }
            "PATCH `{slug}/services/{id}/`" => {
                let path = format!("{slug}/services/{}/", self.service().await);
                (Method::PATCH, path, Some(json!({ "name": "Mycie" })))
            }
            "DELETE `{slug}/services/{id}/`" => {
                (Method::DELETE, format!("{slug}/services/{}/", self.service().await), None)
            }
            "POST `{slug}/services/{id}/add-ons/`" => {
                let path = format!("{slug}/services/{}/add-ons/", self.service().await);
                (Method::POST, path, Some(json!({ "name": "Maska" })))
            }
            "PUT `{slug}/services/{id}/add-ons/{id}/`" => {
                (Method::PUT, self.add_on().await, Some(json!({ "name": "Maska" })))
            }
            "PATCH `{slug}/services/{id}/add-ons/{id}/`" => {
                (Method::PATCH, self.add_on().await, Some(json!({ "position": 1 })))
            }
            "DELETE `{slug}/services/{id}/add-ons/{id}/`" => (Method::DELETE, self.add_on().await, None),
            "PUT `{slug}/services/{id}/staff/`" => {
                let path = format!("{slug}/services/{}/staff/", self.service().await);
                (Method::PUT, path, Some(json!([{ "staff_id": self.owners_entry }])))
            }
            "GET `{slug}/audit/`" => (Method::GET, format!("{slug}/audit/"), None),
            "GET `{slug}/locations/`" => (Method::GET, format!("{slug}/locations/"), None),
            "GET `{slug}/locations/{id}/`" => (Method::GET, self.location().await, None),
            "POST `{slug}/locations/`" => (Method::POST, format!("{slug}/locations/"), Some(location())),
            "PUT `{slug}/locations/{id}/`" => (Method::PUT, self.location().await, Some(location())),
            "PATCH `{slug}/locations/{id}/`" => {
                (Method::PATCH, self.location().await, Some(json!({ "city": "Opole" })))
            }
            "DELETE `{slug}/locations/{id}/`" => (Method::DELETE, self.location().await, None),
            "GET `{slug}/resources/`" => (Method::GET, format!("{slug}/resources/"), None),
            "GET `{slug}/resources/{id}/`" => (Method::GET, self.resource().await, None),
            "POST `{slug}/resources/`" => {
                (Method::POST, format!("{slug}/resources/"), Some(json!({ "name": "Fotel" })))
            }
            "PUT `{slug}/resources/{id}/`" => {
                (Method::PUT, self.resource().await, Some(json!({ "name": "Fotel", "quantity": 2 })))
            }
            "PATCH `{slug}/resources/{id}/`" => {
                (Method::PATCH, self.resource().await, Some(json!({ "quantity": 2 })))
            }
            "DELETE `{slug}/resources/{id}/`" => (Method::DELETE, self.resource().await, None),
            "POST `{slug}/opening-hours/bulk-update/`" => (
                Method::POST,
                format!("{slug}/opening-hours/bulk-update/"),
                Some(json!([hour(6, "09:00", "12:00")])),
            ),
            "POST `{slug}/opening-hours/`" => {
                // Further hours of a Sunday, at a time that nobody else has added yet.
                let opens = 12 + ROLES.iter().position(|role| self.is(role, who)).unwrap();
                let (opens, closes) = (format!("{opens}:00"), format!("{opens}:30"));
                (Method::POST, format!("{slug}/opening-hours/"), Some(hour(6, &opens, &closes)))
            }
            "PUT `{slug}/opening-hours/{id}/`" => {
                let path = format!("{slug}/opening-hours/{}/", self.hour().await);
                (Method::PUT, path, Some(hour(0, "00:00", "23:00")))
            }
            "PATCH `{slug}/opening-hours/{id}/`" => {
                let path = format!("{slug}/opening-hours/{}/", self.hour().await);
                (Method::PATCH, path, Some(json!({ "close_time": "22:00" })))
            }
            "DELETE `{slug}/opening-hours/{id}/`" => {
                (Method::DELETE, format!("{slug}/opening-hours/{}/", self.hour().await), None)
            }
            "GET `{slug}/locations/{id}/opening-hours/`" => {
                (Method::GET, self.hours_of_location().await, None)
            }
            "PUT `{slug}/locations/{id}/opening-hours/`" => {
                (Method::PUT, self.hours_of_location().await, Some(json!([hour(6, "09:00", "12:00")])))
            }
            "DELETE `{slug}/locations/{id}/opening-hours/`" => {
                (Method::DELETE, self.hours_of_location().await, None)
            }
            "GET `{slug}/staff/` with addresses" => (Method::GET, format!("{slug}/staff/"), None),
            "GET `{slug}/staff/{id}/` with addresses" => (Method::GET, staff(&self.owners_entry), None),
            "POST `{slug}/staff/`" => {
                (Method::POST, format!("{slug}/staff/"), Some(json!({ "display_name": "Iza" })))
            }
            "POST `{slug}/staff/` of a manager" => {
                let body = json!({ "display_name": "Iza", "is_manager": true });
                (Method::POST, format!("{slug}/staff/"), Some(body))
            }
            "PUT `{slug}/staff/{id}/`" => {
                (Method::PUT, staff(&self.member(false).await), Some(json!({ "display_name": "Iza" })))
            }
            "PATCH `{slug}/staff/{id}/`" => {
                (Method::PATCH, staff(&self.member(false).await), Some(json!({ "is_bookable": false })))
            }
            "PATCH `{slug}/staff/{id}/` to make a manager" => {
                (Method::PATCH, staff(&self.member(false).await), Some(json!({ "is_manager": true })))
            }
            "PATCH `{slug}/staff/{id}/` of a manager" => {
                (Method::PATCH, staff(&self.managers_entry), Some(json!({ "display_name": "Marta" })))
            }
            "PATCH `{slug}/staff/{id}/` to unmake a manager" => {
                (Method::PATCH, staff(&self.member(true).await), Some(json!({ "is_manager": false })))
            }
            "PATCH `{slug}/staff/{id}/` of the owner" => {
                (Method::PATCH, staff(&self.owners_entry), Some(json!({ "display_name": "Szefowa" })))
            }
            "DELETE `{slug}/staff/{id}/`" => (Method::DELETE, staff(&self.member(false).await), None),
            "DELETE `{slug}/staff/{id}/` of a manager" => {
                (Method::DELETE, staff(&self.member(true).await), None)
            }
            "POST `{slug}/staff/{id}/invite/`" => {
                let id = self.member(false).await;
                let body = json!({ "email": format!("{id}@example.com") });
                (Method::POST, format!("{}invite/", staff(&id)), Some(body))
            }
            "POST `{slug}/staff/{id}/invite/` to a manager's entry" => {
                let id = self.member(true).await;
                let body = json!({ "email": format!("{id}@example.com") });
                (Method::POST, format!("{}invite/", staff(&id)), Some(body))
            }
            "POST `{slug}/appointments/`" => {
                let free = self.salon.free(&self.app, DATE).await;
                (Method::POST, format!("{slug}/appointments/"), Some(self.salon.wish(DATE, &free[0])))
            }
            "POST `{slug}/appointments/for-customer/`" => {
                let takes_visits = json!({ "is_bookable": true });
                let entry = self.salon.path(&format!("staff/{}/", self.staffs_entry));
                self.salon.owner.patch(&entry, &takes_visits).await.expect(200);
                // Whatever other rows have said about it, they work whenever it is open.
                self.salon.owner.put(&format!("{entry}hours/"), &json!([])).await.expect(200);
                self.for_customer(&self.staffs_entry).await
            }
            "POST `{slug}/appointments/for-customer/` with another" => {
                self.for_customer(&self.owners_entry).await
            }
            "POST `{slug}/appointments/series/`" => {
                (Method::POST, format!("{slug}/appointments/series/"), Some(self.series().await))
            }
            "POST `{slug}/appointments/series/preview/`" => {
                (Method::POST, format!("{slug}/appointments/series/preview/"), Some(self.series().await))
            }
            "POST `{slug}/visits/`" => (Method::POST, format!("{slug}/visits/"), Some(self.visit().await)),
            "GET `{slug}/appointments/`" => (Method::GET, format!("{slug}/appointments/"), None),
            "GET `{slug}/appointments/{id}/`" => {
                (Method::GET, format!("{slug}/appointments/{}/", self.appointment().await), None)
            }
            "POST `{slug}/appointments/{id}/confirm/`" => {
                (Method::POST, format!("{slug}/appointments/{}/confirm/", self.appointment().await), None)
            }
            "POST `{slug}/appointments/{id}/cancel/`" => {
                (Method::POST, format!("{slug}/appointments/{}/cancel/", self.appointment().await), None)
            }
            "POST `{slug}/appointments/{id}/reschedule/`" => {
                let path = format!("{slug}/appointments/{}/reschedule/", self.appointment().await);
                let free = self.salon.free(&self.app, DATE).await;
                (Method::POST, path, Some(json!({ "date": DATE, "start_time": free[0] })))
            }
            "POST `{slug}/appointments/{id}/complete/`" => {
                (Method::POST, format!("{slug}/appointments/{}/complete/", self.begun().await), None)
            }
            "POST `{slug}/appointments/{id}/no-show/`" => {
                (Method::POST, format!("{slug}/appointments/{}/no-show/", self.begun().await), None)
            }
            other => panic!("nobody has said how to try {other}"),
        };
        self.send(who, method, &path, body.as_ref()).await
    }

    fn is(&self, role: &str, who: Option<&Person>) -> bool {
        let index = ROLES.iter().position(|each| *each == role).unwrap();
        self.people[index].as_ref().map(|person| &person.id) == who.map(|person| &person.id)
    }
}

fn location() -> Value {
    json!({ "address_line1": "Rynek 1", "city": "Kraków", "postal_code": "31-042" })
}

fn service() -> Value {
    json!({ "name": "Mycie", "duration_minutes": 15, "price_amount": "20" })
}

fn business() -> Value {
    json!({
        "name": "Złote Nożyczki",
        "category": "hairdresser",
        "address_line1": "ul. Świdnicka 21",
        "city": "Wrocław",
        "postal_code": "50-066",
    })
}

fn hour(day: u8, opens: &str, closes: &str) -> Value {
    json!({ "day_of_week": day, "open_time": opens, "close_time": closes })
}

#[track_caller]
fn check(what: &str, role: &str, expected: &str, answer: &Answer) {
    let said = format!("{role}: {what}: {answer:?}");
    let member = answer.json();
    let first = member["results"].get(0).unwrap_or(&member);
    match expected {
        "401" => assert_eq!(answer.json()["error_code"], "UNAUTHORIZED", "{said}"),
        "403" => assert_eq!(answer.json()["error_code"], "PERMISSION_DENIED", "{said}"),
        "yes" if what.ends_with("with addresses") => assert!(first["email"].is_string(), "{said}"),
        "yes" | "no" if what.ends_with("with those switched off") => {
            let mut services = member["results"].as_array().expect(&said).iter();
            assert_eq!(services.any(|service| service["is_active"] == false), expected == "yes", "{said}");
        }
        "no" => assert!(answer.status == 200 && first.get("email").is_none(), "{said}"),
        "yes" => assert!(answer.status.is_success(), "{said}"),
        other => panic!("{other} is no outcome"),
    }
}

#[tokio::test]
async fn every_cell_of_the_tables_is_true() {
    let stage = Stage::set().await;
    let rows = rows();
    assert!(rows.len() > 30, "{} rows", rows.len());
    for Row { what, outcomes } in rows {
        for ((role, who), expected) in ROLES.iter().zip(&stage.people).zip(outcomes) {
            check(what, role, expected, &stage.act(what, who.as_ref()).await);
        }
    }
}
