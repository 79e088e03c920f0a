//! Rooms, chairs and devices.

use jiff::SignedDuration;
use reqwest::{Method, header::ACCEPT_LANGUAGE};
use serde_json::{Value, json};

use crate::support::{Answer, Salon, TestApp, keys};

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

async fn resource(salon: &Salon, name: &str, quantity: i32) -> String {
    let body = json!({ "name": name, "quantity": quantity });
    id(&salon.owner.post(&salon.path("resources/"), &body).await.expect(201)).to_owned()
}

fn service(salon: &Salon) -> String {
    salon.path(&format!("services/{}/", salon.service))
}

fn needing(resource: &str, quantity: i32) -> Value {
    json!({ "resources": [{ "resource_id": resource, "quantity": quantity }] })
}

/// An appointment has a unit of a resource.
async fn claim(app: &TestApp, appointment: &str, resource: &str, unit: i16) {
    let sql = "
        insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
        select id, $2::text::uuid, $3, busy_from, busy_to from calendar_entries
        where id = (select entry_id from appointments where id = $1::text::uuid)";
    let claimed = app.database.connect().await.execute(sql, &[&appointment, &resource, &unit]).await;
    assert_eq!(claimed.unwrap(), 1);
}

#[tokio::test]
async fn an_owner_adds_reads_changes_and_removes_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("resources/");
    let made = salon.owner.post(&place, &json!({ "name": "Fotel" })).await.expect(201);
    assert_eq!(keys(&made), ["id", "name", "quantity"]);
    assert_eq!(made["quantity"], 1);
    let path = format!("{place}{}/", id(&made));
    assert_eq!(salon.owner.get(&path).await.expect(200), made);
    let more = salon.owner.patch(&path, &json!({ "quantity": 3 })).await.expect(200);
    assert_eq!((&more["name"], &more["quantity"]), (&json!("Fotel"), &json!(3)));
    let put = salon.owner.put(&path, &json!({ "name": "Gabinet" })).await.expect(200);
    assert_eq!((&put["name"], &put["quantity"]), (&json!("Gabinet"), &json!(3)));
    salon.owner.put(&path, &json!({ "quantity": 3 })).await.refused(400, "REQUIRED_FIELD");

    resource(&salon, "Aparat", 2).await;
    let page = salon.owner.get(&format!("{place}?page_size=1&page=2")).await.expect(200);
    assert_eq!((&page["count"], &page["results"]), (&json!(2), &json!([put])));
    salon.owner.get(&format!("{place}?page_size=1&page=3")).await.refused(404, "NOT_FOUND");
    assert_eq!(salon.owner.delete(&path).await.status, 204);
    salon.owner.get(&path).await.refused(404, "NOT_FOUND");
    salon.owner.put(&path, &json!({ "name": "A" })).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path, &json!({})).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("resources/");
    for (body, wrong) in [
        (json!({ "name": " ", "quantity": 0 }), &["name", "quantity"][..]),
        (json!({ "name": "Fotel", "quantity": 101 }), &["quantity"]),
        (json!({ "name": "a".repeat(201), "quantity": "many" }), &["name", "quantity"]),
    ] {
        assert_eq!(salon.owner.post(&place, &body).await.wrong_fields(), wrong);
    }
    salon.owner.post(&place, &json!({ "quantity": 2 })).await.refused(400, "REQUIRED_FIELD");
}

#[tokio::test]
async fn a_service_says_what_it_needs_all_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let room = resource(&salon, "Gabinet", 2).await;
    app.later(SignedDuration::from_secs(1)).await;
    let laser = resource(&salon, "Laser", 1).await;
    let both = json!([{ "resource_id": room, "quantity": 2 }, { "resource_id": laser }]);
    let set = salon.owner.patch(&service(&salon), &json!({ "resources": both })).await.expect(200);
    let expected = json!([{ "resource_id": room, "quantity": 2 }, { "resource_id": laser, "quantity": 1 }]);
    assert_eq!(set["resources"], expected);
    assert_eq!(app.get(&service(&salon)).await.expect(200), set);
    assert_eq!(
        salon.owner.patch(&service(&salon), &json!({ "name": "A" })).await.expect(200)["resources"],
        expected
    );

    let fewer = salon.owner.patch(&service(&salon), &needing(&room, 1)).await.expect(200);
    assert_eq!(fewer["resources"], json!([{ "resource_id": room, "quantity": 1 }]));
    let twice = json!({ "resources": [{ "resource_id": room }, { "resource_id": room }] });
    assert_eq!(salon.owner.patch(&service(&salon), &twice).await.wrong_fields(), ["resources.1.resource_id"]);
    let too_many = salon.owner.patch(&service(&salon), &needing(&room, 3)).await;
    assert_eq!(too_many.wrong_fields(), ["resources.0.quantity"]);
    let many: Value = (0..21).map(|_| json!({ "resource_id": room })).collect();
    assert_eq!(
        salon.owner.patch(&service(&salon), &json!({ "resources": many })).await.wrong_fields(),
        ["resources"]
    );
    assert_eq!(app.get(&service(&salon)).await.expect(200), fewer);

    let bare = json!({ "name": "Mycie", "duration_minutes": 15, "price_amount": "20" });
    let kept = salon.owner.put(&service(&salon), &bare).await.expect(200);
    assert_eq!(kept["resources"], fewer["resources"]);
    let mut new = bare;
    new["resources"] = json!([]);
    assert_eq!(salon.owner.put(&service(&salon), &new).await.expect(200)["resources"], json!([]));
    new["resources"] = both;
    assert_eq!(salon.owner.post(&salon.path("services/"), &new).await.expect(201)["resources"], expected);
}

