//! Who offers a service, and what it takes and costs with them.

use serde_json::{Value, json};

use super::{id, service, with};
use crate::support::{Salon, TestApp, keys, together};

fn place(salon: &Salon) -> String {
    salon.path(&format!("services/{}/staff/", salon.service))
}

/// A salon whose three people all offer everything, and their ids.
async fn salon_of_three(app: &TestApp) -> (Salon, Vec<String>) {
    let salon = app.salon().staff(3).create().await;
    let staff = salon.staff().await;
    (salon, staff)
}

fn durations(list: &Value) -> Vec<(&str, i64)> {
    let of = |offer: &'_ Value| offer["duration_minutes"].as_i64().unwrap();
    list.as_array().unwrap().iter().map(|offer| (offer["staff_id"].as_str().unwrap(), of(offer))).collect()
}

#[tokio::test]
async fn some_take_longer_or_cost_more() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let seen = app.get(&place(&salon)).await.expect(200);
    assert_eq!(seen["count"], 3);
    let form = [
        "display_name",
        "duration_minutes",
        "own_duration_minutes",
        "own_price_amount",
        "price_amount",
        "price_currency",
        "staff_id",
    ];
    assert_eq!(keys(&seen["results"][0]), form);
    assert_eq!(
        (&seen["results"][0]["price_amount"], &seen["results"][0]["own_price_amount"]),
        (&json!("120.00"), &Value::Null)
    );

    let offers = json!([
        { "staff_id": staff[2], "duration_minutes": 90, "price_amount": "150" },
        { "staff_id": staff[0], "duration_minutes": null },
    ]);
    let set = salon.owner.put(&place(&salon), &offers).await.expect(200);
    assert_eq!(durations(&set), [(staff[0].as_str(), 60), (staff[2].as_str(), 90)]);
    assert_eq!((&set[1]["price_amount"], &set[1]["own_price_amount"]), (&json!("150.00"), &json!("150.00")));
    assert_eq!(app.get(&place(&salon)).await.expect(200)["results"], set);
    let page = app.get(&format!("{}?page_size=1&page=2", place(&salon))).await.expect(200);
    assert_eq!(page["results"], json!([set[1]]));
    app.get(&format!("{}?page_size=1&page=3", place(&salon))).await.refused(404, "NOT_FOUND");
    let member = app.get(&salon.path(&format!("staff/{}/", staff[1]))).await.expect(200);
    assert_eq!(member["service_ids"], json!([]));
    assert_eq!(salon.owner.put(&place(&salon), &json!([])).await.expect(200), json!([]));
}

#[tokio::test]
async fn one_bad_entry_changes_nothing() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let stranger = rival.staff().await.remove(0);
    let before = app.get(&place(&salon)).await.expect(200);
    let good = json!({ "staff_id": staff[0], "price_amount": "99" });
    let cases = [
        (json!({ "staff_id": stranger }), "1.staff_id"),
        (json!({ "staff_id": staff[0] }), "1.staff_id"),
        (json!({ "staff_id": "kasia" }), "1.staff_id"),
        (json!({ "staff_id": staff[1], "duration_minutes": 4 }), "1.duration_minutes"),
        (json!({ "staff_id": staff[1], "price_amount": "1.999" }), "1.price_amount"),
        (json!({ "staff_id": staff[1], "price_amount": -1 }), "1.price_amount"),
        (json!([]), "1"),
    ];
    for (bad, wrong) in cases {
        let answer = salon.owner.put(&place(&salon), &json!([good, bad])).await;
        assert_eq!(answer.wrong_fields(), [wrong], "{bad}");
    }
    salon.owner.put(&place(&salon), &json!([{}])).await.refused(400, "REQUIRED_FIELD");
    let many: Value = (0..201).map(|_| good.clone()).collect();
    salon.owner.put(&place(&salon), &many).await.refused(400, "INVALID_INPUT");
    salon.owner.put(&place(&salon), &json!({})).await.refused(400, "INVALID_INPUT");
    assert_eq!(app.get(&place(&salon)).await.expect(200), before);
}

#[tokio::test]
async fn what_it_takes_with_them_fits_the_service() {
    let app = TestApp::start().await;
    let salon = app.salon().service("gap_start_minutes", 20).service("gap_minutes", 20).create().await;
    let owner = &salon.owner;
    let staff = salon.staff().await.remove(0);
    let offer = |minutes: i32| json!([{ "staff_id": staff, "duration_minutes": minutes }]);
    assert_eq!(owner.put(&place(&salon), &offer(40)).await.wrong_fields(), ["0.duration_minutes"]);
    owner.put(&place(&salon), &offer(45)).await.expect(200);
    let path = salon.path(&format!("services/{}/", salon.service));
    assert_eq!(owner.patch(&path, &json!({ "gap_minutes": 30 })).await.wrong_fields(), ["gap_minutes"]);

    let extra = json!({ "name": "Maska", "duration_minutes": 60 });
    let add_ons = format!("{path}add-ons/");
    owner.post(&add_ons, &extra).await.expect(201);
    assert_eq!(owner.put(&place(&salon), &offer(1381)).await.wrong_fields(), ["0.duration_minutes"]);
    owner.put(&place(&salon), &offer(1380)).await.expect(200);
    assert_eq!(owner.post(&add_ons, &extra).await.wrong_fields(), ["duration_minutes"]);
    // In the currency that their prices are in, the service stays.
    owner.put(&place(&salon), &json!([{ "staff_id": staff, "price_amount": 0 }])).await.expect(200);
    assert_eq!(
        owner.patch(&path, &json!({ "price_currency": "EUR" })).await.wrong_fields(),
        ["price_currency"]
    );
}

