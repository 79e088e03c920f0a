//! Opening a business; finding one is in `finding`, changing and closing one in `managing`, its numbers in `numbers`.

mod caching;
mod filters;
mod finding;
mod managing;
mod numbers;
mod scale;
mod words;

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{Person, TestApp, keys, together};

const LIST_FORM: [&str; 20] = [
    "address",
    "address_line1",
    "address_line2",
    "category",
    "city",
    "country",
    "description",
    "id",
    "latitude",
    "location_id",
    "logo_url",
    "longitude",
    "name",
    "phone_number",
    "postal_code",
    "rating_average",
    "rating_count",
    "services_count",
    "slug",
    "website_url",
];

/// What the detail form adds.
const DETAIL_FORM: [&str; 9] = [
    "booking_policy",
    "currency",
    "email",
    "gallery",
    "locations",
    "opening_hours",
    "services",
    "staff",
    "timezone",
];

/// No more than has to be said.
fn opening(name: &str, city: &str) -> Value {
    json!({
        "name": name,
        "category": "hairdresser",
        "address_line1": "ul. Piotrkowska 1",
        "city": city,
        "postal_code": "90-001",
    })
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

async fn open(owner: &Person, body: &Value) -> Value {
    owner.post("/api/businesses/", body).await.expect(201)
}

async fn offer(owner: &Person, business: &Value, name: &str) -> Value {
    let path = format!("/api/businesses/{}/services/", business["slug"].as_str().unwrap());
    let service = json!({ "name": name, "duration_minutes": 30, "price_amount": "50" });
    owner.post(&path, &service).await.expect(201)
}

fn slug(business: &Value) -> &str {
    business["slug"].as_str().unwrap()
}

/// The policy of who says nothing about it.
fn usual_policy() -> Value {
    json!({
        "auto_confirm": false,
        "min_notice_minutes": 0,
        "booking_horizon_days": 365,
        "cancellation_deadline_minutes": 0,
        "reschedule_deadline_minutes": null,
        "max_open_bookings": null,
        "no_show_limit": null,
        "no_show_days": 365,
        "no_show_action": "confirm",
        "staff_choice": "priority",
        "hold_minutes": 10,
        "guest_booking": false,
    })
}

#[tokio::test]
async fn a_new_business_is_answered_in_detail_form_at_both_paths() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for path in ["/api/businesses/", "/api/businesses/my-business/"] {
        let made = anna.post(path, &opening("U Anny", "Łódź")).await.expect(201);
        let mut expected = [&LIST_FORM[..], &DETAIL_FORM].concat();
        expected.sort_unstable();
        assert_eq!(keys(&made), expected);
        assert_eq!(made["booking_policy"], usual_policy());
        assert_eq!(made["address"], "ul. Piotrkowska 1, 90-001 Łódź");
        assert_eq!((&made["timezone"], &made["currency"]), (&json!("Europe/Warsaw"), &json!("PLN")));
        assert_eq!((&made["latitude"], &made["longitude"]), (&Value::Null, &Value::Null));
        let detail = format!("/api/businesses/{}/", slug(&made));
        assert_eq!(app.get(&detail).await.expect(200), made);
    }
}

#[tokio::test]
async fn what_the_owner_says_is_what_visitors_see() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let said = json!({
        "name": "Gabinet Anny",
        "slug": "Gabinet-Anny",
        "category": "doctor",
        "description": "Pierwsza wizyta\nbez kolejki.",
        "email": "gabinet@example.com",
        "phone_number": "+48 601 234 567",
        "website_url": "https://gabinet.example.com",
        "address_line1": "Hauptstraße 5",
        "address_line2": "2. piętro",
        "city": "Berlin",
        "postal_code": "10827",
        "country": "de",
        "timezone": "europe/berlin",
        "latitude": "52.4834",
        "longitude": 13.35,
        "nip": "526-025-02-74",
        "booking_policy": { "auto_confirm": true, "min_notice_minutes": 60, "booking_horizon_days": 30 },
        "owner_id": "019b5c2e-0000-7000-8000-000000000000",
        "rating_average": 5,
    });
    let made = open(&anna, &said).await;
    for field in ["name", "category", "description", "email", "phone_number", "website_url", "address_line2"]
    {
        assert_eq!(made[field], said[field], "{field}");
    }
    assert_eq!(made["slug"], "gabinet-anny");
    assert_eq!(made["country"], "DE");
    assert_eq!(made["timezone"], "Europe/Berlin");
    assert_eq!((&made["latitude"], &made["longitude"]), (&json!("52.483400"), &json!("13.350000")));
    assert_eq!(made["address"], "Hauptstraße 5, 2. piętro, 10827 Berlin");
    assert_eq!(made["rating_average"], Value::Null);
    let mut policy = usual_policy();
    for (field, value) in said["booking_policy"].as_object().unwrap() {
        policy[field] = value.clone();
    }
    assert_eq!(made["booking_policy"], policy);
}

