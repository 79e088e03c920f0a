//! The API behind PgBouncer in transaction mode, which is how hosted Postgres is reached: no session lasts longer than a
//! transaction, and old versions of it lose named statements.

use std::{
    env,
    io::{self, Write},
    sync::Arc,
};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, PgBouncer, TestApp, TestDatabase, together};

/// An app that reaches its database through PgBouncer; none where there is no PgBouncer, which CI does not accept.
async fn pooled() -> Option<(PgBouncer, TestApp)> {
    let database = Arc::new(TestDatabase::create().await);
    let Some(pooler) = PgBouncer::before(&database).await else {
        assert!(env::var_os("CI").is_none(), "CI needs `pgbouncer`");
        // Not by a macro, whose output a passing test keeps to itself.
        let warning = "\nNOT TESTED: there is no `pgbouncer` on this machine, so nothing ran through it.\n";
        io::stderr().write_all(warning.as_bytes()).unwrap();
        return None;
    };
    let app = TestApp::on(database, &[("DATABASE_URL", &pooler.url)]).await;
    Some((pooler, app))
}

#[tokio::test]
async fn the_api_works_through_pgbouncer_in_transaction_mode() {
    let Some((_pooler, app)) = pooled().await else { return };
    let salon = app.salon().staff(2).with_break("12:00", "12:30").create().await;
    let anna = app.person("anna").await.signed_in_again(&app).await;
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["username"], "anna");
    assert_eq!(app.get("/api/businesses/?search=zlote").await.expect(200)["count"], 1);
    assert_eq!(salon.free(&app, "2026-03-03").await[0], "09:00");

    let path = salon.path("appointments/");
    let wish = salon.wish("2026-03-03", "10:00");
    let book = async || {
        let request = anna.request(Method::POST, &path).header("Idempotency-Key", "key").json(&wish);
        Answer::read(request.send().await.unwrap()).await.expect(201)
    };
    let booked = book().await;
    assert_eq!(book().await, booked);

    let id = booked["id"].as_str().unwrap();
    salon.owner.post(&salon.path(&format!("appointments/{id}/confirm/")), &json!({})).await.expect(200);
    anna.post(&format!("/api/users/appointments/{id}/cancel/"), &json!({})).await.expect(200);
    let page = salon.owner.get(&path).await.expect(200);
    assert_eq!((&page["count"], &page["results"][0]["status"]), (&json!(1), &json!("cancelled")));
}

#[tokio::test]
async fn of_fifty_bookings_through_pgbouncer_one_succeeds() {
    let Some((_pooler, app)) = pooled().await else { return };
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    let answers = together(50, |_| {
        let (salon, anna) = (salon.clone(), anna.clone());
        async move { salon.book(&anna, "2026-03-03", "10:00").await }
    })
    .await;
    let (won, lost): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in lost {
        answer.refused(409, "SLOT_UNAVAILABLE");
    }
}