#[tokio::test]
async fn a_change_of_what_somebody_offers_keeps_their_terms_of_what_stays() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let other = salon.also_offering(&service("Masaż")).await;
    let slow = json!([{ "staff_id": staff[1], "duration_minutes": 75, "price_amount": 140 }]);
    salon.owner.put(&place(&salon), &slow).await.expect(200);
    let member = salon.path(&format!("staff/{}/", staff[1]));
    let both = json!({ "service_ids": [salon.service, other.service] });
    salon.owner.patch(&member, &both).await.expect(200);
    salon.owner.patch(&member, &json!({ "service_ids": [salon.service] })).await.expect(200);
    assert_eq!(durations(&app.get(&place(&salon)).await.expect(200)["results"]), [(staff[1].as_str(), 75)]);
    // Given up and taken up again, it is as usual.
    salon.owner.patch(&member, &json!({ "service_ids": [] })).await.expect(200);
    salon.owner.patch(&member, &both).await.expect(200);
    assert_eq!(durations(&app.get(&place(&salon)).await.expect(200)["results"]), [(staff[1].as_str(), 60)]);
}

#[tokio::test]
async fn only_colleagues_see_who_takes_no_bookings() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let member = salon.path(&format!("staff/{}/", staff[1]));
    salon.owner.patch(&member, &json!({ "is_bookable": false })).await.expect(200);
    assert_eq!(app.get(&place(&salon)).await.expect(200)["count"], 2);
    assert_eq!(salon.owner.get(&place(&salon)).await.expect(200)["count"], 3);
    salon.owner.delete(&salon.path(&format!("staff/{}/", staff[2]))).await.expect(204);
    assert_eq!(salon.owner.get(&place(&salon)).await.expect(200)["count"], 2);
    let gone = json!([{ "staff_id": staff[2] }]);
    assert_eq!(salon.owner.put(&place(&salon), &gone).await.wrong_fields(), ["0.staff_id"]);
    let path = salon.path(&format!("services/{}/", salon.service));
    salon.owner.patch(&path, &json!({ "is_active": false })).await.expect(200);
    app.get(&place(&salon)).await.refused(404, "SERVICE_NOT_FOUND");
    salon.owner.get(&place(&salon)).await.expect(200);
}

#[tokio::test]
async fn nobody_else_says_who_offers_what() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let offers = json!([{ "staff_id": staff[0] }]);
    rival.owner.put(&place(&salon), &offers).await.refused(403, "PERMISSION_DENIED");
    let crossed = rival.path(&format!("services/{}/staff/", salon.service));
    rival.owner.put(&crossed, &json!([])).await.refused(404, "SERVICE_NOT_FOUND");
    app.get(&crossed).await.refused(404, "SERVICE_NOT_FOUND");
    assert_eq!(app.get(&place(&salon)).await.expect(200)["count"], 3);
}

#[tokio::test]
async fn whatever_happens_at_once_a_service_fits_together() {
    let app = TestApp::start().await;
    let salon = app.salon().service("duration_minutes", 700).create().await;
    let staff = salon.staff().await.remove(0);
    let path = salon.path(&format!("services/{}/", salon.service));
    let answers = together(12, |index| {
        let (owner, path, staff) = (salon.owner.clone(), path.clone(), staff.clone());
        async move {
            match index % 3 {
                0 => owner.patch(&path, &json!({ "duration_minutes": 900 + index })).await,
                1 => {
                    let extra = json!({ "name": "A", "duration_minutes": 600 });
                    owner.post(&format!("{path}add-ons/"), &extra).await
                }
                _ => {
                    let offer = json!([{ "staff_id": staff, "duration_minutes": 1000 + index }]);
                    owner.put(&format!("{path}staff/"), &offer).await
                }
            }
        }
    })
    .await;
    assert!(answers.iter().all(|answer| [200, 201, 400].contains(&answer.status.as_u16())), "{answers:?}");
    let sql = "
        select max(greatest(services.duration_minutes, staff_services.duration_minutes))
               + coalesce((select sum(duration_minutes) from add_ons), 0)
        from services join staff_services on staff_services.service_id = services.id";
    let longest: i64 = app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0);
    assert!(longest <= 1440, "{longest}");
    let made = app.get(&path).await.expect(200);
    assert_eq!(id(&made), salon.service);
    assert_eq!(with(made.clone(), "name", "Strzyżenie"), made);
}

#[tokio::test]
async fn a_visit_that_moves_to_somebody_else_takes_their_time_at_the_agreed_price() {
    let app = TestApp::start().await;
    let (salon, staff) = salon_of_three(&app).await;
    let offers = json!([
        { "staff_id": staff[0] },
        { "staff_id": staff[1], "duration_minutes": 90, "price_amount": "150" },
    ]);
    salon.owner.put(&place(&salon), &offers).await.expect(200);
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    assert_eq!(booked["staff"]["id"], staff[0]);
    let to = async |staff: &str, time: &str| {
        let body = json!({ "date": "2026-03-03", "start_time": time, "staff_id": staff });
        let path = format!("/api/users/appointments/{}/reschedule/", id(&booked));
        let moved = anna.post(&path, &body).await.expect(200);
        ["start", "end", "price_amount"].map(|field| moved["data"][field].as_str().unwrap().to_owned())
    };
    let at = |time: &str| format!("2026-03-03T{time}:00+01:00");
    assert_eq!(to(&staff[1], "12:00").await, [at("12:00"), at("13:30"), "120.00".to_owned()]);
    assert_eq!(to(&staff[0], "14:00").await, [at("14:00"), at("15:00"), "120.00".to_owned()]);
}
