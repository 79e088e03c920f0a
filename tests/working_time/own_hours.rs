//! Weekly hours of a staff member's own.

use serde_json::{Value, json};

use super::{id, interval, let_staff_decide, salon_with_assistant};
use crate::support::{Answer, Salon, TestApp, keys, together};

fn on(day: u8, opens: &str, closes: &str) -> Value {
    let mut entry = interval(opens, closes);
    entry["day_of_week"] = json!(day);
    entry
}

fn valid(mut entry: Value, from: Value, until: Value) -> Value {
    (entry["valid_from"], entry["valid_until"]) = (from, until);
    entry
}

fn path(salon: &Salon, member: &str) -> String {
    salon.path(&format!("staff/{member}/hours/"))
}

async fn put(salon: &Salon, member: &str, hours: &Value) -> Answer {
    salon.owner.put(&path(salon, member), hours).await
}

#[tokio::test]
async fn all_of_somebodys_hours_are_replaced_at_once() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    assert_eq!(kasia.get(&path(&salon, &member)).await.expect(200), json!([]));

    let mut tuesday = on(1, "13:00", "19:00");
    tuesday["breaks"] = json!([{ "start": "16:00", "end": "16:15" }]);
    let hours = json!([
        valid(tuesday, json!("2026-04-01"), Value::Null),
        on(0, "14:00", "18:00"),
        on(0, "08:00:00", "12:00")
    ]);
    let set = put(&salon, &member, &hours).await.expect(200);
    assert_eq!(
        keys(&set[0]),
        [
            "breaks",
            "close_time",
            "day_name",
            "day_of_week",
            "location_id",
            "open_time",
            "valid_from",
            "valid_until"
        ]
    );
    let opens: Vec<&Value> = set.as_array().unwrap().iter().map(|one| &one["open_time"]).collect();
    assert_eq!(opens, ["08:00:00", "14:00:00", "13:00:00"]);
    assert_eq!((&set[2]["valid_from"], &set[2]["valid_until"]), (&json!("2026-04-01"), &Value::Null));
    assert_eq!(set[2]["breaks"], json!([{ "start": "16:00", "end": "16:15" }]));
    assert_eq!((&set[0]["day_name"], &set[0]["breaks"]), (&json!("poniedziałek"), &json!([])));
    assert_eq!(kasia.get(&path(&salon, &member)).await.expect(200), set);

    // What was answered is understood.
    assert_eq!(put(&salon, &member, &set).await.expect(200), set);
    assert_eq!(put(&salon, &member, &json!([])).await.expect(200), json!([]));
    assert_eq!(kasia.get(&path(&salon, &member)).await.expect(200), json!([]));
}

#[tokio::test]
async fn hours_that_are_valid_at_once_do_not_overlap() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let spring = valid(on(0, "09:00", "17:00"), Value::Null, json!("2026-05-31"));
    let summer = valid(on(0, "07:00", "15:00"), json!("2026-06-01"), Value::Null);
    let kept = put(&salon, &member, &json!([spring, summer])).await.expect(200);

    let also = valid(on(0, "16:30", "18:00"), json!("2026-05-31"), json!("2026-05-31"));
    let refused = put(&salon, &member, &json!([summer, spring, also])).await;
    assert_eq!(refused.refused(409, "CONFLICT"), json!({ "entries": [1, 2] }));
    let english = app.request(reqwest::Method::PUT, &path(&salon, &member));
    let english = english.bearer_auth(&salon.owner.access).header("accept-language", "en");
    let english = english.json(&json!([spring, on(0, "00:00", "24:00")])).send().await.unwrap();
    let english = Answer::read(english).await;
    english.refused(409, "CONFLICT");
    assert_eq!(english.json()["message"], "These hours overlap with others on the same day.");
    assert_eq!(salon.owner.get(&path(&salon, &member)).await.expect(200), kept);
}

