//! The API behind PgBouncer in transaction mode, which is how hosted Postgres is reached: no session lasts longer than a
//! transaction, and old versions of it lose named statements. And where nothing is lost: what a connection keeps.

use std::{
    env,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::db::{Connection, DatabaseUrl, Db, Sql, Statements};

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
    let app = TestApp::on(database, &[("DATABASE_URL", &pooler.url), ("PREPARED_STATEMENTS", "off")]).await;
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

/// How many statements the connection that is asked keeps prepared.
async fn prepared(on: &Connection) -> i64 {
    let kept = "select count(*) from pg_prepared_statements where statement like '%seventeen%'";
    on.row(kept, &[]).await.unwrap().unwrap().get(0)
}

#[tokio::test]
async fn statements_stay_prepared_where_they_may_and_not_without_end() {
    let database = TestDatabase::create().await;
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let pool = |statements| Db::new(&url, statements, Duration::from_secs(3)).unwrap();
    for (statements, expected) in [(Statements::Prepared, 2), (Statements::Unnamed, 0)] {
        let db = pool(statements);
        let connection = db.connection().await.unwrap();
        for _ in 0..3 {
            connection.row("select 17 as seventeen", &[]).await.unwrap().unwrap();
        }
        let counted = prepared(&connection).await;
        assert_eq!(counted, expected, "{statements:?}");
    }

    let db = pool(Statements::Prepared);
    for round in 0..3 {
        let connection = db.connection().await.unwrap();
        for n in 0..150 {
            connection.row(&format!("select {} as seventeen", 1000 * round + n), &[]).await.unwrap().unwrap();
        }
    }
    let kept = prepared(&db.connection().await.unwrap()).await;
    assert!(kept <= 201, "{kept}");
}

#[tokio::test]
async fn statements_on_their_way_at_once_are_run_in_order_whether_prepared_or_not() {
    let database = TestDatabase::create().await;
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    let db = Db::new(&url, Statements::Prepared, Duration::from_secs(3)).unwrap();
    let mut connection = db.connection().await.unwrap();
    connection.execute("create temporary table steps (step int8)", &[]).await.unwrap();
    let known = "insert into steps select count(*) from steps";
    connection.execute(known, &[]).await.unwrap();
    connection.execute("truncate steps", &[]).await.unwrap();

    let tx = connection.begin().await.unwrap();
    let new = "insert into steps select 100 + count(*) from steps";
    let (first, second) = tokio::join!(tx.execute(new, &[]), tx.execute(known, &[]));
    assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
    let rows = tx.rows("select step from steps order by step", &[]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get::<_, i64>(0)).collect::<Vec<_>>(), [1, 100]);
}
