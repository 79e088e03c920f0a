//! The cron function: who may call it, and what it does however often and however late it is called.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    cron::{self, Task},
    ids::AppointmentId,
};

use super::{stored, visit_at};
use crate::support::{Answer, TestApp, together};

const SECRET: &str = "a-cron-secret-of-the-tests";

async fn call(app: &TestApp, method: Method, path: &str, authorization: Option<&str>) -> Answer {
    let mut request = app.request(method, path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    Answer::read(request.send().await.unwrap()).await
}

async fn guarded() -> TestApp {
    TestApp::with(&[("CRON_SECRET", SECRET)]).await
}

#[tokio::test]
async fn whoever_knows_the_secret_may_call_it_with_get_or_post() {
    let app = guarded().await;
    let bearer = format!("Bearer {SECRET}");
    for method in [Method::GET, Method::POST] {
        let answer = call(&app, method.clone(), "/api/cron/", Some(&bearer)).await.expect(200);
        assert_eq!(answer["success"], true);
        let fields = crate::support::keys(&answer["data"]).join(" ");
        assert_eq!(fields, "completed offers outbox reminders removed");
        let answer = call(&app, method.clone(), "/api/cron/completion/", Some(&bearer)).await.expect(200);
        assert_eq!(answer["data"], json!({ "completed": 0 }));
        let answer = call(&app, method.clone(), "/api/cron/messages/", Some(&bearer)).await.expect(200);
        let outbox = json!({ "sent": 0, "dropped": 0, "postponed": 0, "given_up": 0 });
        let reminders = json!({ "reminder_24h": 0, "reminder_2h": 0 });
        assert_eq!(answer["data"], json!({ "outbox": outbox, "reminders": reminders }));
        call(&app, method.clone(), "/api/cron/cleanup", Some(&bearer)).await.expect(200);
        call(&app, method, "/api/cron/world-domination/", Some(&bearer)).await.refused(404, "NOT_FOUND");
    }
    call(&app, Method::PUT, "/api/cron/", Some(&bearer)).await.refused(405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn nobody_else_may() {
    let app = guarded().await;
    let anna = app.person("anna").await;
    for path in ["/api/cron/", "/api/cron/cleanup/"] {
        for method in [Method::GET, Method::POST] {
            call(&app, method, path, None).await.refused(401, "UNAUTHORIZED");
        }
        let tokens = [anna.access.as_str(), "", "a-cron-secret-of-the-test", "a-cron-secret-of-the-tests-"];
        for token in tokens {
            let bearer = format!("Bearer {token}");
            let answer = call(&app, Method::POST, path, Some(&bearer)).await;
            answer.refused(401, "INVALID_TOKEN");
            assert!(answer.header("www-authenticate").is_some());
        }
        call(&app, Method::GET, path, Some(SECRET)).await.refused(401, "INVALID_TOKEN");
    }
}

#[tokio::test]
async fn without_a_secret_there_is_no_such_function() {
    let production =
        [("SESSLY_ENV", "production"), ("ALLOWED_HOSTS", "127.0.0.1"), ("EMAIL_HOST", "127.0.0.1")];
    let app = TestApp::with(&production).await;
    for authorization in [None, Some("Bearer "), Some("Bearer undefined")] {
        call(&app, Method::GET, "/api/cron/", authorization).await.refused(404, "NOT_FOUND");
        call(&app, Method::GET, "/api/cron/cleanup/", authorization).await.refused(404, "NOT_FOUND");
    }
    let app = TestApp::start().await;
    call(&app, Method::GET, "/api/cron/", None).await.refused(404, "NOT_FOUND");
}

/// The states of a visit, as recorded: from, to, by whom, when.
async fn history(app: &TestApp, id: AppointmentId) -> Value {
    let query = "select from_status, to_status, actor_id, at from appointment_history";
    stored(app, &format!("{query} where appointment_id = '{id}'")).await
}

#[tokio::test]
async fn visits_that_are_over_become_completed_even_a_week_late() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let over = visit_at(&app, &salon, &anna, "confirmed", "2026-03-03T10:00:00+01:00").await;
    visit_at(&app, &salon, &anna, "pending", "2026-03-03T11:00:00+01:00").await;
    visit_at(&app, &salon, &anna, "confirmed", "2026-03-10T10:00:00+01:00").await;

    app.set_clock("2026-03-03T09:59:59Z").await;
    assert_eq!(cron::run(&app.state, &[Task::Completion]).await.unwrap().completed, Some(0), "not over yet");
    app.set_clock("2026-03-10T09:30:00Z").await;
    assert_eq!(cron::run(&app.state, &[Task::Completion]).await.unwrap().completed, Some(1));
    assert_eq!(cron::run(&app.state, &[Task::Completion]).await.unwrap().completed, Some(0));

    let visits = stored(&app, "select status from appointments order by starts_at").await;
    assert_eq!(
        visits,
        json!([{ "status": "completed" }, { "status": "pending" }, { "status": "confirmed" }])
    );
    // Completed when it was over; recorded when that was seen, as done by nobody.
    let query =
        format!("select completed_at::text from appointments where id = '{over}' and completed_at = ends_at");
    assert_eq!(stored(&app, &query).await.as_array().unwrap().len(), 1);
    let recorded = history(&app, over).await;
    assert_eq!(recorded[0]["from_status"], "confirmed");
    assert_eq!((&recorded[0]["to_status"], &recorded[0]["actor_id"]), (&json!("completed"), &Value::Null));
    let at: Timestamp = recorded[0]["at"].as_str().unwrap().parse().unwrap();
    assert_eq!((recorded.as_array().unwrap().len(), at), (1, app.clock.now()));
}

#[tokio::test]
async fn many_visits_are_completed_once_each_by_many_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let first = visit_at(&app, &salon, &anna, "confirmed", "2025-03-03T10:00:00+01:00").await;
    let more = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at,
                                  busy_from, busy_to, price_minor, price_currency, created_at, updated_at)
        select gen_random_uuid(), business_id, service_id, staff_id, customer_id, status, starts_at + n * interval '2 hours',
               ends_at + n * interval '2 hours', busy_from + n * interval '2 hours', busy_to + n * interval '2 hours',
               price_minor, price_currency, created_at, updated_at
        from appointments, generate_series(1, 1299) n where id = $1";
    app.database.connect().await.execute(more, &[&first]).await.unwrap();
    let state = app.state.clone();
    let counts = together(4, |_| {
        let state = state.clone();
        async move { cron::run(&state, &[Task::Completion]).await.unwrap().completed.unwrap() }
    })
    .await;
    cron::run(&app.state, &[Task::Completion]).await.unwrap();
    assert!(counts.iter().sum::<u64>() <= 1300, "{counts:?}");
    let query = "select status, count(distinct appointments.id) as visits, count(*) as recorded
                 from appointments join appointment_history on appointment_id = appointments.id group by status";
    assert_eq!(
        stored(&app, query).await,
        json!([{ "status": "completed", "visits": 1300, "recorded": 1300 }])
    );
}

