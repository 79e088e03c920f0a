//! What owners offer.

mod add_ons;
mod loading;
mod offers;
mod visits;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Salon, TestApp, keys};

const FORM: [&str; 20] = [
    "add_ons",
    "booking_policy",
    "buffer_before_minutes",
    "buffer_minutes",
    "capacity",
    "color",
    "description",
    "duration_minutes",
    "gap_minutes",
    "gap_start_minutes",
    "id",
    "is_active",
    "location_id",
    "name",
    "policy_overrides",
    "price_amount",
    "price_currency",
    "resources",
    "slot_step_minutes",
    "total_slot_minutes",
];

/// No more than has to be said.
fn service(name: &str) -> Value {
    json!({ "name": name, "duration_minutes": 45, "price_amount": "80.00" })
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// The two places where an owner finds their services: under the business's name, and as their own.
fn places(salon: &Salon) -> [String; 2] {
    [salon.path("services/"), "/api/businesses/services/".to_owned()]
}

#[tokio::test]
async fn an_owner_adds_reads_changes_and_removes_services_at_both_places() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for place in places(&salon) {
        let made = salon.owner.post(&place, &service("Farbowanie")).await.expect(201);
        assert_eq!(keys(&made), FORM);
        assert_eq!((&made["total_slot_minutes"], &made["slot_step_minutes"]), (&json!(45), &Value::Null));
        assert_eq!((&made["price_amount"], &made["price_currency"]), (&json!("80.00"), &json!("PLN")));
        assert_eq!((&made["is_active"], &made["color"]), (&json!(true), &json!("")));

        let path = format!("{place}{}/", id(&made));
        assert_eq!(salon.owner.get(&path).await.expect(200), made);
        let change = json!({ "buffer_minutes": 15, "slot_step_minutes": 30, "color": "#a1b2c3" });
        let changed = salon.owner.patch(&path, &change).await.expect(200);
        assert_eq!(changed["name"], "Farbowanie");
        assert_eq!((&changed["total_slot_minutes"], &changed["slot_step_minutes"]), (&json!(60), &json!(30)));
        assert_eq!(salon.owner.get(&path).await.expect(200), changed);

        let answer = salon.owner.delete(&path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        salon.owner.get(&path).await.refused(404, "SERVICE_NOT_FOUND");
        salon.owner.delete(&path).await.refused(404, "SERVICE_NOT_FOUND");
        salon.owner.patch(&path, &change).await.refused(404, "SERVICE_NOT_FOUND");
        salon.owner.put(&path, &service("Farbowanie")).await.refused(404, "SERVICE_NOT_FOUND");
    }
}

#[tokio::test]
async fn put_replaces_everything_and_patch_only_what_it_names() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let full = json!({
        "name": "Farbowanie",
        "description": "Z odrostami",
        "duration_minutes": 90,
        "buffer_minutes": 10,
        "slot_step_minutes": 20,
        "price_amount": "250",
        "color": "#fff",
    });
    for place in places(&salon) {
        let made = salon.owner.post(&place, &full).await.expect(201);
        let path = format!("{place}{}/", id(&made));
        let mut expected = made.clone();
        expected["price_amount"] = json!("199.50");
        let patched = salon.owner.patch(&path, &json!({ "price_amount": 199.5 })).await.expect(200);
        assert_eq!(patched, expected);
        assert_eq!(salon.owner.patch(&path, &json!({})).await.expect(200), expected);
        let cleared = salon.owner.patch(&path, &json!({ "slot_step_minutes": null })).await.expect(200);
        assert_eq!(cleared["slot_step_minutes"], Value::Null);

        let replaced = salon.owner.put(&path, &service("Krótko")).await.expect(200);
        let mut kept = cleared;
        for field in ["name", "duration_minutes", "price_amount", "total_slot_minutes"] {
            kept[field] = replaced[field].clone();
        }
        assert_eq!((&replaced["name"], &replaced), (&json!("Krótko"), &kept));
        let emptied = with(service("Krótko"), "description", json!(""));
        let emptied = salon.owner.put(&path, &with(emptied, "buffer_minutes", Value::Null)).await.expect(200);
        assert_eq!((&emptied["description"], &emptied["buffer_minutes"]), (&json!(""), &json!(0)));
        let required = ["duration_minutes", "name", "price_amount"];
        assert_eq!(salon.owner.put(&path, &json!({})).await.wrong_fields(), required);
        let nulls = json!({ "name": null, "duration_minutes": null });
        assert_eq!(salon.owner.patch(&path, &nulls).await.wrong_fields(), ["duration_minutes", "name"]);
    }
}

