//! Nobody is booked when they do not work.

use serde_json::{Value, json};

use super::{DATE, bookable, not_bookable};
use crate::support::{Salon, TestApp};

fn hours(opens: &str, closes: &str) -> Value {
    json!({ "open_time": opens, "close_time": closes })
}

/// On Tuesdays, from one date to another.
fn tuesdays(opens: &str, closes: &str, from: Value, until: Value) -> Value {
    let mut own = hours(opens, closes);
    (own["day_of_week"], own["valid_from"], own["valid_until"]) = (json!(1), from, until);
    own
}

async fn override_dates(salon: &Salon, dates: &Value) {
    salon.owner.post(&salon.path("date-overrides/"), dates).await.expect(201);
}

#[tokio::test]
async fn staff_are_booked_in_their_own_hours_while_those_are_valid() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [member] = salon.staff().await.try_into().unwrap();
    let own = json!([
        tuesdays("12:00", "15:00", Value::Null, json!("2026-03-10")),
        tuesdays("15:00", "20:00", json!("2026-03-17"), Value::Null),
    ]);
    salon.owner.put(&salon.path(&format!("staff/{member}/hours/")), &own).await.expect(200);

    assert_eq!(salon.free(&app, DATE).await, ["12:00", "13:00", "14:00"]);
    // Between the two they work when the business is open.
    let usual = ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"];
    assert_eq!(salon.free(&app, "2026-03-11").await, usual);
    // Nobody works after closing.
    assert_eq!(salon.free(&app, "2026-03-17").await, ["15:00", "16:00"]);
    for (date, time, reason) in [
        (DATE, "10:00", ["outside_hours"; 2]),
        (DATE, "15:00", ["outside_hours"; 2]),
        ("2026-03-17", "17:00", ["outside_hours"; 2]),
        ("2026-03-18", "10:00", ["day_off", "not_working"]),
        ("2026-03-08", "10:00", ["closed"; 2]),
    ] {
        not_bookable(&app, &salon, &anna, (date, time), reason).await;
    }
    bookable(&app, &salon, &anna, DATE, "12:00").await;
    bookable(&app, &salon, &anna, "2026-03-11", "10:00").await;
    bookable(&app, &salon, &anna, "2026-03-17", "16:00").await;
}

#[tokio::test]
async fn single_dates_of_the_staff_come_before_their_week_and_within_the_business() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [member] = salon.staff().await.try_into().unwrap();
    let week = json!([tuesdays("12:00", "15:00", Value::Null, Value::Null)]);
    salon.owner.put(&salon.path(&format!("staff/{member}/hours/")), &week).await.expect(200);
    let of_member =
        |first: &str, hours: Value| json!({ "staff_id": member, "first_date": first, "hours": hours });
    override_dates(&salon, &of_member(DATE, json!([hours("07:00", "10:00")]))).await;
    override_dates(&salon, &of_member("2026-03-10", json!([]))).await;

    assert_eq!(salon.free(&app, DATE).await, ["09:00"]);
    not_bookable(&app, &salon, &anna, (DATE, "12:00"), ["outside_hours"; 2]).await;
    not_bookable(&app, &salon, &anna, ("2026-03-10", "12:00"), ["day_off", "not_working"]).await;
    bookable(&app, &salon, &anna, DATE, "09:00").await;
    bookable(&app, &salon, &anna, "2026-03-17", "12:00").await;
}

#[tokio::test]
async fn single_dates_of_the_business_count_for_everybody() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    override_dates(&salon, &json!({ "first_date": DATE, "last_date": "2026-03-04" })).await;
    // A Sunday.
    override_dates(&salon, &json!({ "first_date": "2026-03-08", "hours": [hours("10:00", "12:00")] })).await;

    not_bookable(&app, &salon, &anna, (DATE, "10:00"), ["closed"; 2]).await;
    not_bookable(&app, &salon, &anna, ("2026-03-04", "10:00"), ["closed"; 2]).await;
    not_bookable(&app, &salon, &anna, ("2026-03-08", "09:00"), ["outside_hours"; 2]).await;
    assert_eq!(salon.free(&app, "2026-03-08").await, ["10:00", "11:00"]);
    bookable(&app, &salon, &anna, "2026-03-08", "11:00").await;
    bookable(&app, &salon, &anna, "2026-03-05", "10:00").await;
}

