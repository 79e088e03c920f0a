//! Leaving for good.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{codes_made, log_in, refresh, register, wish};
use crate::support::{Answer, PASSWORD, Person, Salon, TestApp, together};

const ME: &str = "/api/users/me/";
const TUESDAY: &str = "2026-03-03";

async fn erase(person: &Person) -> Answer {
    person.delete(ME).await
}

/// The one row of a query, as JSON.
async fn row(app: &TestApp, sql: &str) -> Value {
    app.database
        .connect()
        .await
        .query_one(&format!("select to_jsonb(found) from ({sql}) found"), &[])
        .await
        .unwrap()
        .get(0)
}

async fn path_of_booking(salon: &Salon, customer: &Person, time: &str) -> String {
    let booked = salon.book(customer, TUESDAY, time).await.expect(201);
    salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()))
}

#[tokio::test]
async fn an_erased_account_is_gone_at_once() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let elsewhere = anna.signed_in_again(&app).await;
    let answer = erase(&anna).await;
    assert_eq!((answer.expect(204), answer.text.as_str()), (json!(null), ""));
    for session in [&anna, &elsewhere] {
        session.get(ME).await.refused(401, "INVALID_TOKEN");
        refresh(&app, &session.refresh).await.refused(401, "INVALID_TOKEN");
    }
    log_in(&app, &json!({ "email": anna.email, "password": PASSWORD }))
        .await
        .refused(401, "INVALID_CREDENTIALS");
    erase(&anna).await.refused(401, "INVALID_TOKEN");
}

#[tokio::test]
async fn the_address_and_the_name_are_free_at_once() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    erase(&anna).await.expect(204);
    let again = register(&app, &wish("anna")).await.expect(201);
    assert!(again["user"]["id"] != anna.id.as_str());
    let again = anna.holding(&again);
    assert_eq!(again.get(ME).await.expect(200)["email_verified"], false);
}

#[tokio::test]
async fn a_password_is_not_needed_but_if_given_has_to_be_right() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let with = |password: &str| json!({ "password": password });
    anna.send(Method::DELETE, ME, Some(&with("czarna-kawa-8"))).await.refused(400, "WRONG_PASSWORD");
    anna.send(Method::DELETE, ME, Some(&json!({ "password": [7] }))).await.refused(400, "VALIDATION_ERROR");
    anna.get(ME).await.expect(200);
    anna.send(Method::DELETE, ME, Some(&with(PASSWORD))).await.expect(204);
    let ewa = app.person("ewa").await;
    ewa.send(Method::DELETE, ME, Some(&json!({ "password": null, "reason": "x" }))).await.expect(204);
}

#[tokio::test]
async fn an_unverified_account_can_be_erased() {
    let app = TestApp::start().await;
    let anna = Person::register(&app, "anna").await;
    erase(&anna).await.expect(204);
    assert_eq!(codes_made(&app).await, 0);
}

#[tokio::test]
async fn visits_ahead_are_cancelled_and_their_time_is_free() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon
        .owner
        .post(&format!("{}confirm/", path_of_booking(&salon, &anna, "10:00").await), &json!({}))
        .await
        .expect(200);
    salon.book(&anna, TUESDAY, "12:00").await.expect(201);
    app.later(SignedDuration::from_mins(5)).await;
    erase(&anna).await.expect(204);

    let listed = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!(listed["count"], 2);
    for appointment in listed["results"].as_array().unwrap() {
        assert_eq!(appointment["status"], "cancelled");
        assert_eq!(appointment["cancelled_by"], "system");
        assert_eq!(appointment["cancelled_at"], "2026-03-02T08:05:00+01:00");
        for gone in
            ["customer_id", "customer_email", "customer_first_name", "customer_last_name", "customer_phone"]
        {
            assert_eq!(appointment[gone], json!(null), "{gone}");
        }
    }
    let free = salon.free(&app, TUESDAY).await;
    assert!(free.contains(&"10:00".to_owned()) && free.contains(&"12:00".to_owned()), "{free:?}");
    let history = row(
        &app,
        "select jsonb_agg(jsonb_build_array(from_status, to_status, actor_id) order by from_status) as entries
         from appointment_history where to_status = 'cancelled'",
    );
    let by_nobody = json!([["confirmed", "cancelled", null], ["pending", "cancelled", null]]);
    assert_eq!(history.await["entries"], by_nobody);
}