#[tokio::test]
async fn one_bad_interval_changes_nothing() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let kept = put(&salon, &member, &json!([on(0, "09:00", "12:00")])).await.expect(200);
    let mut early = on(1, "09:00", "12:00");
    early["breaks"] = json!([{ "start": "08:00", "end": "10:00" }]);
    let bad = [
        (on(7, "09:00", "12:00"), "1.day_of_week"),
        (on(1, "12:00", "09:00"), "1.close_time"),
        (on(1, "nine", "12:00"), "1.open_time"),
        (early, "1.breaks"),
        (valid(on(1, "09:00", "12:00"), json!("2026-05-02"), json!("2026-05-01")), "1.valid_until"),
        (valid(on(1, "09:00", "12:00"), json!("tomorrow"), Value::Null), "1.valid_from"),
    ];
    for (entry, wrong) in bad {
        let answer = put(&salon, &member, &json!([on(0, "08:00", "09:00"), entry])).await;
        assert_eq!(answer.wrong_fields(), [wrong]);
    }
    let timeless = json!([{ "day_of_week": 0, "open_time": "09:00" }]);
    put(&salon, &member, &timeless).await.refused(400, "REQUIRED_FIELD");
    let endless: Value = (0..101).map(|_| on(0, "09:00", "12:00")).collect();
    put(&salon, &member, &endless).await.refused(400, "INVALID_INPUT");
    put(&salon, &member, &json!({})).await.refused(400, "INVALID_INPUT");
    assert_eq!(salon.owner.get(&path(&salon, &member)).await.expect(200), kept);
}

#[tokio::test]
async fn weeks_that_are_set_at_once_do_not_mix() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let answers = together(12, |index| {
        let (salon, member, opens) = (salon.clone(), member.clone(), format!("{index:02}:00"));
        async move {
            let week: Value = (0..7).map(|day| on(day, &opens, "20:00")).collect();
            put(&salon, &member, &week).await
        }
    })
    .await;
    for answer in answers {
        answer.expect(200);
    }
    let week = salon.owner.get(&path(&salon, &member)).await.expect(200);
    let week = week.as_array().unwrap();
    assert_eq!(week.len(), 7);
    assert!(week.iter().all(|day| day["open_time"] == week[0]["open_time"]), "{week:?}");
}

#[tokio::test]
async fn staff_set_their_own_hours_where_they_may() {
    let app = TestApp::start().await;
    let (salon, kasia, member) = salon_with_assistant(&app).await;
    let hours = json!([on(0, "09:00", "12:00")]);
    kasia.put(&path(&salon, &member), &hours).await.refused(403, "PERMISSION_DENIED");
    let_staff_decide(&salon).await;
    kasia.put(&path(&salon, &member), &hours).await.expect(200);
    let [owners, _] = salon.staff().await.try_into().unwrap();
    kasia.put(&path(&salon, &owners), &hours).await.refused(403, "PERMISSION_DENIED");
    kasia.get(&path(&salon, &owners)).await.expect(200);
}

#[tokio::test]
async fn nobody_sets_the_hours_of_another_businesss_staff() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let rival = app.salon().named("Konkurencja").create().await;
    let [theirs] = rival.staff().await.try_into().unwrap();
    for absent in [theirs.as_str(), "0190aaaa-0000-7000-8000-000000000000"] {
        put(&salon, absent, &json!([])).await.refused(404, "STAFF_NOT_FOUND");
        salon.owner.get(&path(&salon, absent)).await.refused(404, "STAFF_NOT_FOUND");
    }
    rival.owner.put(&path(&salon, &member), &json!([])).await.refused(403, "PERMISSION_DENIED");
    rival.owner.get(&path(&salon, &member)).await.refused(403, "PERMISSION_DENIED");
    app.get(&path(&salon, &member)).await.refused(401, "UNAUTHORIZED");

    let gone = salon.owner.post(&salon.path("staff/"), &json!({ "display_name": "Ola" })).await.expect(201);
    put(&salon, &id(&gone), &json!([on(0, "09:00", "12:00")])).await.expect(200);
    salon.owner.delete(&salon.path(&format!("staff/{}/", id(&gone)))).await.expect(204);
    put(&salon, &id(&gone), &json!([])).await.refused(404, "STAFF_NOT_FOUND");
}
