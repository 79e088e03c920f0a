//! A page costs the same however much has been done, at this business and elsewhere.

use crate::support::{ExplainingServer, Logs, Person};

/// A lot of history: of one business, of an appointment of it, and of five hundred others.
const MUCH: &str = "
    insert into audit_entries (id, business_id, at, actor_role, subject_kind, subject_id, action, changes)
    select gen_random_uuid(), case when n % 20 = 0 then businesses.id else md5((n % 500)::text)::uuid end,
           now() - n * interval '1 minute', 'owner', 'service', md5((n % 1000)::text)::uuid, 'changed', '{}'
    from businesses, generate_series(1, 100000) n;
    insert into appointment_history (id, appointment_id, from_status, to_status, at, business_id, actor_role)
    select gen_random_uuid(), md5((n % 20000)::text)::uuid, 'pending', 'confirmed', now() - n * interval '1 minute',
           case when n % 20 = 0 then businesses.id else md5((n % 500)::text)::uuid end, 'system'
    from businesses, generate_series(1, 100000) n";

/// How many statements a page takes.
async fn statements(owner: &Person, path: &str) -> u64 {
    let logs = Logs::counting();
    owner.get(path).await.expect(200);
    logs.statements()[0]
}

#[tokio::test]
async fn a_page_goes_by_the_indexes_of_both_sides_whatever_there_is() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let salon = app.salon().create().await;
    let paths = ["page_size=100", "subject=service&page_size=100", "date_from=2026-01-01&date_to=2026-12-31"]
        .map(|query| salon.path(&format!("audit/?{query}")));
    let little = statements(&salon.owner, &paths[0]).await;
    server.fill(&app, MUCH).await;
    assert_eq!(statements(&salon.owner, &paths[0]).await, little);

    for path in &paths {
        let (answer, plans) = server.plans_of(salon.owner.get(path)).await;
        let answer = answer.expect(200);
        assert!(answer["count"].as_i64().unwrap() > 5000, "{}", answer["count"]);
        plans.read_none_whole(&["audit_entries", "appointment_history"]);
        plans.use_all(&["Index Scan using audit_entries_of_business"]);
    }
}
