//! When staff are away.

use serde_json::{Value, json};

use super::{id, let_staff_decide, salon_with_assistant};
use crate::support::{Answer, Salon, TestApp, keys};

async fn add(salon: &Salon, time: &Value) -> Answer {
    salon.owner.post(&salon.path("time-off/"), time).await
}

fn path(salon: &Salon, made: &Value) -> String {
    salon.path(&format!("time-off/{}/", id(made)))
}

fn from_to(member: &str, starts: &str, ends: &str) -> Value {
    json!({ "staff_id": member, "starts_at": starts, "ends_at": ends })
}

#[tokio::test]
async fn an_owner_enters_reads_changes_and_removes_time_off() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let mut dentist = from_to(&member, "2026-03-20T12:00", "2026-03-20T13:30:00");
    dentist["reason"] = json!("Dentysta");
    let made = add(&salon, &dentist).await.expect(201);
    assert_eq!(
        keys(&made),
        [
            "all_day",
            "ends_at",
            "id",
            "overlapping_bookings",
            "reason",
            "repeats_every_weeks",
            "repeats_until",
            "staff_id",
            "starts_at"
        ]
    );
    assert_eq!(
        (&made["starts_at"], &made["ends_at"]),
        (&json!("2026-03-20T12:00"), &json!("2026-03-20T13:30"))
    );
    assert_eq!((&made["all_day"], &made["reason"]), (&json!(false), &json!("Dentysta")));
    assert_eq!((&made["repeats_every_weeks"], &made["repeats_until"]), (&Value::Null, &Value::Null));
    let mut read = kasia.get(&path(&salon, &made)).await.expect(200);
    read["overlapping_bookings"] = json!(0);
    assert_eq!(read, made);

    let change =
        json!({ "ends_at": "2026-03-20T14:00", "repeats_every_weeks": 2, "repeats_until": "2026-06-30" });
    let patched = salon.owner.patch(&path(&salon, &made), &change).await.expect(200);
    assert_eq!(
        (&patched["starts_at"], &patched["ends_at"]),
        (&made["starts_at"], &json!("2026-03-20T14:00"))
    );
    assert_eq!((&patched["repeats_every_weeks"], &patched["reason"]), (&json!(2), &made["reason"]));
    let once = json!({ "repeats_every_weeks": null, "repeats_until": null });
    let once = salon.owner.patch(&path(&salon, &made), &once).await.expect(200);
    assert_eq!(once["repeats_every_weeks"], Value::Null);

    let week = from_to(&member, "2026-08-03", "2026-08-07");
    let put = salon.owner.put(&path(&salon, &made), &week).await.expect(200);
    assert_eq!((&put["id"], &put["reason"]), (&made["id"], &made["reason"]));
    let mut without = week.clone();
    without["reason"] = Value::Null;
    assert_eq!(salon.owner.put(&path(&salon, &made), &without).await.expect(200)["reason"], "");
    let required = ["ends_at", "staff_id", "starts_at"];
    assert_eq!(salon.owner.put(&path(&salon, &made), &json!({})).await.wrong_fields(), required);
    salon.owner.delete(&path(&salon, &made)).await.expect(204);
    salon.owner.get(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.put(&path(&salon, &made), &week).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path(&salon, &made), &week).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn dates_stand_for_whole_days_the_last_one_included() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let cases = [
        ("2026-08-03", "2026-08-07", "2026-08-03T00:00", "2026-08-08T00:00", true),
        ("2026-08-03", "2026-08-03", "2026-08-03T00:00", "2026-08-04T00:00", true),
        ("2026-08-03T12:00", "2026-08-04", "2026-08-03T12:00", "2026-08-05T00:00", false),
        ("2026-08-03", "2026-08-03T24:00", "2026-08-03T00:00", "2026-08-04T00:00", true),
    ];
    for (starts, ends, starts_at, ends_at, all_day) in cases {
        let made = add(&salon, &from_to(&member, starts, ends)).await.expect(201);
        let edges = (&made["starts_at"], &made["ends_at"], &made["all_day"]);
        assert_eq!(edges, (&json!(starts_at), &json!(ends_at), &json!(all_day)));
        // What was answered means the same when it is sent back.
        let same = salon.owner.put(&path(&salon, &made), &made).await.expect(200);
        assert_eq!(same, made);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let made = add(&salon, &from_to(&member, "2026-08-03", "2026-08-03")).await.expect(201);
    let noon = || from_to(&member, "2026-08-03T12:00", "2026-08-03T13:00");
    let with = |fields: Value| {
        let mut time = noon();
        time.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        time
    };
    let bad = [
        (from_to("Kasia", "2026-08-03", "2026-08-04"), "staff_id"),
        (from_to(&member, "2026-08-03", "2026-08-02"), "ends_at"),
        (from_to(&member, "2026-08-03T12:00", "2026-08-03T12:00"), "ends_at"),
        (from_to(&member, "2026-08-03", "2027-08-04"), "ends_at"),
        (from_to(&member, "noon", "2026-08-03"), "starts_at"),
        (from_to(&member, "2026-08-03T25:00", "2026-08-04"), "starts_at"),
        (from_to(&member, "2026-08-03T12:00:30", "2026-08-04"), "starts_at"),
        (from_to(&member, "2026-08-03T12:00Z", "2026-08-04"), "starts_at"),
        (with(json!({ "repeats_every_weeks": 0 })), "repeats_every_weeks"),
        (with(json!({ "repeats_every_weeks": 53 })), "repeats_every_weeks"),
        (with(json!({ "repeats_every_weeks": 1, "ends_at": "2026-08-10T12:01" })), "repeats_every_weeks"),
        (with(json!({ "repeats_until": "2026-09-01" })), "repeats_until"),
        (with(json!({ "repeats_every_weeks": 1, "repeats_until": "2026-08-02" })), "repeats_until"),
        (with(json!({ "reason": "x".repeat(201) })), "reason"),
    ];
    for (time, wrong) in bad {
        assert_eq!(add(&salon, &time).await.wrong_fields(), [wrong], "{time}");
        assert_eq!(salon.owner.put(&path(&salon, &made), &time).await.wrong_fields(), [wrong], "{time}");
    }
    add(&salon, &json!({ "staff_id": member, "starts_at": "2026-08-03" }))
        .await
        .refused(400, "REQUIRED_FIELD");
    assert_eq!(add(&salon, &json!({})).await.wrong_fields(), ["ends_at", "staff_id", "starts_at"]);
    let year = with(json!({ "starts_at": "2026-08-03", "ends_at": "2027-08-03" }));
    add(&salon, &year).await.expect(201);
    let back_to_back = with(json!({ "ends_at": "2026-08-10T12:00", "repeats_every_weeks": 1 }));
    add(&salon, &back_to_back).await.expect(201);
}

