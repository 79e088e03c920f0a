//! Each location is found by itself.

use serde_json::{Value, json};

use super::{Two, each, two};
use crate::support::TestApp;

/// The cities of what is found, in order.
async fn cities(app: &TestApp, query: &str) -> Vec<String> {
    let page = app.get(&format!("/api/businesses/?{query}")).await.expect(200);
    assert_eq!(page["count"], page["results"].as_array().unwrap().len(), "{query}");
    each(&page["results"], "city").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn words_find_the_place_that_has_them() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    for (query, found) in [
        ("city=krakow", &["Kraków"][..]),
        ("city=wroclaw", &["Wrocław"]),
        ("search=masaz", &["Kraków"]),
        ("search=strzyzenie", &["Wrocław"]),
        ("search=zlote+krakow", &["Kraków"]),
        ("search=strzyzenie+krakow", &[]),
        ("search=zlote+nozyczki", &["Wrocław", "Kraków"]),
        ("search=zlote&price_max=100", &["Kraków"]),
        ("search=zlote&category=hairdresser", &["Wrocław", "Kraków"]),
        ("city=krakow&category=spa", &[]),
    ] {
        assert_eq!(cities(&app, query).await, found, "{query}");
    }
    let found = app.get("/api/businesses/?city=krakow").await.expect(200)["results"][0].clone();
    assert_eq!((&found["slug"], &found["location_id"]), (&json!(two.salon.slug), &json!(two.second)));
    assert_eq!(found["address"], "ul. Szeroka 2, parter, 31-053 Kraków");
    assert_eq!((&found["latitude"], &found["longitude"]), (&json!("50.051500"), &json!("19.948000")));
    assert_eq!((&found["services_count"], &found["phone_number"]), (&json!(1), &json!("+48 12 345 67 89")));
}

#[tokio::test]
async fn a_point_finds_the_places_around_it_each_with_its_distance() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let near_krakow = "lat=50.05&lng=19.95";
    assert_eq!(cities(&app, near_krakow).await, ["Kraków"]);
    assert_eq!(cities(&app, "lat=51.1&lng=17.04").await, ["Wrocław"]);
    let both =
        app.get(&format!("/api/businesses/?{near_krakow}&radius_km=500&ordering=distance")).await.expect(200);
    assert_eq!(each(&both["results"], "location_id"), [two.second.as_str(), two.first.as_str()]);
    let distance = |place: usize| both["results"][place]["distance_km"].as_f64().unwrap();
    assert!(distance(0) < 1.0 && (230.0..240.0).contains(&distance(1)), "{both}");
    assert_eq!(
        cities(&app, &format!("{near_krakow}&radius_km=500&category=hairdresser&search=masaz")).await,
        ["Kraków"]
    );
}

#[tokio::test]
async fn a_list_without_words_or_a_place_has_each_business_once() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let rival = app.salon().named("Alfa").create().await;
    app.set_clock("2026-03-02T10:00:00Z").await;
    for query in [
        "",
        "category=hairdresser",
        "ordering=rating",
        "price_max=200",
        "open_now=true",
        "available_on=2026-03-03",
    ] {
        assert_eq!(cities(&app, query).await, ["Wrocław", "Wrocław"], "{query}");
    }
    // Of what there is at the first place.
    assert_eq!(cities(&app, "price_max=100").await, [""; 0]);
    let first = app.get("/api/businesses/?page_size=1").await.expect(200);
    assert_eq!((&first["count"], each(&first["results"], "slug")), (&json!(2), vec![rival.slug.as_str()]));
    let last = app.get("/api/businesses/?page_size=1&page=2").await.expect(200);
    assert_eq!(
        (&last["next"], each(&last["results"], "location_id")),
        (&Value::Null, vec![two.first.as_str()])
    );
    assert_eq!(count(&app).await, 2);

    let paged = "/api/businesses/?search=zlote&page_size=1";
    let first = app.get(paged).await.expect(200);
    assert_eq!((&first["count"], each(&first["results"], "city")), (&json!(2), vec!["Wrocław"]));
    let second = app.get(&format!("{paged}&page=2")).await.expect(200);
    assert_eq!((&second["count"], each(&second["results"], "city")), (&json!(2), vec!["Kraków"]));
    app.get(&format!("{paged}&page=3")).await.refused(404, "NOT_FOUND");
}

/// How many hairdressers there are said to be.
async fn count(app: &TestApp) -> i64 {
    app.get("/api/businesses/categories/").await.expect(200)[0]["count"].as_i64().unwrap()
}

