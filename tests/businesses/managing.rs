//! Changing and closing one's own business.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{opening, slug};
use crate::support::{Answer, Person, Salon, TestApp, keys};

const ME: &str = "/api/businesses/me/";
const MINE: &str = "/api/businesses/my-business/";

fn own(salon: &Salon) -> String {
    format!("{MINE}{}/", salon.slug)
}

async fn hire(salon: &Salon, person: &Person, is_manager: bool) {
    let body = json!({ "user_id": person.id, "is_manager": is_manager, "is_bookable": false });
    salon.owner.post(&salon.path("staff/"), &body).await.expect(201);
}

async fn role(person: &Person) -> Value {
    person.get("/api/users/me/").await.expect(200)["role"].clone()
}

/// Everything an owner says.
fn said() -> Value {
    json!({
        "name": "Gabinet Anny",
        "slug": "gabinet-anny",
        "category": "doctor",
        "description": "Pierwsza wizyta\nbez kolejki.",
        "email": "gabinet@example.com",
        "phone_number": "+48 601 234 567",
        "website_url": "https://gabinet.example.com",
        "address_line1": "Hauptstraße 5",
        "address_line2": "2. piętro",
        "city": "Berlin",
        "postal_code": "10827",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "latitude": "52.483400",
        "longitude": "13.350000",
        "nip": "5260250274",
        "booking_policy": {
            "auto_confirm": true,
            "min_notice_minutes": 60,
            "booking_horizon_days": 30,
            "cancellation_deadline_minutes": 120,
            "reschedule_deadline_minutes": 60,
            "max_open_bookings": 3,
            "no_show_limit": 2,
            "no_show_days": 90,
            "no_show_action": "refuse",
            "staff_choice": "rotation",
            "guest_booking": false, "hold_minutes": 5,
        },
    })
}

#[track_caller]
fn assert_says(business: &Value, said: &Value) {
    for (field, value) in said.as_object().unwrap() {
        assert_eq!(&business[field], value, "{field}");
    }
}

#[tokio::test]
async fn an_owner_reads_what_visitors_see_and_the_tax_number() {
    let app = TestApp::start().await;
    let salon = app.salon().business("nip", "5260250274").create().await;
    let mut expected = app.get(&salon.path("")).await.expect(200);
    expected["nip"] = json!("5260250274");
    (expected["holiday_calendar"], expected["staff_set_own_hours"]) = (Value::Null, json!(false));
    let by_id = format!("{MINE}{}/", expected["id"].as_str().unwrap());
    for path in [own(&salon), by_id, ME.to_owned()] {
        assert_eq!(salon.owner.get(&path).await.expect(200), expected, "{path}");
    }
}

