//! Removing people from the staff.

use serde_json::{Value, json};

use crate::support::{Person, Salon, TestApp, together};

const DATE: &str = "2026-03-03";

async fn hire(salon: &Salon, body: &Value) -> String {
    let member = salon.owner.post(&salon.path("staff/"), body).await.expect(201);
    member["id"].as_str().unwrap().to_owned()
}

fn entry(salon: &Salon, id: &str) -> String {
    salon.path(&format!("staff/{id}/"))
}

fn with(salon: &Salon, staff: &str, time: &str) -> Value {
    let mut wish = salon.wish(DATE, time);
    wish["staff_id"] = json!(staff);
    wish
}

async fn role(person: &Person) -> Value {
    person.get("/api/users/me/").await.expect(200)["role"].clone()
}

async fn stored(app: &TestApp, id: &str) -> i64 {
    let sql = "select count(*) from staff_members where id = $1::text::uuid";
    app.database.connect().await.query_one(sql, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn who_is_removed_loses_access_at_once_and_is_a_customer_again() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let kasia = app.person("kasia").await;
    let here = hire(&salon, &json!({ "user_id": kasia.id, "is_manager": true })).await;
    let there = hire(&other, &json!({ "user_id": kasia.id })).await;

    salon.owner.delete(&entry(&salon, &here)).await.expect(204);
    kasia.get(&salon.path("appointments/")).await.refused(403, "PERMISSION_DENIED");
    kasia.delete(&entry(&salon, &here)).await.refused(403, "PERMISSION_DENIED");
    assert_eq!(role(&kasia).await, "staff");
    other.owner.delete(&entry(&other, &there)).await.expect(204);
    assert_eq!(role(&kasia).await, "customer");
    assert_eq!(kasia.get("/api/users/me/").await.expect(200)["is_specialist"], false);
}

#[tokio::test]
async fn who_never_had_an_appointment_is_deleted() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let ola = hire(&salon, &json!({ "display_name": "Ola" })).await;
    salon.owner.delete(&entry(&salon, &ola)).await.expect(204);
    assert_eq!(stored(&app, &ola).await, 0);
    salon.owner.delete(&entry(&salon, &ola)).await.refused(404, "STAFF_NOT_FOUND");
}

#[tokio::test]
async fn who_has_bookings_to_come_stays_until_they_are_moved_or_over() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let ola = hire(&salon, &json!({ "display_name": "Ola" })).await;
    let first = anna.post(&salon.path("appointments/"), &with(&salon, &ola, "10:00")).await.expect(201);
    let second = ben.post(&salon.path("appointments/"), &with(&salon, &ola, "11:00")).await.expect(201);
    let id = |appointment: &Value| appointment["id"].as_str().unwrap().to_owned();

    let refused = salon.owner.delete(&entry(&salon, &ola)).await;
    assert_eq!(refused.refused(409, "CONFLICT"), json!({ "upcoming": 2 }));
    assert!(refused.json()["message"].as_str().unwrap().contains('2'), "{refused:?}");

    let [owner, _] = salon.staff().await.try_into().unwrap();
    let body = json!({ "date": DATE, "start_time": "10:00", "staff_id": owner });
    let moved = salon.path(&format!("appointments/{}/reschedule/", id(&first)));
    salon.owner.post(&moved, &body).await.expect(200);
    ben.post(&format!("/api/users/appointments/{}/cancel/", id(&second)), &json!({})).await.expect(200);
    salon.owner.delete(&entry(&salon, &ola)).await.expect(204);
}

#[tokio::test]
async fn who_has_a_history_is_gone_from_sight_and_stays_in_their_appointments() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, kasia) = (app.person("anna").await, app.person("kasia").await);
    let member = hire(&salon, &json!({ "user_id": kasia.id })).await;
    let booked = anna.post(&salon.path("appointments/"), &with(&salon, &member, "10:00")).await.expect(201);

    app.set_clock("2026-03-03T10:00:00Z").await;
    let (anna, owner) = (anna.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    owner.delete(&entry(&salon, &member)).await.expect(204);
    assert_eq!(stored(&app, &member).await, 1);
    assert_eq!(app.get(&salon.path("staff/")).await.expect(200)["count"], 1);
    assert_eq!(app.get(&salon.path("")).await.expect(200)["staff"].as_array().unwrap().len(), 1);
    owner.get(&entry(&salon, &member)).await.refused(404, "STAFF_NOT_FOUND");
    let mut wish = with(&salon, &member, "14:00");
    anna.post(&salon.path("appointments/"), &wish).await.refused(404, "STAFF_NOT_FOUND");
    let path = format!("/api/users/appointments/{}/", booked["id"].as_str().unwrap());
    assert_eq!(anna.get(&path).await.expect(200)["staff"]["id"], member);

    // Whoever comes back is somebody new.
    wish["staff_id"] =
        owner.post(&salon.path("staff/"), &json!({ "user_id": kasia.id })).await.expect(201)["id"].clone();
    anna.post(&salon.path("appointments/"), &wish).await.expect(201);
}

#[tokio::test]
async fn the_owner_is_not_removed() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = salon.staff().await[0].clone();
    assert!(salon.owner.delete(&entry(&salon, &owner)).await.refused(409, "CONFLICT").is_null());
    salon.owner.get(&salon.path("appointments/")).await.expect(200);
}

#[tokio::test]
async fn who_is_booked_while_being_removed_is_booked_or_gone_but_not_both() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    for round in 0..6 {
        let ola = hire(&salon, &json!({ "display_name": "Ola" })).await;
        let answers = together(2, |index| {
            let (salon, anna, ola) = (salon.clone(), anna.clone(), ola.clone());
            async move {
                if index == 0 {
                    let wish = with(&salon, &ola, &format!("{:02}:00", 10 + round));
                    anna.post(&salon.path("appointments/"), &wish).await
                } else {
                    salon.owner.delete(&entry(&salon, &ola)).await
                }
            }
        })
        .await;
        let booked = answers.iter().any(|answer| answer.status == 201);
        let removed = answers.iter().any(|answer| answer.status == 204);
        assert!(booked != removed, "{answers:?}");
        assert!(answers.iter().all(|answer| !answer.status.is_server_error()), "{answers:?}");
    }
}

#[tokio::test]
async fn what_was_held_with_who_is_removed_is_given_up() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let id = hire(&salon, &json!({ "display_name": "Kasia", "service_ids": [salon.service] })).await;
    let anna = app.person("anna").await;
    let mut wish = salon.wish("2026-03-03", "10:00");
    wish["staff_id"] = json!(id);
    let held = anna.post(&salon.path("holds/"), &wish).await.expect(201);
    salon.owner.delete(&salon.path(&format!("staff/{id}/"))).await.expect(204);
    let path = salon.path(&format!("holds/{}/", held["id"].as_str().unwrap()));
    anna.get(&path).await.refused(404, "NOT_FOUND");
    assert_eq!(stored(&app, &id).await, 0);
}
