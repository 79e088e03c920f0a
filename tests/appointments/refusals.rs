//! Bookings that are refused, and what is offered instead.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp};

const TUESDAY: &str = "2026-03-03";

/// The alternatives of a slot that cannot be had.
#[track_caller]
fn alternatives(answer: &Answer) -> Value {
    answer.refused(409, "SLOT_UNAVAILABLE")["alternatives"].clone()
}

/// Books every one of them.
async fn book_all(salon: &Salon, customer: &Person, alternatives: &Value) {
    for start in alternatives.as_array().unwrap() {
        let (date, time) = start.as_str().unwrap().split_once('T').unwrap();
        let booked = salon.book(customer, date, &time[..5]).await.expect(201);
        assert_eq!(booked["start"], *start);
    }
}

#[tokio::test]
async fn a_taken_slot_is_refused_with_the_five_nearest_free_ones_and_each_can_be_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    salon.book(&anna, TUESDAY, "12:00").await.expect(201);

    let instead = alternatives(&salon.book(&ben, TUESDAY, "12:00").await);
    // 09:00 and 15:00 are equally near: the earlier one is named.
    let expected: Vec<String> =
        ["09", "10", "11", "13", "14"].map(|hour| format!("2026-03-03T{hour}:00:00+01:00")).into();
    assert_eq!(instead, json!(expected));
    book_all(&salon, &ben, &instead).await;
}

#[tokio::test]
async fn a_start_off_the_grid_is_refused() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    let instead = alternatives(&salon.book(&anna, TUESDAY, "10:30").await);
    let expected: Vec<String> =
        ["09", "10", "11", "12", "13"].map(|hour| format!("2026-03-03T{hour}:00:00+01:00")).into();
    assert_eq!(instead, json!(expected));
}

#[tokio::test]
async fn a_closed_day_leads_to_the_days_around_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    // Sunday; Saturday's last starts are nearer than Monday's first.
    let instead = alternatives(&salon.book(&anna, "2026-03-08", "10:00").await);
    let expected: Vec<String> =
        ["12", "13", "14", "15", "16"].map(|hour| format!("2026-03-07T{hour}:00:00+01:00")).into();
    assert_eq!(instead, json!(expected));
}

#[tokio::test]
async fn a_place_open_once_a_week_offers_the_week_before_and_the_week_after() {
    let app = TestApp::start().await;
    let salon = app.salon().on_days(1..2).service("duration_minutes", 480).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    salon.book(&anna, "2026-03-10", "09:00").await.expect(201);

    let instead = alternatives(&salon.book(&ben, "2026-03-10", "09:00").await);
    assert_eq!(instead, json!(["2026-03-03T09:00:00+01:00", "2026-03-17T09:00:00+01:00"]));
}

#[tokio::test]
async fn where_nothing_is_free_there_are_no_alternatives() {
    let app = TestApp::start().await;
    let salon = app.salon().on_days(0..0).create().await;
    let anna = app.person("anna").await;
    assert_eq!(alternatives(&salon.book(&anna, TUESDAY, "10:00").await), json!([]));
}

#[tokio::test]
async fn a_visit_may_touch_a_break_or_closing_but_not_run_into_them() {
    let app = TestApp::start().await;
    let salon = app.salon().with_break("12:00", "12:30").service("slot_step_minutes", 30).create().await;
    let anna = app.person("anna").await;

    for inside in ["11:30", "12:00", "16:30", "08:00", "08:30"] {
        alternatives(&salon.book(&anna, TUESDAY, inside).await);
    }
    for beside in ["11:00", "12:30", "16:00"] {
        salon.book(&anna, TUESDAY, beside).await.expect(201);
    }
}

#[tokio::test]
async fn nothing_can_be_booked_beyond_the_horizon() {
    let app = TestApp::start().await;
    let horizon = json!({ "booking_horizon_days": 7 });
    let salon = app.salon().business("booking_policy", horizon).create().await;
    let anna = app.person("anna").await;

    assert_eq!(salon.free(&app, "2026-03-10").await, Vec::<String>::new());
    let instead = alternatives(&salon.book(&anna, "2026-03-10", "09:00").await);
    assert_eq!(instead[4], "2026-03-09T16:00:00+01:00");
    salon.book(&anna, "2026-03-09", "16:00").await.expect(201);
}

