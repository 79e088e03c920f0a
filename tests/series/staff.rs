//! Who does not mind with whom has the same person throughout, as far as that is possible.

use serde_json::{Value, json};

use super::{DATE, book, dates, wish};
use crate::support::{Person, Salon, TestApp};

fn with(series: &Value) -> Vec<&str> {
    dates(series).iter().map(|date| date["appointment"]["staff"]["id"].as_str().unwrap()).collect()
}

async fn busy(salon: &Salon, customer: &Person, date: &str, staff: &str) {
    let mut wish = salon.wish(date, "10:00");
    wish["staff_id"] = json!(staff);
    customer.post(&salon.path("appointments/"), &wish).await.expect(201);
}

#[tokio::test]
async fn whoever_is_free_on_most_dates_has_them_and_others_have_the_rest() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let [ewa, ola] = salon.staff().await.try_into().unwrap();
    let weekly = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=4");

    // The first in the salon's order is away on two of the dates, the other on one.
    for (date, staff) in [("2026-03-03", &ewa), ("2026-03-10", &ewa), ("2026-03-17", &ola)] {
        busy(&salon, &ben, date, staff).await;
    }
    let annas = book(&salon, &anna, &weekly).await.expect(201);
    assert_eq!(with(&annas), [&ola, &ola, &ewa, &ola]);
    // Only with somebody who is named, where somebody is.
    let mut with_ewa = wish(&salon, DATE, "11:00", "FREQ=WEEKLY;COUNT=4");
    with_ewa["staff_id"] = json!(ewa);
    let bens = book(&salon, &ben, &with_ewa).await.expect(201);
    assert_eq!(with(&bens), [&ewa; 4]);
    // Who is equally free goes by the salon's order.
    let noon = wish(&salon, DATE, "12:00", "FREQ=WEEKLY;COUNT=4");
    assert_eq!(with(&book(&salon, &anna, &noon).await.expect(201)), [&ewa; 4]);
}

#[tokio::test]
async fn whose_turn_it_is_has_the_series_and_had_a_turn() {
    let app = TestApp::start().await;
    let policy = json!({ "staff_choice": "rotation" });
    let salon = app.salon().staff(3).business("booking_policy", policy).create().await;
    let anna = app.person("anna").await;
    let [ewa, ola, iga] = salon.staff().await.try_into().unwrap();
    let mut chosen = Vec::new();
    for hour in ["09:00", "11:00", "13:00", "15:00"] {
        app.later(jiff::SignedDuration::from_mins(1)).await;
        let series = book(&salon, &anna, &wish(&salon, DATE, hour, "FREQ=DAILY;COUNT=3")).await.expect(201);
        let with = with(&series);
        assert_eq!(with, [with[0]; 3]);
        chosen.push(with[0].to_owned());
    }
    assert_eq!(chosen, [ewa.clone(), ola, iga, ewa]);
}
