//! When the database is away, goes away in the middle of something, or keeps someone waiting too long: 503 and nothing
//! else, and what was answered with 201 is there afterwards.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use dev::postgres::Cluster;
use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::db::{DatabaseUrl, migrations};
use tokio::{task::JoinSet, time::sleep};

use crate::support::{Answer, ChaosProxy, Mishap, Person, Salon, TestApp, TestDatabase, together};

/// Where every visit of a run of bookings takes place: 40 a day, so that none is in another's way.
async fn busy_salon(app: &TestApp) -> Salon {
    app.salon().open("06:00", "16:00").on_days(0..7).service("duration_minutes", 15).create().await
}

const CLIENTS: u32 = 4;
const BOOKINGS: u32 = 60;

/// What has happened so far.
#[derive(Default)]
struct Progress {
    booked: AtomicUsize,
    refused: AtomicUsize,
}

impl Progress {
    /// Waits until so many have been booked.
    async fn booked(&self, goal: usize) {
        while self.booked.load(Ordering::SeqCst) < goal {
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until so many have been refused from now on.
    async fn more_refused(&self, by: usize) {
        let goal = self.refused.load(Ordering::SeqCst) + by;
        while self.refused.load(Ordering::SeqCst) < goal {
            sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Several clients, each of which books one visit after the other, and repeats whatever was not answered with 201 under
/// the same `Idempotency-Key`. They end with the ids of the appointments they were told of.
fn run_of_bookings(salon: &Salon, customer: &Person, progress: &Arc<Progress>) -> JoinSet<Vec<String>> {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (salon, customer, progress) = (salon.clone(), customer.clone(), Arc::clone(progress));
        clients.spawn(async move {
            let mut ids = Vec::new();
            for booking in 0..BOOKINGS {
                let date = format!("2026-04-{:02}", 1 + client * 2 + booking / 40);
                let minute = 6 * 60 + booking % 40 * 15;
                let wish = salon.wish(&date, &format!("{:02}:{:02}", minute / 60, minute % 60));
                let key = format!("{client}-{booking}");
                let request = || {
                    let request = customer.request(Method::POST, &salon.path("appointments/"));
                    request.header("Idempotency-Key", &key).json(&wish)
                };
                loop {
                    let answer = Answer::read(request().send().await.unwrap()).await;
                    if answer.status == StatusCode::CREATED {
                        progress.booked.fetch_add(1, Ordering::SeqCst);
                        ids.push(answer.json()["id"].as_str().unwrap().to_owned());
                        break;
                    }
                    assert_unavailable(&answer);
                    progress.refused.fetch_add(1, Ordering::SeqCst);
                    sleep(Duration::from_millis(10)).await;
                }
            }
            ids
        });
    }
    clients
}

fn assert_unavailable(answer: &Answer) {
    answer.refused(503, "SERVICE_UNAVAILABLE");
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{answer:?}");
}

/// Checks that the clients' appointments are in the database, each once, and nothing besides.
async fn assert_all_stored(database: &TestDatabase, told: Vec<Vec<String>>) {
    let mut told: Vec<String> = told.into_iter().flatten().collect();
    told.sort_unstable();
    let stored = database.connect().await.query("select id::text from appointments order by id", &[]).await;
    let stored: Vec<String> = stored.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(stored, told);
    assert_eq!(stored.len(), usize::try_from(CLIENTS * BOOKINGS).unwrap());
}

async fn blocking(mut cluster: Cluster, act: fn(&mut Cluster) -> anyhow::Result<()>) -> Cluster {
    let act = move || {
        act(&mut cluster).unwrap();
        cluster
    };
    tokio::task::spawn_blocking(act).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_booked_survives_the_death_of_postgres_and_nothing_is_booked_twice() {
    let mut cluster = Cluster::start(&[]).unwrap();
    let database = Arc::new(TestDatabase::on_own_server(&cluster).await);
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = busy_salon(&app).await;
    let anna = app.person("anna").await;
    let progress = Arc::new(Progress::default());
    let clients = run_of_bookings(&salon, &anna, &progress);

    let deaths = async {
        for goal in [40, 100] {
            progress.booked(goal).await;
            cluster = blocking(cluster, Cluster::kill).await;
            progress.more_refused(20).await;
            assert_unavailable(&anna.get("/api/users/me/").await);
            assert_unavailable(&app.get(&salon.path("")).await);
            cluster = blocking(cluster, Cluster::restart).await;
        }
        cluster
    };
    // Together, so that a client that fails ends the test.
    let (told, _cluster) = tokio::join!(clients.join_all(), deaths);
    assert_all_stored(&database, told).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_lose_nothing_and_double_nothing() {
    let database = Arc::new(TestDatabase::create().await);
    let proxy = ChaosProxy::before(&database).await;
    let app = TestApp::on(Arc::clone(&database), &[("DATABASE_URL", &proxy.url)]).await;
    let salon = busy_salon(&app).await;
    let anna = app.person("anna").await;
    let progress = Arc::new(Progress::default());
    let clients = run_of_bookings(&salon, &anna, &progress);

    let cuts = async {
        for cut in 1..=20 {
            progress.booked(cut * 8).await;
            proxy.cut();
        }
    };
    let (told, ()) = tokio::join!(clients.join_all(), cuts);
    assert_all_stored(&database, told).await;
    assert!(progress.refused.load(Ordering::SeqCst) > 0);
}

#[tokio::test]
async fn connections_that_the_server_ends_are_replaced_unnoticed_or_answered_with_503() {
    let app = TestApp::start().await;
    let salon = busy_salon(&app).await;
    let anna = app.person("anna").await;
    let progress = Arc::new(Progress::default());
    let clients = run_of_bookings(&salon, &anna, &progress);

    let admin = app.database.connect().await;
    let terminate = "
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let ends = async {
        for end in 1..=20 {
            progress.booked(end * 8).await;
            admin.execute(terminate, &[]).await.unwrap();
        }
    };
    let (told, ()) = tokio::join!(clients.join_all(), ends);
    assert_all_stored(&app.database, told).await;
}

async fn book_once(salon: &Salon, customer: &Person) -> Answer {
    let request = customer.request(Method::POST, &salon.path("appointments/"));
    let request = request.header("Idempotency-Key", "key").json(&salon.wish("2026-03-03", "10:00"));
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_booking_whose_answer_got_lost_is_not_made_again() {
    let database = Arc::new(TestDatabase::create().await);
    let proxy = ChaosProxy::before(&database).await;
    let app = TestApp::on(Arc::clone(&database), &[("DATABASE_URL", &proxy.url)]).await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;

    proxy.befall_next("COMMIT", Mishap::LoseAnswer);
    assert_unavailable(&book_once(&salon, &anna).await);
    let kept = anna.get("/api/users/appointments/").await.expect(200)["results"].clone();
    assert_eq!(kept.as_array().unwrap().len(), 1, "{kept}");
    assert_eq!(book_once(&salon, &anna).await.expect(201), kept[0]);
    assert_eq!(anna.get("/api/users/appointments/").await.expect(200)["count"], 1);
}

#[tokio::test]
async fn a_transaction_that_stalls_on_the_way_is_an_outage_too() {
    let database = Arc::new(TestDatabase::create().await);
    let limit =
        format!("alter database {} set idle_in_transaction_session_timeout = '200ms'", database.name());
    database.connect().await.batch_execute(&limit).await.unwrap();
    let proxy = ChaosProxy::before(&database).await;
    let app = TestApp::on(Arc::clone(&database), &[("DATABASE_URL", &proxy.url)]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;

    proxy.befall_next("insert into idempotency_keys", Mishap::HoldBack);
    assert_unavailable(&book_once(&salon, &anna).await);
    book_once(&salon, &anna).await.expect(201);
}

#[tokio::test]
async fn who_waits_too_long_for_somebody_elses_booking_is_told_to_come_back() {
    let database = Arc::new(TestDatabase::create().await);
    let limit = format!("alter database {} set lock_timeout = '50ms'", database.name());
    database.connect().await.batch_execute(&limit).await.unwrap();
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

    // Gone for all others to see, but coming back.
    let mut other = database.connect().await;
    let cancel = "update appointments set status = 'cancelled', cancelled_at = now()";
    other.execute(cancel, &[]).await.unwrap();
    let transaction = other.transaction().await.unwrap();
    let restore = "update appointments set status = 'pending', cancelled_at = null";
    transaction.execute(restore, &[]).await.unwrap();
    for _ in 0..10 {
        assert_unavailable(&salon.book(&anna, "2026-03-03", "10:00").await);
    }
    transaction.commit().await.unwrap();
    salon.book(&anna, "2026-03-03", "10:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn while_every_connection_is_busy_others_are_told_to_come_back() {
    let app = TestApp::with(&[("DATABASE_WAIT_SECONDS", "1")]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

    let mut other = app.database.connect().await;
    let transaction = other.transaction().await.unwrap();
    transaction.execute("select from appointments for update", &[]).await.unwrap();
    let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
    let cancelling = tokio::spawn(together(4, move |_| {
        let (anna, cancel) = (anna.clone(), cancel.clone());
        async move { anna.post(&cancel, &json!({})).await }
    }));
    app.database.waiting(4).await;
    assert_unavailable(&app.get(&salon.path("")).await);

    transaction.rollback().await.unwrap();
    let answers = cancelling.await.unwrap();
    let cancelled = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(cancelled, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        answer.refused(400, "BAD_REQUEST");
    }
    app.get(&salon.path("")).await.expect(200);
}

#[tokio::test]
async fn who_would_wait_too_long_for_another_is_told_to_come_back() {
    for limit in ["lock_timeout", "statement_timeout"] {
        let database = Arc::new(TestDatabase::create().await);
        let set = format!("alter database {} set {limit} = '200ms'", database.name());
        database.connect().await.batch_execute(&set).await.unwrap();
        let app = TestApp::on(Arc::clone(&database), &[]).await;
        let salon = app.salon().create().await;
        let anna = app.person("anna").await;
        let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);

        let mut other = database.connect().await;
        let transaction = other.transaction().await.unwrap();
        transaction.execute("select from appointments for update", &[]).await.unwrap();
        let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
        assert_unavailable(&anna.post(&cancel, &json!({})).await);
        transaction.rollback().await.unwrap();
        anna.post(&cancel, &json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn a_migrated_database_limits_how_long_anything_may_take() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = DatabaseUrl::parse(&cluster.url("postgres")).unwrap();
    migrations::run(&url).await.unwrap();
    let database = migrations::connect(&url).await.unwrap();
    for limit in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
        let shown: String = database.query_one(&format!("show {limit}"), &[]).await.unwrap().get(0);
        assert!(["10s", "15s"].contains(&shown.as_str()), "{limit} is {shown}");
    }
}
