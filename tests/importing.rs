//! Coming from the earlier version: `cargo dev import-django`.

mod again;
mod overlaps;
mod remarks;
mod variants;

use std::sync::Arc;

use dev::import::{self, Report};
use serde_json::json;
use shared::clock::Clock;

use crate::support::{Answer, TestApp, TestDatabase, together};

const SALON: &str = "/api/businesses/zlote-nozyczki";
const SERVICE: &str = "00000000-0000-4000-8000-000000000020";
const PASSWORD: &str = "zielona-herbata-7";

/// A database of the earlier version with a salon in it, and ours.
struct Move {
    earlier: TestDatabase,
    app: TestApp,
}

impl Move {
    async fn prepare() -> Self {
        let earlier = TestDatabase::create().await;
        let tables = include_str!("importing/earlier.sql");
        earlier.connect().await.batch_execute(tables).await.unwrap();
        Self { earlier, app: TestApp::start().await }
    }

    /// Changes the earlier version's database.
    async fn earlier(&self, sql: &str) {
        self.earlier.connect().await.batch_execute(sql).await.unwrap();
    }

    /// A booking there, in Warsaw's winter time; the later ones in order of their numbers.
    async fn booked(&self, number: u8, customer: u8, start: &str, end: &str) {
        let sql = format!(
            "insert into businesses_appointment (id, business_id, service_id, customer_id, start, \"end\", created_at)
             values ('00000000-0000-4000-8000-0000000001{number:02}', '00000000-0000-4000-8000-000000000010',
                     '{SERVICE}', '00000000-0000-4000-8000-0000000000{customer:02}',
                     '{start}+01', '{end}+01', '2026-02-01 12:{number:02}:00+01')"
        );
        self.earlier(&sql).await;
    }

    async fn import(&self) -> Report {
        self.try_import(false).await.unwrap()
    }

    async fn try_import(&self, dry_run: bool) -> anyhow::Result<Report> {
        let (mut from, mut into) = (self.earlier.connect().await, self.app.database.connect().await);
        import::import(&mut from, &mut into, self.app.clock.now(), dry_run).await
    }

    async fn sign_in(&self, email: &str) -> Answer {
        self.app.post("/api/users/login/", &json!({ "email": email, "password": PASSWORD })).await
    }

    /// What somebody who signs in reads at a path.
    async fn read_as(&self, email: &str, path: &str) -> serde_json::Value {
        let access = self.sign_in(email).await.expect(200)["access"].clone();
        let request = self.app.request(reqwest::Method::GET, path).bearer_auth(access.as_str().unwrap());
        Answer::read(request.send().await.unwrap()).await.expect(200)
    }

    /// The starts that are free on a date.
    async fn free(&self, date: &str) -> Vec<String> {
        let path = format!("{SALON}/availability/?service_id={SERVICE}&date={date}");
        serde_json::from_value(self.app.get(&path).await.expect(200)["slots"].clone()).unwrap()
    }

    /// A single value out of our database.
    async fn value<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, sql: &str) -> T {
        self.app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0)
    }
}

#[tokio::test]
async fn people_sign_in_with_the_password_they_had_and_get_a_hash_of_ours() {
    let moved = Move::prepare().await;
    moved.import().await;
    let hash = "select password_hash from users where username = 'anna'";
    assert!(moved.value::<String>(hash).await.starts_with("pbkdf2_sha256$"));

    let wrong = json!({ "email": "anna@example.com", "password": "zielona-herbata-8" });
    moved.app.post("/api/users/login/", &wrong).await.refused(401, "INVALID_CREDENTIALS");
    assert!(moved.value::<String>(hash).await.starts_with("pbkdf2_sha256$"));

    let signed_in = moved.sign_in("ANNA@example.com").await.expect(200);
    assert_eq!(signed_in["user"]["id"], "00000000-0000-4000-8000-000000000002");
    assert_eq!(signed_in["user"]["email_verified"], true);
    assert!(moved.value::<String>(hash).await.starts_with("$argon2id$"));
    moved.sign_in("anna@example.com").await.expect(200);
}

#[tokio::test]
async fn who_signs_in_on_several_devices_at_once_is_let_in_on_all() {
    let moved = Move::prepare().await;
    moved.import().await;
    let (http, url) = (moved.app.http.clone(), format!("{}/api/users/login/", moved.app.base));
    let body = json!({ "email": "anna@example.com", "password": PASSWORD });
    let answers = together(6, |_| {
        let request = http.post(&url).json(&body);
        async move { Answer::read(request.send().await.unwrap()).await }
    })
    .await;
    for answer in answers {
        answer.expect(200);
    }
}

