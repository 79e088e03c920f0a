//! A customer's own appointments.

use super::{id_of, ids_of};
use crate::support::{Person, Salon, TestApp};

/// Books on three days, in no order; the ids by date.
async fn three(salon: &Salon, customer: &Person) -> [String; 3] {
    let mut ids = Vec::new();
    for date in ["2026-03-04", "2026-03-03", "2026-03-05"] {
        ids.push(id_of(&salon.book(customer, date, "10:00").await.expect(201)));
    }
    ids.swap(0, 1);
    ids.try_into().unwrap()
}

#[tokio::test]
async fn ones_own_appointments_are_listed_newest_start_first() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let [first, second, third] = three(&salon, &anna).await;
    salon.book(&ben, "2026-03-03", "11:00").await.expect(201);

    let page = anna.get("/api/users/appointments/").await.expect(200);
    assert_eq!(page["count"], 3);
    assert_eq!(ids_of(&page), [third.clone(), second.clone(), first.clone()]);
    assert_eq!(page["results"][0].get("customer_id"), None);

    let page = anna.get("/api/users/appointments/?page_size=2").await.expect(200);
    assert_eq!((&page["count"], ids_of(&page)), (&3.into(), vec![third, second]));
    let next = page["next"].as_str().unwrap().strip_prefix(&app.base).unwrap();
    let page = anna.get(next).await.expect(200);
    assert_eq!(ids_of(&page), [first]);
    assert!(page["next"].is_null() && page["previous"].is_string(), "{page}");
    anna.get("/api/users/appointments/?page=2").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn who_has_none_gets_an_empty_page() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let page = anna.get("/api/users/appointments/").await.expect(200);
    let empty = serde_json::json!({ "count": 0, "next": null, "previous": null, "results": [] });
    assert_eq!(page, empty);
}

#[tokio::test]
async fn they_can_be_narrowed_down_by_status() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [first, second, third] = three(&salon, &anna).await;
    salon
        .owner
        .send(reqwest::Method::POST, &salon.path(&format!("appointments/{first}/confirm/")), None)
        .await
        .expect(200);
    anna.send(reqwest::Method::POST, &format!("/api/users/appointments/{second}/cancel/"), None)
        .await
        .expect(200);

    for (status, expected) in [("confirmed", &first), ("cancelled", &second), ("pending", &third)] {
        let page = anna.get(&format!("/api/users/appointments/?status={status}")).await.expect(200);
        assert_eq!(ids_of(&page), [expected.as_str()], "{status}");
    }
    let none = anna.get("/api/users/appointments/?status=completed").await.expect(200);
    assert_eq!(none["count"], 0);
    // A filter that a form leaves empty is none.
    assert_eq!(anna.get("/api/users/appointments/?status=&time=").await.expect(200)["count"], 3);
}

#[tokio::test]
async fn upcoming_ones_are_those_that_are_not_over() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let [first, second, third] = three(&salon, &anna).await;
    let list = async |anna: &Person, time: &str| {
        ids_of(&anna.get(&format!("/api/users/appointments/?time={time}")).await.expect(200))
    };

    app.set_clock("2026-03-04T09:59:59Z").await;
    let anna = anna.signed_in_again(&app).await;
    assert_eq!(list(&anna, "upcoming").await, [third.clone(), second.clone()]);
    assert_eq!(list(&anna, "past").await, [first.as_str()]);
    app.set_clock("2026-03-04T10:00:00Z").await;
    assert_eq!(list(&anna, "upcoming").await, [third]);
    assert_eq!(list(&anna, "past").await, [second, first]);
}

#[tokio::test]
async fn an_unknown_filter_is_refused() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for filter in ["status=done", "time=tomorrow"] {
        let (name, _) = filter.split_once('=').unwrap();
        let details =
            anna.get(&format!("/api/users/appointments/?{filter}")).await.refused(400, "VALIDATION_ERROR");
        assert!(details[name].is_array(), "{filter}: {details}");
    }
}

#[tokio::test]
async fn another_persons_appointment_does_not_exist() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let id = id_of(&salon.book(&anna, "2026-03-03", "10:00").await.expect(201));

    for stranger in [&ben, &salon.owner] {
        let path = format!("/api/users/appointments/{id}/");
        stranger.get(&path).await.refused(404, "APPOINTMENT_NOT_FOUND");
        let cancel = stranger.send(reqwest::Method::POST, &format!("{path}cancel/"), None).await;
        cancel.refused(404, "APPOINTMENT_NOT_FOUND");
    }
    anna.get("/api/users/appointments/7/").await.refused(404, "APPOINTMENT_NOT_FOUND");
    app.get("/api/users/appointments/").await.refused(401, "UNAUTHORIZED");
}
