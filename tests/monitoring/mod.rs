//! What those who run the API see of it: logs, reports, and whether it is ready.

mod logs;
mod reports;

use crate::support::TestApp;

#[tokio::test]
async fn the_api_is_ready_once_every_migration_has_run() {
    let app = TestApp::start().await;
    let database = app.database.connect().await;
    let ready = app.get("/api/ready/").await.expect(200);
    assert_eq!(ready, serde_json::json!({ "status": "ok", "database": "ok", "migrations": "ok" }));

    let sql = "update refinery_schema_history set version = version + 1 where version = (select max(version) from refinery_schema_history)";
    database.execute(sql, &[]).await.unwrap();
    // Newer functions may be rolled out already, or this one be rolled back.
    app.get("/api/ready/").await.expect(200);

    let sql = "delete from refinery_schema_history where version > 1";
    database.execute(sql, &[]).await.unwrap();
    app.get("/api/ready/").await.refused(503, "SERVICE_UNAVAILABLE");
    database.execute("drop table refinery_schema_history", &[]).await.unwrap();
    let answer = app.get("/api/ready/").await;
    answer.refused(503, "SERVICE_UNAVAILABLE");
    assert!(!answer.text.contains("refinery"));
    app.get("/api/health/").await.expect(200);
}
