//! Waiting for something at one of several locations.

use serde_json::{Value, json};

use super::{DATE, app, cancel, join, offer};

#[tokio::test]
async fn who_waits_is_offered_what_becomes_free_where_they_wait_for_it() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let here = app.salon().create().await;
    let location = here.another_location(&app).await;
    let there = here.offering_at(&location).await;
    let at_eleven = json!([{ "day_of_week": 1, "open_time": "11:00", "close_time": "12:00" }]);
    let week = here.path(&format!("locations/{location}/opening-hours/"));
    here.owner.put(&week, &at_eleven).await.expect(200);
    let mut booked = Vec::new();
    for time in ["10:00", "11:00"] {
        booked.push(here.book(&anna, DATE, time).await.expect(201));
    }
    let entry = join(&there, &ben, json!({})).await;
    // The same person could come at ten, but it is closed there then.
    cancel(&anna, &booked[0]).await;
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    cancel(&anna, &booked[1]).await;
    let offered = offer(&app, &ben, &entry).await;
    assert_eq!((&offered["date"], &offered["start_time"]), (&json!(DATE), &json!("11:00")));
}

#[tokio::test]
async fn what_a_location_opens_for_is_offered_to_who_waits() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let here = app.salon().open("10:00", "11:00").create().await;
    let location = here.another_location(&app).await;
    let there = here.offering_at(&location).await;
    here.book(&anna, DATE, "10:00").await.expect(201);
    let entry = join(&there, &ben, json!({})).await;
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    let longer = json!([{ "day_of_week": 1, "open_time": "10:00", "close_time": "12:00" }]);
    let week = here.path(&format!("locations/{location}/opening-hours/"));
    here.owner.put(&week, &longer).await.expect(200);
    assert_eq!(offer(&app, &ben, &entry).await["start_time"], "11:00");
}
