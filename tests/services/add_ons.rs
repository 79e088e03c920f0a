//! What can be added to services.

use serde_json::{Value, json};

use super::{id, names, service, with};
use crate::support::{Salon, TestApp, keys};

fn place(salon: &Salon) -> String {
    salon.path(&format!("services/{}/add-ons/", salon.service))
}

fn mask() -> Value {
    json!({ "name": "Maska", "duration_minutes": 15, "price_amount": "40.00" })
}

#[tokio::test]
async fn an_owner_adds_reads_changes_and_removes_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = place(&salon);
    let made = salon.owner.post(&place, &mask()).await.expect(201);
    let form = ["duration_minutes", "id", "is_active", "name", "position", "price_amount", "price_currency"];
    assert_eq!(keys(&made), form);
    assert_eq!((&made["price_amount"], &made["price_currency"]), (&json!("40.00"), &json!("PLN")));
    let path = format!("{place}{}/", id(&made));
    assert_eq!(app.get(&path).await.expect(200), made);
    let service = salon.path(&format!("services/{}/", salon.service));
    let mut in_service = made.clone();
    for field in ["is_active", "position"] {
        in_service.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(app.get(&service).await.expect(200)["add_ons"], json!([in_service]));

    let changed = salon.owner.patch(&path, &json!({ "price_amount": 45.5 })).await.expect(200);
    assert_eq!(changed, with(made, "price_amount", "45.50"));
    let put = salon.owner.put(&path, &json!({ "name": "Olejek" })).await.expect(200);
    assert_eq!(put, with(changed, "name", "Olejek"));
    let emptied = json!({ "name": "Olejek", "duration_minutes": null, "price_amount": null });
    let emptied = salon.owner.put(&path, &emptied).await.expect(200);
    assert_eq!((&emptied["duration_minutes"], &emptied["price_amount"]), (&json!(0), &json!("0.00")));
    salon.owner.put(&path, &json!({})).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(salon.owner.delete(&path).await.status, 204);
    app.get(&path).await.refused(404, "NOT_FOUND");
    salon.owner.put(&path, &mask()).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path, &json!({})).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path).await.refused(404, "NOT_FOUND");
    assert_eq!(app.get(&service).await.expect(200)["add_ons"], json!([]));
}

#[tokio::test]
async fn they_come_in_their_own_order_and_only_colleagues_see_what_is_switched_off() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = place(&salon);
    for (name, position) in [("C", 2), ("A", 0), ("B", 1)] {
        let body = with(with(mask(), "name", name), "position", position);
        salon.owner.post(&place, &body).await.expect(201);
    }
    let off = with(with(mask(), "name", "D"), "is_active", false);
    let off = salon.owner.post(&place, &off).await.expect(201);
    assert_eq!(names(&app.get(&place).await.expect(200)["results"]), ["A", "B", "C"]);
    let second = app.get(&format!("{place}?page=2&page_size=2")).await.expect(200);
    assert_eq!((&second["count"], names(&second["results"])), (&json!(3), vec!["C"]));
    app.get(&format!("{place}?page=3&page_size=2")).await.refused(404, "NOT_FOUND");
    assert_eq!(salon.owner.get(&place).await.expect(200)["count"], 4);
    let path = format!("{place}{}/", id(&off));
    app.get(&path).await.refused(404, "NOT_FOUND");
    app.person("anna").await.get(&path).await.refused(404, "NOT_FOUND");
    salon.owner.get(&path).await.expect(200);
    let service = app.get(&salon.path(&format!("services/{}/", salon.service))).await.expect(200);
    assert_eq!(names(&service["add_ons"]), ["A", "B", "C"]);

    // What is added to a service that is switched off is nobody else's business either.
    let switch_off = json!({ "is_active": false });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &switch_off).await.expect(200);
    app.get(&place).await.refused(404, "SERVICE_NOT_FOUND");
    salon.owner.get(&place).await.expect(200);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let wrong = json!({
        "name": "", "duration_minutes": 1441, "price_amount": "-1", "position": -1, "is_active": "maybe",
    });
    let fields = ["duration_minutes", "is_active", "name", "position", "price_amount"];
    assert_eq!(salon.owner.post(&place(&salon), &wrong).await.wrong_fields(), fields);
    salon.owner.post(&place(&salon), &json!({})).await.refused(400, "REQUIRED_FIELD");
    let too_fine = with(mask(), "price_amount", "0.005");
    assert_eq!(salon.owner.post(&place(&salon), &too_fine).await.wrong_fields(), ["price_amount"]);
}

#[tokio::test]
async fn a_visit_with_everything_added_fits_into_a_day() {
    let app = TestApp::start().await;
    let salon = app.salon().service("duration_minutes", 1400).create().await;
    let (place, owner) = (place(&salon), &salon.owner);
    let lasting = |minutes: i32| with(mask(), "duration_minutes", minutes);
    let first = owner.post(&place, &lasting(30)).await.expect(201);
    assert_eq!(owner.post(&place, &lasting(11)).await.wrong_fields(), ["duration_minutes"]);
    let second = owner.post(&place, &lasting(10)).await.expect(201);
    let path = format!("{place}{}/", id(&second));
    assert_eq!(
        owner.patch(&path, &json!({ "duration_minutes": 11 })).await.wrong_fields(),
        ["duration_minutes"]
    );
    let service = salon.path(&format!("services/{}/", salon.service));
    let longer = json!({ "duration_minutes": 1401 });
    assert_eq!(owner.patch(&service, &longer).await.wrong_fields(), ["duration_minutes"]);
    // What is switched off does not count, until it is switched on.
    let first = format!("{place}{}/", id(&first));
    owner.patch(&first, &json!({ "is_active": false })).await.expect(200);
    owner.patch(&service, &longer).await.expect(200);
    assert_eq!(owner.patch(&first, &json!({ "is_active": true })).await.wrong_fields(), ["duration_minutes"]);
}

