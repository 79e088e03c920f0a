//! The starts of a visit of several services.

use serde_json::json;

use super::{DATE, Stage, question, starts, wish};

#[tokio::test]
async fn a_start_has_its_parts_one_behind_the_other() {
    let stage = Stage::set().await;
    let answer = stage.app.get(&question(&[&stage.cut, &stage.colour], "")).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let answer = answer.expect(200);
    let staff = stage.cut.staff().await;
    let at = |time: &str| format!("{DATE}T{time}:00+01:00");
    let first = json!({
        "time": "09:00", "start": at("09:00"), "end": at("11:30"),
        "parts": [
            { "service_id": stage.cut.service, "start": at("09:00"), "end": at("10:00"), "staff_ids": staff },
            { "service_id": stage.colour.service, "start": at("10:00"), "end": at("11:30"), "staff_ids": staff },
        ],
    });
    assert_eq!(answer["days"][0]["date"], DATE);
    assert_eq!(answer["days"][0]["starts"][0], first);
    assert_eq!(stage.free("").await, ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]);
}

#[tokio::test]
async fn it_has_to_be_said_what_is_wanted() {
    let stage = Stage::set().await;
    let without = stage.cut.path(&format!("availability/visits/?date={DATE}"));
    stage.app.get(&without).await.refused(400, "REQUIRED_FIELD");
}

#[tokio::test]
async fn several_days_are_listed_at_once() {
    let stage = Stage::set().await;
    let answer = stage.app.get(&question(&[&stage.cut, &stage.colour], "&days=6")).await.expect(200);
    let days = answer["days"].as_array().unwrap();
    let starts: Vec<usize> = days.iter().map(|day| day["starts"].as_array().unwrap().len()).collect();
    // From Tuesday to Sunday, when nobody works.
    assert_eq!(starts, [6, 6, 6, 6, 6, 0]);
}

#[tokio::test]
async fn who_is_named_for_a_part_has_it_and_nobody_else() {
    let stage = Stage::set().await;
    let [first, second] = stage.cut.staff().await.try_into().unwrap();
    let mut busy = stage.cut.wish(DATE, "10:00");
    busy["staff_id"] = json!(second);
    stage.anna.post(&stage.cut.path("appointments/"), &busy).await.expect(201);

    let with_second = stage.free(&format!("&staff_ids=,{second}")).await;
    assert_eq!(with_second, ["10:00", "11:00", "12:00", "13:00", "14:00"]);
    let with_first =
        starts(&stage.app, &[&stage.cut, &stage.colour], &format!("&staff_ids={first},{first}")).await;
    assert!(
        with_first.iter().all(|start| start["parts"][1]["staff_ids"] == json!([first])),
        "{with_first:?}"
    );
}

#[tokio::test]
async fn a_wait_lets_the_next_part_begin_later() {
    let stage = Stage::set().await;
    // Until half past ten nobody colours; its grid is every half hour.
    let late =
        json!({ "name": "Keratyna", "duration_minutes": 60, "price_amount": "1", "slot_step_minutes": 30 });
    let late = stage.cut.also_offering(&late).await;
    for member in stage.cut.staff().await {
        let away =
            json!({ "staff_id": member, "starts_at": "2026-03-03T10:00", "ends_at": "2026-03-03T10:30" });
        stage.cut.owner.post(&stage.cut.path("time-off/"), &away).await.expect(201);
    }
    let parts = [&stage.cut, &late];
    let first = async |more: &str| starts(&stage.app, &parts, more).await[0]["time"].clone();
    assert_eq!(first("").await, "11:00");
    assert_eq!(first("&max_wait_minutes=29").await, "11:00");
    assert_eq!(first("&max_wait_minutes=30").await, "09:00");

    let mut wish = wish(&parts, "09:00");
    stage.book(&wish).await.refused(409, "SLOT_UNAVAILABLE");
    wish["max_wait_minutes"] = json!(30);
    let booked = stage.book(&wish).await.expect(201);
    assert_eq!(
        super::of_parts(&booked, "/start"),
        ["2026-03-03T09:00:00+01:00", "2026-03-03T10:30:00+01:00"]
    );
}

#[tokio::test]
async fn what_is_added_to_a_part_makes_the_next_one_later() {
    let stage = Stage::set().await;
    let add_on = json!({ "name": "Maska", "duration_minutes": 15, "price_amount": "30.00" });
    let path = stage.cut.path(&format!("services/{}/add-ons/", stage.cut.service));
    let mask = super::id(&stage.cut.owner.post(&path, &add_on).await.expect(201));
    let starts = starts(&stage.app, &[&stage.cut, &stage.colour], &format!("&add_on_ids={mask};")).await;
    assert_eq!(starts[0]["parts"][1]["start"], "2026-03-03T10:15:00+01:00");

    let mut wish = stage.wish("09:00");
    wish["parts"][0]["add_on_ids"] = json!([mask]);
    let booked = stage.book(&wish).await.expect(201);
    assert_eq!(super::of_parts(&booked, "/end"), ["2026-03-03T10:15:00+01:00", "2026-03-03T11:45:00+01:00"]);
    assert_eq!(super::of_parts(&booked, "/price_amount"), ["150.00", "250.00"]);
    let elsewhere = question(&[&stage.cut, &stage.colour], &format!("&add_on_ids=;{mask}"));
    stage.app.get(&elsewhere).await.refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn what_is_no_visit_is_refused() {
    let stage = Stage::set().await;
    let (cut, colour) = (&stage.cut, &stage.colour);
    let nobody = "01900000-0000-7000-8000-000000000000";
    for (path, status, code) in [
        (question(&[cut], ""), 400, "VALIDATION_ERROR"),
        (question(&[cut; 6], ""), 400, "VALIDATION_ERROR"),
        (question(&[cut, colour], "&days=32"), 400, "VALIDATION_ERROR"),
        (question(&[cut, colour], "&max_wait_minutes=121"), 400, "VALIDATION_ERROR"),
        (question(&[cut, colour], "&staff_ids=,,"), 400, "VALIDATION_ERROR"),
        (question(&[cut, colour], &format!("&staff_ids={nobody}")), 404, "STAFF_NOT_FOUND"),
        (question(&[cut, colour], "").replace(&colour.service, nobody), 404, "SERVICE_NOT_FOUND"),
        (question(&[cut, colour], "").replace(&cut.slug, "nie-ma"), 404, "BUSINESS_NOT_FOUND"),
    ] {
        stage.app.get(&path).await.refused(status, code);
    }
}
