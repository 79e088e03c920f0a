//! A page costs the same however much has been done, at this business and elsewhere.

use std::{fs, sync::Arc};

use dev::postgres::Cluster;
use shared::config::LogFormat;
use tracing::level_filters::LevelFilter;

use crate::support::{Logs, Person, TestApp, TestDatabase};

/// A lot of history: of one business, of an appointment of it, and of five hundred others.
const MUCH: &str = "
    set statement_timeout = 0;
    set auto_explain.log_min_duration = -1;
    set session_replication_role = replica;
    insert into audit_entries (id, business_id, at, actor_role, subject_kind, subject_id, action, changes)
    select gen_random_uuid(), case when n % 20 = 0 then businesses.id else md5((n % 500)::text)::uuid end,
           now() - n * interval '1 minute', 'owner', 'service', md5((n % 1000)::text)::uuid, 'changed', '{}'
    from businesses, generate_series(1, 100000) n;
    insert into appointment_history (id, appointment_id, from_status, to_status, at, business_id, actor_role)
    select gen_random_uuid(), md5((n % 20000)::text)::uuid, 'pending', 'confirmed', now() - n * interval '1 minute',
           case when n % 20 = 0 then businesses.id else md5((n % 500)::text)::uuid end, 'system'
    from businesses, generate_series(1, 100000) n";

/// Makes the server write down the plan of every statement.
const EXPLAINED: [&str; 4] = [
    "session_preload_libraries=auto_explain",
    "auto_explain.log_min_duration=0",
    "auto_explain.log_nested_statements=on",
    "log_line_prefix=",
];

/// How many statements a page takes.
async fn statements(owner: &Person, path: &str) -> u64 {
    let logs = Logs::keep(LogFormat::Json, LevelFilter::INFO);
    owner.get(path).await.expect(200);
    logs.answered()[0]["statements"].as_u64().unwrap()
}

#[tokio::test]
async fn a_page_goes_by_the_indexes_of_both_sides_whatever_there_is() {
    let cluster = Cluster::start(&EXPLAINED).unwrap();
    let database = Arc::new(TestDatabase::on_own_server(&cluster).await);
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = app.salon().create().await;
    let paths = ["page_size=100", "subject=service&page_size=100", "date_from=2026-01-01&date_to=2026-12-31"]
        .map(|query| salon.path(&format!("audit/?{query}")));
    let little = statements(&salon.owner, &paths[0]).await;
    let client = database.connect().await;
    client.batch_execute(MUCH).await.unwrap();
    client.batch_execute("vacuum analyze").await.unwrap();
    assert_eq!(statements(&salon.owner, &paths[0]).await, little);

    for path in &paths {
        let log = || fs::read(cluster.log_file()).unwrap();
        let before = log().len();
        let answer = salon.owner.get(path).await.expect(200);
        assert!(answer["count"].as_i64().unwrap() > 5000, "{}", answer["count"]);
        let plans = String::from_utf8_lossy(&log()[before..]).into_owned();
        for table in ["audit_entries", "appointment_history"] {
            assert!(!plans.contains(&format!("Seq Scan on {table}")), "{path}\n{plans}");
        }
        assert!(plans.contains("Index Scan using audit_entries_of_business"), "{path}\n{plans}");
    }
}