#[tokio::test]
async fn another_salons_resources_are_out_of_reach() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let room = resource(&salon, "Gabinet", 2).await;
    let there = rival.path(&format!("resources/{room}/"));
    rival.owner.get(&there).await.refused(404, "NOT_FOUND");
    rival.owner.put(&there, &json!({ "name": "A" })).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&there, &json!({ "name": "A" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&there).await.refused(404, "NOT_FOUND");
    let here = salon.path(&format!("resources/{room}/"));
    rival.owner.get(&here).await.refused(403, "PERMISSION_DENIED");
    rival.owner.get(&salon.path("resources/")).await.refused(403, "PERMISSION_DENIED");
    app.get(&here).await.refused(401, "UNAUTHORIZED");
    for method in [Method::PUT, Method::PATCH] {
        let foreign = rival.owner.send(method, &service(&rival), Some(&needed_by_a_wash(&room))).await;
        assert_eq!(foreign.wrong_fields(), ["resources.0.resource_id"]);
    }
    let new = rival.owner.post(&rival.path("services/"), &needed_by_a_wash(&room)).await;
    assert_eq!(new.wrong_fields(), ["resources.0.resource_id"]);
    assert_eq!(app.get(&rival.path("services/")).await.expect(200)["count"], 1);
}

fn needed_by_a_wash(resource: &str) -> Value {
    let mut wash = json!({ "name": "Mycie", "duration_minutes": 15, "price_amount": "20" });
    wash["resources"] = needing(resource, 1)["resources"].clone();
    wash
}

#[tokio::test]
async fn what_a_service_needs_stays() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let room = resource(&salon, "Gabinet", 3).await;
    let path = salon.path(&format!("resources/{room}/"));
    salon.owner.patch(&service(&salon), &needing(&room, 2)).await.expect(200);
    let named = json!({ "services": [{ "id": salon.service, "name": "Strzyżenie" }] });
    assert_eq!(salon.owner.delete(&path).await.refused(409, "CONFLICT"), named);
    assert_eq!(salon.owner.patch(&path, &json!({ "quantity": 1 })).await.refused(409, "CONFLICT"), named);
    let one = json!({ "name": "Gabinet", "quantity": 1 });
    assert_eq!(salon.owner.put(&path, &one).await.refused(409, "CONFLICT"), named);
    salon.owner.patch(&path, &json!({ "quantity": 2 })).await.expect(200);
    // What needed it is gone.
    salon.owner.delete(&service(&salon)).await.expect(204);
    salon.owner.delete(&path).await.expect(204);
}

#[tokio::test]
async fn what_visits_to_come_have_stays() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let room = resource(&salon, "Gabinet", 3).await;
    let path = salon.path(&format!("resources/{room}/"));
    let anna = app.person("anna").await;
    for (time, units) in [("10:00", &[1, 3][..]), ("12:00", &[2])] {
        let booked = salon.book(&anna, "2026-03-03", time).await.expect(201);
        for unit in units {
            claim(&app, id(&booked), &room, *unit).await;
        }
    }
    let fewer = |quantity: i32| json!({ "quantity": quantity });
    let refused = salon.owner.patch(&path, &fewer(2)).await;
    assert_eq!(refused.refused(409, "CONFLICT"), json!({ "upcoming": 1 }));
    assert_eq!(salon.owner.patch(&path, &fewer(1)).await.refused(409, "CONFLICT"), json!({ "upcoming": 2 }));
    assert_eq!(salon.owner.delete(&path).await.refused(409, "CONFLICT"), json!({ "upcoming": 2 }));
    salon.owner.patch(&path, &fewer(4)).await.expect(200);
    for (language, message) in [
        ("en", "Upcoming bookings need this resource: 2. Move or cancel them first."),
        ("pl", "Tego zasobu wymagają umówione wizyty: 2. Najpierw je przenieś albo odwołaj."),
    ] {
        let request = salon.owner.request(Method::DELETE, &path).header(ACCEPT_LANGUAGE, language);
        assert_eq!(Answer::read(request.send().await.unwrap()).await.json()["message"], message);
    }

    // They are over: nothing is in the way, and what was stays.
    app.set_clock("2026-03-05T09:00:00Z").await;
    let login = json!({ "email": salon.owner.email, "password": crate::support::PASSWORD });
    let owner = salon.owner.holding(&app.post("/api/users/login/", &login).await.expect(200));
    owner.patch(&path, &fewer(1)).await.expect(200);
    owner.delete(&path).await.expect(204);
    owner.get(&path).await.refused(404, "NOT_FOUND");
    let kept = app.database.connect().await;
    let kept = kept.query_one("select count(*) from resource_claims", &[]).await.unwrap();
    assert_eq!(kept.get::<_, i64>(0), 3);
}

#[tokio::test]
async fn staff_read_them_and_managers_change_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let room = resource(&salon, "Gabinet", 1).await;
    let path = salon.path(&format!("resources/{room}/"));
    let (kasia, marta) = (app.person("kasia").await, app.person("marta").await);
    for (person, is_manager) in [(&kasia, false), (&marta, true)] {
        let body = json!({ "user_id": person.id, "is_manager": is_manager });
        salon.owner.post(&salon.path("staff/"), &body).await.expect(201);
    }
    assert_eq!(kasia.get(&salon.path("resources/")).await.expect(200)["count"], 1);
    kasia.get(&path).await.expect(200);
    kasia.patch(&path, &json!({ "quantity": 2 })).await.refused(403, "PERMISSION_DENIED");
    kasia.delete(&path).await.refused(403, "PERMISSION_DENIED");
    assert_eq!(marta.patch(&path, &json!({ "quantity": 2 })).await.expect(200)["quantity"], 2);
}