#[tokio::test]
async fn completion_looks_at_no_more_than_has_begun() {
    let app = TestApp::start().await;
    let connection = app.database.connect().await;
    connection.batch_execute("set enable_seqscan = off; set enable_bitmapscan = off").await.unwrap();
    let plan = "explain select id from appointments
                where status = 'confirmed' and starts_at < now() and ends_at <= now() order by starts_at limit 500";
    let lines = connection.query(plan, &[]).await.unwrap();
    let plan: String = lines.iter().map(|line| line.get::<_, String>(0)).collect();
    assert!(plan.contains("appointments_confirmed"), "{plan}");
}

#[tokio::test]
async fn a_session_that_lives_keeps_its_line_when_its_old_tokens_go() {
    let app = TestApp::with(&[("JWT_REFRESH_DAYS", "7")]).await;
    let anna = app.person("anna").await;
    let mut holder = anna.clone();
    // Refreshed every five days, for a month.
    for _ in 0..6 {
        app.later(SignedDuration::from_hours(5 * 24)).await;
        let tokens =
            app.post("/api/users/token/refresh/", &json!({ "refresh": holder.refresh })).await.expect(200);
        holder = holder.holding(&tokens);
    }
    let removed = cron::run(&app.state, &[Task::Cleanup]).await.unwrap().removed.unwrap();
    assert!(removed.refresh_tokens > 0, "{removed:?}");
    assert_eq!(removed.sessions, 0);
    holder.get("/api/users/me/").await.expect(200);
    let tokens =
        app.post("/api/users/token/refresh/", &json!({ "refresh": holder.refresh })).await.expect(200);
    holder.holding(&tokens).get("/api/users/me/").await.expect(200);
}

