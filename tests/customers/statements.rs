//! How much is asked of the database does not grow with how many customers there are.

use reqwest::Method;
use serde_json::json;

use super::{DATE, add, found, path};
use crate::support::{Answer, Logs, Salon, TestApp};

/// How many statements each of some requests takes.
async fn statements(salon: &Salon) -> Vec<u64> {
    let card = found(salon, "search=anna").await[0]["id"].as_str().unwrap().to_owned();
    let logs = Logs::counting();
    for path in ["customers/?page_size=100", &format!("customers/{card}/"), "customers/export/"] {
        let request = salon.owner.request(Method::GET, &salon.path(path));
        assert_eq!(Answer::read(request.send().await.unwrap()).await.status, 200);
    }
    let lines: Vec<String> = (0..50).map(|n| format!("Osoba {n},o{n}@example.com,vip")).collect();
    let table = format!("name,email,tags\n{}", lines.join("\n"));
    salon.owner.post_table(&salon.path("customers/import/"), &table).await.expect(200);
    let card = async || add(salon, json!({ "name": "Ewa" })).await;
    let (kept, double) = (card().await, card().await);
    let (one, double, into) = (path(salon, &kept), path(salon, &double), &kept["id"]);
    salon.owner.patch(&one, &json!({ "phone": "+48 600 100 200", "tags": ["vip"] })).await.expect(200);
    salon.owner.post(&format!("{one}block/"), &json!({ "reason": "x" })).await.expect(200);
    salon.owner.post(&format!("{one}unblock/"), &json!({})).await.expect(200);
    salon.owner.post(&format!("{double}merge/"), &json!({ "into": into })).await.expect(200);
    salon.owner.delete(&one).await.expect(204);
    logs.statements()
}

#[tokio::test]
async fn as_many_for_many_customers_as_for_one() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let before = app.person("ewa").await;
    // A booking asks as much of the database the first time as any other.
    let logs = Logs::counting();
    for (person, time) in [(&anna, "10:00"), (&anna, "12:00"), (&before, "14:00")] {
        salon.book(person, DATE, time).await.expect(201);
    }
    let booking = logs.statements();
    assert_eq!(booking, vec![booking[0]; 3]);
    drop(logs);

    let few = statements(&salon).await;
    let many = "
        insert into customers (id, business_id, name, email, created_at, updated_at)
        select gen_random_uuid(), id, 'Klient ' || n, 'k' || n || '@example.com', created_at, created_at
        from businesses, generate_series(1, 300) n where slug = $1";
    app.database.connect().await.execute(many, &[&salon.slug]).await.unwrap();
    assert_eq!(statements(&salon).await, few);
}