#[tokio::test]
async fn ones_own_businesses_are_listed_page_by_page() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    assert_eq!(anna.get(MINE).await.expect(200)["count"], 0);
    for name in ["Pierwszy", "Drugi"] {
        anna.post(MINE, &opening(name, "Łódź")).await.expect(201);
        app.later(SignedDuration::from_secs(1)).await;
    }
    ben.post(MINE, &opening("U Bena", "Łódź")).await.expect(201);

    let page = anna.get(&format!("{MINE}?page_size=1")).await.expect(200);
    assert_eq!((&page["count"], &page["results"][0]["name"]), (&json!(2), &json!("Pierwszy")));
    for field in ["address", "booking_policy", "currency", "email", "nip", "services_count", "timezone"] {
        assert!(page["results"][0].get(field).is_some(), "{field}");
    }
    let next = page["next"].as_str().unwrap().strip_prefix(&app.base).unwrap();
    assert_eq!(anna.get(next).await.expect(200)["results"][0]["name"], "Drugi");
    app.get(MINE).await.refused(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn put_says_what_a_business_needs_and_leaves_what_it_does_not_mention() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let put = salon.owner.put(&own(&salon), &said()).await.expect(200);
    assert_says(&put, &said());
    assert_eq!(put["address"], "Hauptstraße 5, 2. piętro, 10827 Berlin");
    let mut seen = app.get("/api/businesses/gabinet-anny/").await.expect(200);
    seen["nip"] = json!("5260250274");
    (seen["holiday_calendar"], seen["staff_set_own_hours"]) = (Value::Null, json!(false));
    assert_eq!(seen, put);
    app.get(&salon.path("")).await.refused(404, "BUSINESS_NOT_FOUND");

    // A client of an earlier version knows a few fields only.
    let required_only = opening("Po nowemu", "Łódź");
    let mut expected = put;
    for place in [own(&salon).replace(&salon.slug, "gabinet-anny"), ME.to_owned()] {
        let renamed = salon.owner.put(&place, &required_only).await.expect(200);
        for field in required_only.as_object().unwrap().keys() {
            expected[field] = required_only[field].clone();
        }
        expected["address"] = renamed["address"].clone();
        expected["locations"] = renamed["locations"].clone();
        assert_eq!(renamed, expected);
    }
    // What is there with nothing in it is emptied.
    let mut emptied = required_only;
    for (field, nothing) in
        [("nip", json!("")), ("description", Value::Null), ("booking_policy", Value::Null)]
    {
        emptied[field] = nothing;
    }
    let emptied = salon.owner.put(ME, &emptied).await.expect(200);
    assert_says(&emptied, &json!({ "nip": "", "description": "", "email": expected["email"] }));
    assert_eq!(emptied["booking_policy"]["booking_horizon_days"], 365);
    let required = ["address_line1", "category", "city", "name", "postal_code"];
    assert_eq!(salon.owner.put(ME, &json!({})).await.wrong_fields(), required);
}

#[tokio::test]
async fn patch_changes_only_what_it_names_inside_the_policy_too() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let mut expected = salon.owner.put(ME, &said()).await.expect(200);
    assert_eq!(salon.owner.patch(ME, &json!({})).await.expect(200), expected);

    let change = json!({ "city": "Potsdam", "booking_policy": { "min_notice_minutes": 90 } });
    expected["city"] = json!("Potsdam");
    expected["address"] = json!("Hauptstraße 5, 2. piętro, 10827 Potsdam");
    for field in ["city", "address"] {
        expected["locations"][0][field] = expected[field].clone();
    }
    expected["booking_policy"]["min_notice_minutes"] = json!(90);
    expected["services"][0]["booking_policy"]["min_notice_minutes"] = json!(90);
    assert_eq!(salon.owner.patch(ME, &change).await.expect(200), expected);
    for (field, at_the_service, value) in [
        ("reschedule_deadline_minutes", "reschedule_deadline_minutes", json!(120)),
        ("max_open_bookings", "max_open_bookings", Value::Null),
        ("no_show_limit", "no_show", Value::Null),
    ] {
        expected["booking_policy"][field] = Value::Null;
        expected["services"][0]["booking_policy"][at_the_service] = value;
        let change = json!({ "booking_policy": { field: null } });
        assert_eq!(salon.owner.patch(ME, &change).await.expect(200), expected);
    }
    let nowhere = json!({ "latitude": null, "longitude": null });
    let cleared = salon.owner.patch(ME, &nowhere).await.expect(200);
    assert_eq!((&cleared["latitude"], &cleared["longitude"]), (&Value::Null, &Value::Null));

    let wrong = json!({
        "name": "", "city": null, "timezone": "Mars/Olympus", "latitude": "1",
        "booking_policy": { "auto_confirm": 1 },
    });
    let fields = ["booking_policy.auto_confirm", "city", "longitude", "name", "timezone"];
    assert_eq!(salon.owner.patch(ME, &wrong).await.wrong_fields(), fields);
    assert_eq!(salon.owner.get(ME).await.expect(200), cleared);
}

