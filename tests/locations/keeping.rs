//! Adding, reading, changing and giving up locations.

use serde_json::{Value, json};

use super::{LOCATION, each, id, in_krakow, two};
use crate::support::{TestApp, keys};

#[tokio::test]
async fn a_business_has_its_address_and_adds_others() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("locations/");
    let alone = app.get(&place).await.expect(200);
    assert_eq!(keys(&alone["results"][0]), LOCATION);
    let first = alone["results"][0].clone();
    assert_eq!((&first["is_primary"], &first["services_count"]), (&json!(true), &json!(1)));
    assert_eq!((&first["name"], &first["latitude"]), (&json!(""), &Value::Null));
    assert_eq!(first["address"], "ul. Świdnicka 21, 50-066 Wrocław");

    let made = salon.owner.post(&place, &in_krakow()).await.expect(201);
    assert_eq!(keys(&made), LOCATION);
    for (field, value) in in_krakow().as_object().unwrap() {
        assert_eq!(&made[field], value, "{field}");
    }
    assert_eq!(made["address"], "ul. Szeroka 2, parter, 31-053 Kraków");
    let there = (&made["is_primary"], &made["services_count"], &made["country"]);
    assert_eq!(there, (&json!(false), &json!(0), &json!("PL")));

    let path = format!("{place}{}/", id(&made));
    assert_eq!(app.get(&path).await.expect(200), made);
    let all = app.get(&format!("{place}?page_size=1&page=2")).await.expect(200);
    assert_eq!((&all["count"], &all["results"]), (&json!(2), &json!([made])));

    let patched = salon.owner.patch(&path, &json!({ "address_line2": "" })).await.expect(200);
    assert_eq!(patched["address"], "ul. Szeroka 2, 31-053 Kraków");
    let put = json!({ "address_line1": "Rynek 1", "city": "Kraków", "postal_code": "31-042" });
    let put = salon.owner.put(&path, &put).await.expect(200);
    assert_eq!((&put["name"], &put["address_line1"]), (&json!("Kazimierz"), &json!("Rynek 1")));
    salon
        .owner
        .put(&path, &json!({ "city": "Kraków", "postal_code": "31-042" }))
        .await
        .refused(400, "REQUIRED_FIELD");

    assert_eq!(salon.owner.delete(&path).await.status, 204);
    assert_eq!(app.get(&place).await.expect(200)["results"], json!([first]));
    app.get(&path).await.refused(404, "NOT_FOUND");
    salon.owner.put(&path, &in_krakow()).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path, &json!({})).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path).await.refused(404, "NOT_FOUND");
    app.get("/api/businesses/nowhere/locations/").await.refused(404, "BUSINESS_NOT_FOUND");
    let elsewhere = format!("/api/businesses/nowhere/locations/{}/", id(&made));
    app.get(&elsewhere).await.refused(404, "BUSINESS_NOT_FOUND");
    app.get(&salon.path("locations/here/")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let with = |field: &str, value: Value| {
        let mut body = in_krakow();
        body[field] = value;
        body
    };
    for (body, wrong) in [
        (with("name", json!("a".repeat(201))), "name"),
        (with("city", json!(" ")), "city"),
        (with("country", json!("Polska")), "country"),
        (with("latitude", json!(91)), "latitude"),
        (with("longitude", Value::Null), "longitude"),
        (with("phone_number", json!("call me")), "phone_number"),
    ] {
        assert_eq!(salon.owner.post(&salon.path("locations/"), &body).await.wrong_fields(), [wrong]);
    }
    salon
        .owner
        .post(&salon.path("locations/"), &with("city", Value::Null))
        .await
        .refused(400, "REQUIRED_FIELD");
}