#[tokio::test]
async fn a_time_that_has_passed_is_refused_as_past() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    app.set_clock("2026-03-02T09:00:01Z").await;
    let anna = anna.signed_in_again(&app).await;

    for (date, time) in [("2026-03-02", "09:00"), ("2026-03-02", "10:00"), ("2026-02-28", "10:00")] {
        let details = salon.book(&anna, date, time).await.refused(400, "PAST_BOOKING");
        assert_eq!(details, Value::Null);
    }
    salon.book(&anna, "2026-03-02", "11:00").await.expect(201);
}

#[tokio::test]
async fn a_time_inside_the_minimum_notice_is_refused_as_past() {
    let app = TestApp::start().await;
    let notice = json!({ "min_notice_minutes": 120 });
    let salon = app.salon().business("booking_policy", notice).create().await;
    let anna = app.person("anna").await;

    salon.book(&anna, "2026-03-02", "09:00").await.refused(400, "PAST_BOOKING");
    assert_eq!(salon.free(&app, "2026-03-02").await[0], "10:00");
    salon.book(&anna, "2026-03-02", "10:00").await.expect(201);
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let anna = app.person("anna").await;
    let path = salon.path("appointments/");
    let nobody = "00000000-0000-7000-8000-000000000000";

    let with = |field: &str, value: &str| {
        let mut wish = salon.wish(TUESDAY, "10:00");
        wish[field] = json!(value);
        wish
    };
    for service in [nobody, &other.service] {
        anna.post(&path, &with("service_id", service)).await.refused(404, "SERVICE_NOT_FOUND");
    }
    for staff in [nobody, &other.staff().await[0]] {
        anna.post(&path, &with("staff_id", staff)).await.refused(404, "STAFF_NOT_FOUND");
    }
    for business in ["nie-ma-takiego", nobody, "%00"] {
        let path = format!("/api/businesses/{business}/appointments/");
        anna.post(&path, &salon.wish(TUESDAY, "10:00")).await.refused(404, "BUSINESS_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_service_that_is_not_offered_any_more_cannot_be_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let service = salon.path(&format!("services/{}/", salon.service));

    salon.owner.patch(&service, &json!({ "is_active": false })).await.expect(200);
    salon.book(&anna, TUESDAY, "10:00").await.refused(404, "SERVICE_NOT_FOUND");
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let path = salon.path("appointments/");

    let details = anna.post(&path, &json!({})).await.refused(400, "VALIDATION_ERROR");
    for field in ["service_id", "date", "start_time"] {
        assert!(details[field].is_array(), "{field}: {details}");
    }
    let one = json!({ "service_id": salon.service, "date": TUESDAY });
    let details = anna.post(&path, &one).await.refused(400, "REQUIRED_FIELD");
    assert!(details["start_time"].is_array(), "{details}");

    let wrong = [
        ("service_id", json!("7")),
        ("date", json!("2026-02-29")),
        ("date", json!("03.03.2026")),
        ("date", json!(20_260_303)),
        ("start_time", json!("10:60")),
        ("start_time", json!("25:00")),
        ("start_time", json!("10:00:30")),
        ("staff_id", json!("nobody")),
        ("notes", json!(["a"])),
        ("notes", json!("a\u{0}b")),
    ];
    for (field, value) in wrong {
        let mut wish = salon.wish(TUESDAY, "10:00");
        wish[field] = value.clone();
        let details = anna.post(&path, &wish).await.refused(400, "VALIDATION_ERROR");
        assert!(details[field].is_array(), "{field} {value}: {details}");
    }
}

#[tokio::test]
async fn only_people_with_a_verified_address_book() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let wish = salon.wish(TUESDAY, "10:00");
    app.post(&salon.path("appointments/"), &wish).await.refused(401, "UNAUTHORIZED");
    let newcomer = Person::register(&app, "newcomer").await;
    salon.book(&newcomer, TUESDAY, "10:00").await.refused(403, "EMAIL_NOT_VERIFIED");
    assert!(salon.free(&app, TUESDAY).await.contains(&"10:00".to_owned()));
}

#[tokio::test]
async fn an_owner_can_book_at_their_own_business() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let booked = salon.book(&salon.owner, TUESDAY, "10:00").await.expect(201);
    assert_eq!(booked["status"], "pending");
    assert_eq!(salon.owner.get("/api/users/appointments/").await.expect(200)["count"], 1);
}