#[tokio::test]
async fn a_slug_is_given_or_refused() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let ask = async |slug: &str| salon.owner.patch(&own(&salon), &json!({ "slug": slug })).await;
    ask(&other.slug).await.refused(409, "CONFLICT");
    let mut taken = said();
    taken["slug"] = json!(other.slug);
    for place in [&own(&salon), ME] {
        salon.owner.put(place, &taken).await.refused(409, "CONFLICT");
    }
    salon.owner.patch(ME, &json!({ "slug": other.slug })).await.refused(409, "CONFLICT");
    salon.owner.post(MINE, &taken).await.refused(409, "CONFLICT");
    for reserved in ["me", "my-business", "staff-invitations", "categories"] {
        assert_eq!(ask(reserved).await.wrong_fields(), ["slug"], "{reserved}");
    }
    assert_eq!(slug(&ask(&salon.slug).await.expect(200)), salon.slug);
    assert_eq!(slug(&ask("Nowy-Adres").await.expect(200)), "nowy-adres");
    app.get("/api/businesses/nowy-adres/").await.expect(200);
}

#[tokio::test]
async fn every_word_of_a_path_is_reserved() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let document: Value = serde_json::from_str(shared::openapi::DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap().keys();
    let words: BTreeSet<&str> = paths
        .flat_map(|path| path.split('/'))
        .filter(|word| !word.is_empty() && !word.starts_with('{'))
        .collect();
    assert!(words.contains("bulk-update") && words.contains("verify-email"), "{words:?}");
    // Those that are to come.
    let later =
        ["add-ons", "date-overrides", "dev", "docs", "holidays", "hours", "next", "resources", "time-off"];
    for word in words.into_iter().chain(later) {
        let answer = salon.owner.patch(ME, &json!({ "slug": word })).await;
        assert_eq!(answer.wrong_fields(), ["slug"], "{word}");
    }
}

#[tokio::test]
async fn a_slug_from_before_it_was_reserved_is_kept() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let sql = "update businesses set slug = 'docs' where slug = $1";
    app.database.connect().await.execute(sql, &[&salon.slug]).await.unwrap();
    let mut whole = salon.owner.get("/api/businesses/my-business/docs/").await.expect(200);
    whole["description"] = json!("Po staremu.");
    assert_eq!(salon.owner.put(ME, &whole).await.expect(200), whole);
    assert_eq!(salon.owner.patch(ME, &whole).await.expect(200), whole);
}

#[tokio::test]
async fn a_manager_changes_everything_but_the_booking_policy() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "min_notice_minutes": 60 })).create().await;
    let marta = app.person("marta").await;
    hire(&salon, &marta, true).await;

    let policy = json!({ "booking_policy": { "auto_confirm": true } });
    marta.patch(&own(&salon), &policy).await.refused(403, "PERMISSION_DENIED");
    let policy = json!({ "booking_policy": { "staff_choice": "rotation" } });
    marta.patch(&own(&salon), &policy).await.refused(403, "PERMISSION_DENIED");
    let same = json!({ "booking_policy": { "min_notice_minutes": 60 }, "city": "Opole" });
    assert_eq!(marta.patch(&own(&salon), &same).await.expect(200)["city"], "Opole");
    let put = marta.put(&own(&salon), &opening("U Marty", "Łódź")).await.expect(200);
    assert_eq!((&put["name"], &put["booking_policy"]["min_notice_minutes"]), (&json!("U Marty"), &json!(60)));
    // Whose business it is says who owns it, not who manages it.
    marta.get(ME).await.refused(404, "BUSINESS_NOT_FOUND");
    marta.patch(ME, &json!({})).await.refused(404, "BUSINESS_NOT_FOUND");
}

