//! What is booked of a series, and what is said of the rest.

use serde_json::json;

use super::{DATE, book, count, dates, id, outcomes, pairs, preview, wish};
use crate::support::TestApp;

#[tokio::test]
async fn a_series_is_booked_with_each_of_its_dates() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let wish = wish(&salon, DATE, "10:00", "freq=weekly;interval=2;byday=TU,TH;count=4");

    let looked = preview(&salon, &anna, &wish).await.expect(200);
    assert_eq!(looked["would_book"], 4);
    let dates = ["2026-03-03", "2026-03-05", "2026-03-17", "2026-03-19"];
    assert_eq!(outcomes(&looked), pairs(&dates.map(|date| (date, "free"))));
    assert_eq!(count(&app, "appointments").await, 0);

    let booked = book(&salon, &anna, &wish).await.expect(201);
    assert_eq!(outcomes(&booked), pairs(&dates.map(|date| (date, "booked"))));
    assert_eq!(booked["rule"], "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4");
    assert_eq!(booked["business"], salon.slug);
    for (date, on) in booked["dates"].as_array().unwrap().iter().zip(dates) {
        let appointment = &date["appointment"];
        assert_eq!(appointment["start"], format!("{on}T10:00:00+01:00"));
        assert_eq!(appointment["series_id"], booked["id"]);
        assert_eq!(appointment["status"], "pending");
        let own = anna.get(&format!("/api/users/appointments/{}/", id(appointment))).await.expect(200);
        assert_eq!(own, *appointment);
    }
    let read = anna.get(&format!("/api/users/appointments/series/{}/", id(&booked))).await.expect(200);
    assert_eq!(read, booked);
    // What is booked is booked.
    let again = preview(&salon, &anna, &wish).await.expect(200);
    assert_eq!(again["would_book"], 0);
    assert_eq!(outcomes(&again), pairs(&dates.map(|date| (date, "refused"))));
}

#[tokio::test]
async fn a_date_that_is_taken_is_skipped_ends_the_series_or_undoes_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    salon.book(&ben, "2026-03-10", "10:00").await.expect(201);
    let mut wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=3");

    wish["on_conflict"] = json!("all_or_nothing");
    let details = book(&salon, &anna, &wish).await.refused(409, "SLOT_UNAVAILABLE");
    let dates = [("2026-03-03", "free"), ("2026-03-10", "refused"), ("2026-03-17", "free")];
    assert_eq!(outcomes(&details), pairs(&dates));
    let refused = &details["dates"][1];
    assert_eq!(refused["error_code"], "SLOT_UNAVAILABLE");
    assert_eq!(refused["details"]["alternatives"][0], "2026-03-10T09:00:00+01:00");
    assert_eq!(refused["details"]["alternatives"].as_array().unwrap().len(), 5);
    assert_eq!(details["alternatives"], refused["details"]["alternatives"]);
    assert_eq!(count(&app, "appointments").await, 1);
    let left = [count(&app, "series").await, count(&app, "calendar_entries").await];
    assert_eq!(left, [0, 1]);

    wish["on_conflict"] = json!("stop");
    let stopped = preview(&salon, &anna, &wish).await.expect(200);
    let dates = [("2026-03-03", "free"), ("2026-03-10", "refused"), ("2026-03-17", "not_tried")];
    assert_eq!((outcomes(&stopped), &stopped["would_book"]), (pairs(&dates), &json!(1)));

    wish["on_conflict"] = json!("skip");
    let booked = book(&salon, &anna, &wish).await.expect(201);
    let dates = [("2026-03-03", "booked"), ("2026-03-10", "refused"), ("2026-03-17", "booked")];
    assert_eq!(outcomes(&booked), pairs(&dates));
    let read = anna.get(&format!("/api/users/appointments/series/{}/", id(&booked))).await.expect(200);
    assert_eq!(outcomes(&read), pairs(&dates));
    assert_eq!(read["dates"][1]["error_code"], "SLOT_UNAVAILABLE");
    assert_eq!(count(&app, "appointments").await, 3);
}

