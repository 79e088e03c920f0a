//! When a salon is open.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp, keys, together};

const FORM: [&str; 7] = ["breaks", "close_time", "day_name", "day_of_week", "id", "is_closed", "open_time"];

fn open(day: u8, opens: &str, closes: &str) -> Value {
    json!({ "day_of_week": day, "open_time": opens, "close_time": closes })
}

fn closed(day: u8) -> Value {
    json!({ "day_of_week": day, "is_closed": true })
}

fn with_breaks(mut entry: Value, breaks: &[(&str, &str)]) -> Value {
    entry["breaks"] = breaks.iter().map(|(start, end)| json!({ "start": start, "end": end })).collect();
    entry
}

/// A salon without hours.
async fn salon(app: &TestApp) -> Salon {
    let salon = app.salon().create().await;
    app.database.connect().await.execute("delete from opening_hours", &[]).await.unwrap();
    salon
}

async fn add(salon: &Salon, entry: &Value) -> Answer {
    salon.owner.post(&salon.path("opening-hours/"), entry).await
}

async fn bulk(salon: &Salon, entries: &Value) -> Answer {
    salon.owner.post(&salon.path("opening-hours/bulk-update/"), entries).await
}

fn path(salon: &Salon, hour: &Value) -> String {
    salon.path(&format!("opening-hours/{}/", hour["id"].as_str().unwrap()))
}

/// The week as `(day, opens, closes)`, closed days without times.
async fn week(app: &TestApp, salon: &Salon) -> Vec<(i64, String, String)> {
    let page = app.get(&salon.path("opening-hours/?page_size=100")).await.expect(200);
    let time = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |hour: &Value| {
        (hour["day_of_week"].as_i64().unwrap(), time(&hour["open_time"]), time(&hour["close_time"]))
    };
    page["results"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn an_owner_adds_reads_changes_and_removes_hours() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let made = add(&salon, &with_breaks(open(0, "09:00", "17:00"), &[("12:00", "12:30")])).await.expect(201);
    assert_eq!(keys(&made), FORM);
    assert_eq!((&made["open_time"], &made["close_time"]), (&json!("09:00:00"), &json!("17:00:00")));
    assert_eq!(made["breaks"], json!([{ "start": "12:00", "end": "12:30" }]));
    assert_eq!((&made["is_closed"], &made["day_name"]), (&json!(false), &json!("poniedziałek")));
    assert_eq!(app.get(&path(&salon, &made)).await.expect(200), made);

    let patched =
        salon.owner.patch(&path(&salon, &made), &json!({ "close_time": "18:00" })).await.expect(200);
    assert_eq!((&patched["open_time"], &patched["close_time"]), (&json!("09:00:00"), &json!("18:00:00")));
    assert_eq!(patched["breaks"], made["breaks"]);
    let put = salon.owner.put(&path(&salon, &made), &open(1, "10:00", "14:00")).await.expect(200);
    assert_eq!((&put["id"], &put["day_of_week"], &put["breaks"]), (&made["id"], &json!(1), &made["breaks"]));
    let shut = salon.owner.patch(&path(&salon, &made), &json!({ "is_closed": true })).await.expect(200);
    assert_eq!(
        (&shut["is_closed"], &shut["open_time"], &shut["breaks"]),
        (&json!(true), &Value::Null, &json!([]))
    );
    let reopened = salon.owner.patch(&path(&salon, &made), &json!({ "is_closed": false })).await;
    assert_eq!(reopened.wrong_fields(), ["close_time", "open_time"]);

    salon.owner.delete(&path(&salon, &made)).await.expect(204);
    app.get(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path(&salon, &made)).await.refused(404, "NOT_FOUND");
    salon.owner.put(&path(&salon, &made), &closed(0)).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path(&salon, &made), &closed(0)).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_day_has_several_intervals_that_do_not_overlap() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let morning = add(&salon, &open(0, "09:00", "12:00")).await.expect(201);
    add(&salon, &open(0, "12:00", "14:00")).await.expect(201);
    add(&salon, &open(0, "15:00", "18:00")).await.expect(201);
    add(&salon, &open(1, "09:00", "12:00")).await.expect(201);
    for overlapping in
        [open(0, "11:59", "12:01"), open(0, "00:00", "24:00"), open(0, "15:00", "18:00"), closed(0)]
    {
        add(&salon, &overlapping).await.refused(409, "CONFLICT");
    }
    let to_afternoon = json!({ "close_time": "12:01" });
    salon.owner.patch(&path(&salon, &morning), &to_afternoon).await.refused(409, "CONFLICT");
    salon.owner.put(&path(&salon, &morning), &open(1, "11:00", "13:00")).await.refused(409, "CONFLICT");
    let monday =
        week(&app, &salon).await.into_iter().filter(|(day, ..)| *day == 0).map(|(_, opens, _)| opens);
    assert_eq!(monday.collect::<Vec<_>>(), ["09:00:00", "12:00:00", "15:00:00"]);
}

