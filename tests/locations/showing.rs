//! What one sees of a business in several places.

use serde_json::{Value, json};

use super::{each, two};
use crate::support::{Logs, TestApp, keys};

#[tokio::test]
async fn who_knows_of_one_place_sees_the_first() {
    let app = TestApp::start().await;
    let alone = app.salon().named("Jedno miejsce").staff(2).create().await;
    let one = app.get(&alone.path("")).await.expect(200);
    assert_eq!((one["staff"].as_array().unwrap().len(), &one["locations"][1]), (2, &Value::Null));

    let two = two(&app).await;
    two.part_company().await;
    let seen = app.get(&two.salon.path("")).await.expect(200);
    assert_eq!(keys(&seen), keys(&one));
    assert_eq!((&seen["address"], &seen["phone_number"]), (&one["address"], &one["phone_number"]));
    assert_eq!((&seen["services_count"], each(&seen["services"], "name")), (&json!(1), vec!["Strzyżenie"]));
    // Who offers nothing there is not there.
    assert_eq!(each(&seen["staff"], "display_name"), [two.salon.owner.name.as_str()]);
    assert_eq!(seen["staff"][0]["service_ids"], json!([two.salon.service]));
    assert_eq!(seen["location_id"], json!(two.first));
    let services = app.get(&two.salon.path("services/")).await.expect(200);
    assert_eq!((&services["count"], &services["results"]), (&json!(1), &seen["services"]));
    let staff = app.get(&two.salon.path("staff/")).await.expect(200);
    assert_eq!((&staff["count"], &staff["results"]), (&json!(1), &seen["staff"]));
}

#[tokio::test]
async fn each_place_shows_what_is_there() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    two.part_company().await;
    let asked = |below: &str, location: &str| two.salon.path(&format!("{below}?location_id={location}"));
    let there = app.get(&asked("", &two.second)).await.expect(200);
    assert_eq!(there["address"], "ul. Szeroka 2, parter, 31-053 Kraków");
    assert_eq!((&there["latitude"], &there["city"]), (&json!("50.051500"), &json!("Kraków")));
    assert_eq!(
        (&there["phone_number"], &there["location_id"]),
        (&json!("+48 12 345 67 89"), &json!(two.second))
    );
    assert_eq!((&there["services_count"], each(&there["services"], "name")), (&json!(1), vec!["Masaż"]));
    assert_eq!(there["staff"][0]["service_ids"], json!([two.there.service]));
    assert_eq!(each(&there["locations"], "id"), [two.first.as_str(), two.second.as_str()]);
    assert_eq!(there["locations"], app.get(&two.salon.path("locations/")).await.expect(200)["results"]);

    let services = app.get(&asked("services/", &two.second)).await.expect(200);
    assert_eq!((&services["count"], each(&services["results"], "name")), (&json!(1), vec!["Masaż"]));
    let staff = app.get(&asked("staff/", &two.second)).await.expect(200);
    assert_eq!((&staff["count"], &staff["results"]), (&json!(1), &there["staff"]));
    let first = app.get(&asked("", &two.first)).await.expect(200);
    assert_eq!(first, app.get(&two.salon.path("")).await.expect(200));
}

#[tokio::test]
async fn a_place_where_nothing_is_offered_has_nobody() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let service = two.salon.path(&format!("services/{}/", two.there.service));
    two.salon.owner.patch(&service, &json!({ "is_active": false })).await.expect(200);
    let there = app.get(&two.salon.path(&format!("?location_id={}", two.second))).await.expect(200);
    assert_eq!((&there["services"], &there["staff"]), (&json!([]), &json!([])));
    // Once it is given up, all is as if it had never been.
    two.salon.owner.delete(&service).await.expect(204);
    two.salon.owner.delete(&two.salon.path(&format!("locations/{}/", two.second))).await.expect(204);
    let whole = app.get(&two.salon.path("")).await.expect(200);
    assert_eq!(whole["staff"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn those_who_work_there_see_all_of_it() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let (owner, salon) = (&two.salon.owner, &two.salon);
    let own = owner.get(&format!("/api/businesses/my-business/{}/", salon.slug)).await.expect(200);
    assert_eq!(
        (&own["services_count"], each(&own["services"], "name")),
        (&json!(2), vec!["Masaż", "Strzyżenie"])
    );
    assert_eq!((own["staff"].as_array().unwrap().len(), &own["city"]), (2, &json!("Wrocław")));
    let list = owner.get("/api/businesses/my-business/").await.expect(200);
    assert_eq!((&list["count"], &list["results"][0]["services_count"]), (&json!(1), &json!(2)));
    let services = owner.get(&salon.path("services/")).await.expect(200);
    assert_eq!(services["count"], 2);
    let there = owner.get(&salon.path(&format!("services/?location_id={}", two.second))).await.expect(200);
    assert_eq!(each(&there["results"], "name"), ["Masaż"]);
    let bare = owner.get("/api/businesses/services/").await.expect(200);
    assert_eq!(each(&bare, "name"), ["Masaż", "Strzyżenie"]);
    assert_eq!(owner.get(&salon.path("staff/")).await.expect(200)["count"], 2);
    two.part_company().await;
    let staff = owner.get(&salon.path(&format!("staff/?location_id={}", two.second))).await.expect(200);
    assert_eq!(each(&staff["results"], "display_name"), ["Osoba 2"]);
}

#[tokio::test]
async fn a_favourite_is_the_business_at_its_first_place() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let anna = app.person("anna").await;
    anna.post(&format!("/api/users/favorites/{}/", two.salon.slug), &Value::Null).await.expect(201);
    let favorites = anna.get("/api/users/favorites/").await.expect(200);
    assert_eq!(each(&favorites, "city"), ["Wrocław"]);
    assert_eq!(favorites[0]["services_count"], 1);
}

/// How many statements each of some requests takes.
async fn statements(app: &TestApp, paths: &[String]) -> Vec<u64> {
    let logs = Logs::counting();
    for path in paths {
        app.get(path).await.expect(200);
    }
    logs.statements()
}

#[tokio::test]
async fn fifty_places_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let paths = ["", "services/", "staff/", "locations/"].map(|below| salon.path(below));
    let one = statements(&app, &paths).await;
    let more = "
        with places as (
            insert into locations (id, business_id, is_primary, address_line1, city, postal_code)
            select gen_random_uuid(), business_id, false, 'ul. Prosta 1', 'Łódź', '90-001'
            from locations, generate_series(1, 49)
            returning id, business_id)
        insert into services (id, business_id, location_id, name, duration_minutes, price_minor, price_currency,
                              created_at, updated_at)
        select gen_random_uuid(), business_id, id, 'Masaż', 30, 5000, 'PLN', now(), now() from places";
    app.database.connect().await.batch_execute(more).await.unwrap();
    assert_eq!(statements(&app, &paths).await, one);
    assert_eq!(one[0], 4);
    assert_eq!(app.get(&paths[0]).await.expect(200)["locations"].as_array().unwrap().len(), 50);
}