#[tokio::test]
async fn nobody_signs_in_with_a_password_that_was_unusable() {
    let moved = Move::prepare().await;
    moved.earlier("update users_user set password = '!' || username where username = 'anna'").await;
    moved.import().await;
    for password in ["!", "!anna", "anna"] {
        let body = json!({ "email": "anna@example.com", "password": password });
        moved.app.post("/api/users/login/", &body).await.refused(401, "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn a_salon_is_found_with_all_it_had_and_takes_bookings_at_once() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.import().await;

    let salon = moved.app.get(&format!("{SALON}/")).await.expect(200);
    assert_eq!(salon["name"], "Złote Nożyczki");
    assert_eq!(salon["services"][0]["price_amount"], "120.00");
    assert_eq!(salon["opening_hours"].as_array().unwrap().len(), 7);
    assert_eq!(salon["staff"][0]["display_name"], "Ola Maj", "who owns it works there");
    assert_eq!(
        moved.free("2026-03-03").await,
        ["09:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
    );

    let access = moved.sign_in("zofia@example.com").await.expect(200)["access"].clone();
    let wish = |time: &str| json!({ "service_id": SERVICE, "date": "2026-03-03", "start_time": time });
    for (time, status) in [("10:00", 409), ("11:00", 201)] {
        let request = moved.app.request(reqwest::Method::POST, &format!("{SALON}/appointments/"));
        let request = request.bearer_auth(access.as_str().unwrap()).json(&wish(time));
        Answer::read(request.send().await.unwrap()).await.expect(status);
    }
}

#[tokio::test]
async fn customers_and_the_owner_see_the_bookings_they_had() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.booked(2, 3, "2026-02-03 10:00", "2026-02-03 11:00").await;
    moved
        .earlier(
            "update businesses_appointment set status = 'cancelled', cancelled_at = '2026-02-02 08:00+01',
                    cancelled_by_id = customer_id, cancellation_reason = 'Jestem chora', price_amount = 99.5
             where id::text like '%102'",
        )
        .await;
    moved.import().await;

    let mine = moved.read_as("anna@example.com", "/api/users/appointments/").await;
    assert_eq!(mine["count"], 1);
    assert_eq!(mine["results"][0]["start"], "2026-03-03T10:00:00+01:00");
    assert_eq!(mine["results"][0]["status"], "confirmed");
    assert_eq!(mine["results"][0]["price_amount"], "120.00", "what the service costs");

    let all = moved.read_as("ola@example.com", &format!("{SALON}/appointments/")).await;
    assert_eq!(all["count"], 2);
    let cancelled = &all["results"][1];
    assert_eq!(cancelled["customer_email"], "zofia@example.com");
    assert_eq!(cancelled["cancelled_by"], "customer");
    assert_eq!(cancelled["cancellation_reason"], "Jestem chora");
    assert_eq!(cancelled["price_amount"], "99.50");
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_leaves_nothing() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.booked(2, 3, "2026-03-03 10:30", "2026-03-03 11:30").await;
    let dry = moved.try_import(true).await.unwrap();
    let everything = "select (select count(*) from users) + (select count(*) from businesses)
                           + (select count(*) from appointments) + (select count(*) from imported_rows)";
    assert_eq!(moved.value::<i64>(everything).await, 0);
    assert_eq!(dry.to_string(), moved.import().await.to_string());
    assert!(moved.value::<i64>(everything).await > 0);
}

#[tokio::test]
async fn a_run_that_fails_has_copied_nothing() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "drop table businesses_appointment;
             create view businesses_appointment as
             select id, id as business_id, id as service_id, 'x' as status, 1 / (day_of_week - day_of_week) as price
             from businesses_businessopeninghour",
        )
        .await;
    let error = moved.try_import(false).await.unwrap_err();
    assert_eq!(error.to_string(), "businesses_appointment cannot be read");
    assert_eq!(moved.value::<i64>("select count(*) from users").await, 0);
    assert_eq!(moved.value::<i64>("select count(*) from imported_rows").await, 0);
}

#[tokio::test]
async fn a_database_of_something_else_is_refused() {
    let (stranger, ours) = (Arc::new(TestDatabase::create().await), TestDatabase::create().await);
    let (mut from, mut into) = (stranger.connect().await, ours.connect().await);
    let refused = import::import(&mut from, &mut into, Clock::system().now(), false).await.unwrap_err();
    assert!(refused.to_string().contains("no table users_user"), "{refused}");
}
