//! Adding people to the staff, and changing what they do.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp, keys};

const FULL_FORM: [&str; 11] = [
    "display_name",
    "email",
    "first_name",
    "id",
    "invitation_expires_at",
    "is_bookable",
    "is_manager",
    "last_name",
    "service_ids",
    "user_id",
    "username",
];

async fn add(salon: &Salon, body: &Value) -> Answer {
    salon.owner.post(&salon.path("staff/"), body).await
}

async fn added(salon: &Salon, body: &Value) -> Value {
    add(salon, body).await.expect(201)
}

fn entry(salon: &Salon, member: &Value) -> String {
    salon.path(&format!("staff/{}/", member["id"].as_str().unwrap()))
}

async fn role(person: &Person) -> Value {
    person.get("/api/users/me/").await.expect(200)["role"].clone()
}

#[tokio::test]
async fn someone_with_a_name_only_can_be_booked_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    let ola = added(&salon, &json!({ "display_name": "Ola" })).await;
    assert_eq!(keys(&ola), FULL_FORM);
    assert_eq!((&ola["is_bookable"], &ola["is_manager"]), (&json!(true), &json!(false)));
    assert_eq!((&ola["user_id"], &ola["email"], &ola["username"]), (&Value::Null, &json!(""), &json!("")));
    assert_eq!(ola["service_ids"], json!([salon.service]));
    assert_eq!(salon.owner.get(&entry(&salon, &ola)).await.expect(200), ola);

    let mut wish = salon.wish("2026-03-03", "10:00");
    wish["staff_id"] = ola["id"].clone();
    let booked = anna.post(&salon.path("appointments/"), &wish).await.expect(201);
    assert_eq!(booked["staff"]["display_name"], "Ola");
}

#[tokio::test]
async fn someone_with_an_account_works_there_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let kasia = app.person("kasia").await;
    kasia.get(&salon.path("appointments/")).await.refused(403, "PERMISSION_DENIED");

    let member = added(&salon, &json!({ "user_id": kasia.id })).await;
    assert_eq!((&member["user_id"], &member["email"]), (&json!(kasia.id), &json!(kasia.email)));
    assert_eq!((&member["display_name"], &member["username"]), (&json!("kasia"), &json!("kasia")));
    kasia.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!(role(&kasia).await, "staff");
    assert_eq!(kasia.get("/api/users/me/").await.expect(200)["is_specialist"], true);

    add(&salon, &json!({ "user_id": kasia.id })).await.refused(409, "CONFLICT");
    add(&salon, &json!({ "user_id": salon.owner.id })).await.refused(409, "CONFLICT");
    let nobody = json!({ "user_id": "019b5c2e-0000-7000-8000-000000000000" });
    assert_eq!(add(&salon, &nobody).await.wrong_fields(), ["user_id"]);
}

#[tokio::test]
async fn an_owner_who_works_elsewhere_too_stays_an_owner() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create().await;
    added(&salon, &json!({ "user_id": rival.owner.id })).await;
    assert_eq!(role(&rival.owner).await, "business_owner");
}

#[tokio::test]
async fn they_offer_the_services_that_were_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create().await;
    let fringe = json!({ "name": "Grzywka", "duration_minutes": 30, "price_amount": 30 });
    let fringe = salon.also_offering(&fringe).await.service;
    let ola = json!({ "display_name": "Ola" });
    let with = |services: Value| {
        let mut body = ola.clone();
        body["service_ids"] = services;
        body
    };

    let made = added(&salon, &with(json!([fringe, fringe]))).await;
    assert_eq!(made["service_ids"], json!([fringe]));
    assert_eq!(added(&salon, &with(json!([]))).await["service_ids"], json!([]));
    let many = json!(vec![fringe.clone(); 201]);
    for wrong in [json!([rival.service]), json!([fringe, rival.service]), json!(["1"]), json!("x"), many] {
        assert_eq!(add(&salon, &with(wrong.clone())).await.wrong_fields(), ["service_ids"], "{wrong}");
        let answer = salon.owner.patch(&entry(&salon, &made), &json!({ "service_ids": wrong })).await;
        assert_eq!(answer.wrong_fields(), ["service_ids"]);
    }
    // What was refused has changed nothing.
    assert_eq!(salon.owner.get(&entry(&salon, &made)).await.expect(200), made);
    assert_eq!(app.get(&salon.path("staff/")).await.expect(200)["count"], 3);
}