#[tokio::test]
async fn the_first_location_is_the_address_of_the_business() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let first = app.get(&salon.path("locations/")).await.expect(200)["results"][0].clone();
    let path = salon.path(&format!("locations/{}/", id(&first)));
    let own = format!("/api/businesses/my-business/{}/", salon.slug);

    let moved = json!({ "city": "Opole", "latitude": 50.6751, "longitude": 17.9213, "name": "Główna" });
    salon.owner.patch(&path, &moved).await.expect(200);
    let seen = salon.owner.get(&own).await.expect(200);
    assert_eq!((&seen["city"], &seen["latitude"]), (&json!("Opole"), &json!("50.675100")));
    assert_eq!(seen["location_id"], first["id"]);

    salon.owner.patch(&own, &json!({ "city": "Legnica", "postal_code": "59-220" })).await.expect(200);
    let back = app.get(&path).await.expect(200);
    assert_eq!((&back["city"], &back["name"]), (&json!("Legnica"), &json!("Główna")));
    assert_eq!(app.get("/api/businesses/?city=legnica").await.expect(200)["count"], 1);
    salon.owner.delete(&path).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn a_location_with_services_is_not_given_up() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let (salon, owner) = (&two.salon, &two.salon.owner);
    let path = salon.path(&format!("locations/{}/", two.second));
    let off = json!({
        "name": "Peeling", "duration_minutes": 30, "price_amount": 60, "location_id": two.second, "is_active": false,
    });
    let off = salon.also_offering(&off).await;
    let refused = owner.delete(&path).await.refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "services_count": 2 }));
    assert_eq!(app.get(&path).await.expect(200)["services_count"], 1);

    owner.delete(&salon.path(&format!("services/{}/", off.service))).await.expect(204);
    let moved = json!({ "location_id": null });
    owner.patch(&salon.path(&format!("services/{}/", two.there.service)), &moved).await.expect(200);
    assert_eq!(owner.delete(&path).await.status, 204);
    // Nothing takes place there any more.
    let back = json!({ "location_id": two.second });
    let back = owner.patch(&salon.path(&format!("services/{}/", two.there.service)), &back).await;
    assert_eq!(back.wrong_fields(), ["location_id"]);
    let new =
        json!({ "name": "Nowa", "duration_minutes": 30, "price_amount": 60, "location_id": two.second });
    assert_eq!(owner.post(&salon.path("services/"), &new).await.wrong_fields(), ["location_id"]);
}

#[tokio::test]
async fn a_location_at_which_people_have_hours_is_not_given_up() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = &salon.owner;
    let second = owner.post(&salon.path("locations/"), &in_krakow()).await.expect(201);
    let hours = salon.path(&format!("staff/{}/hours/", salon.staff().await[0]));
    let week = |until: Option<&str>| {
        json!([{
            "day_of_week": 1, "open_time": "10:00", "close_time": "12:00", "location_id": second["id"], "valid_until": until,
        }])
    };
    let path = salon.path(&format!("locations/{}/", second["id"].as_str().unwrap()));
    owner.put(&hours, &week(None)).await.expect(200);
    assert_eq!(owner.delete(&path).await.refused(409, "CONFLICT"), json!({ "staff_count": 1 }));
    // Those that count no more are in nobody's way.
    owner.put(&hours, &week(Some("2026-03-01"))).await.expect(200);
    assert_eq!(owner.delete(&path).await.status, 204);
}

#[tokio::test]
async fn whoever_gives_up_a_location_waits_for_who_puts_a_service_there() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let (salon, owner) = (two.salon.clone(), two.salon.owner.clone());
    owner.delete(&salon.path(&format!("services/{}/", two.there.service))).await.expect(204);
    let mut client = app.database.connect().await;
    let putting = client.transaction().await.unwrap();
    putting
        .execute("update services set location_id = $1::text::uuid where name = 'Strzyżenie'", &[&two.second])
        .await
        .unwrap();
    let path = salon.path(&format!("locations/{}/", two.second));
    let giving_up = tokio::spawn(async move { owner.delete(&path).await });
    let watching = app.database.connect().await;
    let waiting = "select count(*) from pg_locks where not granted";
    while watching.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    putting.commit().await.unwrap();
    let refused = giving_up.await.unwrap().refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "services_count": 1 }));
}