#[tokio::test]
async fn past_visits_stay_without_anybody_in_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let mut wish = salon.wish(TUESDAY, "10:00");
    wish["notes"] = "uczulenie na lateks".into();
    let booked = anna.post(&salon.path("appointments/"), &wish).await.expect(201);
    let cancelled = path_of_booking(&salon, &anna, "12:00").await;
    salon.owner.post(&format!("{cancelled}cancel/"), &json!({ "reason": "Anna chora" })).await.expect(200);
    app.set_clock("2026-03-04T07:00:00Z").await;
    let (anna, owner) = (anna.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    erase(&anna).await.expect(204);

    let listed = owner.get(&salon.path("appointments/")).await.expect(200);
    let [of_noon, of_ten] = [&listed["results"][0], &listed["results"][1]];
    assert_eq!((&of_ten["id"], &of_ten["status"]), (&booked["id"], &json!("pending")));
    assert_eq!((&of_ten["notes"], &of_ten["customer_id"]), (&json!(""), &json!(null)));
    assert_eq!(of_ten["price_amount"], "120.00");
    assert_eq!((&of_noon["cancelled_by"], &of_noon["cancellation_reason"]), (&json!("business"), &json!("")));
}

#[tokio::test]
async fn the_business_is_told_of_each_visit_that_will_not_be() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    for time in ["10:00", "11:00", "12:00"] {
        salon.book(&anna, TUESDAY, time).await.expect(201);
    }
    let cancelled = path_of_booking(&salon, &anna, "13:00").await;
    salon.owner.post(&format!("{cancelled}cancel/"), &json!({})).await.expect(200);
    let to_the_owner = "select count(*) from outbox where recipient_id = $1::text::uuid";
    let database = app.database.connect().await;
    let told = async || -> i64 { database.query_one(to_the_owner, &[&salon.owner.id]).await.unwrap().get(0) };
    let before = told().await;
    erase(&anna).await.expect(204);
    assert_eq!(told().await, before + 3);
}

#[tokio::test]
async fn an_owner_with_bookings_ahead_is_told_what_to_do() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let bookings =
        [path_of_booking(&salon, &anna, "10:00").await, path_of_booking(&salon, &anna, "12:00").await];
    salon.owner.post(&format!("{}confirm/", bookings[0]), &json!({})).await.expect(200);
    let refused = erase(&salon.owner).await;
    let details = refused.refused(409, "CONFLICT");
    assert_eq!(details, json!({ "business": salon.slug, "upcoming": 2 }));
    assert!(refused.json()["message"].as_str().unwrap().contains("odwołaj"), "{refused:?}");
    // Nothing has happened.
    app.get(&salon.path("")).await.expect(200);
    salon.owner.get(ME).await.expect(200);
    assert_eq!(anna.get("/api/users/appointments/?status=cancelled").await.expect(200)["count"], 0);

    for booking in &bookings {
        salon.owner.post(&format!("{booking}cancel/"), &json!({})).await.expect(200);
    }
    erase(&salon.owner).await.expect(204);
}

#[tokio::test]
async fn an_owners_business_closes_and_its_customers_keep_their_history() {
    let app = TestApp::start().await;
    let salon = app.salon().business("phone_number", "601 234 567").business("email", "salon@example.com");
    let salon = salon.create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, TUESDAY, "10:00").await.expect(201);
    app.set_clock("2026-03-04T07:00:00Z").await;
    let (anna, owner) = (anna.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    erase(&owner).await.expect(204);

    app.get(&salon.path("")).await.refused(404, "BUSINESS_NOT_FOUND");
    assert_eq!(app.get("/api/businesses/").await.expect(200)["count"], 0);
    salon.book(&anna, "2026-03-05", "10:00").await.refused(404, "BUSINESS_NOT_FOUND");
    let mine = &anna.get("/api/users/appointments/").await.expect(200)["results"][0];
    assert_eq!((&mine["business"], &mine["business_name"]), (&json!(salon.slug), &json!("Złote Nożyczki")));
    assert_eq!(mine["staff"]["display_name"], "Pracownik");
    let left = "select owner_id, email, phone_number, description, nip from businesses";
    let nothing = json!({ "owner_id": null, "email": "", "phone_number": "", "description": "", "nip": "" });
    assert_eq!(row(&app, left).await, nothing);
    let left = row(&app, "select address_line1, city, postal_code, latitude from locations").await;
    assert_eq!(
        left,
        json!({ "address_line1": "-", "city": "Wrocław", "postal_code": "-", "latitude": null })
    );
}

