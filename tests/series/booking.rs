//! What is booked of a series, and what is said of the rest.

use serde_json::json;

use super::{DATE, book, id, outcomes, pairs, preview, wish};
use crate::support::TestApp;

/// How many appointments there are in all.
async fn count(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from appointments", &[]).await.unwrap().get(0)
}

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
    assert_eq!(count(&app).await, 0);

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
    assert_eq!(count(&app).await, 1);
    let left = "select (select count(*) from series) + (select count(*) from calendar_entries)";
    let left: i64 = app.database.connect().await.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 1);

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
    assert_eq!(count(&app).await, 3);
}