#[tokio::test]
async fn a_holiday_is_closed_unless_the_business_says_otherwise() {
    let app = TestApp::start().await;
    let salon = app.salon().business("holiday_calendar", "PL").create().await;
    let anna = app.person("anna").await;
    let [member] = salon.staff().await.try_into().unwrap();
    // Easter Monday, and the Friday of Labour Day.
    let (easter, labour_day) = ("2026-04-06", "2026-05-01");
    not_bookable(&app, &salon, &anna, (easter, "10:00"), ["holiday"; 2]).await;
    let open = json!([hours("10:00", "12:00")]);
    // What a staff member would like to do then does not open the business.
    override_dates(&salon, &json!({ "first_date": easter, "hours": open, "staff_id": member })).await;
    not_bookable(&app, &salon, &anna, (easter, "10:00"), ["holiday"; 2]).await;
    override_dates(&salon, &json!({ "first_date": labour_day, "hours": open })).await;
    assert_eq!(salon.free(&app, labour_day).await, ["10:00", "11:00"]);
    bookable(&app, &salon, &anna, labour_day, "11:00").await;

    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    salon.owner.patch(&own, &json!({ "holiday_calendar": null })).await.expect(200);
    bookable(&app, &salon, &anna, easter, "10:00").await;
}

#[tokio::test]
async fn nobody_is_booked_while_they_are_away() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [member] = salon.staff().await.try_into().unwrap();
    let away = |time: &Value| {
        let mut time = time.clone();
        time["staff_id"] = json!(member);
        let salon = salon.clone();
        async move { salon.owner.post(&salon.path("time-off/"), &time).await.expect(201) }
    };
    away(&json!({ "starts_at": "2026-03-03T11:30", "ends_at": "2026-03-03T12:00" })).await;
    let booked = bookable(&app, &salon, &anna, "2026-03-10", "15:00").await;
    let school = json!({
        "starts_at": "2026-03-10T15:30", "ends_at": "2026-03-10T16:30", "repeats_every_weeks": 1,
        "repeats_until": "2026-03-31",
    });
    let school = away(&school).await;
    assert_eq!(school["overlapping_bookings"], 1);
    let week = away(&json!({ "starts_at": "2026-06-01", "ends_at": "2026-06-07" })).await;

    let unseen = ["time_off", "not_working"];
    not_bookable(&app, &salon, &anna, (DATE, "11:00"), unseen).await;
    // By the clock on the wall, whatever it does on 29 March; what is booked already stays.
    for date in ["2026-03-17", "2026-03-31"] {
        not_bookable(&app, &salon, &anna, (date, "15:00"), unseen).await;
        not_bookable(&app, &salon, &anna, (date, "16:00"), unseen).await;
        bookable(&app, &salon, &anna, date, "14:00").await;
    }
    anna.get(&format!("/api/users/appointments/{}/", super::id(&booked))).await.expect(200);
    for date in ["2026-06-01", "2026-06-06"] {
        not_bookable(&app, &salon, &anna, (date, "16:00"), unseen).await;
    }
    bookable(&app, &salon, &anna, DATE, "10:00").await;
    bookable(&app, &salon, &anna, DATE, "12:00").await;
    bookable(&app, &salon, &anna, "2026-04-07", "15:00").await;

    let path = salon.path(&format!("time-off/{}/", super::id(&week)));
    salon.owner.delete(&path).await.expect(204);
    bookable(&app, &salon, &anna, "2026-06-01", "16:00").await;
}
