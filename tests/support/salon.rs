//! A salon that is open, and what is done with one.

use std::ops::Range;

use serde_json::{Value, json};

use super::{Answer, Person, TestApp};

/// A salon about to open: Mondays to Saturdays from nine to five, one service of an hour, unless told otherwise.
pub(crate) struct SalonBuilder<'a> {
    app: &'a TestApp,
    name: String,
    opens: String,
    closes: String,
    days: Range<u8>,
    breaks: Value,
    service: Value,
    business: Value,
    staff: usize,
}

impl<'a> SalonBuilder<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            name: "Złote Nożyczki".to_owned(),
            opens: "09:00".to_owned(),
            closes: "17:00".to_owned(),
            days: 0..6,
            breaks: json!([]),
            service: json!({ "name": "Strzyżenie", "duration_minutes": 60, "price_amount": "120.00" }),
            business: json!({}),
            staff: 1,
        }
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    pub(crate) fn open(mut self, opens: &str, closes: &str) -> Self {
        opens.clone_into(&mut self.opens);
        closes.clone_into(&mut self.closes);
        self
    }

    /// Open on these days of the week only; 0 is Monday.
    pub(crate) fn on_days(mut self, days: Range<u8>) -> Self {
        self.days = days;
        self
    }

    pub(crate) fn with_break(mut self, start: &str, end: &str) -> Self {
        self.breaks = json!([{ "start": start, "end": end }]);
        self
    }

    /// Sets a field of the service.
    pub(crate) fn service(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.service[field] = value.into();
        self
    }

    /// Sets a field of the business.
    pub(crate) fn business(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.business[field] = value.into();
        self
    }

    /// How many take bookings, the owner included.
    pub(crate) fn staff(mut self, staff: usize) -> Self {
        self.staff = staff;
        self
    }

    /// Registers an owner and opens the salon through the API.
    pub(crate) async fn create(self) -> Salon {
        let owner = self.app.person(&format!("owner-{}", self.name.len() + self.staff)).await;
        self.create_for(owner).await
    }

    pub(crate) async fn create_for(self, owner: Person) -> Salon {
        let mut business = json!({
            "name": self.name,
            "category": "hairdresser",
            "address_line1": "ul. Świdnicka 21",
            "city": "Wrocław",
            "postal_code": "50-066",
        });
        for (field, value) in self.business.as_object().unwrap() {
            business[field] = value.clone();
        }
        let business = owner.post("/api/businesses/", &business).await.expect(201);
        let slug = business["slug"].as_str().unwrap().to_owned();
        let hours: Value = (0..7).map(|day| self.hours_on(day)).collect();
        owner.post(&format!("/api/businesses/{slug}/opening-hours/bulk-update/"), &hours).await.expect(200);
        self.hire(&slug).await;
        let service =
            owner.post(&format!("/api/businesses/{slug}/services/"), &self.service).await.expect(201);
        Salon { slug, service: service["id"].as_str().unwrap().to_owned(), owner }
    }

    fn hours_on(&self, day: u8) -> Value {
        if self.days.contains(&day) {
            json!({ "day_of_week": day, "open_time": self.opens, "close_time": self.closes, "breaks": self.breaks })
        } else {
            json!({ "day_of_week": day, "is_closed": true })
        }
    }

    /// Adds staff in the database: one statement instead of a request for each.
    async fn hire(&self, slug: &str) {
        let sql = "
            insert into staff_members (id, business_id, display_name, position, created_at, updated_at)
            select gen_random_uuid(), businesses.id, 'Osoba ' || number, number, businesses.created_at,
                   businesses.created_at
            from businesses, generate_series(2, $2::int8) number where slug = $1";
        let staff = i64::try_from(self.staff).unwrap();
        self.app.database.connect().await.execute(sql, &[&slug, &staff]).await.unwrap();
    }
}

/// A salon that is open.
#[derive(Clone, Debug)]
pub(crate) struct Salon {
    pub(crate) slug: String,
    pub(crate) service: String,
    pub(crate) owner: Person,
}

impl Salon {
    /// A path below the salon's own.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/api/businesses/{}/{below}", self.slug)
    }

    /// Adds a service; the salon as its customers see it.
    pub(crate) async fn also_offering(&self, service: &Value) -> Self {
        let service = self.owner.post(&self.path("services/"), service).await.expect(201);
        Self { service: service["id"].as_str().unwrap().to_owned(), ..self.clone() }
    }

    /// Adds a location, in the database; its id.
    pub(crate) async fn another_location(&self, app: &TestApp) -> String {
        let sql = "
            insert into locations (id, business_id, is_primary, label, address_line1, city, postal_code)
            select gen_random_uuid(), id, false, 'Na Psim Polu', 'ul. Krzywoustego 1', 'Wrocław', '51-165'
            from businesses where slug = $1 returning id::text";
        app.database.connect().await.query_one(sql, &[&self.slug]).await.unwrap().get(0)
    }

    /// Its primary location.
    pub(crate) async fn primary_location(&self, app: &TestApp) -> String {
        let sql = "
            select locations.id::text from locations join businesses on businesses.id = business_id
            where slug = $1 and is_primary";
        app.database.connect().await.query_one(sql, &[&self.slug]).await.unwrap().get(0)
    }

    /// Adds a service at a location; the salon as its customers see it there.
    pub(crate) async fn offering_at(&self, location: &str) -> Self {
        let service =
            json!({ "name": "Tam", "duration_minutes": 60, "price_amount": "90", "location_id": location });
        self.also_offering(&service).await
    }

    /// Who takes bookings, in the salon's order.
    pub(crate) async fn staff(&self) -> Vec<String> {
        let detail = self.owner.get(&self.path("")).await.expect(200);
        let staff = detail["staff"].as_array().unwrap().iter();
        staff.map(|member| member["id"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn wish(&self, date: &str, time: &str) -> Value {
        json!({ "service_id": self.service, "date": date, "start_time": time })
    }

    /// A customer asks for a time.
    pub(crate) async fn book(&self, customer: &Person, date: &str, time: &str) -> Answer {
        customer.post(&self.path("appointments/"), &self.wish(date, time)).await
    }

    /// The free starts of a date.
    pub(crate) async fn free(&self, app: &TestApp, date: &str) -> Vec<String> {
        let query = format!("availability/?service_id={}&date={date}", self.service);
        let answer = app.get(&self.path(&query)).await.expect(200);
        serde_json::from_value(answer["slots"].clone()).unwrap()
    }
}