#[tokio::test]
async fn prices_are_strings_or_numbers_in_whole_minor_units() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("services/");
    let good = [
        (json!("120.00"), "120.00"),
        (json!("120"), "120.00"),
        (json!(120), "120.00"),
        (json!(119.99), "119.99"),
        (json!(0), "0.00"),
        (json!("0.5"), "0.50"),
        (json!("99999999.99"), "99999999.99"),
    ];
    for (price, expected) in good {
        let made = salon.owner.post(&place, &with(service("A"), "price_amount", price)).await.expect(201);
        assert_eq!(made["price_amount"], expected);
    }
    let bad = [
        json!("-1"),
        json!(-0.01),
        json!("10.001"),
        json!(10.001),
        json!("100000001"),
        json!(1e30),
        json!("9".repeat(400)),
        json!("1e3"),
        json!("NaN"),
        json!("12,50"),
        json!(""),
        json!(true),
        json!([]),
    ];
    for price in bad {
        let answer = salon.owner.post(&place, &with(service("A"), "price_amount", price.clone())).await;
        assert_eq!(answer.wrong_fields(), ["price_amount"], "{price}");
    }
}

#[tokio::test]
async fn prices_have_the_digits_of_their_currency() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let priced = |amount: &str, currency: &str| {
        with(with(service("A"), "price_amount", amount), "price_currency", currency)
    };
    let place = salon.path("services/");
    for (amount, currency, expected) in
        [("500", "jpy", "500"), ("1.25", "KWD", "1.250"), ("9.9", "EUR", "9.90")]
    {
        let made = salon.owner.post(&place, &priced(amount, currency)).await.expect(201);
        assert_eq!(made["price_amount"], expected);
        assert_eq!(made["price_currency"], currency.to_uppercase());
    }
    assert_eq!(salon.owner.post(&place, &priced("1.5", "JPY")).await.wrong_fields(), ["price_amount"]);
    assert_eq!(salon.owner.post(&place, &priced("1", "złoty")).await.wrong_fields(), ["price_currency"]);
}

#[tokio::test]
async fn times_have_bounds_and_every_wrong_field_is_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("services/");
    for minutes in [json!(5), json!(1440), json!("30")] {
        salon.owner.post(&place, &with(service("A"), "duration_minutes", minutes)).await.expect(201);
    }
    let bad = [
        ("duration_minutes", json!(4)),
        ("duration_minutes", json!(1441)),
        ("duration_minutes", json!(30.5)),
        ("duration_minutes", json!(-60)),
        ("duration_minutes", json!(9_223_372_036_854_775_807_i64)),
        ("duration_minutes", json!("soon")),
        ("buffer_minutes", json!(-1)),
        ("buffer_minutes", json!(1441)),
        ("slot_step_minutes", json!(0)),
        ("slot_step_minutes", json!(4)),
        ("color", json!("red")),
        ("color", json!("#12345g")),
        ("name", json!(" ")),
        ("name", json!("a".repeat(201))),
        ("description", json!("a".repeat(2001))),
        ("is_active", json!("yes")),
    ];
    let mut all = service("A");
    for (field, value) in bad {
        let answer = salon.owner.post(&place, &with(service("A"), field, value.clone())).await;
        assert_eq!(answer.wrong_fields(), [field], "{value}");
        all[field] = value;
    }
    let expected = [
        "buffer_minutes",
        "color",
        "description",
        "duration_minutes",
        "is_active",
        "name",
        "slot_step_minutes",
    ];
    assert_eq!(salon.owner.post(&place, &all).await.wrong_fields(), expected);
}

#[tokio::test]
async fn a_removed_service_is_gone_from_sight_but_stays_in_its_appointments() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    let path = salon.path(&format!("services/{}/", salon.service));
    salon.owner.delete(&path).await.expect(204);

    let detail = app.get(&salon.path("")).await.expect(200);
    assert_eq!((&detail["services"], &detail["services_count"]), (&json!([]), &json!(0)));
    assert_eq!(detail["staff"][0]["service_ids"], json!([]));
    assert_eq!(app.get(&salon.path("services/")).await.expect(200)["count"], 0);
    assert_eq!(salon.owner.get("/api/businesses/services/").await.expect(200), json!([]));
    app.get(&path).await.refused(404, "SERVICE_NOT_FOUND");
    let query = format!("availability/?service_id={}&date=2026-03-03", salon.service);
    app.get(&salon.path(&query)).await.refused(404, "SERVICE_NOT_FOUND");
    salon.book(&anna, "2026-03-03", "14:00").await.refused(404, "SERVICE_NOT_FOUND");

    let kept = anna.get(&format!("/api/users/appointments/{}/", id(&booked))).await.expect(200);
    assert_eq!(
        (&kept["service"]["id"], &kept["service"]["name"]),
        (&json!(salon.service), &json!("Strzyżenie"))
    );
    assert_eq!((&kept["service"]["is_active"], &kept["status"]), (&json!(false), &json!("pending")));
}

