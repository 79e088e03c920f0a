//! The next start that can be booked.

use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn the_next_start_of_a_service_is_the_first_that_is_offered() {
    let app = TestApp::start().await;
    // It is Monday, 8 in the morning.
    let salon = app.salon().open("09:00", "11:00").create().await;
    let anna = app.person("anna").await;
    let path = salon.path(&format!("availability/next/?service_id={}", salon.service));
    let next = app.get(&path).await.expect(200);
    assert_eq!((&next["next"]["date"], &next["next"]["time"]), (&json!("2026-03-02"), &json!("09:00")));
    assert_eq!(next["next"]["start"], "2026-03-02T09:00:00+01:00");
    assert_eq!(next["searched_days"], 62);

    let staff = next["next"]["staff_ids"][0].as_str().unwrap().to_owned();
    for time in ["09:00", "10:00"] {
        salon.book(&anna, "2026-03-02", time).await.expect(201);
    }
    let with_staff = format!("{path}&staff_id={staff}");
    for path in [&path, &with_staff, &salon.path("availability/next/")] {
        let next = app.get(path).await;
        assert_eq!(next.header("cache-control"), Some("no-store"));
        assert_eq!(next.expect(200)["next"]["start"], "2026-03-03T09:00:00+01:00");
    }
    app.get(&salon.path("availability/next/?service_id=0190aaaa-0000-7000-8000-000000000000"))
        .await
        .refused(404, "SERVICE_NOT_FOUND");
    app.get(&format!("{path}&staff_id={}", salon.service)).await.refused(404, "STAFF_NOT_FOUND");
}

#[tokio::test]
async fn of_a_whole_business_it_is_the_earliest_of_any_service() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "11:00").create().await;
    let long = json!({ "name": "Trwała", "duration_minutes": 110, "price_amount": "300" });
    let long = salon.owner.post(&salon.path("services/"), &long).await.expect(201);
    let notice = json!({ "policy_overrides": { "min_notice_minutes": 2880 } });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &notice).await.expect(200);
    let next = app.get(&salon.path("availability/next/")).await.expect(200);
    assert_eq!((&next["next"]["service_id"], &next["next"]["time"]), (&long["id"], &json!("09:00")));
}

#[tokio::test]
async fn where_nothing_is_offered_there_is_no_next_start() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    salon.owner.delete(&salon.path(&format!("services/{}/", salon.service))).await.expect(204);
    assert_eq!(app.get(&salon.path("availability/next/")).await.expect(200)["next"], Value::Null);
    app.get("/api/businesses/nobody/availability/next/").await.refused(404, "BUSINESS_NOT_FOUND");
}

#[tokio::test]
async fn a_list_says_when_each_has_its_next_start_if_asked() {
    let app = TestApp::start().await;
    let busy = app.salon().named("Alfa").open("09:00", "10:00").create().await;
    app.salon().named("Gamma").open("14:00", "16:00").create().await;
    let closed = app.salon().named("Zakład").create().await;
    closed.owner.delete(&closed.path(&format!("services/{}/", closed.service))).await.expect(204);
    let anna = app.person("anna").await;
    busy.book(&anna, "2026-03-02", "09:00").await.expect(201);

    let plain = app.get("/api/businesses/").await.expect(200);
    assert!(plain["results"].as_array().unwrap().iter().all(|one| one.get("next_available").is_none()));
    let listed = app.get("/api/businesses/?next_available=true").await;
    assert_eq!(listed.header("cache-control"), Some("public, max-age=0, s-maxage=15"));
    let listed = listed.expect(200);
    let next: Vec<&Value> =
        listed["results"].as_array().unwrap().iter().map(|one| &one["next_available"]["start"]).collect();
    assert_eq!(
        next,
        [&json!("2026-03-03T09:00:00+01:00"), &json!("2026-03-02T14:00:00+01:00"), &Value::Null]
    );
    let both = app.get("/api/businesses/?next_available=true&available_on=2026-03-02").await.expect(200);
    assert_eq!(both["results"].as_array().unwrap().len(), 1);
    assert_eq!(both["results"][0]["next_available"]["time"], "14:00");
}