#[tokio::test]
async fn who_opens_a_business_owns_it_and_takes_bookings_there() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let made = open(&anna, &opening("U Anny", "Łódź")).await;
    let me = anna.get("/api/users/me/").await.expect(200);
    assert_eq!(me["role"], "business_owner");
    assert_eq!(me["is_specialist"], true);
    assert_eq!(me["business"], json!({ "id": made["id"], "slug": "u-anny", "name": "U Anny" }));

    let staff = made["staff"].as_array().unwrap();
    let form = ["display_name", "first_name", "id", "is_bookable", "is_manager", "last_name", "service_ids"];
    assert_eq!(staff.len(), 1);
    assert_eq!(keys(&staff[0]), form);
    assert_eq!(staff[0]["is_bookable"], true);
    assert_eq!(staff[0]["display_name"], "anna");

    let service = offer(&anna, &made, "Strzyżenie").await;
    let detail = app.get("/api/businesses/u-anny/").await.expect(200);
    assert_eq!(detail["staff"][0]["service_ids"], json!([service["id"]]));
    assert_eq!(detail["services"], json!([service]));
    assert_eq!(detail["services_count"], 1);
}

#[tokio::test]
async fn only_verified_people_open_businesses() {
    let app = TestApp::start().await;
    let body = opening("U Nikogo", "Łódź");
    let unverified = Person::register(&app, "nikt").await;
    for path in ["/api/businesses/", "/api/businesses/my-business/"] {
        let anonymous = app.post(path, &body).await;
        anonymous.refused(401, "UNAUTHORIZED");
        assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
        unverified.post(path, &body).await.refused(403, "EMAIL_NOT_VERIFIED");
    }
    assert_eq!(app.get("/api/businesses/").await.expect(200)["count"], 0);
}

#[tokio::test]
async fn slugs_are_made_of_names_and_numbered_when_taken() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let cases = [
        ("Zażółć Gęślą Jaźń", "zazolc-gesla-jazn"),
        ("ZAŻÓŁĆ, gęślą: jaźń!", "zazolc-gesla-jazn-2"),
        ("Zażółć gęślą jaźń", "zazolc-gesla-jazn-3"),
        ("My Business", "my-business-1"),
        ("???", "salon"),
    ];
    for (name, expected) in cases {
        assert_eq!(slug(&open(&anna, &opening(name, "Łódź")).await), expected);
    }
}

#[tokio::test]
async fn many_open_under_one_name_at_once_and_each_gets_a_slug() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let answers = together(12, |_| {
        let anna = anna.clone();
        async move { anna.post("/api/businesses/", &opening("Jedna Nazwa", "Łódź")).await }
    })
    .await;
    let slugs: HashSet<String> = answers.iter().map(|answer| slug(&answer.expect(201)).to_owned()).collect();
    assert_eq!(slugs.len(), 12);
}