#[tokio::test]
async fn at_somebody_elses_business_the_place_stays_without_the_person() {
    for (called, left) in [("Anna", "Pracownik"), ("nowak a.", "Pracownik"), ("Fotel 2", "Fotel 2")] {
        let app = TestApp::start().await;
        let salon = app.salon().staff(2).create().await;
        let anna = app.person("anna.n").await;
        anna.patch(ME, &json!({ "first_name": "Anna", "last_name": "Nowak" })).await.expect(200);
        let hire = "update staff_members set user_id = $1::text::uuid, is_manager = true, display_name = $2 where position = 2";
        app.database.connect().await.execute(hire, &[&anna.id, &called]).await.unwrap();
        let mut wish = salon.wish(TUESDAY, "10:00");
        wish["staff_id"] = salon.staff().await[1].clone().into();
        // No one offers anything but the owner, until told otherwise.
        let offer = "insert into staff_services select business_id, id, $1::text::uuid from staff_members where position = 2
                     on conflict do nothing";
        app.database.connect().await.execute(offer, &[&salon.service]).await.unwrap();
        let ewa = app.person("ewa").await;
        let booked = ewa.post(&salon.path("appointments/"), &wish).await.expect(201);
        erase(&anna).await.expect(204);

        let kept = ewa
            .get(&format!("/api/users/appointments/{}/", booked["id"].as_str().unwrap()))
            .await
            .expect(200);
        assert_eq!((&kept["status"], &kept["staff"]["display_name"]), (&json!("pending"), &json!(left)));
        let entry =
            row(&app, "select user_id, is_manager, is_bookable from staff_members where position = 2").await;
        assert_eq!(entry, json!({ "user_id": null, "is_manager": false, "is_bookable": true }));
    }
}

#[tokio::test]
async fn booking_and_leaving_at_the_same_time_leaves_no_trace() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(4).service("slot_step_minutes", 15).create().await;
    for round in 0..8 {
        let anna = app.person(&format!("anna{round}")).await;
        let answers = together(9, |index| {
            let (salon, anna) = (salon.clone(), anna.clone());
            async move {
                if index == 4 {
                    return erase(&anna).await;
                }
                let mut wish = salon.wish(TUESDAY, &format!("{:02}:00", 9 + index % 8));
                wish["notes"] = format!("ślad {}", anna.id).into();
                anna.post(&salon.path("appointments/"), &wish).await
            }
        })
        .await;
        let erased = answers.iter().filter(|answer| answer.status == StatusCode::NO_CONTENT).count();
        assert_eq!(erased, 1, "{answers:?}");
        for answer in &answers {
            match answer.status.as_u16() {
                201 | 204 => {}
                401 => drop(answer.refused(401, "INVALID_TOKEN")),
                _ => drop(answer.refused(409, "SLOT_UNAVAILABLE")),
            }
        }
        let left = row(
            &app,
            "select count(*) from appointments where notes <> '' or customer_id is not null or status = 'pending'",
        );
        assert_eq!(left.await["count"], 0);
    }
}

#[tokio::test]
async fn everything_else_at_the_same_time_is_done_or_finds_nobody() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for round in 0..6 {
        let anna = app.person(&format!("anna{round}")).await;
        let booked = salon.book(&anna, TUESDAY, &format!("{:02}:00", 9 + round)).await.expect(201);
        let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
        let answers = together(10, |index| {
            let (anna, cancel, slug) = (anna.clone(), cancel.clone(), salon.slug.clone());
            async move {
                match index {
                    0 => anna.post(&format!("/api/users/favorites/{slug}/"), &json!({})).await,
                    1 => anna.patch(ME, &json!({ "username": format!("x{}", anna.name) })).await,
                    2 => anna.post(&cancel, &json!({ "reason": "nie mogę" })).await,
                    3 | 4 => erase(&anna).await,
                    5 => {
                        let body = json!({ "old_password": PASSWORD, "new_password": "czarna-kawa-8" });
                        anna.post("/api/users/change-password/", &body).await
                    }
                    6 => anna.post("/api/users/token/refresh/", &json!({ "refresh": anna.refresh })).await,
                    7 => anna.post("/api/users/password-reset/", &json!({ "email": anna.email })).await,
                    8 => anna.post("/api/users/verify-email/resend/", &json!({ "email": anna.email })).await,
                    _ => {
                        anna.post("/api/users/login/", &json!({ "email": anna.email, "password": PASSWORD }))
                            .await
                    }
                }
            }
        })
        .await;
        for answer in &answers {
            assert!(answer.status.is_success() || answer.status.is_client_error(), "{answer:?}");
        }
        assert!(answers.iter().any(|answer| answer.status == 204), "{answers:?}");
        let left = format!("select count(*) from users where email = '{}'", anna.email);
        assert_eq!(row(&app, &left).await["count"], 0);
    }
}
