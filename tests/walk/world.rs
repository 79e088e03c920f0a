//! The people and things that the walk is about.

use serde_json::{Value, json};
use shared::openapi::Operation;

use crate::support::{Answer, Person, Salon, TestApp};

/// What the customer and the staff have told, and strangers may not learn.
const SECRETS: [&str; 7] = [
    "canary-customer@example.com",
    "+48 600 111 222",
    "canary note about an allergy",
    "canary reason for leave",
    "canary note of the staff",
    "canary tag",
    "canary answer",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Anonymous,
    Unverified,
    Customer,
    OtherCustomer,
    Staff,
    Manager,
    Owner,
    OtherOwner,
}

impl Role {
    pub(super) const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::Unverified,
        Self::Customer,
        Self::OtherCustomer,
        Self::Staff,
        Self::Manager,
        Self::Owner,
        Self::OtherOwner,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Unverified => "unverified",
            Self::Customer => "customer",
            Self::OtherCustomer => "other customer",
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::OtherOwner => "other owner",
        }
    }

    /// Neither the customer nor anyone who works where they go.
    pub(super) fn is_stranger(self) -> bool {
        matches!(self, Self::Anonymous | Self::Unverified | Self::OtherCustomer | Self::OtherOwner)
    }
}

/// A salon with people of every kind around it.
pub(super) struct World {
    salon: Salon,
    other_owner: Person,
    customer: Person,
    other_customer: Person,
    staff: Person,
    manager: Person,
    unverified: Person,
    appointment: String,
    visit: String,
    hold: String,
    hour: String,
    location: String,
    session: String,
    staff_entry: String,
    add_on: String,
    resource: String,
    date_override: String,
    time_off: String,
    card: String,
    other_card: String,
    question: String,
    wait: String,
    series: String,
    examples: Value,
}

impl World {
    pub(super) async fn create(app: &TestApp) -> Self {
        let salon = app.salon().business("staff_set_own_hours", true).create().await;
        let [customer, other_customer, staff, manager, rival] =
            ["canary-customer", "passer-by", "assistant", "deputy", "rival"]
                .map(async |name| app.person(name).await);
        let (customer, other_customer, staff, manager, rival) =
            tokio::join!(customer, other_customer, staff, manager, rival);
        customer.patch("/api/users/me/", &json!({ "phone": SECRETS[1] })).await.expect(200);
        let staff_entry = hire(&salon, &staff, false).await;
        hire(&salon, &manager, true).await;
        let other_owner = app.salon().named("Konkurencja").create_for(rival).await.owner;

        let made = async |below: &str, body: Value| {
            let made = salon.owner.post(&salon.path(below), &body).await.expect(201);
            made["id"].as_str().unwrap().to_owned()
        };
        let add_on = made(&format!("services/{}/add-ons/", salon.service), json!({ "name": "Maska" })).await;
        let resource = made("resources/", json!({ "name": "Fotel", "quantity": 3 })).await;

        let asked = json!({ "text": "Uczulenia?", "kind": "text", "is_sensitive": true });
        let question = made(&format!("services/{}/questions/", salon.service), asked).await;
        let mut wish = salon.wish("2026-03-03", "10:00");
        wish["notes"] = json!(SECRETS[2]);
        wish["answers"] = json!([{ "question_id": question, "value": SECRETS[6] }]);
        let booked = customer.post(&salon.path("appointments/"), &wish).await.expect(201);
        let mut weekly = salon.wish("2026-03-16", "15:00");
        weekly["rule"] = json!("FREQ=WEEKLY;COUNT=2");
        let series = customer.post(&salon.path("appointments/series/"), &weekly).await.expect(201);
        let kept = customer.post(&salon.path("holds/"), &salon.wish("2026-03-04", "10:00")).await.expect(201);
        let part = json!({ "service_id": salon.service });
        let several = json!({ "date": "2026-03-05", "start_time": "10:00", "parts": [part, part] });
        let several = customer.post(&salon.path("visits/"), &several).await.expect(201);
        let visit = several["id"].as_str().unwrap().to_owned();
        let location = salon.another_location(app).await;
        let hours = app.get(&salon.path("opening-hours/")).await.expect(200);
        let sessions = customer.get("/api/users/sessions/").await.expect(200);
        let [appointment, hold, hour, session] =
            [&booked["id"], &kept["id"], &hours["results"][0]["id"], &sessions["results"][0]["id"]]
                .map(|id| id.as_str().unwrap().to_owned());
        let [date_override, time_off] = away(&salon, &staff_entry).await;
        let cards = salon.owner.get(&salon.path("customers/?search=canary-customer")).await.expect(200);
        let card = cards["results"][0]["id"].as_str().unwrap().to_owned();
        let about = salon.path(&format!("customers/{card}/"));
        salon.owner.patch(&about, &json!({ "notes": SECRETS[4], "tags": [SECRETS[5]] })).await.expect(200);
        let other_card = made("customers/", json!({ "name": "Ola" })).await;
        // Before anybody works, so that nothing is offered.
        let wait = json!({
            "service_id": salon.service, "date_from": "2026-03-05", "date_to": "2026-03-05", "time_to": "06:00",
        });
        let wait = customer.post(&salon.path("waitlist/"), &wait).await.expect(201);
        let wait = wait["id"].as_str().unwrap().to_owned();
        let unverified = Person::register(app, "newcomer").await;
        let examples = serde_json::from_str(dev::openapi::EXAMPLES).unwrap();
        Self {
            salon,
            other_owner,
            customer,
            other_customer,
            staff,
            manager,
            unverified,
            appointment,
            visit,
            hold,
            hour,
            location,
            session,
            staff_entry,
            add_on,
            resource,
            date_override,
            time_off,
            card,
            other_card,
            question,
            wait,
            series: series["id"].as_str().unwrap().to_owned(),
            examples,
        }
    }

