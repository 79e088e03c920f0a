//! What a business sees of its appointments, and does with them.

use reqwest::Method;
use serde_json::json;

use super::{history, id_of, ids_of};
use crate::support::{Answer, Person, Salon, TestApp};

const DATE: &str = "2026-03-03";

async fn act(person: &Person, salon: &Salon, id: &str, action: &str) -> Answer {
    person.send(Method::POST, &salon.path(&format!("appointments/{id}/{action}/")), None).await
}

/// The ids of a filtered list.
async fn list(salon: &Salon, filter: &str) -> Vec<String> {
    ids_of(&salon.owner.get(&salon.path(&format!("appointments/?{filter}"))).await.expect(200))
}

#[tokio::test]
async fn the_dates_of_a_filter_are_the_businesss_own() {
    let app = TestApp::start().await;
    // Eleven hours ahead of UTC: the dates' edges are far from UTC's.
    let salon = app.salon().business("timezone", "Pacific/Noumea").open("00:00", "24:00").create().await;
    let anna = app.person("anna").await;
    let late = id_of(&salon.book(&anna, "2026-03-03", "23:00").await.expect(201));
    let early = id_of(&salon.book(&anna, "2026-03-04", "00:00").await.expect(201));

    assert_eq!(list(&salon, "").await, [early.clone(), late.clone()]);
    assert_eq!(list(&salon, "date_to=2026-03-03").await, [late.as_str()]);
    assert_eq!(list(&salon, "date_from=2026-03-04").await, [early.as_str()]);
    assert_eq!(list(&salon, "date_from=2026-03-03&date_to=2026-03-03").await, [late.as_str()]);
    assert_eq!(list(&salon, "date_from=2026-03-03&date_to=2026-03-04").await, [early, late]);
    assert_eq!(list(&salon, "date_from=2026-03-05").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_list_can_be_narrowed_down_by_status_and_by_staff() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let first = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    let second = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));
    act(&salon.owner, &salon, &first, "confirm").await.expect(200);

    assert_eq!(list(&salon, "status=confirmed").await, [first.as_str()]);
    assert_eq!(list(&salon, "status=pending").await, [second.as_str()]);
    let [one, other] = salon.staff().await.try_into().unwrap();
    assert_eq!(list(&salon, &format!("staff_id={one}")).await, [first]);
    assert_eq!(list(&salon, &format!("staff_id={other}")).await, [second]);
    assert_eq!(list(&salon, &format!("staff_id={one}&status=pending")).await, Vec::<String>::new());

    for wrong in ["status=gone", "date_from=yesterday", "date_to=2026-02-30", "staff_id=1"] {
        let answer = salon.owner.get(&salon.path(&format!("appointments/?{wrong}"))).await;
        let details = answer.refused(400, "VALIDATION_ERROR");
        assert!(details[wrong.split_once('=').unwrap().0].is_array(), "{wrong}: {details}");
    }
}

#[tokio::test]
async fn the_business_cancels_with_a_reason_and_the_time_is_free_again() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    let path = salon.path(&format!("appointments/{id}/cancel/"));
    let cancelled = salon.owner.post(&path, &json!({ "reason": "awaria" })).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["cancelled_by"], "business");
    assert_eq!(cancelled["cancellation_reason"], "awaria");
    assert_eq!(cancelled["customer_email"], anna.email);
    let last = history(&app, &id).await[1].clone();
    assert_eq!(last, json!(["pending", "cancelled", salon.owner.id, "awaria"]));
    salon.book(&anna, DATE, "10:00").await.expect(201);
}

#[tokio::test]
async fn a_status_changes_along_the_arrows_only() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    act(&salon.owner, &salon, &id, "confirm").await.expect(200);
    let details = act(&salon.owner, &salon, &id, "confirm").await.refused(409, "INVALID_STATUS_TRANSITION");
    assert_eq!(details, json!({ "from": "confirmed", "to": "confirmed" }));
    act(&salon.owner, &salon, &id, "cancel").await.expect(200);
    for (action, to) in [("confirm", "confirmed"), ("cancel", "cancelled")] {
        let details = act(&salon.owner, &salon, &id, action).await.refused(409, "INVALID_STATUS_TRANSITION");
        assert_eq!(details, json!({ "from": "cancelled", "to": to }));
    }
    // What was refused has left no trace.
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_decides() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    let answers = crate::support::together(8, |_| {
        let (salon, id) = (salon.clone(), id.clone());
        async move { act(&salon.owner, &salon, &id, "confirm").await }
    })
    .await;
    let confirmed = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((confirmed, refused), (1, 7), "{answers:?}");
    assert_eq!(history(&app, &id).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn strangers_and_customers_see_and_change_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    for stranger in [&anna, &ben, &other.owner] {
        stranger.get(&salon.path("appointments/")).await.refused(403, "PERMISSION_DENIED");
        for action in ["confirm", "cancel"] {
            act(stranger, &salon, &id, action).await.refused(403, "PERMISSION_DENIED");
        }
    }
    app.get(&salon.path("appointments/")).await.refused(401, "UNAUTHORIZED");
    // Through one's own business, another's appointments do not exist.
    for action in ["confirm", "cancel"] {
        act(&other.owner, &other, &id, action).await.refused(404, "APPOINTMENT_NOT_FOUND");
    }
    assert_eq!(other.owner.get(&other.path("appointments/")).await.expect(200)["count"], 0);
    assert_eq!(anna.get(&format!("/api/users/appointments/{id}/")).await.expect(200)["status"], "pending");
}

#[tokio::test]
async fn whoever_works_there_may_do_the_daily_work() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let (anna, kasia) = (app.person("anna").await, app.person("kasia").await);
    let employ = "update staff_members set user_id = $1::text::uuid where id = $2::text::uuid";
    let staff = salon.staff().await;
    app.database.connect().await.execute(employ, &[&kasia.id, &staff[1]]).await.unwrap();
    let id = id_of(&salon.book(&anna, DATE, "10:00").await.expect(201));

    assert_eq!(kasia.get(&salon.path("appointments/")).await.expect(200)["count"], 1);
    act(&kasia, &salon, &id, "confirm").await.expect(200);
    assert_eq!(history(&app, &id).await[1], json!(["pending", "confirmed", kasia.id, ""]));
}
