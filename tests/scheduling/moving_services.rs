//! A service moves to another location only while nobody is to come for it.

use serde_json::{Value, json};

use super::{DATE, cancel, of_status};
use crate::support::{Answer, Salon, TestApp, together};

async fn move_service(salon: &Salon, location: impl Into<Value>) -> Answer {
    let path = salon.path(&format!("services/{}/", salon.service));
    salon.owner.patch(&path, &json!({ "location_id": location.into() })).await
}

#[tokio::test]
async fn a_service_with_bookings_to_come_stays_where_it_is() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other =
        salon.also_offering(&json!({ "name": "Inna", "duration_minutes": 30, "price_amount": "1" })).await;
    let (primary, location) = (salon.primary_location(&app).await, salon.another_location(&app).await);
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);

    let refused = move_service(&salon, location.as_str()).await.refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "upcoming": 1 }));
    let whole = json!({ "name": "Strzyżenie", "duration_minutes": 60, "price_amount": "120", "location_id": location });
    let path = salon.path(&format!("services/{}/", salon.service));
    let own = format!("/api/businesses/services/{}/", salon.service);
    for path in [&path, &own] {
        salon.owner.put(path, &whole).await.refused(409, "CONFLICT");
        salon.owner.patch(path, &json!({ "location_id": location })).await.refused(409, "CONFLICT");
    }
    // The primary location by its id is no other one, and all else can change.
    assert_eq!(move_service(&salon, primary.as_str()).await.expect(200)["location_id"], json!(primary));
    assert_eq!(move_service(&salon, Value::Null).await.expect(200)["location_id"], Value::Null);
    salon.owner.patch(&path, &json!({ "name": "Cięcie" })).await.expect(200);
    // What is booked of others does not matter, nor what was called off.
    move_service(&other, location.as_str()).await.expect(200);
    cancel(&anna, &booked).await.expect(200);
    assert_eq!(move_service(&salon, location.as_str()).await.expect(200)["location_id"], json!(location));
    move_service(&salon, "00000000-0000-0000-0000-000000000001").await.refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn nobody_books_a_service_while_it_moves() {
    let app = TestApp::start().await;
    let salon = app.salon().service("capacity", 20).create().await;
    let location = salon.another_location(&app).await;
    // Closed there, so that whoever has booked has done so here.
    salon
        .owner
        .put(&salon.path(&format!("locations/{location}/opening-hours/")), &json!([]))
        .await
        .expect(200);
    let customers = super::people(&app, 8).await;
    let database = app.database.connect().await;
    for round in 0..8 {
        let date = format!("2026-03-{:02}", 9 + round % 5);
        let answers = together(8, |index| {
            let (salon, location, date) = (salon.clone(), location.clone(), date.clone());
            let customer = customers[index].clone();
            async move {
                // Among the first or among the last, so that either may win.
                if index == round {
                    move_service(&salon, location).await
                } else {
                    salon.book(&customer, &date, "10:00").await
                }
            }
        })
        .await;
        assert!(
            answers.iter().all(|answer| [200, 201, 409].contains(&answer.status.as_u16())),
            "{answers:?}"
        );
        let has_moved = of_status(&answers, 200) > 0;
        assert!(!has_moved || of_status(&answers, 201) == 0, "booked where it is not any more: {answers:?}");
        let over = "
            update appointments set status = 'cancelled', cancelled_at = updated_at, cancelled_by = 'business'
            where status in ('pending', 'confirmed')";
        database.execute(over, &[]).await.unwrap();
        move_service(&salon, Value::Null).await.expect(200);
    }
}