#[tokio::test]
async fn the_list_is_narrowed_down_by_staff_and_dates() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let [owners, _] = salon.staff().await.try_into().unwrap();
    let mut weekly = from_to(&member, "2026-01-05T15:00", "2026-01-05T16:00");
    weekly["repeats_every_weeks"] = json!(1);
    let mut until_may = from_to(&member, "2026-01-06T15:00", "2026-01-06T16:00");
    (until_may["repeats_every_weeks"], until_may["repeats_until"]) = (json!(1), json!("2026-05-31"));
    for time in [&weekly, &until_may, &from_to(&owners, "2026-07-01", "2026-07-14")] {
        add(&salon, time).await.expect(201);
    }
    let listed = async |query: &str| -> Vec<String> {
        let page = kasia.get(&salon.path(&format!("time-off/?{query}"))).await.expect(200);
        let results = page["results"].as_array().unwrap().iter();
        results.map(|one| one["starts_at"].as_str().unwrap()[..10].to_owned()).collect()
    };
    assert_eq!(listed("").await, ["2026-01-05", "2026-01-06", "2026-07-01"]);
    assert_eq!(listed(&format!("staff_id={owners}")).await, ["2026-07-01"]);
    assert_eq!(listed("date_from=2026-05-31").await, ["2026-01-05", "2026-01-06", "2026-07-01"]);
    assert_eq!(listed("date_from=2026-07-14").await, ["2026-01-05", "2026-07-01"]);
    assert_eq!(listed("date_from=2026-07-15").await, ["2026-01-05"]);
    assert_eq!(listed("date_to=2026-01-05").await, ["2026-01-05"]);
    assert_eq!(listed("page_size=1&page=3").await, ["2026-07-01"]);
    let answer = kasia.get(&salon.path("time-off/?date_from=soon")).await;
    assert_eq!(answer.wrong_fields(), ["date_from"]);
}

#[tokio::test]
async fn bookings_in_that_time_stay_and_are_counted_whenever_it_repeats() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let [member] = salon.staff().await.try_into().unwrap();
    let anna = app.person("anna").await;
    // Tuesdays at ten: before and after the clock changes on 29 March.
    for date in ["2026-03-03", "2026-03-10", "2026-03-24", "2026-03-31"] {
        salon.book(&anna, date, "10:00").await.expect(201);
    }
    let overlapping = async |starts: &str, ends: &str, weeks: Value, until: Value| {
        let mut time = from_to(&member, starts, ends);
        (time["repeats_every_weeks"], time["repeats_until"]) = (weeks, until);
        let made = add(&salon, &time).await.expect(201);
        salon.owner.delete(&path(&salon, &made)).await.expect(204);
        made["overlapping_bookings"].as_i64().unwrap()
    };
    let never = Value::Null;
    assert_eq!(overlapping("2026-03-03", "2026-03-10", never.clone(), never.clone()).await, 2);
    assert_eq!(overlapping("2026-03-03T11:00", "2026-03-10T10:00", never.clone(), never.clone()).await, 0);
    assert_eq!(overlapping("2026-03-03T10:59", "2026-03-10T10:01", never.clone(), never.clone()).await, 2);
    assert_eq!(overlapping("2026-02-24T10:30", "2026-02-24T10:45", json!(1), never.clone()).await, 4);
    assert_eq!(overlapping("2026-02-24T10:30", "2026-02-24T10:45", json!(2), never.clone()).await, 2);
    assert_eq!(overlapping("2026-02-24T10:30", "2026-02-24T10:45", json!(1), json!("2026-03-24")).await, 3);
    assert_eq!(overlapping("2026-03-31T11:00", "2026-03-31T12:00", never.clone(), never.clone()).await, 0);
    assert_eq!(overlapping("2026-03-31T10:59", "2026-03-31T12:00", never.clone(), never).await, 1);
    let visits = salon.owner.get(&salon.path("appointments/?status=pending")).await.expect(200);
    assert_eq!(visits["count"], 4);
}

