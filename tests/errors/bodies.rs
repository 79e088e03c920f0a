//! Bodies, queries and paths that no endpoint may choke on.

use reqwest::Method;
use serde_json::{Value, json};

use super::{raw, read};
use crate::support::{Salon, TestApp};

const TWO_MEGABYTES: usize = 2 * 1024 * 1024;

/// Every request with a body, and one that is right.
fn bodies(Existing { salon, appointment, hour }: &Existing) -> Vec<(Method, String, Value)> {
    let (business, hours) = (business(), hours());
    let mut all: Vec<(Method, String, Value)> = [
        ("/api/users/register/".to_owned(), user()),
        ("/api/users/verify-email/".to_owned(), json!({ "email": "ewa@example.com", "code": "123456" })),
        ("/api/users/verify-email/resend/".to_owned(), json!({ "email": "ewa@example.com" })),
        ("/api/users/login/".to_owned(), json!({ "email": "ewa@example.com", "password": "x" })),
        ("/api/users/login/".to_owned(), json!({ "username": "ewa", "password": "x" })),
        ("/api/users/token/refresh/".to_owned(), json!({ "refresh": "x" })),
        ("/api/users/logout/".to_owned(), json!({ "refresh": "x" })),
        ("/api/businesses/".to_owned(), business.clone()),
        ("/api/businesses/my-business/".to_owned(), business),
        (salon.path("services/"), service()),
        ("/api/businesses/services/".to_owned(), service()),
        (salon.path("opening-hours/"), hours.clone()),
        (salon.path("opening-hours/bulk-update/"), json!([hours])),
        (salon.path("opening-hours/bulk_update/"), json!([hours])),
        (salon.path("appointments/"), wish(salon)),
        (salon.path(&format!("appointments/{appointment}/cancel/")), json!({ "reason": "Choroba" })),
        (format!("/api/users/appointments/{appointment}/cancel/"), json!({ "reason": "Choroba" })),
    ]
    .into_iter()
    .map(|(path, body)| (Method::POST, path, body))
    .collect();
    let one = format!("services/{}/", salon.service);
    for method in [Method::PUT, Method::PATCH] {
        all.push((method.clone(), salon.path(&one), service()));
        all.push((method.clone(), format!("/api/businesses/{one}"), service()));
        all.push((method, salon.path(&format!("opening-hours/{hour}/")), hours.clone()));
    }
    all
}

fn user() -> Value {
    json!({
        "username": "ewa",
        "email": "ewa@example.com",
        "password": "zielona-herbata-7",
        "password2": "zielona-herbata-7",
        "first_name": "Ewa",
        "last_name": "Nowak",
        "phone": "601234567",
    })
}

fn business() -> Value {
    json!({
        "name": "Salon",
        "slug": "salon",
        "category": "spa",
        "description": "Opis",
        "email": "salon@example.com",
        "phone_number": "601234567",
        "website_url": "https://example.com",
        "nip": "5260250274",
        "address_line1": "Prosta 1",
        "address_line2": "m. 2",
        "city": "Łódź",
        "postal_code": "90-001",
        "country": "PL",
        "timezone": "Europe/Warsaw",
        "latitude": "51.7",
        "longitude": "19.4",
    })
}

fn service() -> Value {
    json!({
        "name": "Masaż",
        "description": "Opis",
        "duration_minutes": "30",
        "price_amount": "100",
        "price_currency": "PLN",
        "color": "#fff",
    })
}

fn hours() -> Value {
    json!({
        "day_of_week": "0",
        "open_time": "09:00",
        "close_time": "17:00",
        "breaks": [{ "start": "12:00", "end": "13:00" }],
    })
}

fn wish(salon: &Salon) -> Value {
    let mut wish = salon.wish("2026-03-04", "10:00");
    wish["staff_id"] = json!("019b5c2e-0000-7000-8000-000000000000");
    wish["notes"] = json!("Poproszę kawę");
    wish
}

