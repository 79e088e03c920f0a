//! How much is asked of the database does not grow with what there is, and goes by an index.

use reqwest::Method;
use serde_json::json;

use super::{Stage, id, question, wish};
use crate::support::{Answer, ExplainingServer, Logs, Person, Salon, TestApp, with_body};

/// How many statements finding, booking, reading and cancelling a visit take each.
async fn statements(app: &TestApp, customer: &Person, parts: &[&Salon], days: &str) -> Vec<u64> {
    let logs = Logs::counting();
    let send = async |method: Method, path: &str, body: &serde_json::Value| {
        let request = app.request(method, path).bearer_auth(&customer.access);
        let answer = Answer::read(with_body(request, body).send().await.unwrap()).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.json()
    };
    let nothing = json!({});
    send(Method::GET, &question(parts, days), &nothing).await;
    let visit = send(Method::POST, &parts[0].path("visits/"), &wish(parts, "09:00")).await;
    let path = format!("/api/users/visits/{}/", id(&visit));
    send(Method::GET, &path, &nothing).await;
    send(Method::POST, &format!("{path}cancel/"), &nothing).await;
    logs.statements()
}

#[tokio::test]
async fn as_many_for_much_as_for_little() {
    let stage = Stage::set().await;
    let (app, anna) = (&stage.app, &stage.anna);
    let little = statements(app, anna, &[&stage.cut, &stage.colour], "").await;

    let cut = app.salon().named("Wielki salon").staff(20).create().await;
    let colour = json!({ "name": "Koloryzacja", "duration_minutes": 90, "price_amount": "250.00" });
    let colour = cut.also_offering(&colour).await;
    for hour in ["09", "10", "11", "12", "13", "14"] {
        for day in ["2026-03-04", "2026-03-05"] {
            cut.book(anna, day, &format!("{hour}:00")).await.expect(201);
        }
    }
    let much = statements(app, anna, &[&cut, &colour], "&days=31").await;
    assert_eq!(little, much);
    // What is on the way to each part, and hours, calendars and resources of all.
    assert_eq!(little[0], 2 * 2 + 3);
}

/// Visits of others, of two parts each.
const MANY: &str = "
    insert into visits (id, business_id, created_at)
    select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, businesses.id, now()
    from businesses, generate_series(1, 30000) n;
    insert into appointments (id, business_id, service_id, staff_id, status, starts_at, ends_at, busy_from, busy_to,
                              price_minor, price_currency, created_at, updated_at, is_nobodys, visit_id)
    select gen_random_uuid(), staff.business_id, service.id, staff.id, 'completed', at, at + interval '1 hour', at,
           at + interval '1 hour', 12000, 'PLN', now(), now(), true,
           ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid
    from (select id, business_id from staff_members limit 1) staff, (select id from services limit 1) service,
         generate_series(1, 30000) n, generate_series(0, 2) part,
         lateral (select now() - (n * 3 + part) * interval '2 hours') times (at)";

#[tokio::test]
async fn among_very_many_a_visit_is_booked_and_found_by_indexes() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let cut = app.salon().create().await;
    let anna = app.person("anna").await;
    server.fill(&app, MANY).await;

    let growing = ["appointments", "visits"];
    let (starts, plans) = server.plans_of(app.get(&question(&[&cut, &cut], "&days=31"))).await;
    starts.expect(200);
    plans.read_none_whole(&growing);
    let (visit, plans) =
        server.plans_of(anna.post(&cut.path("visits/"), &wish(&[&cut, &cut], "09:00"))).await;
    let visit = visit.expect(201);
    plans.read_none_whole(&growing);
    app.all_delivered().await;

    let ((), plans) = server
        .plans_of(async {
            let path = format!("/api/users/visits/{}/", id(&visit));
            anna.get(&path).await.expect(200);
            anna.post(&format!("{path}cancel/"), &json!({})).await.expect(200);
            app.all_delivered().await;
        })
        .await;
    plans.use_all(&["appointments_of_visit"]);
    plans.read_none_whole(&growing);
}