#[tokio::test]
async fn in_another_time_zone_bookings_keep_their_instant() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    salon.owner.patch(ME, &json!({ "timezone": "Europe/London" })).await.expect(200);
    let kept = anna.get("/api/users/appointments/").await.expect(200)["results"][0].clone();
    assert_eq!(
        (&kept["start"], &kept["timezone"]),
        (&json!("2026-03-03T09:00:00+00:00"), &json!("Europe/London"))
    );
    assert!(!salon.free(&app, "2026-03-03").await.contains(&"09:00".to_owned()));
}

#[tokio::test]
async fn a_business_with_bookings_to_come_is_not_closed() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    let refused = salon.owner.delete(&own(&salon)).await;
    let details = refused.refused(409, "CONFLICT");
    assert_eq!(details, json!({ "upcoming": 1 }));
    let documented = shared::http::Code::Conflict.details();
    assert!(keys(&details).iter().all(|fact| documented.contains(&format!("\"{fact}\""))), "{documented}");
    assert!(refused.json()["message"].as_str().unwrap().contains('1'), "{refused:?}");

    // While a visit lasts it is still to come; afterwards it no longer is.
    app.set_clock("2026-03-03T09:59:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    owner.delete(&own(&salon)).await.refused(409, "CONFLICT");
    app.set_clock("2026-03-03T10:00:00Z").await;
    owner.delete(&own(&salon)).await.expect(204);

    let anna = anna.signed_in_again(&app).await;
    let path = format!("/api/users/appointments/{}/", booked["id"].as_str().unwrap());
    let kept = anna.get(&path).await.expect(200);
    assert_eq!((&kept["business"], &kept["status"]), (&json!(salon.slug), &json!("pending")));
}

#[tokio::test]
async fn a_closed_business_is_gone_and_nobody_works_there_any_more() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, kasia) = (app.person("anna").await, app.person("kasia").await);
    hire(&salon, &kasia, false).await;
    let hours = app.get(&salon.path("opening-hours/")).await.expect(200)["results"][0]["id"].clone();
    let answer = salon.owner.delete(&own(&salon)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));

    for path in ["", "services/", "staff/", "opening-hours/", "appointments/"] {
        salon.owner.get(&salon.path(path)).await.refused(404, "BUSINESS_NOT_FOUND");
    }
    salon.book(&anna, "2026-03-03", "10:00").await.refused(404, "BUSINESS_NOT_FOUND");
    app.get(&salon.path(&format!("opening-hours/{}/", hours.as_str().unwrap())))
        .await
        .refused(404, "NOT_FOUND");
    salon.owner.get(ME).await.refused(404, "BUSINESS_NOT_FOUND");
    let gone: [Answer; 3] = [
        salon.owner.get(&own(&salon)).await,
        salon.owner.patch(&own(&salon), &json!({ "city": "Opole" })).await,
        salon.owner.delete(&own(&salon)).await,
    ];
    for answer in gone {
        answer.refused(404, "BUSINESS_NOT_FOUND");
    }
    assert_eq!(salon.owner.get(MINE).await.expect(200)["count"], 0);
    assert_eq!(app.get("/api/businesses/").await.expect(200)["count"], 0);
    assert_eq!((role(&salon.owner).await, role(&kasia).await), (json!("customer"), json!("customer")));
    let me = kasia.get("/api/users/me/").await.expect(200);
    assert_eq!(me["is_specialist"], false);
}

#[tokio::test]
async fn whoever_owns_another_business_stays_an_owner() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let first = anna.post(MINE, &opening("Pierwszy", "Łódź")).await.expect(201);
    anna.post(MINE, &opening("Drugi", "Łódź")).await.expect(201);
    anna.delete(&format!("{MINE}{}/", slug(&first))).await.expect(204);
    assert_eq!(role(&anna).await, "business_owner");
    assert_eq!(slug(&anna.get(ME).await.expect(200)), "drugi");
    assert_eq!(keys(&anna.get("/api/users/me/").await.expect(200)["business"]), ["id", "name", "slug"]);
}