#[tokio::test]
async fn staff_enter_their_own_where_they_may_and_see_everybodys() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let [owners, _] = salon.staff().await.try_into().unwrap();
    let place = salon.path("time-off/");
    let [own, of_owner] = [&member, &owners].map(|staff| from_to(staff, "2026-08-03", "2026-08-07"));
    kasia.post(&place, &own).await.refused(403, "PERMISSION_DENIED");
    let_staff_decide(&salon).await;
    let made = kasia.post(&place, &own).await.expect(201);
    let others = add(&salon, &of_owner).await.expect(201);
    kasia.post(&place, &of_owner).await.refused(403, "PERMISSION_DENIED");
    kasia.get(&path(&salon, &others)).await.expect(200);
    kasia.delete(&path(&salon, &others)).await.refused(403, "PERMISSION_DENIED");
    kasia.put(&path(&salon, &others), &own).await.refused(403, "PERMISSION_DENIED");
    kasia.put(&path(&salon, &made), &of_owner).await.refused(403, "PERMISSION_DENIED");
    let change = json!({ "staff_id": owners });
    kasia.patch(&path(&salon, &made), &change).await.refused(403, "PERMISSION_DENIED");
    kasia.patch(&path(&salon, &made), &json!({ "reason": "Urlop" })).await.expect(200);
    kasia.delete(&path(&salon, &made)).await.expect(204);
}

#[tokio::test]
async fn somebody_takes_the_reasons_along_when_they_go() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let mut time = from_to(&member, "2026-08-03", "2026-08-07");
    time["reason"] = json!("Szpital");
    let made = add(&salon, &time).await.expect(201);
    let date = json!({ "staff_id": member, "first_date": "2026-08-10", "name": "Kontrola" });
    salon.owner.post(&salon.path("date-overrides/"), &date).await.expect(201);
    let seen = salon.owner.get(&path(&salon, &made)).await.expect(200);
    assert_eq!(kasia.get("/api/users/me/export/").await.expect(200)["time_off"], json!([seen]));
    assert_eq!(salon.owner.get("/api/users/me/export/").await.expect(200)["time_off"], json!([]));

    kasia.delete("/api/users/me/").await.expect(204);
    let left = salon.owner.get(&path(&salon, &made)).await.expect(200);
    assert_eq!((&left["starts_at"], &left["reason"]), (&json!("2026-08-03T00:00"), &json!("")));
    let left = salon.owner.get(&salon.path("date-overrides/")).await.expect(200);
    assert_eq!((&left["count"], &left["results"][0]["name"]), (&json!(1), &json!("")));
}

#[tokio::test]
async fn the_time_off_of_one_businesss_staff_is_not_anothers() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let rival = app.salon().named("Konkurencja").create().await;
    let made = add(&salon, &from_to(&member, "2026-08-03", "2026-08-07")).await.expect(201);
    let elsewhere = rival.path(&format!("time-off/{}/", id(&made)));
    rival.owner.get(&elsewhere).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&elsewhere, &json!({ "reason": "x" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&elsewhere).await.refused(404, "NOT_FOUND");
    rival.owner.get(&path(&salon, &made)).await.refused(403, "PERMISSION_DENIED");
    let [theirs] = rival.staff().await.try_into().unwrap();
    let of_theirs = from_to(&theirs, "2026-08-03", "2026-08-07");
    add(&salon, &of_theirs).await.refused(404, "STAFF_NOT_FOUND");
    salon.owner.put(&path(&salon, &made), &of_theirs).await.refused(404, "STAFF_NOT_FOUND");
    let change = json!({ "staff_id": theirs });
    salon.owner.patch(&path(&salon, &made), &change).await.refused(404, "STAFF_NOT_FOUND");
    assert_eq!(rival.owner.get(&rival.path("time-off/")).await.expect(200)["count"], 0);
    assert_eq!(salon.owner.get(&salon.path("time-off/")).await.expect(200)["count"], 1);
}