#[tokio::test]
async fn what_has_had_its_time_is_deleted_and_nothing_else() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let id = visit_at(&app, &salon, &anna, "confirmed", "2026-03-05T10:00:00+01:00").await;
    let rows = format!(
        "truncate rate_limits;
         insert into rate_limits (key, arrives_at) values ('old', '2026-03-01'), ('new', '2099-01-01');
         insert into reminders values ('{id}', 'reminder_24h', '2026-03-05T09:00:00Z');
         insert into idempotency_keys values
             ('{0}', 'old', sha256(''), '{id}', '2026-03-01', '2026-03-02'),
             ('{0}', 'new', sha256(''), '{id}', '2026-03-01', '2099-01-01');
         insert into mail_events values ('mailgun', 'old', 'bounce', null, '2025-01-01'),
             ('mailgun', 'new', 'bounce', null, '2099-01-01');
         insert into waitlist_entries (id, business_id, service_id, customer_id, first_day, last_day, to_minute, created_at)
             select gen_random_uuid(), business_id, id, '{0}', '2026-03-20', '2026-03-20', 0, '2026-03-01' from services;
         insert into webhook_tokens values (sha256('old'), '2026-03-01'), (sha256('new'), '2099-01-01')",
        anna.id
    );
    app.database.connect().await.batch_execute(&rows).await.unwrap();
    anna.post(&salon.path("holds/"), &salon.wish("2026-03-04", "10:00")).await.expect(201);
    app.set_clock("2026-03-03T08:00:00Z").await;
    let removed = cron::run(&app.state, &[Task::Cleanup]).await.unwrap().removed.unwrap();
    assert_eq!(
        serde_json::to_value(removed).unwrap(),
        json!({
            "one_time_codes": 2, "sessions": 0, "refresh_tokens": 0, "idempotency_keys": 1,
            "holds": 1, "waitlist_entries": 0,
            "staff_invitations": 0, "rate_limits": 1,
            "outbox": 0, "reminders": 0, "mail_events": 1, "webhook_tokens": 1,
            "vocabulary": 0, "city_words": 0,
        })
    );

    app.set_clock("2026-07-01T08:00:00Z").await;
    let removed = cron::run(&app.state, &[Task::Cleanup]).await.unwrap().removed.unwrap();
    assert_eq!((removed.sessions, removed.outbox, removed.reminders), (2, 2, 1), "{removed:?}");
    assert_eq!(removed.waitlist_entries, 1);
    let left = stored(
        &app,
        "select (select count(*) from users) as people, (select count(*) from appointments) as visits",
    )
    .await;
    assert_eq!(left, json!([{ "people": 2, "visits": 1 }]));
}

#[tokio::test]
async fn a_task_that_fails_does_not_keep_the_others_from_being_done() {
    let app = guarded().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    visit_at(&app, &salon, &anna, "confirmed", "2026-03-03T10:00:00+01:00").await;
    app.set_clock("2026-03-03T12:00:00Z").await;
    app.database
        .connect()
        .await
        .batch_execute("alter table one_time_codes rename to elsewhere")
        .await
        .unwrap();
    let bearer = format!("Bearer {SECRET}");
    call(&app, Method::GET, "/api/cron/", Some(&bearer)).await.refused(500, "SERVER_ERROR");
    assert_eq!(stored(&app, "select status from appointments").await, json!([{ "status": "completed" }]));
}