#[tokio::test]
async fn each_date_keeps_to_the_limit_the_notice_and_the_horizon() {
    let app = TestApp::start().await;
    let policy = json!({ "max_open_bookings": 3, "min_notice_minutes": 2880, "booking_horizon_days": 8 });
    let salon = app.salon().business("booking_policy", policy).create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, "2026-03-05", "16:00").await.expect(201);

    let every_day = wish(&salon, DATE, "10:00", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=7");
    let booked = book(&salon, &anna, &every_day).await.expect(201);
    let codes: Vec<_> = dates(&booked).iter().map(|date| date["error_code"].as_str()).collect();
    let (soon, full, far) = (Some("PAST_BOOKING"), Some("CONFLICT"), Some("SLOT_UNAVAILABLE"));
    // Tuesday is too soon; two more are allowed; the horizon ends on Tuesday of the next week.
    assert_eq!(codes, [soon, None, None, full, full, full, far]);
    assert_eq!(dates(&booked)[3]["details"], json!({ "rule": "max_open_bookings", "limit": 3 }));
    assert_eq!(dates(&booked)[6]["details"]["alternatives"].as_array().unwrap().len(), 5);

    // With nothing to be had, the answer is that of the first date.
    let details = book(&salon, &anna, &every_day).await.refused(400, "PAST_BOOKING");
    assert_eq!(details["dates"].as_array().unwrap().len(), 7);
    let late = wish(&salon, "2026-03-06", "12:00", "FREQ=DAILY;COUNT=2");
    let details = book(&salon, &anna, &late).await.refused(409, "CONFLICT");
    assert_eq!((&details["rule"], &details["limit"]), (&json!("max_open_bookings"), &json!(3)));
    assert_eq!(count(&app, "appointments").await, 3);
}

#[tokio::test]
async fn what_comes_with_a_booking_comes_with_each_date() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "auto_confirm": true })).create().await;
    let anna = app.person("anna").await;
    let below = |what: &str| salon.path(&format!("services/{}/{what}/", salon.service));
    let mask = json!({ "name": "Maska", "duration_minutes": 30, "price_amount": "20" });
    let mask = id(&salon.owner.post(&below("add-ons"), &mask).await.expect(201));
    let asked = json!({ "text": "Uczulenia?", "kind": "text", "is_sensitive": true, "is_required": true });
    let question = id(&salon.owner.post(&below("questions"), &asked).await.expect(201));

    let mut wish = wish(&salon, DATE, "10:30", "FREQ=WEEKLY;COUNT=3");
    wish["notes"] = json!("Krótko");
    wish["add_on_ids"] = json!([mask]);
    let missing = book(&salon, &anna, &wish).await.refused(400, "REQUIRED_FIELD");
    assert!(missing.get(format!("answers.{question}")).is_some(), "{missing}");
    wish["answers"] = json!([{ "question_id": question, "value": "Lateks" }]);
    let booked = book(&salon, &anna, &wish).await.expect(201);
    for date in dates(&booked) {
        let appointment = &date["appointment"];
        assert_eq!(appointment["status"], "confirmed");
        assert_eq!(appointment["price_amount"], "140.00");
        assert_eq!(appointment["notes"], "Krótko");
        assert_eq!(appointment["add_ons"][0]["name"], "Maska");
        assert!(appointment["end"].as_str().unwrap().contains("T12:00:00"));
        assert_eq!(appointment["booking_policy"]["auto_confirm"], true);
        let of_owner = salon.path(&format!("appointments/{}/", id(appointment)));
        let seen = salon.owner.get(&of_owner).await.expect(200);
        assert_eq!((&seen["answers"][0]["value"], &seen["series_id"]), (&json!("Lateks"), &booked["id"]));
    }
    let export = anna.get("/api/users/me/export/").await.expect(200);
    assert_eq!(export["series"][0]["id"], booked["id"], "{export}");
    assert_eq!(export["appointments"][0]["series_id"], booked["id"]);
}

