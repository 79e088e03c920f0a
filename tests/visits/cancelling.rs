//! Calling a visit off, as a whole and in part; and whose it is.

use serde_json::{Value, json};

use super::{Stage, count, id, of_parts};
use crate::support::{Answer, PASSWORD, Person};

fn path(visit: &Value, below: &str) -> String {
    format!("/api/users/visits/{}/{below}", id(visit))
}

async fn cancel(person: &Person, visit: &Value) -> Answer {
    person.post(&path(visit, "cancel/"), &json!({ "reason": "Choroba" })).await
}

#[tokio::test]
async fn the_whole_visit_is_cancelled_and_its_time_is_free() {
    let stage = Stage::set().await;
    let free = stage.free("").await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    let answer = cancel(&stage.anna, &visit).await.expect(200);
    assert_eq!(answer["message"], "Cała wizyta została odwołana.");
    assert_eq!(of_parts(&answer["data"], "/status"), ["cancelled", "cancelled"]);
    assert_eq!(stage.free("").await, free);
    assert_eq!(count(&stage.app).await[..3], [1, 2, 0]);
    cancel(&stage.anna, &visit).await.refused(400, "BAD_REQUEST");
    let place = stage.cut.path("appointments/");
    for part in of_parts(&visit, "/id") {
        let seen = stage.cut.owner.get(&format!("{place}{part}/")).await.expect(200);
        assert_eq!(
            (&seen["cancelled_by"], &seen["cancellation_reason"]),
            (&json!("customer"), &json!("Choroba"))
        );
    }
}

#[tokio::test]
async fn a_part_is_cancelled_alone_and_then_the_rest() {
    let stage = Stage::set().await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    let part = of_parts(&visit, "/id")[0].to_owned();
    stage.anna.post(&format!("/api/users/appointments/{part}/cancel/"), &json!({})).await.expect(200);
    let left = stage.anna.get(&path(&visit, "")).await.expect(200);
    assert_eq!(of_parts(&left, "/status"), ["cancelled", "pending"]);
    let answer = cancel(&stage.anna, &visit).await.expect(200);
    assert_eq!(of_parts(&answer["data"], "/status"), ["cancelled", "cancelled"]);
}

#[tokio::test]
async fn it_is_all_or_nothing_with_deadlines_and_with_what_has_begun() {
    let stage = Stage::with(json!({ "booking_policy": { "cancellation_deadline_minutes": 60 } })).await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    let at = async |time: &str| {
        stage.app.set_clock(&format!("2026-03-03T{time}:00+01:00")).await;
        stage.anna.signed_in_again(&stage.app).await
    };
    let anna = at("08:30").await;
    cancel(&anna, &visit).await.refused(409, "CANCELLATION_WINDOW_PASSED");
    let anna = at("09:01").await;
    cancel(&anna, &visit).await.refused(400, "BAD_REQUEST");
    let left = anna.get(&path(&visit, "")).await.expect(200);
    assert_eq!(of_parts(&left, "/status"), ["pending", "pending"]);
}

#[tokio::test]
async fn a_visit_is_its_customers_alone() {
    let stage = Stage::set().await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    let ewa = stage.app.person("ewa").await;
    for person in [&ewa, &stage.cut.owner] {
        person.get(&path(&visit, "")).await.refused(404, "NOT_FOUND");
        cancel(person, &visit).await.refused(404, "NOT_FOUND");
    }
    assert_eq!(
        of_parts(&stage.anna.get(&path(&visit, "")).await.expect(200), "/status"),
        ["pending", "pending"]
    );
}

#[tokio::test]
async fn who_erases_their_account_leaves_no_visit_behind_that_is_theirs() {
    let stage = Stage::set().await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    stage
        .anna
        .request(reqwest::Method::DELETE, "/api/users/me/")
        .json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let sql = "select count(*) from appointments where visit_id::text = $1 and customer_id is null and status = 'cancelled'";
    let row = stage.app.database.connect().await.query_one(sql, &[&id(&visit)]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 2);
}