/// Where the strings of a document stand, as JSON pointers.
fn strings(value: &Value, place: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![place.to_owned()],
        Value::Array(items) => (0..)
            .zip(items)
            .flat_map(|(index, item): (usize, _)| strings(item, &format!("{place}/{index}")))
            .collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| strings(value, &format!("{place}/{name}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// What the paths name.
struct Existing {
    salon: Salon,
    appointment: String,
    hour: String,
}

impl Existing {
    async fn at(app: &TestApp) -> Self {
        let salon = app.salon().create().await;
        let booked = salon.book(&salon.owner, "2026-03-03", "10:00").await.expect(201);
        let hours = app.get(&salon.path("opening-hours/")).await.expect(200);
        let [appointment, hour] =
            [&booked["id"], &hours["results"][0]["id"]].map(|id| id.as_str().unwrap().to_owned());
        Self { salon, appointment, hour }
    }
}

#[tokio::test]
async fn a_nul_character_in_any_string_of_any_body_is_refused() {
    let app = TestApp::start().await;
    let existing = Existing::at(&app).await;
    let mut tried = 0;
    for (method, path, body) in bodies(&existing) {
        for place in strings(&body, "") {
            let mut body = body.clone();
            *body.pointer_mut(&place).unwrap() = json!("a\0b");
            let answer = existing.salon.owner.send(method.clone(), &path, Some(&body)).await;
            assert!(answer.status.is_client_error(), "{method} {path} {place}: {answer:?}");
            let code = answer.json()["error_code"].as_str().unwrap_or_default().to_owned();
            answer.refused(answer.status.as_u16(), &code);
            tried += 1;
        }
    }
    assert!(tried > 90, "{tried}");
}

#[tokio::test]
async fn a_nul_character_in_a_query_or_path_is_refused() {
    let app = TestApp::start().await;
    let Existing { salon, appointment, hour: _ } = Existing::at(&app).await;
    let queries = [
        ("/api/businesses/?", &["category", "search", "page"][..]),
        (
            &salon.path("availability/?service_id=x&date=2026-03-03&"),
            &["service_id", "date", "staff_id", "days"],
        ),
        ("/api/users/appointments/?", &["status", "time", "page"]),
        (&salon.path("appointments/?"), &["status", "date_from", "date_to", "staff_id", "page"]),
        (&salon.path("services/?"), &["page"]),
        (&salon.path("opening-hours/?"), &["page"]),
    ];
    for (path, names) in queries {
        for name in names {
            let answer = salon.owner.get(&format!("{path}{name}=a%00b")).await;
            let code = if *name == "page" { (404, "NOT_FOUND") } else { (400, "VALIDATION_ERROR") };
            answer.refused(code.0, code.1);
        }
    }
    let paths = [
        ("/api/businesses/a%00b/".to_owned(), "BUSINESS_NOT_FOUND"),
        ("/api/businesses/a%00b/services/".to_owned(), "BUSINESS_NOT_FOUND"),
        ("/api/businesses/a%00b/opening-hours/".to_owned(), "BUSINESS_NOT_FOUND"),
        ("/api/businesses/a%00b/appointments/".to_owned(), "BUSINESS_NOT_FOUND"),
        (salon.path("services/%00/"), "SERVICE_NOT_FOUND"),
        ("/api/businesses/services/%00/".to_owned(), "SERVICE_NOT_FOUND"),
        (salon.path("opening-hours/%00/"), "NOT_FOUND"),
        ("/api/users/appointments/%00/".to_owned(), "APPOINTMENT_NOT_FOUND"),
    ];
    for (path, code) in paths {
        salon.owner.get(&path).await.refused(404, code);
    }
    for verb in ["confirm", "cancel"] {
        let path = salon.path(&format!("appointments/{appointment}%00/{verb}/"));
        salon.owner.post(&path, &json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
    }
}

#[tokio::test]
async fn bodies_that_do_not_parse_are_refused_everywhere() {
    let app = TestApp::start().await;
    let existing = Existing::at(&app).await;
    let nested = "[".repeat(100_000) + &"]".repeat(100_000);
    let hidden = format!("{{\"ignored\":{nested}}}");
    let broken: [&[u8]; 9] = [
        b"{",
        b"",
        b"{'name': 1}",
        b"{} {}",
        b"{\"name\": \"\xff\xfe\"}",
        br#"{"name": "\ud800"}"#,
        br#"{"name": 1e999}"#,
        nested.as_bytes(),
        hidden.as_bytes(),
    ];
    for (method, path, _) in bodies(&existing) {
        for body in broken {
            if body.is_empty() && (path.ends_with("cancel/") || path.ends_with("logout/")) {
                continue; // Here it is as good as `{}`.
            }
            let request = existing
                .salon
                .owner
                .request(method.clone(), &path)
                .header("content-type", "application/json");
            read(request.body(body.to_vec())).await.refused(400, "INVALID_INPUT");
        }
        let scalar = if path.contains("bulk") { json!({}) } else { json!([]) };
        existing.salon.owner.send(method, &path, Some(&scalar)).await.refused(400, "INVALID_INPUT");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let app = TestApp::start().await;
    let existing = Existing::at(&app).await;
    for (method, path, body) in bodies(&existing) {
        let request = || existing.salon.owner.request(method.clone(), &path).body(body.to_string());
        read(request()).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", ""] {
            read(request().header("content-type", other)).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        }
    }
    let login = json!({ "email": "nobody@example.com", "password": "x" }).to_string();
    for json in ["application/json; charset=utf-8", "Application/JSON"] {
        let request = app.request(Method::POST, "/api/users/login/").header("content-type", json);
        read(request.body(login.clone())).await.refused(401, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn a_body_of_two_megabytes_is_too_large_everywhere() {
    let app = TestApp::start().await;
    let existing = Existing::at(&app).await;
    let body = json!({ "name": "a".repeat(TWO_MEGABYTES) }).to_string();
    for (method, path, _) in bodies(&existing) {
        let request = existing.salon.owner.request(method, &path).header("content-type", "application/json");
        read(request.body(body.clone())).await.refused(413, "PAYLOAD_TOO_LARGE");
    }
}

#[tokio::test]
async fn a_body_of_undeclared_length_is_too_large_as_well() {
    let app = TestApp::start().await;
    let chunk = "a".repeat(TWO_MEGABYTES);
    let request = format!(
        "POST /api/users/login/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{TWO_MEGABYTES:x}\r\n{chunk}\r\n0\r\n\r\n"
    );
    let answer = raw(&app.base, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains(r#""error_code":"PAYLOAD_TOO_LARGE""#), "{answer}");
}
