//! What a series costs does not grow with its dates, nor with how many there are.

use std::{fs, sync::Arc};

use dev::postgres::Cluster;
use serde_json::{Value, json};
use shared::config::LogFormat;
use tracing::level_filters::LevelFilter;

use super::{DATE, book, cancel, dates, id, preview, wish};
use crate::support::{Answer, Logs, Person, Salon, TestApp, TestDatabase};

/// How many statements it takes to look at a series, to book it, to read and to cancel it.
async fn statements(salon: &Salon, customer: &Person, add_ons: &[String], visits: usize) -> Vec<u64> {
    let rule = format!("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA;COUNT={visits}");
    let mut wish = wish(salon, DATE, "10:00", &rule);
    wish["add_on_ids"] = json!(add_ons);
    let logs = Logs::keep(LogFormat::Json, LevelFilter::INFO);
    assert_eq!(preview(salon, customer, &wish).await.expect(200)["would_book"], visits);
    let booked = book(salon, customer, &wish).await.expect(201);
    assert_eq!(dates(&booked).len(), visits);
    customer.get(&format!("/api/users/appointments/series/{}/", id(&booked))).await.expect(200);
    cancel(customer, &booked).await.expect(200);
    logs.answered().iter().map(|line| line["statements"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn as_many_statements_for_fifty_dates_as_for_five() {
    let app = TestApp::start().await;
    let salon =
        app.salon().staff(3).business("booking_policy", json!({ "max_open_bookings": 100 })).create().await;
    let anna = app.person("anna").await;
    let room = json!({ "name": "Sala", "quantity": 2 });
    let room = id(&salon.owner.post(&salon.path("resources/"), &room).await.expect(201));
    let needs = json!([{ "resource_id": room, "quantity": 2 }]);
    let massage =
        json!({ "name": "Masaż", "duration_minutes": 60, "price_amount": "90", "resources": needs });
    let yoga = json!({ "name": "Joga", "duration_minutes": 60, "price_amount": "9", "capacity": 3, "resources": needs });
    let massage = salon.also_offering(&massage).await;
    let oil = json!({ "name": "Olejek", "price_amount": "9" });
    let add_ons = salon.path(&format!("services/{}/add-ons/", massage.service));
    let oil = vec![id(&salon.owner.post(&add_ons, &oil).await.expect(201))];
    let yoga = salon.also_offering(&yoga).await;
    for (service, add_ons) in [(&salon, Vec::new()), (&massage, oil), (&yoga, Vec::new())] {
        let few = statements(service, &anna, &add_ons, 5).await;
        let many = statements(service, &anna, &add_ons, 50).await;
        assert_eq!(few, many);
        println!("{few:?}");
        assert!(few.iter().all(|statements| *statements < 40), "{few:?}");
    }
}

/// Makes the server write down the plan of every statement, those of triggers included.
const EXPLAINED: [&str; 4] = [
    "session_preload_libraries=auto_explain",
    "auto_explain.log_min_duration=0",
    "auto_explain.log_nested_statements=on",
    "log_line_prefix=",
];

/// Twenty thousand series of others, each with three visits.
const MANY: &str = "
    set statement_timeout = 0;
    set auto_explain.log_min_duration = -1;
    set session_replication_role = replica;
    create temporary table others as
        select gen_random_uuid() as id, gen_random_uuid() as person, n from generate_series(1, 20000) n;
    insert into series (id, business_id, customer_id, rule, first_date, start_minute, on_conflict, created_at)
    select others.id, businesses.id, person, 'FREQ=WEEKLY;COUNT=3', '2025-03-03', 600, 'skip', now() from others, businesses;
    insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                              busy_to, price_minor, price_currency, created_at, updated_at, series_id)
    select gen_random_uuid(), services.business_id, services.id, staff.id, person, 'completed', at, at + interval '1 hour',
           at, at + interval '1 hour', 12000, 'PLN', now(), now(), others.id
    from others, services, (select id from staff_members limit 1) staff, generate_series(0, 2) visit,
         lateral (select now() - (n * 3 + visit) * interval '2 hours') times (at);
    set session_replication_role = origin";

/// What a request is answered with, and the plans of what was asked of the database for it.
async fn explained(cluster: &Cluster, ask: impl Future<Output = Answer>) -> (Value, String) {
    let log = || fs::read(cluster.log_file()).unwrap();
    let before = log().len();
    let answer = ask.await;
    assert!(answer.status.is_success(), "{answer:?}");
    (answer.json(), String::from_utf8_lossy(&log()[before..]).into_owned())
}

#[tokio::test]
async fn a_series_is_found_by_an_index_whatever_there_is() {
    let cluster = Cluster::start(&EXPLAINED).unwrap();
    let database = Arc::new(TestDatabase::on_own_server(&cluster).await);
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let client = database.connect().await;
    client.batch_execute(MANY).await.unwrap();
    client.batch_execute("vacuum analyze").await.unwrap();

    let wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=10");
    let (booked, plans) = explained(&cluster, book(&salon, &anna, &wish)).await;
    let assert_indexed = |plans: &str| {
        for table in ["series", "appointments"] {
            assert!(!plans.contains(&format!("Seq Scan on {table}")), "{table} is read whole:\n{plans}");
        }
    };
    assert_indexed(&plans);
    let path = format!("/api/users/appointments/series/{}/", id(&booked));
    let (read, plans) = explained(&cluster, anna.get(&path)).await;
    assert_eq!(dates(&read).len(), 10);
    assert_indexed(&plans);
    assert!(
        plans.contains("appointments_of_series") && plans.contains("Index Scan using series_"),
        "{plans}"
    );
    let (_, plans) = explained(&cluster, cancel(&anna, &booked)).await;
    assert!(plans.contains("appointments_of_series"), "{plans}");
    let (_, plans) = explained(&cluster, anna.get("/api/users/me/export/")).await;
    assert!(plans.contains("series_of_customer"), "{plans}");
}
