//! Free times: their shape, and that what is offered is what can be booked.

mod everything_at_once;
mod explain;
mod next;
pub(crate) mod offered_is_bookable;
pub(crate) mod random_salon;
mod several_in_a_row;

use serde_json::{Value, json};

use crate::support::{Answer, Salon, TestApp};

const DATE: &str = "2026-03-03";

async fn ask(app: &TestApp, salon: &Salon, query: &str) -> Answer {
    app.get(&salon.path(&format!("availability/?service_id={}{query}", salon.service))).await
}

#[tokio::test]
async fn a_date_has_its_free_starts() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "13:30").with_break("11:00", "11:30").create().await;

    let answer = ask(&app, &salon, &format!("&date={DATE}")).await;
    let expected = json!({ "date": DATE, "service_id": salon.service, "slots": ["09:00", "10:00", "12:00"] });
    assert_eq!(answer.expect(200), expected);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn several_days_stand_beside_the_first() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "11:00").create().await;

    // From Saturday; Sunday is closed.
    let answer = ask(&app, &salon, "&date=2026-03-07&days=3").await.expect(200);
    let slots = json!(["09:00", "10:00"]);
    let expected = json!({
        "date": "2026-03-07", "service_id": salon.service, "slots": slots,
        "days": [
            { "date": "2026-03-07", "slots": slots },
            { "date": "2026-03-08", "slots": [] },
            { "date": "2026-03-09", "slots": slots },
        ],
    });
    assert_eq!(answer, expected);
    let longest = ask(&app, &salon, "&date=2026-03-07&days=62").await.expect(200);
    assert_eq!(longest["days"].as_array().unwrap().len(), 62);
}

#[tokio::test]
async fn a_slot_can_be_told_in_detail() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).service("buffer_minutes", 30).open("09:00", "11:30").create().await;
    let anna = app.person("anna").await;
    let [first, second] = salon.staff().await.try_into().unwrap();
    salon.book(&anna, DATE, "09:00").await.expect(201);

    let answer = ask(&app, &salon, &format!("&date={DATE}&days=1&verbose=true")).await.expect(200);
    // The end is the visit's; the buffer is the salon's own affair.
    let expected = json!([
        { "time": "09:00", "start": "2026-03-03T09:00:00+01:00", "end": "2026-03-03T10:00:00+01:00", "staff_ids": [second] },
        { "time": "10:30", "start": "2026-03-03T10:30:00+01:00", "end": "2026-03-03T11:30:00+01:00", "staff_ids": [first, second] },
    ]);
    assert_eq!(answer["slots_detail"], expected);
    assert_eq!(answer["days"][0]["slots_detail"], expected);
    assert_eq!(answer["slots"], json!(["09:00", "10:30"]));
}

#[tokio::test]
async fn one_persons_free_starts_can_be_asked_for() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).open("09:00", "11:00").create().await;
    let anna = app.person("anna").await;
    let [first, second] = salon.staff().await.try_into().unwrap();
    salon.book(&anna, DATE, "09:00").await.expect(201);

    for (staff, expected) in [(first, json!(["10:00"])), (second, json!(["09:00", "10:00"]))] {
        let answer = ask(&app, &salon, &format!("&date={DATE}&staff_id={staff}")).await.expect(200);
        assert_eq!(answer["slots"], expected);
    }
    assert_eq!(salon.free(&app, DATE).await, ["09:00", "10:00"]);
}

#[tokio::test]
async fn today_starts_now_and_the_past_is_over() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "12:00").create().await;

    app.set_clock("2026-03-03T09:00:00Z").await;
    assert_eq!(salon.free(&app, DATE).await, ["10:00", "11:00"]);
    app.set_clock("2026-03-03T09:00:01Z").await;
    assert_eq!(salon.free(&app, DATE).await, ["11:00"]);
    assert_eq!(salon.free(&app, "2026-03-02").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_business_may_open_several_times_a_day() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "10:30").create().await;
    let evening = json!({ "day_of_week": 1, "open_time": "18:15", "close_time": "20:15" });
    salon.owner.post(&salon.path("opening-hours/"), &evening).await.expect(201);

    // Each opening has its own grid.
    assert_eq!(salon.free(&app, DATE).await, ["09:00", "18:15", "19:15"]);
    assert_eq!(salon.free(&app, "2026-03-04").await, ["09:00"]);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let refusal = async |query: &str, code: &str| {
        app.get(&salon.path(&format!("availability/?{query}"))).await.refused(400, code)
    };
    let service = &salon.service;

    assert!(refusal(&format!("date={DATE}"), "REQUIRED_FIELD").await["service_id"].is_array());
    assert!(refusal(&format!("service_id={service}"), "REQUIRED_FIELD").await["date"].is_array());
    for (name, value) in [
        ("date", "2026-02-29"),
        ("date", "today"),
        ("days", "0"),
        ("days", "63"),
        ("days", "week"),
        ("staff_id", "1"),
        ("service_id", "1"),
    ] {
        let others = [("service_id", service.as_str()), ("date", DATE)];
        let others = others.iter().filter(|(other, _)| *other != name);
        let query: Vec<String> =
            others.chain([&(name, value)]).map(|(name, value)| format!("{name}={value}")).collect();
        let details = refusal(&query.join("&"), "VALIDATION_ERROR").await;
        assert!(details[name].is_array(), "{name}={value}: {details}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    let ask = async |slug: &str, service: &str, staff: &str| {
        let query = format!("availability/?service_id={service}&date={DATE}&staff_id={staff}");
        app.get(&format!("/api/businesses/{slug}/{query}")).await
    };

    ask("nie-ma-takiego", &salon.service, "").await.refused(404, "BUSINESS_NOT_FOUND");
    for service in [nobody, &other.service] {
        let details = ask(&salon.slug, service, "").await.refused(404, "SERVICE_NOT_FOUND");
        assert_eq!(details, Value::Null);
    }
    for staff in [nobody, &other.staff().await[0]] {
        ask(&salon.slug, &salon.service, staff).await.refused(404, "STAFF_NOT_FOUND");
    }
}

#[tokio::test]
async fn whatever_token_a_client_has_stored_does_no_harm() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = salon.path(&format!("availability?service_id={}&date={DATE}", salon.service));
    let request = app.request(reqwest::Method::GET, &path).bearer_auth("long.gone.token");
    Answer::read(request.send().await.unwrap()).await.expect(200);
}