#[tokio::test]
async fn whoever_puts_a_service_at_a_location_waits_for_who_gives_it_up() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let (salon, owner) = (two.salon.clone(), two.salon.owner.clone());
    owner.delete(&salon.path(&format!("services/{}/", two.there.service))).await.expect(204);
    let mut client = app.database.connect().await;
    let giving_up = client.transaction().await.unwrap();
    let retire = "update locations set given_up_at = now() where id = $1::text::uuid";
    giving_up.execute(retire, &[&two.second]).await.unwrap();
    let new =
        json!({ "name": "Nowa", "duration_minutes": 30, "price_amount": 60, "location_id": two.second });
    let place = salon.path("services/");
    let putting = tokio::spawn(async move { owner.post(&place, &new).await });
    let watching = app.database.connect().await;
    let waiting = "select count(*) from pg_locks where not granted";
    while watching.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    giving_up.commit().await.unwrap();
    assert_eq!(putting.await.unwrap().wrong_fields(), ["location_id"]);
}

#[tokio::test]
async fn another_owners_locations_are_nobodys() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let rival = app.salon().named("Konkurencja").create().await;
    let theirs = two.salon.path(&format!("locations/{}/", two.second));
    rival.owner.patch(&theirs, &json!({ "city": "Opole" })).await.refused(403, "PERMISSION_DENIED");
    rival.owner.delete(&theirs).await.refused(403, "PERMISSION_DENIED");
    let through_own = rival.path(&format!("locations/{}/", two.second));
    app.get(&through_own).await.refused(404, "NOT_FOUND");
    rival.owner.put(&through_own, &in_krakow()).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&through_own, &json!({ "city": "Opole" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&through_own).await.refused(404, "NOT_FOUND");
    for below in ["", "services/", "staff/"] {
        let path = rival.path(&format!("{below}?location_id={}", two.second));
        app.get(&path).await.refused(404, "NOT_FOUND");
        rival.owner.get(&path).await.refused(404, "NOT_FOUND");
        let nowhere = format!("/api/businesses/nowhere/{below}?location_id={}", two.second);
        app.get(&nowhere).await.refused(404, "BUSINESS_NOT_FOUND");
        let wrong = app.get(&rival.path(&format!("{below}?location_id=here"))).await;
        assert_eq!(wrong.wrong_fields(), ["location_id"]);
    }
}

#[tokio::test]
async fn there_are_fifty_at_most() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let more = "
        insert into locations (id, business_id, is_primary, address_line1, city, postal_code)
        select gen_random_uuid(), business_id, false, 'ul. Prosta 1', 'Łódź', '90-001'
        from locations, generate_series(1, 48)";
    app.database.connect().await.batch_execute(more).await.unwrap();
    let last = salon.owner.post(&salon.path("locations/"), &in_krakow()).await.expect(201);
    salon.owner.post(&salon.path("locations/"), &in_krakow()).await.refused(409, "CONFLICT");
    // One that was given up does not count.
    salon.owner.delete(&salon.path(&format!("locations/{}/", id(&last)))).await.expect(204);
    salon.owner.post(&salon.path("locations/"), &in_krakow()).await.expect(201);
    assert_eq!(app.get(&salon.path("locations/")).await.expect(200)["count"], 50);
}

#[tokio::test]
async fn what_is_done_with_them_is_in_the_audit() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let made = salon.owner.post(&salon.path("locations/"), &in_krakow()).await.expect(201);
    let path = salon.path(&format!("locations/{}/", id(&made)));
    salon.owner.patch(&path, &json!({ "city": "Wieliczka", "phone_number": "" })).await.expect(200);
    let week = json!([{ "day_of_week": 0, "open_time": "10:00", "close_time": "12:00" }]);
    salon.owner.put(&format!("{path}opening-hours/"), &week).await.expect(200);
    let hours = salon.owner.get(&salon.path("audit/?subject=opening_hours")).await.expect(200);
    assert_eq!(hours["results"][0]["changes"]["location_id"], json!([null, made["id"]]));
    salon.owner.delete(&path).await.expect(204);
    let audit = format!("audit/?subject=location&subject_id={}", id(&made));
    let entries = salon.owner.get(&salon.path(&audit)).await.expect(200)["results"].clone();
    assert_eq!(each(&entries, "action"), ["retired", "changed", "created"]);
    assert_eq!(entries[1]["changes"], json!({ "city": ["Kraków", "Wieliczka"], "telephone": null }));
    assert_eq!(entries[0]["subject"]["name"], "Kazimierz");
    assert_eq!(entries[0]["actor"]["role"], "owner");
}