#[tokio::test]
async fn a_closed_day_has_no_open_hours_beside_it() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let sunday = add(&salon, &closed(6)).await.expect(201);
    assert_eq!((&sunday["is_closed"], &sunday["open_time"]), (&json!(true), &Value::Null));
    add(&salon, &open(6, "10:00", "14:00")).await.refused(409, "CONFLICT");
    add(&salon, &closed(6)).await.refused(409, "CONFLICT");
    let leftovers = json!({ "day_of_week": 5, "is_closed": true, "open_time": "", "close_time": null });
    add(&salon, &leftovers).await.expect(201);
}

#[tokio::test]
async fn times_are_whole_minutes_of_one_day() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let good = [
        (open(0, "00:00", "24:00"), ("00:00:00", "24:00:00")),
        (open(1, "09:00:00", "17:30:00"), ("09:00:00", "17:30:00")),
        (open(2, "23:58", "23:59"), ("23:58:00", "23:59:00")),
        (open(3, "9:00", "9:30:00"), ("09:00:00", "09:30:00")),
    ];
    for (entry, (opens, closes)) in good {
        let made = add(&salon, &entry).await.expect(201);
        assert_eq!((&made["open_time"], &made["close_time"]), (&json!(opens), &json!(closes)));
    }
    let bad = [
        (open(3, "17:00", "09:00"), "close_time"),
        (open(3, "09:00", "09:00"), "close_time"),
        (open(3, "22:00", "00:00"), "close_time"),
        (open(3, "24:00", "24:00"), "close_time"),
        (open(3, "9:0", "17:00"), "open_time"),
        (open(3, ":9:00", "17:00"), "open_time"),
        (open(3, "009:00", "17:00"), "open_time"),
        (open(3, "09:60", "17:00"), "open_time"),
        (open(3, "09:00:30", "17:00"), "open_time"),
        (open(3, "09:00", "24:01"), "close_time"),
        (open(3, "09:00", "-1:00"), "close_time"),
        (open(3, "", "17:00"), "open_time"),
        (json!({ "day_of_week": 3, "open_time": 9, "close_time": "17:00" }), "open_time"),
        (json!({ "day_of_week": 3, "open_time": "09:00" }), "close_time"),
        (open(7, "09:00", "17:00"), "day_of_week"),
        (json!({ "day_of_week": -1, "is_closed": true }), "day_of_week"),
        (json!({ "day_of_week": "Monday", "is_closed": true }), "day_of_week"),
        (json!({ "day_of_week": 3, "is_closed": "no" }), "is_closed"),
    ];
    for (entry, wrong) in bad {
        assert_eq!(add(&salon, &entry).await.wrong_fields(), [wrong], "{entry}");
    }
    add(&salon, &json!({ "is_closed": true })).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(add(&salon, &json!({})).await.wrong_fields(), ["close_time", "day_of_week", "open_time"]);
}

