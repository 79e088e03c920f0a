//! Where the stress takes place: businesses with every kind of service, made over HTTP as their owners make them.

use std::{sync::Mutex, time::Duration};

use anyhow::bail;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::calls::{Answer, Call, Calls, locked};

const PASSWORD: &str = "zielona-herbata-7";
/// Signed in again before a token has had its time.
const SIGN_IN_EVERY: Duration = Duration::from_mins(8);
/// Each with another way to choose a staff member: how it confirms, whom it chooses, how long it holds.
const BUSINESSES: [(bool, &str, u8); 3] =
    [(true, "priority", 1), (false, "least_busy", 10), (true, "rotation", 5)];
/// Beside the owner.
const STAFF: usize = 2;

/// Someone with an account.
pub(super) struct Person {
    username: String,
    pub(super) id: String,
    token: Mutex<(String, Instant)>,
}

impl Person {
    pub(super) async fn register(calls: &Calls, username: &str) -> anyhow::Result<Self> {
        let email = format!("{username}@example.com");
        let body = json!({ "username": username, "email": email, "password": PASSWORD });
        let made = setup(calls, None, Method::POST, "/api/users/register/", body).await?;
        let token = Mutex::new((text(&made["access"]), Instant::now()));
        Ok(Self { username: username.to_owned(), id: text(&made["user"]["id"]), token })
    }

    /// What they are known by; signs in again in time.
    pub(super) async fn token(&self, calls: &Calls) -> String {
        let (token, since) = locked(&self.token).clone();
        if since.elapsed() < SIGN_IN_EVERY {
            return token;
        }
        let body = json!({ "username": self.username, "password": PASSWORD });
        let path = "/api/users/login/".to_owned();
        let call =
            Call { kind: "sign in", method: Method::POST, path, token: None, key: None, body: Some(body) };
        let Answer::Done(signed_in) = calls.insist(0, &call).await else { return token };
        let token = text(&signed_in["access"]);
        *locked(&self.token) = (token.clone(), Instant::now());
        token
    }
}

/// A business, and what can be booked there.
pub(super) struct Place {
    pub(super) slug: String,
    pub(super) owner: Person,
    pub(super) services: Vec<String>,
    /// Those who stay.
    pub(super) staff: Vec<String>,
    /// A counted resource that some services need.
    pub(super) room: String,
}

impl Place {
    /// A path below the place's own.
    pub(super) fn path(&self, below: &str) -> String {
        format!("/api/businesses/{}/{below}", self.slug)
    }
}

/// Opens all businesses.
pub(super) async fn open(calls: &Calls) -> anyhow::Result<Vec<Place>> {
    let mut places = Vec::new();
    for (index, terms) in BUSINESSES.iter().enumerate() {
        places.push(open_one(calls, index, *terms).await?);
    }
    Ok(places)
}

async fn open_one(
    calls: &Calls,
    index: usize,
    (auto_confirm, staff_choice, hold_minutes): (bool, &str, u8),
) -> anyhow::Result<Place> {
    let owner = Person::register(calls, &format!("owner-{index}")).await?;
    let token = owner.token(calls).await;
    let as_owner = async |method, path: String, body| setup(calls, Some(&token), method, &path, body).await;
    let business = as_owner(
        Method::POST,
        "/api/businesses/".to_owned(),
        json!({
            "name": format!("Salon {index}"), "category": "hairdresser", "address_line1": "ul. Prosta 1",
            "city": "Wrocław", "postal_code": "50-066",
            "booking_policy": {
                "auto_confirm": auto_confirm, "staff_choice": staff_choice, "hold_minutes": hold_minutes,
                "guest_booking": true,
            },
        }),
    )
    .await?;
    let slug = text(&business["slug"]);
    let below = |path: &str| format!("/api/businesses/{slug}/{path}");
    as_owner(Method::POST, below("opening-hours/bulk-update/"), hours("08:00", "18:00")).await?;
    for number in 0..STAFF {
        let body = json!({ "display_name": format!("Osoba {number}") });
        as_owner(Method::POST, below("staff/"), body).await?;
    }
    let room =
        as_owner(Method::POST, below("resources/"), json!({ "name": "Gabinet", "quantity": 2 })).await?;
    let device =
        as_owner(Method::POST, below("resources/"), json!({ "name": "Lampa", "quantity": 3 })).await?;
    let mut services = Vec::new();
    for body in kinds(&room["id"], &device["id"]) {
        let service = as_owner(Method::POST, below("services/"), body).await?;
        services.push(text(&service["id"]));
    }
    let detail = setup(calls, None, Method::GET, &below(""), Value::Null).await?;
    let staff: Vec<String> =
        detail["staff"].as_array().into_iter().flatten().map(|member| text(&member["id"])).collect();
    // The last service takes each of them another time.
    let lengths = [Value::Null, json!(45), json!(60)];
    let offers: Value = staff
        .iter()
        .zip(lengths)
        .map(|(staff, minutes)| json!({ "staff_id": staff, "duration_minutes": minutes }))
        .collect();
    let last = services.last().cloned().unwrap_or_default();
    as_owner(Method::PUT, below(&format!("services/{last}/staff/")), offers).await?;
    Ok(Place { slug, owner, services, staff, room: text(&room["id"]) })
}

/// Every kind of service: plain, with buffers, with a gap, a class, with a resource, with several and buffers, and one
/// that takes everyone another time.
fn kinds(room: &Value, device: &Value) -> [Value; 7] {
    let service = |name: &str, minutes: u16, more: Value| {
        let mut body = json!({
            "name": name, "duration_minutes": minutes, "price_amount": "100.00", "slot_step_minutes": 15,
        });
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        body
    };
    let needs = |resource: &Value, quantity: u8| json!({ "resource_id": resource, "quantity": quantity });
    [
        service("Strzyżenie", 30, json!({})),
        service("Masaż", 45, json!({ "buffer_before_minutes": 10, "buffer_minutes": 15 })),
        service("Koloryzacja", 90, json!({ "gap_start_minutes": 30, "gap_minutes": 35 })),
        service("Joga", 60, json!({ "capacity": 4 })),
        service("Zabieg", 40, json!({ "resources": [needs(room, 1)] })),
        service(
            "Naświetlanie",
            35,
            json!({ "buffer_minutes": 10, "resources": [needs(device, 2), needs(room, 1)] }),
        ),
        service("Manicure", 30, json!({})),
    ]
}

/// Opening hours of the whole week.
pub(super) fn hours(opens: &str, closes: &str) -> Value {
    (0..7).map(|day| json!({ "day_of_week": day, "open_time": opens, "close_time": closes })).collect()
}

/// A step that has to succeed.
async fn setup(
    calls: &Calls,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Value,
) -> anyhow::Result<Value> {
    let body = (!body.is_null()).then_some(body);
    let call = Call { kind: "set up", method, path: path.to_owned(), token, key: None, body };
    match calls.ask(0, &call).await {
        Answer::Done(body) => Ok(body),
        Answer::Refused(status, code) => bail!("{path} could not be set up: {status} {code}"),
        Answer::Unknown => bail!("{path} could not be set up"),
    }
}

/// A text out of an answer.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
