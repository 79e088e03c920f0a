//! What a visit takes: its minutes, its seats, its place, what it needs, and on what terms it can be booked.

use serde_json::{Value, json};

use super::{places, service, with};
use crate::support::{Salon, TestApp};

/// A colouring: the colour works for half an hour on its own.
fn colouring() -> Value {
    json!({
        "name": "Koloryzacja", "duration_minutes": 120, "price_amount": "320", "buffer_before_minutes": 5,
        "buffer_minutes": 10, "gap_start_minutes": 40, "gap_minutes": 30,
    })
}

async fn location_of(app: &TestApp, salon: &Salon) -> String {
    let sql = "
        select locations.id::text from locations join businesses on businesses.id = locations.business_id
        where businesses.slug = $1";
    app.database.connect().await.query_one(sql, &[&salon.slug]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_visit_has_buffers_on_both_sides_and_a_gap() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for place in places(&salon) {
        let made = salon.owner.post(&place, &colouring()).await.expect(201);
        for (field, value) in colouring().as_object().unwrap() {
            if field != "price_amount" {
                assert_eq!(&made[field], value, "{field}");
            }
        }
        assert_eq!((&made["total_slot_minutes"], &made["capacity"]), (&json!(135), &json!(1)));
        let path = format!("{place}{}/", made["id"].as_str().unwrap());
        let renamed = salon.owner.patch(&path, &json!({ "name": "Kolor" })).await.expect(200);
        assert_eq!(renamed, with(made.clone(), "name", "Kolor"));
        let without =
            json!({ "gap_start_minutes": null, "gap_minutes": null, "buffer_before_minutes": null });
        let plain = salon.owner.patch(&path, &without).await.expect(200);
        assert_eq!((&plain["gap_minutes"], &plain["buffer_before_minutes"]), (&Value::Null, &json!(0)));
        assert_eq!(plain["total_slot_minutes"], 130);
        let policy = json!({ "policy_overrides": { "auto_confirm": false }, "capacity": 3 });
        let seats = salon.owner.patch(&path, &policy).await.expect(200);
        // Clients need not know of any of that.
        let required =
            ["name", "duration_minutes", "price_amount"].map(|name| (name.to_owned(), seats[name].clone()));
        let put = salon.owner.put(&path, &required.into_iter().collect()).await.expect(200);
        assert_eq!(put, seats);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let place = salon.path("services/");
    let cases = [
        (json!({ "buffer_before_minutes": 1441 }), "buffer_before_minutes"),
        (json!({ "gap_start_minutes": 0 }), "gap_start_minutes"),
        (json!({ "gap_minutes": 1441 }), "gap_minutes"),
        (json!({ "gap_start_minutes": null }), "gap_start_minutes"),
        (json!({ "gap_minutes": null }), "gap_minutes"),
        // The staff member comes back before the visit is over.
        (json!({ "gap_start_minutes": 90 }), "gap_minutes"),
        (json!({ "duration_minutes": 70 }), "gap_minutes"),
        (json!({ "capacity": 2 }), "gap_minutes"),
        (json!({ "capacity": 0 }), "capacity"),
        (json!({ "capacity": 1001 }), "capacity"),
        (json!({ "policy_overrides": [] }), "policy_overrides"),
        (json!({ "policy_overrides": { "auto_confirm": "no" } }), "policy_overrides.auto_confirm"),
        (json!({ "policy_overrides": { "max_open_bookings": 0 } }), "policy_overrides.max_open_bookings"),
        (
            json!({ "policy_overrides": { "booking_horizon_days": 1096 } }),
            "policy_overrides.booking_horizon_days",
        ),
        (json!({ "resources": {} }), "resources"),
        (json!({ "resources": [{ "resource_id": "chair" }] }), "resources.0.resource_id"),
        (json!({ "resources": [{ "resource_id": salon.service, "quantity": 0 }] }), "resources.0.quantity"),
        (json!({ "location_id": "here" }), "location_id"),
    ];
    let made = salon.owner.post(&place, &colouring()).await.expect(201);
    let path = format!("{place}{}/", made["id"].as_str().unwrap());
    for (change, wrong) in cases {
        let mut body = colouring();
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        assert_eq!(salon.owner.post(&place, &body).await.wrong_fields(), [wrong], "{change}");
        assert_eq!(salon.owner.put(&path, &body).await.wrong_fields(), [wrong], "{change}");
        assert_eq!(salon.owner.patch(&path, &change).await.wrong_fields(), [wrong], "{change}");
    }
    assert_eq!(app.get(&path).await.expect(200), made);
}

#[tokio::test]
async fn a_class_has_seats_and_no_gap() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let class = salon.also_offering(&with(service("Joga"), "capacity", 12)).await;
    let seen = app.get(&class.path("")).await.expect(200);
    assert!(seen["services"].as_array().unwrap().iter().any(|service| service["capacity"] == 12));
}

#[tokio::test]
async fn a_service_is_at_one_of_the_businesses_own_places() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let (here, elsewhere) = (location_of(&app, &salon).await, location_of(&app, &rival).await);
    let path = salon.path(&format!("services/{}/", salon.service));
    let at = salon.owner.patch(&path, &json!({ "location_id": here })).await.expect(200);
    assert_eq!(at["location_id"], here);
    let away = json!({ "location_id": elsewhere });
    assert_eq!(salon.owner.patch(&path, &away).await.wrong_fields(), ["location_id"]);
    let new = with(service("A"), "location_id", elsewhere);
    assert_eq!(salon.owner.post(&salon.path("services/"), &new).await.wrong_fields(), ["location_id"]);
    let anywhere = salon.owner.patch(&path, &json!({ "location_id": null })).await.expect(200);
    assert_eq!(anywhere["location_id"], Value::Null);
}