    pub(super) fn person(&self, role: Role) -> Option<&Person> {
        Some(match role {
            Role::Anonymous => return None,
            Role::Unverified => &self.unverified,
            Role::Customer => &self.customer,
            Role::OtherCustomer => &self.other_customer,
            Role::Staff => &self.staff,
            Role::Manager => &self.manager,
            Role::Owner => &self.salon.owner,
            Role::OtherOwner => &self.other_owner,
        })
    }

    /// The operation's path, about this world's things.
    pub(super) fn path(&self, operation: &Operation) -> String {
        self.fill(&operation.path())
    }

    /// A template, filled with this world's things.
    pub(super) fn fill(&self, template: &str) -> String {
        let query = if template.ends_with("/availability/") || template.ends_with("/explain/") {
            format!("?service_id={}&date=2026-03-03&time=10:00", self.salon.service)
        } else if template.ends_with("/availability/visits/") {
            format!("?service_ids={0},{0}&date=2026-03-03", self.salon.service)
        } else if template.ends_with("/holidays/") {
            "?year=2026".to_owned()
        } else {
            String::new()
        };
        let mut path = format!("{template}{query}");
        for (name, value) in [
            ("{business}", &self.salon.slug),
            ("{service}", &self.salon.service),
            ("{appointment}", &self.appointment),
            ("{visit}", &self.visit),
            ("{hold}", &self.hold),
            ("{hour}", &self.hour),
            ("{location}", &self.location),
            ("{session}", &self.session),
            ("{member}", &self.staff_entry),
            ("{add_on}", &self.add_on),
            ("{resource}", &self.resource),
            ("{override}", &self.date_override),
            ("{time_off}", &self.time_off),
            ("{customer}", &self.card),
            ("{question}", &self.question),
            ("{entry}", &self.wait),
            ("{series}", &self.series),
            ("{task}", &"cleanup".to_owned()),
        ] {
            path = path.replace(name, value);
        }
        assert!(!path.contains('{'), "the world has nothing for {path}");
        path
    }

    /// A body that the operation takes, about this world's things.
    pub(super) fn body(&self, operation: &Operation) -> Option<Value> {
        let mut body = self.examples[operation.id()].get("request")?.clone();
        let ids = [
            ("service_id", &self.salon.service),
            ("staff_id", &self.staff_entry),
            ("resource_id", &self.resource),
            ("into", &self.other_card),
            ("question_id", &self.question),
            ("location_id", &self.location),
        ];
        for (name, id) in ids {
            put_id(&mut body, name, id);
        }
        // Only owners set it, which `docs/ROLES.md` and its test are about.
        if let Some(body) = body.as_object_mut() {
            body.remove("booking_policy");
        }
        // The example's questions are of its own service.
        if body.get("answers").is_some() {
            body["answers"] = json!([]);
        }
        for part in body.get_mut("parts").and_then(Value::as_array_mut).into_iter().flatten() {
            part["answers"] = json!([]);
        }
        if body.get("service_ids").is_some() {
            body["service_ids"] = json!([self.salon.service]);
        }
        Some(body)
    }

    /// Every row there is, but for the counters of requests and what has yet to be looked at, which is nobody's doing.
    pub(super) async fn everything(&self, app: &TestApp) -> Vec<(String, String)> {
        let client = app.database.connect().await;
        let tables = "
            select table_name::text from information_schema.tables
            where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('rate_limits', 'waitlist_checks')
            order by 1";
        let mut everything = Vec::new();
        for row in client.query(tables, &[]).await.unwrap() {
            let table: String = row.get(0);
            let sql =
                format!("select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {table} t");
            everything.push((table, client.query_one(&sql, &[]).await.unwrap().get(0)));
        }
        everything
    }

    /// Checks that an answer tells nothing of what the customer told the salon.
    #[track_caller]
    pub(super) fn assert_discreet(answer: &Answer, what: &str) {
        for secret in SECRETS {
            assert!(!answer.text.contains(secret), "{what} tells {secret}");
        }
    }
}

/// Puts an id wherever one of this name stands.
fn put_id(body: &mut Value, name: &str, id: &str) {
    match body {
        Value::Array(items) => items.iter_mut().for_each(|item| put_id(item, name, id)),
        Value::Object(fields) => {
            for (field, value) in fields {
                if field == name && value.is_string() {
                    *value = json!(id);
                } else {
                    put_id(value, name, id);
                }
            }
        }
        _ => {}
    }
}

/// Makes someone with an account a member of the staff; the id of their entry.
async fn hire(salon: &Salon, person: &Person, manager: bool) -> String {
    let entry = json!({ "user_id": person.id, "is_manager": manager });
    let entry = salon.owner.post(&salon.path("staff/"), &entry).await.expect(201);
    entry["id"].as_str().unwrap().to_owned()
}

/// A date and a time on which a member of the staff does not work as usual; the ids of both.
async fn away(salon: &Salon, member: &str) -> [String; 2] {
    let date = json!({ "staff_id": member, "first_date": "2026-03-20" });
    let time = json!({
        "staff_id": member, "starts_at": "2026-03-23", "ends_at": "2026-03-23", "reason": SECRETS[3],
    });
    let add = async |below: &str, body: &Value| {
        let made = salon.owner.post(&salon.path(below), body).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    };
    [add("date-overrides/", &date).await, add("time-off/", &time).await]
}
