//! What a change would do is said, and nothing is done.

use serde_json::{Value, json};

use super::{DATE, affected, book, confirming, preview, salon_of, seen, time_off};
use crate::support::TestApp;

#[tokio::test]
async fn who_is_ill_is_replaced_by_whoever_is_free_at_the_same_time() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 3).await;
    let morning = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let noon = book(&salon, &anna, &staff[0], DATE, "12:00").await;
    book(&salon, &anna, &staff[1], DATE, "12:00").await;
    let of_another_day = book(&salon, &anna, &staff[0], "2026-03-04", "09:00").await;

    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    let seen = seen(&salon, &ill).await;
    let both = vec![staff[1].clone(), staff[2].clone()];
    assert_eq!(
        seen,
        [
            (morning, "time_off".to_owned(), both, Vec::new()),
            (noon, "time_off".to_owned(), vec![staff[2].clone()], Vec::new()),
        ]
    );
    // Nothing has been entered.
    let entered = salon.owner.get(&salon.path("time-off/")).await.expect(200);
    assert_eq!(entered["count"], 0);
    let kept = salon.owner.get(&salon.path(&format!("appointments/{of_another_day}/"))).await.expect(200);
    assert_eq!(kept["status"], "confirmed");
}

#[tokio::test]
async fn where_nobody_is_free_the_nearest_other_starts_are_named() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    let booked = book(&salon, &anna, &staff[0], DATE, "10:00").await;

    let seen = seen(&salon, &time_off(&staff[0], DATE, "10:00", "12:00")).await;
    let starts = ["2026-03-03T09:00", "2026-03-03T12:00", "2026-03-03T13:00"].map(str::to_owned);
    assert_eq!(seen, [(booked, "time_off".to_owned(), Vec::new(), starts.to_vec())]);
}

#[tokio::test]
async fn one_without_their_own_seat_in_the_way_may_stay_close_by() {
    let app = TestApp::start().await;
    let salon = confirming(&app).service("slot_step_minutes", 15).create().await;
    let anna = app.person("anna").await;
    let staff = salon.staff().await;
    let booked = book(&salon, &anna, &staff[0], DATE, "10:00").await;

    // Only half of it is taken away: it can begin while it would otherwise still be on.
    let seen = seen(&salon, &time_off(&staff[0], DATE, "10:00", "10:30")).await;
    let starts = ["2026-03-03T09:00", "2026-03-03T10:30", "2026-03-03T10:45"].map(str::to_owned);
    assert_eq!(seen, [(booked, "time_off".to_owned(), Vec::new(), starts.to_vec())]);
}

#[tokio::test]
async fn another_grid_leaves_bookings_where_they_are() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let last = book(&salon, &anna, &staff[0], DATE, "16:00").await;

    let week = json!({ "staff_id": staff[0], "hours": [
        { "day_of_week": 1, "open_time": "09:15", "close_time": "16:30" },
    ] });
    assert_eq!(affected(&salon, &json!({ "staff_hours": week })).await, [last]);
}

#[tokio::test]
async fn what_did_not_fit_before_is_not_the_changes_doing() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let booked = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    assert_eq!(affected(&salon, &ill).await, [booked]);

    salon.owner.post(&salon.path("time-off/"), &ill["time_off"]).await.expect(201);
    assert!(affected(&salon, &ill).await.is_empty());
}

#[tokio::test]
async fn the_answer_comes_in_pages() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    for time in ["09:00", "10:00", "11:00"] {
        book(&salon, &anna, &staff[0], DATE, time).await;
    }
    let ill = json!({ "change": time_off(&staff[0], DATE, "08:00", "18:00") });
    let path = salon.path("schedule-changes/preview/");
    let page = salon.owner.post(&format!("{path}?page=2&page_size=2"), &ill).await.expect(200);
    assert_eq!(page["count"], 3);
    assert_eq!(page["results"][0]["appointment"]["start"], "2026-03-03T11:00:00+01:00");
    assert_eq!(page["results"][0]["appointment"]["customer_email"], anna.email);
    salon.owner.post(&format!("{path}?page=3&page_size=2"), &ill).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn one_change_at_a_time_that_makes_sense() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    let owner = &salon.owner;
    let none = preview(&salon, owner, &json!({})).await;
    none.refused(400, "VALIDATION_ERROR");
    assert_eq!(none.wrong_fields(), ["change"]);
    let mut two = time_off(&staff[0], DATE, "08:00", "18:00");
    two["service_retired"] = json!({ "service_id": salon.service });
    preview(&salon, owner, &two).await.refused(400, "VALIDATION_ERROR");
    let path = salon.path("schedule-changes/preview/");
    owner.post(&path, &json!({})).await.refused(400, "REQUIRED_FIELD");

    let twice = json!({ "opening_hours": [
        { "day_of_week": 1, "is_closed": true }, { "day_of_week": 1, "is_closed": true },
    ] });
    let twice = preview(&salon, owner, &twice).await;
    twice.refused(400, "VALIDATION_ERROR");
    assert_eq!(twice.wrong_fields(), ["change.opening_hours.1.day_of_week"]);
    let unknown = "00000000-0000-7000-8000-000000000000";
    preview(&salon, owner, &time_off(unknown, DATE, "08:00", "18:00")).await.refused(404, "STAFF_NOT_FOUND");
    let retired = json!({ "service_retired": { "service_id": unknown } });
    preview(&salon, owner, &retired).await.refused(404, "SERVICE_NOT_FOUND");
    let overlapping = json!({ "staff_hours": { "staff_id": staff[0], "hours": [
        { "day_of_week": 1, "open_time": "09:00", "close_time": "12:00" },
        { "day_of_week": 1, "open_time": "11:00", "close_time": "14:00" },
    ] } });
    preview(&salon, owner, &overlapping).await.refused(409, "CONFLICT");
    let closed = json!({ "date_override": { "first_date": DATE } });
    owner.post(&salon.path("date-overrides/"), &closed["date_override"]).await.expect(201);
    preview(&salon, owner, &closed).await.refused(409, "CONFLICT");

    preview(&salon, &anna, &closed).await.refused(403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn who_may_not_be_removed_is_not_looked_at_as_if() {
    let app = TestApp::start().await;
    let (salon, ..) = salon_of(&app, 1).await;
    let (marta, kasia) = (app.person("marta").await, app.person("kasia").await);
    let mut entries = Vec::new();
    for manager in [&marta, &kasia] {
        let entry = json!({ "user_id": manager.id, "is_manager": true });
        entries.push(salon.owner.post(&salon.path("staff/"), &entry).await.expect(201)["id"].clone());
    }
    let leaving = |entry: &Value| json!({ "staff_leaving": { "staff_id": entry } });
    let owner = json!(salon.staff().await[0]);
    preview(&salon, &salon.owner, &leaving(&owner)).await.refused(409, "CONFLICT");
    for entry in [&owner, &entries[1]] {
        preview(&salon, &marta, &leaving(entry)).await.refused(403, "PERMISSION_DENIED");
        let decision = json!({ "change": leaving(entry), "choices": [] });
        marta.post(&salon.path("schedule-changes/"), &decision).await.refused(403, "PERMISSION_DENIED");
    }
    preview(&salon, &salon.owner, &leaving(&entries[1])).await.expect(200);
}