#[tokio::test]
async fn breaks_lie_inside_the_hours_and_apart() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let day = || open(0, "09:00", "17:00");
    let bad: [&[(&str, &str)]; 5] = [
        &[("08:30", "09:30")],
        &[("16:30", "17:01")],
        &[("12:00", "12:00")],
        &[("13:00", "12:00")],
        &[("12:00", "13:00"), ("12:30", "13:30")],
    ];
    for breaks in bad {
        assert_eq!(add(&salon, &with_breaks(day(), breaks)).await.wrong_fields(), ["breaks"], "{breaks:?}");
    }
    let malformed = with_breaks(day(), &[("12:00", "12:30"), ("noon", "13:00")]);
    assert_eq!(add(&salon, &malformed).await.wrong_fields(), ["breaks.1.start"]);
    for (breaks, wrong) in [(json!("12:00"), "breaks"), (json!([1]), "breaks.0")] {
        let mut entry = day();
        entry["breaks"] = breaks;
        assert_eq!(add(&salon, &entry).await.wrong_fields(), [wrong]);
    }

    let breaks = [("15:00", "15:15"), ("09:00", "09:30"), ("16:00", "17:00")];
    let made = add(&salon, &with_breaks(day(), &breaks)).await.expect(201);
    let starts: Vec<&Value> =
        made["breaks"].as_array().unwrap().iter().map(|pause| &pause["start"]).collect();
    assert_eq!(starts, ["09:00", "15:00", "16:00"]);
    let all_day = with_breaks(open(0, "09:15", "17:00"), &breaks);
    assert_eq!(salon.owner.put(&path(&salon, &made), &all_day).await.wrong_fields(), ["breaks"]);
    let without = salon.owner.patch(&path(&salon, &made), &json!({ "breaks": [] })).await.expect(200);
    assert_eq!(without["breaks"], json!([]));
}

#[tokio::test]
async fn a_list_longer_than_anyone_means_is_refused_whole() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let eight: Value = (0..7).map(closed).chain([open(0, "09:00", "10:00")]).collect();
    bulk(&salon, &eight).await.refused(400, "INVALID_INPUT");
    let endless = bulk(&salon, &vec![Value::Null; 100_000].into()).await;
    endless.refused(400, "INVALID_INPUT");
    assert!(endless.text.len() < 1000, "{} bytes", endless.text.len());

    let mut entry = open(0, "09:00", "17:00");
    entry["breaks"] = vec![Value::Null; 100_000].into();
    let endless = add(&salon, &entry).await;
    assert_eq!(endless.wrong_fields(), ["breaks"]);
    assert!(endless.text.len() < 1000, "{} bytes", endless.text.len());
}

#[tokio::test]
async fn a_bulk_update_sets_whole_days_and_leaves_the_others() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let full: Value = (0..6).map(|day| open(day, "09:00", "17:00")).chain([closed(6)]).collect();
    let answer = bulk(&salon, &full).await.expect(200);
    assert_eq!(keys(&answer), ["data", "message", "success"]);
    assert_eq!(answer["success"], true);
    assert!(!answer["message"].as_str().unwrap().is_empty());
    assert_eq!(answer["data"].as_array().unwrap().len(), 7);
    assert_eq!(keys(&answer["data"][0]), FORM);

    add(&salon, &open(0, "18:00", "20:00")).await.expect(201);
    let underscored = salon.path("opening-hours/bulk_update/");
    let some = json!([with_breaks(open(0, "10:00", "14:00"), &[("12:00", "12:15")]), closed(1)]);
    let answer = salon.owner.post(&underscored, &some).await.expect(200);
    assert_eq!(answer["data"].as_array().unwrap().len(), 7);
    assert_eq!(answer["data"][0]["breaks"], json!([{ "start": "12:00", "end": "12:15" }]));
    let week = week(&app, &salon).await;
    assert_eq!(week[0], (0, "10:00:00".to_owned(), "14:00:00".to_owned()));
    assert_eq!(week[1], (1, String::new(), String::new()));
    assert_eq!(week[2], (2, "09:00:00".to_owned(), "17:00:00".to_owned()));
    assert_eq!(app.get(&salon.path("")).await.expect(200)["opening_hours"], answer["data"]);
}