#[tokio::test]
async fn what_becomes_of_a_place_is_found_at_once() {
    let app = TestApp::start().await;
    let Two { salon, second, there, .. } = two(&app).await;
    let place = salon.path(&format!("locations/{second}/"));
    salon.owner.patch(&place, &json!({ "city": "Wieliczka" })).await.expect(200);
    assert_eq!(cities(&app, "search=masaz").await, ["Wieliczka"]);
    let service = salon.path(&format!("services/{}/", there.service));
    salon.owner.patch(&service, &json!({ "location_id": null })).await.expect(200);
    assert_eq!(cities(&app, "search=masaz").await, ["Wrocław"]);
    let spa = json!({ "category": "spa" });
    salon.owner.patch(&format!("/api/businesses/my-business/{}/", salon.slug), &spa).await.expect(200);
    assert_eq!(cities(&app, "search=zlote&category=spa").await, ["Wrocław", "Wieliczka"]);
    assert_eq!(count(&app).await, 0);
    salon.owner.delete(&place).await.expect(204);
    assert_eq!(cities(&app, "search=zlote&category=spa").await, ["Wrocław"]);
    assert_eq!(cities(&app, "city=wieliczka").await, [""; 0]);
    let all = app.get("/api/businesses/categories/").await.expect(200);
    let all = all.as_array().unwrap().iter().map(|item| item["count"].as_i64().unwrap());
    assert_eq!(all.sum::<i64>(), 1);
    salon.owner.delete(&format!("/api/businesses/my-business/{}/", salon.slug)).await.expect(204);
    assert_eq!(cities(&app, "search=zlote").await, [""; 0]);
}

#[tokio::test]
async fn a_place_is_open_by_its_own_hours() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    app.set_clock("2026-03-02T10:00:00Z").await;
    // Both by the business's hours.
    assert_eq!(cities(&app, "search=zlote&open_now=true").await, ["Wrocław", "Kraków"]);
    let sundays = json!([{ "day_of_week": 6, "open_time": "08:00", "close_time": "17:00" }]);
    let hours = two.salon.path(&format!("locations/{}/opening-hours/", two.second));
    two.salon.owner.signed_in_again(&app).await.put(&hours, &sundays).await.expect(200);
    assert_eq!(cities(&app, "search=zlote&open_now=true").await, ["Wrocław"]);
    assert_eq!(cities(&app, "city=krakow&open_now=true").await, [""; 0]);
    assert_eq!(cities(&app, "open_now=true").await, ["Wrocław"]);
    app.set_clock("2026-03-08T10:00:00Z").await;
    assert_eq!(cities(&app, "search=zlote&open_now=true").await, ["Kraków"]);
    assert_eq!(cities(&app, "open_now=true").await, [""; 0]);

    let detail =
        async |query: &str| app.get(&two.salon.path(query)).await.expect(200)["opening_hours"].clone();
    let there = detail(&format!("?location_id={}", two.second)).await;
    let open: Vec<&Value> =
        there.as_array().unwrap().iter().filter(|day| day["is_closed"] == false).collect();
    assert_eq!((open.len(), &open[0]["day_of_week"]), (1, &json!(6)));
    let first = detail(&format!("?location_id={}", two.first)).await;
    assert_eq!((&first, first[0]["open_time"].as_str()), (&detail("").await, Some("09:00:00")));
}

#[tokio::test]
async fn what_is_free_is_said_of_each_place() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    two.part_company().await;
    // Until Tuesday nobody is at the second place.
    let staff = app.get(&two.salon.path(&format!("staff/?location_id={}", two.second))).await.expect(200);
    let away =
        json!({ "staff_id": staff["results"][0]["id"], "starts_at": "2026-03-02", "ends_at": "2026-03-03" });
    two.salon.owner.post(&two.salon.path("time-off/"), &away).await.expect(201);
    assert_eq!(cities(&app, "search=zlote&available_on=2026-03-03").await, ["Wrocław"]);
    assert_eq!(cities(&app, "city=krakow&available_on=2026-03-03").await, [""; 0]);
    assert_eq!(cities(&app, "search=zlote&available_on=2026-03-04").await, ["Wrocław", "Kraków"]);

    let page = app.get("/api/businesses/?search=zlote&next_available=true").await.expect(200);
    let next = |place: usize, field: &str| page["results"][place]["next_available"][field].clone();
    assert_eq!((next(0, "service_id"), next(0, "date")), (json!(two.salon.service), json!("2026-03-02")));
    assert_eq!((next(1, "service_id"), next(1, "date")), (json!(two.there.service), json!("2026-03-04")));
    let next = two.salon.path("availability/next/");
    let first = app.get(&next).await.expect(200);
    assert_eq!(first["next"], page["results"][0]["next_available"]);
    let second = app.get(&format!("{next}?location_id={}", two.second)).await.expect(200);
    assert_eq!(second["next"], page["results"][1]["next_available"]);
    let nowhere = format!("{next}?location_id={}", two.salon.service);
    app.get(&nowhere).await.refused(404, "NOT_FOUND");
}
