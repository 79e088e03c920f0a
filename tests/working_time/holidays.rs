//! The public holidays that a business keeps.

use serde_json::{Value, json};

use super::interval;
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn a_business_keeps_the_holidays_of_its_calendar() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = salon.path("holidays/?year=2026");
    assert_eq!(app.get(&path).await.expect(200), json!([]));
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    let changed = salon.owner.patch(&own, &json!({ "holiday_calendar": "PL" })).await.expect(200);
    assert_eq!(changed["holiday_calendar"], "PL");

    let holidays = app.get(&path).await.expect(200);
    assert_eq!(holidays.as_array().unwrap().len(), 14);
    assert_eq!(holidays[0], json!({ "date": "2026-01-01", "name": "Nowy Rok", "is_open": false }));
    assert_eq!(holidays[7], json!({ "date": "2026-06-04", "name": "Boże Ciało", "is_open": false }));
    let english = app.request(reqwest::Method::GET, &path).header("accept-language", "en").send().await;
    let english = Answer::read(english.unwrap()).await.expect(200);
    assert_eq!(
        (&english[0]["name"], &english[7]["name"]),
        (&json!("New Year's Day"), &json!("Corpus Christi"))
    );

    let etag = app.get(&path).await.header("etag").unwrap().to_owned();
    let same = app.request(reqwest::Method::GET, &path).header("if-none-match", etag).send().await;
    Answer::read(same.unwrap()).await.expect(304);

    let kept = salon.owner.patch(&own, &json!({ "city": "Kraków" })).await.expect(200);
    assert_eq!(kept["holiday_calendar"], "PL");
    let none = salon.owner.patch(&own, &json!({ "holiday_calendar": null })).await.expect(200);
    assert_eq!(none["holiday_calendar"], Value::Null);
    assert_eq!(app.get(&path).await.expect(200), json!([]));
}

#[tokio::test]
async fn an_override_of_the_business_opens_a_holiday() {
    let app = TestApp::start().await;
    let salon = app.salon().business("holiday_calendar", "PL").create().await;
    let [owner] = salon.staff().await.try_into().unwrap();
    let open = json!([interval("10:00", "14:00")]);
    let overrides = [
        json!({ "first_date": "2026-11-10", "last_date": "2026-11-11", "hours": open }),
        json!({ "first_date": "2026-12-24", "last_date": "2026-12-31" }),
        json!({ "first_date": "2026-01-06", "hours": open, "staff_id": owner }),
    ];
    for dates in overrides {
        salon.owner.post(&salon.path("date-overrides/"), &dates).await.expect(201);
    }
    let holidays = app.get(&salon.path("holidays/?year=2026")).await.expect(200);
    let opened = holidays.as_array().unwrap().iter().filter(|holiday| holiday["is_open"] == true);
    assert_eq!(opened.map(|holiday| &holiday["date"]).collect::<Vec<_>>(), ["2026-11-11"]);
}

#[tokio::test]
async fn a_year_is_asked_for_and_a_calendar_is_one_there_is() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    app.get(&salon.path("holidays/")).await.refused(400, "REQUIRED_FIELD");
    for year in ["2010", "3000", "soon"] {
        assert_eq!(app.get(&salon.path(&format!("holidays/?year={year}"))).await.wrong_fields(), ["year"]);
    }
    app.get("/api/businesses/nowhere/holidays/?year=2026").await.refused(404, "BUSINESS_NOT_FOUND");
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    for (field, wrong) in [("holiday_calendar", json!("XX")), ("staff_set_own_hours", json!("perhaps"))] {
        assert_eq!(salon.owner.patch(&own, &json!({ field: wrong })).await.wrong_fields(), [field]);
    }
    // Visitors do not see how it is run.
    let seen = app.get(&salon.path("")).await.expect(200);
    assert!(seen.get("staff_set_own_hours").is_none() && seen.get("holiday_calendar").is_none());
}
