//! Other hours on single dates.

use reqwest::Method;
use serde_json::{Value, json};

use super::{id, interval, let_staff_decide, salon_with_assistant};
use crate::support::{Answer, Salon, TestApp, keys, together};

async fn add(salon: &Salon, dates: &Value) -> Answer {
    salon.owner.post(&salon.path("date-overrides/"), dates).await
}

fn path(salon: &Salon, made: &Value) -> String {
    salon.path(&format!("date-overrides/{}/", id(made)))
}

/// The first dates of a filtered list.
async fn listed(salon: &Salon, query: &str) -> Vec<String> {
    let page = salon.owner.get(&salon.path(&format!("date-overrides/?{query}"))).await.expect(200);
    let results = page["results"].as_array().unwrap().iter();
    results.map(|one| one["first_date"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_owner_adds_reads_changes_and_removes_an_override() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let made = add(&salon, &json!({ "first_date": "2026-03-20" })).await.expect(201);
    assert_eq!(
        keys(&made),
        ["first_date", "hours", "id", "last_date", "name", "overlapping_bookings", "staff_id"]
    );
    assert_eq!((&made["last_date"], &made["hours"]), (&json!("2026-03-20"), &json!([])));
    assert_eq!((&made["staff_id"], &made["name"]), (&Value::Null, &json!("")));

    let mut day = interval("14:00", "20:00");
    day["breaks"] = json!([{ "start": "17:00", "end": "17:15" }]);
    let changes = json!({ "last_date": "2026-03-21", "name": "Noc muzeów", "hours": [day, interval("09:00", "11:00")] });
    let patched = salon.owner.patch(&path(&salon, &made), &changes).await.expect(200);
    assert_eq!((&patched["id"], &patched["first_date"]), (&made["id"], &json!("2026-03-20")));
    assert_eq!(
        patched["hours"][0],
        json!({ "open_time": "09:00:00", "close_time": "11:00:00", "breaks": [] })
    );
    assert_eq!(patched["hours"][1]["breaks"], json!([{ "start": "17:00", "end": "17:15" }]));
    let mut read = salon.owner.get(&path(&salon, &made)).await.expect(200);
    read["overlapping_bookings"] = json!(0);
    assert_eq!(read, patched);
    let renamed = salon.owner.patch(&path(&salon, &made), &json!({ "name": "Święto" })).await.expect(200);
    assert_eq!((&renamed["hours"], &renamed["last_date"]), (&patched["hours"], &patched["last_date"]));

    let day = json!({ "first_date": "2026-04-01", "last_date": "2026-04-01" });
    let put = salon.owner.put(&path(&salon, &made), &day).await.expect(200);
    assert_eq!(
        (&put["last_date"], &put["hours"], &put["name"]),
        (&json!("2026-04-01"), &patched["hours"], &json!("Święto"))
    );
    // A single date stays one wherever it is moved.
    for first in ["2026-04-20", "2026-04-10"] {
        for method in [Method::PUT, Method::PATCH] {
            let moved = json!({ "first_date": first });
            let moved = salon.owner.send(method, &path(&salon, &made), Some(&moved)).await.expect(200);
            assert_eq!(moved["last_date"], first);
        }
    }
    let closed = json!({ "first_date": "2026-04-01", "hours": null, "name": null });
    let closed = salon.owner.put(&path(&salon, &made), &closed).await.expect(200);
    assert_eq!((&closed["hours"], &closed["name"]), (&json!([]), &json!("")));
    salon.owner.put(&path(&salon, &made), &json!({})).await.refused(400, "REQUIRED_FIELD");

    salon.owner.delete(&path(&salon, &made)).await.expect(204);
    salon.owner.get(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path(&salon, &made), &json!({})).await.refused(404, "NOT_FOUND");
    salon
        .owner
        .put(&path(&salon, &made), &json!({ "first_date": "2026-04-01" }))
        .await
        .refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_date_has_one_override_of_the_business_and_one_of_each_of_its_staff() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let week = json!({ "first_date": "2026-05-04", "last_date": "2026-05-10" });
    add(&salon, &week).await.expect(201);
    let of_member = |first: &str| json!({ "staff_id": member, "first_date": first });
    let sunday = add(&salon, &of_member("2026-05-10")).await.expect(201);
    let monday = add(&salon, &of_member("2026-05-11")).await.expect(201);
    let twice = add(&salon, &json!({ "first_date": "2026-05-10" })).await;
    assert_eq!(twice.refused(409, "CONFLICT"), Value::Null);
    add(&salon, &of_member("2026-05-11")).await.refused(409, "CONFLICT");
    let change = json!({ "first_date": "2026-05-10" });
    salon.owner.patch(&path(&salon, &monday), &change).await.refused(409, "CONFLICT");
    salon.owner.put(&path(&salon, &sunday), &of_member("2026-05-11")).await.refused(409, "CONFLICT");
    assert_eq!(listed(&salon, "").await, ["2026-05-04", "2026-05-10", "2026-05-11"]);
}

#[tokio::test]
async fn of_many_who_give_a_date_its_override_at_once_one_does() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let answers = together(12, |_| {
        let salon = salon.clone();
        async move { add(&salon, &json!({ "first_date": "2026-08-01" })).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 11);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let made =
        add(&salon, &json!({ "first_date": "2026-03-20", "hours": [interval("09:00", "12:00")] })).await;
    let made = made.expect(201);
    let with_hours = |hours: Value| json!({ "first_date": "2026-03-21", "hours": hours });
    let mut break_outside = interval("09:00", "12:00");
    break_outside["breaks"] = json!([{ "start": "08:00", "end": "09:30" }]);
    let bad = [
        (json!({ "first_date": "soon" }), "first_date"),
        (json!({ "first_date": "2026-03-21", "last_date": "2026-03-20" }), "last_date"),
        (json!({ "first_date": "2026-03-21", "last_date": "2027-03-22" }), "last_date"),
        (json!({ "first_date": "2026-03-21", "name": "x".repeat(201) }), "name"),
        (json!({ "first_date": "2026-03-21", "staff_id": "Kasia" }), "staff_id"),
        (with_hours(json!([interval("12:00", "09:00")])), "hours.0.close_time"),
        (with_hours(json!([break_outside])), "hours.0.breaks"),
        (with_hours(json!([interval("09:00", "12:00"), interval("11:00", "13:00")])), "hours"),
        (with_hours(json!("all day")), "hours"),
        (with_hours((0..25).map(|_| interval("09:00", "10:00")).collect()), "hours"),
    ];
    for (dates, wrong) in bad {
        assert_eq!(add(&salon, &dates).await.wrong_fields(), [wrong], "{dates}");
        assert_eq!(salon.owner.put(&path(&salon, &made), &dates).await.wrong_fields(), [wrong], "{dates}");
    }
    add(&salon, &json!({})).await.refused(400, "REQUIRED_FIELD");
    add(&salon, &json!({ "first_date": "2026-03-21", "last_date": "2027-03-21" })).await.expect(201);
    assert_eq!(salon.owner.get(&path(&salon, &made)).await.expect(200)["hours"], made["hours"]);
}

#[tokio::test]
async fn the_list_is_narrowed_down_by_staff_and_dates() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    add(&salon, &json!({ "first_date": "2026-12-24", "last_date": "2027-01-06" })).await.expect(201);
    add(&salon, &json!({ "staff_id": member, "first_date": "2026-12-30" })).await.expect(201);
    add(&salon, &json!({ "first_date": "2026-03-10" })).await.expect(201);

    assert_eq!(listed(&salon, "").await, ["2026-03-10", "2026-12-24", "2026-12-30"]);
    assert_eq!(listed(&salon, &format!("staff_id={member}")).await, ["2026-12-30"]);
    assert_eq!(listed(&salon, "date_from=2027-01-06").await, ["2026-12-24"]);
    assert_eq!(listed(&salon, "date_from=2027-01-07").await, Vec::<String>::new());
    assert_eq!(listed(&salon, "date_to=2026-03-10").await, ["2026-03-10"]);
    assert_eq!(listed(&salon, "date_from=2026-12-29&date_to=2026-12-29").await, ["2026-12-24"]);
    assert_eq!(listed(&salon, "date_from=2027-01-01&date_to=2026-01-01").await, Vec::<String>::new());
    assert_eq!(listed(&salon, "page=2&page_size=2").await, ["2026-12-30"]);
    for wrong in ["staff_id=1", "date_from=soon", "date_to=2026-02-30"] {
        let answer = kasia.get(&salon.path(&format!("date-overrides/?{wrong}"))).await;
        assert_eq!(answer.wrong_fields(), [wrong.split_once('=').unwrap().0]);
    }
}

#[tokio::test]
async fn bookings_at_times_that_are_closed_stay_and_are_counted() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let anna = app.person("anna").await;
    // Two at ten, one at three, one on another day.
    for (date, time) in
        [("2026-03-03", "10:00"), ("2026-03-03", "10:00"), ("2026-03-03", "15:00"), ("2026-03-04", "10:00")]
    {
        salon.book(&anna, date, time).await.expect(201);
    }
    let overlapping = async |dates: Value| {
        let made = add(&salon, &dates).await.expect(201);
        salon.owner.delete(&path(&salon, &made)).await.expect(204);
        made["overlapping_bookings"].as_i64().unwrap()
    };
    let tuesday = |hours: Value| json!({ "first_date": "2026-03-03", "hours": hours });
    assert_eq!(overlapping(tuesday(json!([]))).await, 3);
    assert_eq!(overlapping(json!({ "first_date": "2026-03-01", "last_date": "2026-03-31" })).await, 4);
    assert_eq!(overlapping(tuesday(json!([interval("09:00", "12:00")]))).await, 1);
    assert_eq!(
        overlapping(tuesday(json!([interval("10:00", "11:00"), interval("15:00", "16:00")]))).await,
        0
    );
    assert_eq!(overlapping(tuesday(json!([interval("10:30", "17:00")]))).await, 2);
    let mut with_break = interval("09:00", "17:00");
    with_break["breaks"] = json!([{ "start": "15:30", "end": "15:45" }]);
    assert_eq!(overlapping(tuesday(json!([with_break]))).await, 1);
    assert_eq!(overlapping(json!({ "staff_id": member, "first_date": "2026-03-03" })).await, 1);
    assert_eq!(overlapping(json!({ "first_date": "2026-03-05" })).await, 0);

    let visits = salon.owner.get(&salon.path("appointments/?status=pending")).await.expect(200);
    assert_eq!(visits["count"], 4);
    // What is over is nobody's concern any more.
    app.set_clock("2026-03-03T12:00:00Z").await;
    let again = salon.owner.signed_in_again(&app).await;
    let salon = Salon { owner: again, ..salon };
    let made = add(&salon, &tuesday(json!([]))).await.expect(201);
    assert_eq!(made["overlapping_bookings"], 1);
}

#[tokio::test]
async fn staff_override_their_own_dates_where_they_may() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let place = salon.path("date-overrides/");
    let own = json!({ "staff_id": member, "first_date": "2026-03-20" });
    kasia.post(&place, &own).await.refused(403, "PERMISSION_DENIED");
    let_staff_decide(&salon).await;
    let made = kasia.post(&place, &own).await.expect(201);
    kasia.patch(&path(&salon, &made), &json!({ "name": "Ślub" })).await.expect(200);
    // Not by way of their own, either.
    let [owners, _] = salon.staff().await.try_into().unwrap();
    for staff in [Value::Null, json!(owners)] {
        kasia
            .patch(&path(&salon, &made), &json!({ "staff_id": staff }))
            .await
            .refused(403, "PERMISSION_DENIED");
        let other = json!({ "staff_id": staff, "first_date": "2026-04-20" });
        kasia.post(&place, &other).await.refused(403, "PERMISSION_DENIED");
        let others = add(&salon, &other).await.expect(201);
        kasia.get(&path(&salon, &others)).await.expect(200);
        kasia.put(&path(&salon, &others), &own).await.refused(403, "PERMISSION_DENIED");
        kasia.delete(&path(&salon, &others)).await.refused(403, "PERMISSION_DENIED");
    }
    kasia.delete(&path(&salon, &made)).await.expect(204);
}

#[tokio::test]
async fn the_overrides_of_one_business_are_not_anothers() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create().await;
    let made = add(&salon, &json!({ "first_date": "2026-03-20" })).await.expect(201);
    let elsewhere = rival.path(&format!("date-overrides/{}/", id(&made)));
    rival.owner.get(&elsewhere).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&elsewhere, &json!({ "name": "x" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&elsewhere).await.refused(404, "NOT_FOUND");
    rival.owner.get(&path(&salon, &made)).await.refused(403, "PERMISSION_DENIED");
    let [theirs] = rival.staff().await.try_into().unwrap();
    let of_theirs = json!({ "staff_id": theirs, "first_date": "2026-03-21" });
    add(&salon, &of_theirs).await.refused(404, "STAFF_NOT_FOUND");
    salon.owner.put(&path(&salon, &made), &of_theirs).await.refused(404, "STAFF_NOT_FOUND");
    let change = json!({ "staff_id": theirs });
    salon.owner.patch(&path(&salon, &made), &change).await.refused(404, "STAFF_NOT_FOUND");
    assert_eq!(listed(&salon, "").await, ["2026-03-20"]);
    assert_eq!(listed(&rival, "").await, Vec::<String>::new());
}