#[tokio::test]
async fn nothing_that_takes_time_is_added_to_a_class() {
    let app = TestApp::start().await;
    let salon = app.salon().service("capacity", 10).create().await;
    let place = place(&salon);
    assert_eq!(salon.owner.post(&place, &mask()).await.wrong_fields(), ["duration_minutes"]);
    let mat = json!({ "name": "Mata", "price_amount": 5 });
    salon.owner.post(&place, &mat).await.expect(201);

    let other = salon.also_offering(&service("Masaż")).await;
    let longer = other.path(&format!("services/{}/add-ons/", other.service));
    other.owner.post(&longer, &mask()).await.expect(201);
    let path = other.path(&format!("services/{}/", other.service));
    assert_eq!(other.owner.patch(&path, &json!({ "capacity": 2 })).await.wrong_fields(), ["capacity"]);
}

#[tokio::test]
async fn prices_keep_their_currency() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = salon.path(&format!("services/{}/", salon.service));
    let yen = json!({ "price_currency": "JPY", "price_amount": 4000 });
    let free = salon.owner.post(&place(&salon), &json!({ "name": "Kawa" })).await.expect(201);
    salon.owner.patch(&path, &yen).await.expect(200);
    let free = format!("{}{}/", place(&salon), id(&free));
    assert_eq!(
        salon.owner.patch(&free, &json!({ "price_amount": "1.50" })).await.wrong_fields(),
        ["price_amount"]
    );
    let priced = salon.owner.patch(&free, &json!({ "price_amount": 150 })).await.expect(200);
    assert_eq!((&priced["price_amount"], &priced["price_currency"]), (&json!("150"), &json!("JPY")));
    let euro = json!({ "price_currency": "EUR" });
    assert_eq!(salon.owner.patch(&path, &euro).await.wrong_fields(), ["price_currency"]);
}

#[tokio::test]
async fn there_are_not_endlessly_many() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let sql = "
        insert into add_ons (id, business_id, service_id, name, created_at, updated_at)
        select gen_random_uuid(), business_id, id, 'Dodatek ' || number, created_at, created_at
        from services, generate_series(1, 50) number";
    app.database.connect().await.execute(sql, &[]).await.unwrap();
    salon.owner.post(&place(&salon), &mask()).await.refused(409, "CONFLICT");
    assert_eq!(app.get(&place(&salon)).await.expect(200)["count"], 50);
}

#[tokio::test]
async fn one_that_was_booked_is_gone_from_sight_only() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let booked = salon.book(&app.person("anna").await, "2026-03-03", "10:00").await.expect(201);
    let made = salon.owner.post(&place(&salon), &mask()).await.expect(201);
    let sql = "
        insert into appointment_add_ons (appointment_id, add_on_id, name, duration_minutes, price_minor)
        select $1::text::uuid, id, name, duration_minutes, price_minor from add_ons";
    let database = app.database.connect().await;
    database.execute(sql, &[&id(&booked)]).await.unwrap();
    salon.owner.delete(&format!("{}{}/", place(&salon), id(&made))).await.expect(204);
    assert_eq!(salon.owner.get(&place(&salon)).await.expect(200)["count"], 0);
    let seen = salon.owner.get(&salon.path(&format!("appointments/{}/", id(&booked)))).await.expect(200);
    assert_eq!(seen["add_ons"][0]["name"], "Maska");
    let retired = database.query_one("select retired_at is not null from add_ons", &[]).await.unwrap();
    assert!(retired.get::<_, bool>(0));
}

#[tokio::test]
async fn another_services_and_another_salons_are_not_found() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let made = salon.owner.post(&place(&salon), &mask()).await.expect(201);
    let other = salon.also_offering(&service("Masaż")).await;
    for elsewhere in [&rival, &other] {
        let path = format!("{}{}/", place(elsewhere), id(&made));
        elsewhere.owner.get(&path).await.refused(404, "NOT_FOUND");
        elsewhere.owner.put(&path, &mask()).await.refused(404, "NOT_FOUND");
        elsewhere.owner.patch(&path, &json!({ "name": "A" })).await.refused(404, "NOT_FOUND");
        elsewhere.owner.delete(&path).await.refused(404, "NOT_FOUND");
    }
    // Nor is the salon's service below the rival's name.
    let crossed = rival.path(&format!("services/{}/add-ons/", salon.service));
    rival.owner.get(&crossed).await.refused(404, "SERVICE_NOT_FOUND");
    rival.owner.post(&crossed, &mask()).await.refused(404, "SERVICE_NOT_FOUND");
    rival.owner.delete(&format!("{crossed}{}/", id(&made))).await.refused(404, "SERVICE_NOT_FOUND");
    rival.owner.post(&place(&salon), &mask()).await.refused(403, "PERMISSION_DENIED");
    assert_eq!(app.get(&place(&salon)).await.expect(200)["results"][0], made);
}
