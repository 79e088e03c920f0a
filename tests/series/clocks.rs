//! The local time of day stays when the clocks change.

use serde_json::Value;

use super::{book, dates, outcomes, pairs, wish};
use crate::support::TestApp;

fn starts(series: &Value) -> Vec<&str> {
    dates(series).iter().filter_map(|date| date["appointment"]["start"].as_str()).collect()
}

#[tokio::test]
async fn ten_in_the_morning_stays_ten_in_the_morning() {
    let app = TestApp::start().await;
    let salon = app.salon().on_days(0..7).create().await;
    let anna = app.person("anna").await;
    let spring =
        book(&salon, &anna, &wish(&salon, "2026-03-22", "10:00", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    assert_eq!(starts(&spring), ["2026-03-22T10:00:00+01:00", "2026-03-29T10:00:00+02:00"]);
    let autumn =
        book(&salon, &anna, &wish(&salon, "2026-10-18", "10:00", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    assert_eq!(starts(&autumn), ["2026-10-18T10:00:00+02:00", "2026-10-25T10:00:00+01:00"]);
}

#[tokio::test]
async fn a_time_that_is_skipped_does_not_count_and_one_that_comes_twice_is_the_first() {
    let app = TestApp::start().await;
    let salon =
        app.salon().open("00:00", "24:00").on_days(0..7).service("duration_minutes", 30).create().await;
    let anna = app.person("anna").await;
    let mut rule = wish(&salon, "2026-03-22", "02:30", "FREQ=WEEKLY;COUNT=3");
    rule["on_conflict"] = "all_or_nothing".into();
    let spring = book(&salon, &anna, &rule).await.expect(201);
    let expected = [
        ("2026-03-22", "booked"),
        ("2026-03-29", "no_such_time"),
        ("2026-04-05", "booked"),
        ("2026-04-12", "booked"),
    ];
    assert_eq!(outcomes(&spring), pairs(&expected));
    assert_eq!(dates(&spring)[1]["start"], Value::Null);
    salon.book(&anna, "2026-03-29", "02:30").await.refused(409, "SLOT_UNAVAILABLE");

    let autumn =
        book(&salon, &anna, &wish(&salon, "2026-10-18", "02:30", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    assert_eq!(starts(&autumn), ["2026-10-18T02:30:00+02:00", "2026-10-25T02:30:00+02:00"]);
    let nothing = wish(&salon, "2026-03-29", "02:30", "FREQ=WEEKLY;UNTIL=20260329");
    let details = book(&salon, &anna, &nothing).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(outcomes(&details), pairs(&[("2026-03-29", "no_such_time")]));
}