#[tokio::test]
async fn a_class_and_a_room_are_shared_by_those_who_fit() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, ben, ola) = (app.person("anna").await, app.person("ben").await, app.person("ola").await);
    let room = json!({ "name": "Sala", "quantity": 1 });
    let room = id(&salon.owner.post(&salon.path("resources/"), &room).await.expect(201));
    let needs = json!([{ "resource_id": room, "quantity": 1 }]);
    let yoga = json!({
        "name": "Joga", "duration_minutes": 60, "price_amount": "40", "capacity": 2, "resources": needs,
    });
    let massage =
        json!({ "name": "Masaż", "duration_minutes": 60, "price_amount": "90", "resources": needs });
    let (yoga, massage) = (salon.also_offering(&yoga).await, salon.also_offering(&massage).await);

    let weekly = "FREQ=WEEKLY;COUNT=3";
    yoga.book(&ben, "2026-03-10", "10:00").await.expect(201);
    book(&yoga, &anna, &wish(&yoga, DATE, "10:00", weekly)).await.expect(201);
    let bens = book(&yoga, &ben, &wish(&yoga, DATE, "10:00", weekly)).await.expect(201);
    let expected = [("2026-03-03", "booked"), ("2026-03-10", "refused"), ("2026-03-17", "booked")];
    assert_eq!(outcomes(&bens), pairs(&expected));
    // The room is taken on all of them, whoever is free; another takes it on two, and leaves one.
    book(&massage, &ola, &wish(&massage, DATE, "10:00", weekly)).await.refused(409, "SLOT_UNAVAILABLE");
    book(&massage, &ola, &wish(&massage, DATE, "11:00", weekly)).await.expect(201);
    let entries = "select count(*), sum(booked) from calendar_entries";
    let row = app.database.connect().await.query_one(entries, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (6, 9));
    assert_eq!(count(&app, "resource_claims").await, 6);
}

#[tokio::test]
async fn visits_as_long_as_a_day_are_in_each_others_way() {
    let app = TestApp::start().await;
    let salon = app.salon().open("00:00", "24:00").on_days(0..7).service("duration_minutes", 1380);
    let salon = salon.service("buffer_minutes", 120).service("slot_step_minutes", 60).create().await;
    let anna = app.person("anna").await;
    let booked = book(&salon, &anna, &wish(&salon, DATE, "01:00", "FREQ=DAILY;COUNT=4")).await.expect(201);
    let expected = [
        ("2026-03-03", "booked"),
        ("2026-03-04", "refused"),
        ("2026-03-05", "booked"),
        ("2026-03-06", "refused"),
    ];
    assert_eq!(outcomes(&booked), pairs(&expected));
}

#[tokio::test]
async fn a_hold_of_the_first_date_is_used_up() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let held = anna.post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.expect(201);
    let mut wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2");
    let bens = preview(&salon, &ben, &wish).await.expect(200);
    assert_eq!(outcomes(&bens), pairs(&[(DATE, "refused"), ("2026-03-10", "free")]));
    wish["hold_id"] = held["id"].clone();
    assert_eq!(preview(&salon, &anna, &wish).await.expect(200)["would_book"], 2);
    assert_eq!(count(&app, "holds").await, 1);
    let booked = book(&salon, &anna, &wish).await.expect(201);
    assert_eq!(outcomes(&booked), pairs(&[(DATE, "booked"), ("2026-03-10", "booked")]));
    assert_eq!(count(&app, "holds").await, 0);
}

#[tokio::test]
async fn a_hold_that_has_expired_is_in_nobodys_way() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "hold_minutes": 1 })).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    ben.post(&salon.path("holds/"), &salon.wish("2026-03-10", "10:00")).await.expect(201);
    app.later(jiff::SignedDuration::from_mins(2)).await;
    let mut wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=3");
    wish["on_conflict"] = json!("all_or_nothing");
    book(&salon, &anna, &wish).await.expect(201);
    assert_eq!(count(&app, "holds").await, 0);
}