#[tokio::test]
async fn a_slug_that_was_asked_for_is_given_or_refused() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let asked = |slug: &str| with(opening("Salon", "Łódź"), "slug", slug);
    assert_eq!(slug(&open(&anna, &asked("moj-salon")).await), "moj-salon");
    for taken in ["moj-salon", "MOJ-SALON"] {
        anna.post("/api/businesses/", &asked(taken)).await.refused(409, "CONFLICT");
    }
    for reserved in ["categories", "my-business", "me", "services", "search", "nearby", "staff", "Me"] {
        assert_eq!(anna.post("/api/businesses/", &asked(reserved)).await.wrong_fields(), ["slug"]);
    }
    let uuid = "019b5c2e-0000-7000-8000-000000000000";
    for malformed in ["-a", "a-", "a--b", "a_b", "a b", "zażółć", "a/b", "../me", uuid, &"a".repeat(61)] {
        let answer = anna.post("/api/businesses/", &asked(malformed)).await;
        assert_eq!(answer.wrong_fields(), ["slug"], "{malformed}");
    }
    assert_eq!(slug(&open(&anna, &asked(" ")).await), "salon");
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let wrong = json!({
        "name": "  ",
        "slug": "Złe",
        "category": "bakery",
        "description": 5.5,
        "email": "nobody",
        "phone_number": "call me",
        "website_url": "javascript:alert(1)",
        "nip": "5260250275",
        "timezone": "Mars/Olympus",
        "address_line1": "",
        "address_line2": "a".repeat(201),
        "city": [],
        "postal_code": null,
        "country": "Poland",
        "latitude": "91",
        "longitude": "east",
        "booking_policy": {
            "auto_confirm": "maybe",
            "min_notice_minutes": -1,
            "booking_horizon_days": 1096,
            "cancellation_deadline_minutes": 0.5,
            "reschedule_deadline_minutes": 525_601,
            "max_open_bookings": 0,
            "no_show_limit": 101,
            "no_show_days": 0,
            "no_show_action": "forgive",
            "staff_choice": "cheapest",
            "hold_minutes": 61,
        },
    });
    let mut expected: Vec<String> = keys(&wrong).into_iter().map(str::to_owned).collect();
    expected.retain(|field| field != "booking_policy");
    expected.extend(keys(&wrong["booking_policy"]).iter().map(|field| format!("booking_policy.{field}")));
    expected.sort_unstable();
    for path in ["/api/businesses/", "/api/businesses/my-business/"] {
        let answer = anna.post(path, &wrong).await;
        assert_eq!(answer.wrong_fields(), expected);
        let details = answer.refused(400, "VALIDATION_ERROR");
        assert!(details.as_object().unwrap().values().all(|messages| messages[0].is_string()), "{answer:?}");
    }
    let required = ["address_line1", "category", "city", "name", "postal_code"];
    assert_eq!(anna.post("/api/businesses/", &json!({})).await.wrong_fields(), required);
}

#[tokio::test]
async fn one_absent_field_is_a_code_of_its_own() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let mut body = opening("Salon", "Łódź");
    body.as_object_mut().unwrap().remove("city");
    let details = anna.post("/api/businesses/", &body).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(keys(&details), ["city"]);
}

#[tokio::test]
async fn fields_are_refused_one_by_one() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let cases = [
        ("latitude", json!("52.1"), "longitude"),
        ("longitude", json!(21), "latitude"),
        ("category", json!("Hairdresser"), "category"),
        ("timezone", json!("+02:00"), "timezone"),
        ("timezone", json!("Etc/Unknown"), "timezone"),
        ("country", json!("P1"), "country"),
        ("website_url", json!("salon.pl"), "website_url"),
        ("nip", json!("123"), "nip"),
        ("email", json!("a@b.pl\r\nBcc: x@y.pl"), "email"),
        ("name", json!("a".repeat(201)), "name"),
        ("booking_policy", json!([]), "booking_policy"),
        ("booking_policy", json!({ "min_notice_minutes": 525_601 }), "booking_policy.min_notice_minutes"),
        ("booking_policy", json!({ "auto_confirm": 1 }), "booking_policy.auto_confirm"),
    ];
    for (field, value, wrong) in cases {
        let body = with(opening("Salon", "Łódź"), field, value);
        assert_eq!(anna.post("/api/businesses/", &body).await.wrong_fields(), [wrong], "{body}");
    }
    assert_eq!(app.get("/api/businesses/").await.expect(200)["count"], 0);
}