#[tokio::test]
async fn customers_see_the_policy_that_holds_for_the_service() {
    let app = TestApp::start().await;
    let policy = json!({
        "auto_confirm": true, "min_notice_minutes": 60, "booking_horizon_days": 30,
        "cancellation_deadline_minutes": 120, "max_open_bookings": 4, "no_show_limit": 2, "no_show_action": "refuse",
    });
    let salon = app.salon().business("booking_policy", policy).create().await;
    let path = salon.path(&format!("services/{}/", salon.service));
    let of_the_business = json!({
        "auto_confirm": true, "min_notice_minutes": 60, "booking_horizon_days": 30,
        "cancellation_deadline_minutes": 120, "reschedule_deadline_minutes": 120, "max_open_bookings": 4,
        "no_show": { "limit": 2, "days": 365, "action": "refuse" },
    });
    assert_eq!(app.get(&path).await.expect(200)["booking_policy"], of_the_business);

    let overrides =
        json!({ "auto_confirm": false, "cancellation_deadline_minutes": 2880, "max_open_bookings": 1 });
    let changed = salon.owner.patch(&path, &json!({ "policy_overrides": overrides })).await.expect(200);
    let mut expected = of_the_business.clone();
    expected["auto_confirm"] = json!(false);
    expected["cancellation_deadline_minutes"] = json!(2880);
    expected["reschedule_deadline_minutes"] = json!(2880);
    expected["max_open_bookings"] = json!(1);
    assert_eq!(changed["booking_policy"], expected);
    assert_eq!(changed["policy_overrides"]["min_notice_minutes"], Value::Null);
    assert_eq!(app.get(&salon.path("")).await.expect(200)["services"][0], changed);
    assert_eq!(app.get(&salon.path("services/")).await.expect(200)["results"][0], changed);

    // Some of it, then none of it; what clients say about the outcome is not asked.
    let one = json!({ "policy_overrides": { "auto_confirm": null }, "booking_policy": { "min_notice_minutes": 0 } });
    let changed = salon.owner.patch(&path, &one).await.expect(200);
    assert_eq!(
        (&changed["booking_policy"]["auto_confirm"], &changed["policy_overrides"]["max_open_bookings"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(changed["booking_policy"]["min_notice_minutes"], 60);
    let none = salon.owner.patch(&path, &json!({ "policy_overrides": null })).await.expect(200);
    assert_eq!(none["booking_policy"], of_the_business);
}

#[tokio::test]
async fn an_appointment_shows_what_was_agreed_when_it_was_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    let id = booked["id"].as_str().unwrap();
    let agreed = json!({
        "auto_confirm": false, "min_notice_minutes": 0, "booking_horizon_days": 365,
        "cancellation_deadline_minutes": 60, "reschedule_deadline_minutes": 30, "max_open_bookings": null, "no_show": null,
    });
    let added = json!({ "name": "Maska", "duration_minutes": 15, "price_amount": "40.00" });
    let place = salon.path(&format!("services/{}/add-ons/", salon.service));
    let add_on = salon.owner.post(&place, &added).await.expect(201)["id"].as_str().unwrap().to_owned();
    let database = app.database.connect().await;
    let keep = "update appointments set policy = $2 where id = $1::text::uuid";
    database.execute(keep, &[&id, &agreed]).await.unwrap();
    let add = "
        insert into appointment_add_ons (appointment_id, add_on_id, name, duration_minutes, price_minor)
        select $1::text::uuid, id, name, duration_minutes, price_minor from add_ons where id = $2::text::uuid";
    database.execute(add, &[&id, &add_on]).await.unwrap();

    // Whatever the business changes later.
    salon
        .owner
        .put(&format!("{place}{add_on}/"), &json!({ "name": "Maseczka", "price_amount": 90 }))
        .await
        .expect(200);
    let kept = json!([{ "id": add_on, "name": "Maska", "duration_minutes": 15, "price_amount": "40.00" }]);
    let mine = anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200);
    let theirs = salon.owner.get(&salon.path(&format!("appointments/{id}/"))).await.expect(200);
    for seen in [mine, theirs] {
        assert_eq!((&seen["booking_policy"], &seen["add_ons"]), (&agreed, &kept));
        assert_eq!(seen["service"]["add_ons"][0]["name"], "Maseczka");
    }
    // One that was booked before policies were kept.
    let forget = "update appointments set policy = null";
    database.execute(forget, &[]).await.unwrap();
    let mine = anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200);
    assert_eq!(mine["booking_policy"], Value::Null);
}