#[tokio::test]
async fn what_is_switched_off_only_those_who_work_there_see() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = salon.path(&format!("services/{}/", salon.service));
    let off = salon.owner.patch(&path, &json!({ "is_active": false })).await.expect(200);
    assert_eq!(app.get(&salon.path("services/")).await.expect(200)["count"], 0);
    assert_eq!(app.get(&salon.path("")).await.expect(200)["services"], json!([]));
    assert_eq!(salon.owner.get("/api/businesses/services/").await.expect(200), json!([off]));
    let [ola, stranger] = [app.person("ola").await, app.person("stranger").await];
    salon.owner.post(&salon.path("staff/"), &json!({ "user_id": ola.id })).await.expect(201);
    for colleague in [&salon.owner, &ola] {
        let list = colleague.get(&salon.path("services/")).await;
        assert_eq!(list.header("cache-control"), Some("no-store"));
        assert_eq!(list.expect(200), json!({ "count": 1, "next": null, "previous": null, "results": [off] }));
    }
    assert_eq!(stranger.get(&salon.path("services/")).await.expect(200)["count"], 0);
    salon.owner.get("/api/businesses/nobody/services/").await.refused(404, "BUSINESS_NOT_FOUND");
    salon.owner.patch(&path, &json!({ "is_active": true })).await.expect(200);
    assert_eq!(app.get(&salon.path("services/")).await.expect(200)["count"], 1);
}

#[tokio::test]
async fn the_public_list_is_paged_and_the_owners_a_bare_array() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for name in ["Balejaż", "Czesanie"] {
        salon.owner.post(&salon.path("services/"), &service(name)).await.expect(201);
    }
    let page = app.get(&salon.path("services/?page_size=2")).await.expect(200);
    assert_eq!(page["count"], 3);
    assert_eq!(names(&page["results"]), ["Balejaż", "Czesanie"]);
    assert_eq!(page["next"], format!("{}{}", app.base, salon.path("services/?page_size=2&page=2")));
    let last = app.get(&salon.path("services/?page_size=2&page=2")).await.expect(200);
    assert_eq!(names(&last["results"]), ["Strzyżenie"]);
    app.get(&salon.path("services/?page_size=2&page=3")).await.refused(404, "NOT_FOUND");
    let own = salon.owner.get("/api/businesses/services/").await.expect(200);
    assert_eq!(names(&own), ["Balejaż", "Czesanie", "Strzyżenie"]);
}

#[tokio::test]
async fn nobody_else_changes_a_salons_services() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let stranger = app.person("stranger").await;
    let list = salon.path("services/");
    let one = salon.path(&format!("services/{}/", salon.service));
    for person in [&stranger, &rival.owner] {
        person.post(&list, &service("A")).await.refused(403, "PERMISSION_DENIED");
        person.put(&one, &service("A")).await.refused(403, "PERMISSION_DENIED");
        person.patch(&one, &json!({ "name": "A" })).await.refused(403, "PERMISSION_DENIED");
        person.delete(&one).await.refused(403, "PERMISSION_DENIED");
    }
    app.post(&list, &service("A")).await.refused(401, "UNAUTHORIZED");
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let request = app.request(method, &one).json(&service("A"));
        let answer = Answer::read(request.send().await.unwrap()).await;
        answer.refused(401, "UNAUTHORIZED");
    }
    assert_eq!(app.get(&list).await.expect(200)["results"][0]["name"], "Strzyżenie");
}

#[tokio::test]
async fn another_salons_service_is_not_found_in_ones_own() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let ids = [salon.service.as_str(), "019b5c2e-0000-7000-8000-000000000000", "1", "%00"];
    for (place, service_id) in places(&rival).iter().flat_map(|place| ids.map(|id| (place, id))) {
        let path = format!("{place}{service_id}/");
        rival.owner.get(&path).await.refused(404, "SERVICE_NOT_FOUND");
        rival.owner.put(&path, &service("A")).await.refused(404, "SERVICE_NOT_FOUND");
        rival.owner.patch(&path, &json!({ "name": "A" })).await.refused(404, "SERVICE_NOT_FOUND");
        rival.owner.delete(&path).await.refused(404, "SERVICE_NOT_FOUND");
    }
    assert_eq!(app.get(&salon.path("services/")).await.expect(200)["results"][0]["name"], "Strzyżenie");
}

#[tokio::test]
async fn who_owns_no_business_has_no_services_of_their_own() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    anna.get("/api/businesses/services/").await.refused(404, "BUSINESS_NOT_FOUND");
    anna.post("/api/businesses/services/", &service("A")).await.refused(404, "BUSINESS_NOT_FOUND");
    app.get("/api/businesses/services/").await.refused(401, "UNAUTHORIZED");
    anna.post("/api/businesses/nobody/services/", &service("A")).await.refused(404, "BUSINESS_NOT_FOUND");
}