#[tokio::test]
async fn breaks_that_nobody_mentions_stay_as_far_as_they_lie_within_the_hours() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let breaks = [("09:00", "09:30"), ("12:00", "13:00"), ("16:00", "17:00")];
    let starts = |hour: &Value| -> Vec<String> {
        let pauses = hour["breaks"].as_array().unwrap().iter();
        pauses.map(|pause| format!("{}-{}", pause["start"], pause["end"]).replace('"', "")).collect()
    };
    let made = add(&salon, &with_breaks(open(0, "09:00", "17:00"), &breaks)).await.expect(201);
    let one = path(&salon, &made);

    let put = salon.owner.put(&one, &open(0, "09:15", "16:00")).await.expect(200);
    assert_eq!(starts(&put), ["09:15-09:30", "12:00-13:00"]);
    let patched = salon.owner.patch(&one, &json!({ "open_time": "10:00" })).await.expect(200);
    assert_eq!(starts(&patched), ["12:00-13:00"]);
    let answer = bulk(&salon, &json!([open(0, "09:00", "12:30"), closed(1)])).await.expect(200);
    assert_eq!(starts(&answer["data"][0]), ["12:00-12:30"]);
    let mut cleared = open(0, "09:00", "12:30");
    cleared["breaks"] = Value::Null;
    let answer = bulk(&salon, &json!([cleared])).await.expect(200);
    assert_eq!(answer["data"][0]["breaks"], json!([]));
}

#[tokio::test]
async fn the_answers_own_rows_posted_back_change_nothing() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let day = with_breaks(open(0, "09:00", "17:00"), &[("12:00", "12:30"), ("15:00", "15:15")]);
    let week: Value =
        [day].into_iter().chain((1..6).map(|day| open(day, "09:00", "17:00"))).chain([closed(6)]).collect();
    let said = bulk(&salon, &week).await.expect(200);
    assert_eq!(bulk(&salon, &said["data"]).await.expect(200)["data"], said["data"]);

    // An earlier version's rows, of which one is another.
    let mut rows = said["data"].clone();
    for row in rows.as_array_mut().unwrap() {
        row.as_object_mut().unwrap().remove("breaks");
    }
    rows[1]["close_time"] = json!("18:00:00");
    let changed = bulk(&salon, &rows).await.expect(200)["data"].clone();
    for day in [0, 2, 3, 4, 5, 6] {
        assert_eq!(changed[day], said["data"][day]);
    }
    assert_eq!(changed[1]["close_time"], "18:00:00");
}

#[tokio::test]
async fn one_bad_day_of_seven_changes_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let before = app.get(&salon.path("opening-hours/")).await.expect(200);
    let week = |bad: Value| (0..6).map(closed).chain([bad]).collect::<Value>();
    let cases = [
        (week(open(6, "17:00", "09:00")), "6.close_time"),
        (week(open(6, "nine", "17:00")), "6.open_time"),
        (week(with_breaks(open(6, "09:00", "17:00"), &[("08:00", "10:00")])), "6.breaks"),
        (week(with_breaks(open(6, "09:00", "17:00"), &[("12:00", "?")])), "6.breaks.0.end"),
        (week(open(5, "09:00", "17:00")), "6.day_of_week"),
        (week(open(7, "09:00", "17:00")), "6.day_of_week"),
        (week(Value::Null), "6"),
    ];
    for (entries, wrong) in cases {
        assert_eq!(bulk(&salon, &entries).await.wrong_fields(), [wrong], "{entries}");
    }
    for no_list in [json!({}), json!("monday"), json!(null), json!({ "0": closed(0) })] {
        bulk(&salon, &no_list).await.refused(400, "INVALID_INPUT");
    }
    bulk(&salon, &json!([])).await.expect(200);
    assert_eq!(app.get(&salon.path("opening-hours/")).await.expect(200), before);
}