#[tokio::test]
async fn put_and_patch_leave_what_they_do_not_name() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let fringe = json!({ "name": "Grzywka", "duration_minutes": 30, "price_amount": 30 });
    let fringe = salon.also_offering(&fringe).await.service;
    let body =
        json!({ "display_name": "Ola", "is_manager": true, "is_bookable": false, "service_ids": [fringe] });
    let made = added(&salon, &body).await;
    let path = entry(&salon, &made);

    let mut expected = made.clone();
    expected["display_name"] = json!("Aleksandra");
    let renamed =
        json!({ "display_name": "Aleksandra", "user_id": salon.owner.id, "email": "x@example.com" });
    assert_eq!(salon.owner.patch(&path, &renamed).await.expect(200), expected);
    assert_eq!(salon.owner.patch(&path, &json!({})).await.expect(200), expected);

    let replaced = salon.owner.put(&path, &json!({ "display_name": "Ola" })).await.expect(200);
    assert_eq!(replaced, made);
    let everything = json!({ "display_name": "Ola", "service_ids": null });
    let replaced = salon.owner.put(&path, &everything).await.expect(200);
    assert_eq!(replaced["service_ids"], json!([fringe, salon.service]));
    salon.owner.put(&path, &json!({})).await.refused(400, "REQUIRED_FIELD");
    let wrong = json!({ "display_name": "", "is_manager": "yes", "is_bookable": 1 });
    assert_eq!(
        salon.owner.patch(&path, &wrong).await.wrong_fields(),
        ["display_name", "is_bookable", "is_manager"]
    );
}

#[tokio::test]
async fn who_takes_no_bookings_any_more_keeps_those_there_are() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let owner = salon.staff().await[0].clone();
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

    let path = salon.path(&format!("staff/{owner}/"));
    salon.owner.patch(&path, &json!({ "is_bookable": false })).await.expect(200);
    assert!(salon.free(&app, "2026-03-03").await.is_empty());
    assert_eq!(anna.get("/api/users/appointments/").await.expect(200)["results"][0]["status"], "pending");
}

#[tokio::test]
async fn the_owner_manages_whatever_is_said() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = salon.staff().await[0].clone();
    let path = salon.path(&format!("staff/{owner}/"));
    let changed = salon.owner.patch(&path, &json!({ "is_manager": false, "display_name": "Szefowa" })).await;
    let changed = changed.expect(200);
    assert_eq!((&changed["is_manager"], &changed["user_id"]), (&json!(true), &json!(salon.owner.id)));
}

#[tokio::test]
async fn somebody_is_named_at_least() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for body in [json!({}), json!({ "display_name": " ", "email": "", "user_id": null, "is_bookable": true })]
    {
        let details = add(&salon, &body).await.refused(400, "REQUIRED_FIELD");
        assert_eq!(keys(&details), ["display_name"]);
    }
    let wrong = json!({ "user_id": 7, "email": "nobody", "display_name": "x".repeat(151) });
    assert_eq!(add(&salon, &wrong).await.wrong_fields(), ["display_name", "email", "user_id"]);
}

#[tokio::test]
async fn a_business_has_at_most_two_hundred_staff() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(199).create().await;
    added(&salon, &json!({ "display_name": "Ola" })).await;
    add(&salon, &json!({ "display_name": "Iza" })).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn another_salons_staff_are_not_found_in_ones_own() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let rival = app.salon().named("Konkurencja").create().await;
    let ola = salon.staff().await[1].clone();
    for id in [ola.as_str(), "1", "019b5c2e-0000-7000-8000-000000000000"] {
        let path = rival.path(&format!("staff/{id}/"));
        let name = json!({ "display_name": "Ola" });
        for (method, body) in [
            (Method::GET, None),
            (Method::PUT, Some(&name)),
            (Method::PATCH, Some(&name)),
            (Method::DELETE, None),
        ] {
            rival.owner.send(method, &path, body).await.refused(404, "STAFF_NOT_FOUND");
        }
        let invite =
            rival.owner.post(&format!("{path}invite/"), &json!({ "email": "ola@example.com" })).await;
        invite.refused(404, "STAFF_NOT_FOUND");
        app.get(&path).await.refused(404, "STAFF_NOT_FOUND");
    }
}

#[tokio::test]
async fn colleagues_see_more_than_visitors_and_no_cache_keeps_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (kasia, anna) = (app.person("kasia").await, app.person("anna").await);
    let member = added(&salon, &json!({ "user_id": kasia.id })).await;

    for path in [salon.path("staff/"), entry(&salon, &member)] {
        let answer = kasia.get(&path).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
        assert!(answer.text.contains(&kasia.email), "{answer:?}");
        for stranger in [app.get(&path).await, anna.get(&path).await] {
            assert!(
                !stranger.text.contains("example.com") && !stranger.text.contains(&kasia.id),
                "{stranger:?}"
            );
        }
        // A token that is no good counts as none.
        let mut nobody = kasia.clone();
        nobody.access = "no-token".to_owned();
        assert!(!nobody.get(&path).await.expect(200).to_string().contains("example.com"));
    }
}