#[tokio::test]
async fn bulk_updates_at_once_leave_one_of_them_and_not_a_mixture() {
    let app = TestApp::start().await;
    for salon in [salon(&app).await, app.salon().named("Otwarty").create_for(app.person("ewa").await).await] {
        let answers = together(20, |index| {
            let salon = salon.clone();
            let (opens, closes) = (format!("{:02}:00", index % 10), format!("{:02}:30", 10 + index % 10));
            // Half of them name the days in the reverse order.
            let days = (0..7).map(move |day| if index % 2 == 0 { day } else { 6 - day });
            let entries: Value = days.map(|day| open(day, &opens, &closes)).collect();
            async move { bulk(&salon, &entries).await }
        })
        .await;
        for answer in answers {
            answer.expect(200);
        }
        let week = week(&app, &salon).await;
        assert_eq!(week.iter().map(|(day, ..)| *day).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
        let (_, opens, closes) = &week[0];
        assert!(week.iter().all(|day| (&day.1, &day.2) == (opens, closes)), "{week:?}");
    }
}

#[tokio::test]
async fn of_hours_added_at_once_the_first_stays() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let answers = together(20, |_| {
        let salon = salon.clone();
        async move { add(&salon, &open(0, "09:00", "17:00")).await }
    })
    .await;
    let (made, refused): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|answer| answer.status.is_success());
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.refused(409, "CONFLICT");
    }
}

#[tokio::test]
async fn changes_of_different_fields_at_once_are_all_kept() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let made = add(&salon, &open(0, "09:00", "17:00")).await.expect(201);
    let changes = [
        json!({ "open_time": "08:00" }),
        json!({ "close_time": "18:00" }),
        json!({ "breaks": [{ "start": "12:00", "end": "13:00" }] }),
        json!({ "day_of_week": 4 }),
    ];
    let hour = path(&salon, &made);
    let answers = together(changes.len(), |index| {
        let (salon, hour, change) = (salon.clone(), hour.clone(), changes[index].clone());
        async move { salon.owner.patch(&hour, &change).await }
    })
    .await;
    for answer in answers {
        answer.expect(200);
    }
    let now = app.get(&hour).await.expect(200);
    assert_eq!((&now["open_time"], &now["close_time"]), (&json!("08:00:00"), &json!("18:00:00")));
    assert_eq!((&now["breaks"][0]["start"], &now["day_of_week"]), (&json!("12:00"), &json!(4)));
}

#[tokio::test]
async fn days_are_named_in_the_callers_language() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let made = add(&salon, &closed(2)).await.expect(201);
    assert_eq!(made["day_name"], "środa");
    let request = app.request(Method::GET, &path(&salon, &made)).header("accept-language", "en");
    assert_eq!(Answer::read(request.send().await.unwrap()).await.expect(200)["day_name"], "Wednesday");
}

#[tokio::test]
async fn the_list_is_public_and_paged() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let page = app.get(&salon.path("opening-hours/?page_size=5")).await.expect(200);
    assert_eq!((&page["count"], page["results"].as_array().unwrap().len()), (&json!(7), 5));
    assert_eq!(keys(&page["results"][0]), FORM);
    app.get(&salon.path("opening-hours/?page=2")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_else_changes_a_salons_hours() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let before = app.get(&salon.path("opening-hours/")).await.expect(200);
    let hour = &before["results"][0];
    let stranger = app.person("stranger").await;
    for person in [&stranger, &rival.owner] {
        refused_everywhere(person, &salon, hour).await;
    }
    app.post(&salon.path("opening-hours/"), &closed(0)).await.refused(401, "UNAUTHORIZED");
    app.post(&salon.path("opening-hours/bulk-update/"), &json!([closed(0)]))
        .await
        .refused(401, "UNAUTHORIZED");
    let elsewhere = path(&rival, hour);
    rival.owner.put(&elsewhere, &closed(0)).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&elsewhere, &json!({ "close_time": "18:00" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&elsewhere).await.refused(404, "NOT_FOUND");
    assert_eq!(app.get(&salon.path("opening-hours/")).await.expect(200), before);
}

async fn refused_everywhere(person: &Person, salon: &Salon, hour: &Value) {
    let (list, one) = (salon.path("opening-hours/"), path(salon, hour));
    person.post(&list, &closed(0)).await.refused(403, "PERMISSION_DENIED");
    person.put(&one, &closed(0)).await.refused(403, "PERMISSION_DENIED");
    person.patch(&one, &json!({ "close_time": "18:00" })).await.refused(403, "PERMISSION_DENIED");
    person.delete(&one).await.refused(403, "PERMISSION_DENIED");
    for bulk in ["bulk-update/", "bulk_update/"] {
        person.post(&format!("{list}{bulk}"), &json!([closed(0)])).await.refused(403, "PERMISSION_DENIED");
    }
}
