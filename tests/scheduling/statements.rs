//! How much is asked of the database does not grow with what there is.

use reqwest::Method;
use serde_json::json;

use super::DATE;
use crate::support::{Answer, Logs, Person, Salon, TestApp};

/// How many statements each of some requests takes.
async fn statements(app: &TestApp, person: &Person, paths: &[String]) -> Vec<u64> {
    let logs = Logs::counting();
    for path in paths {
        let request = app.request(Method::GET, path).bearer_auth(&person.access);
        Answer::read(request.send().await.unwrap()).await.expect(200);
    }
    logs.statements()
}

/// What grows: two hundred visits of the customer's, on several days and with all of the staff; add-ons, resources and time
/// off with them.
async fn fill(app: &TestApp, salon: &Salon, customer: &Person) {
    let sql = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                                  busy_to, price_minor, price_currency, created_at, updated_at)
        select gen_random_uuid(), services.business_id, services.id, staff.id, $2::text::uuid, 'confirmed', at, at + interval '1 hour',
               at, at + interval '1 hour', 12000, 'PLN', staff.created_at, staff.created_at
        from services join staff_members staff on staff.business_id = services.business_id,
             generate_series(1, 10) day, lateral (select timestamptz '2026-03-02 09:00Z' + day * interval '1 day') times (at)
        where services.id = $1::text::uuid";
    let database = app.database.connect().await;
    let booked = database.execute(sql, &[&salon.service, &customer.id]).await.unwrap();
    assert_eq!(booked, 200);
    let sql = "
        insert into time_off (id, business_id, staff_id, starts_at, ends_at, created_at, updated_at)
        select gen_random_uuid(), business_id, id, '2026-03-05 12:00', '2026-03-05 13:00', created_at, created_at
        from staff_members where business_id = (select id from businesses where slug = $1)";
    database.execute(sql, &[&salon.slug]).await.unwrap();
}

#[tokio::test]
async fn as_many_for_much_as_for_little() {
    let app = TestApp::start().await;
    let customer = app.person("anna").await;
    let small = app.salon().create().await;
    let large = app.salon().named("Wielki salon").staff(20).create().await;
    let paths = |salon: &Salon| {
        let of = |query: &str| {
            salon.path(&format!("availability/?service_id={}&date={DATE}{query}", salon.service))
        };
        vec![
            of(""),
            of("&days=62&verbose=true"),
            salon.path(&format!("availability/explain/?service_id={}&date={DATE}&time=10:00", salon.service)),
            "/api/users/appointments/?page_size=100".to_owned(),
            format!("/api/businesses/?available_on={DATE}"),
        ]
    };
    let of_owner = |salon: &Salon| {
        let explain = format!("availability/explain/?service_id={}&date={DATE}&time=10:00", salon.service);
        vec![
            salon.path("appointments/?page_size=100"),
            salon.path(&format!("appointments/?page_size=100&date_from={DATE}&date_to={DATE}")),
            salon.path(&explain),
        ]
    };
    let little = statements(&app, &customer, &paths(&small)).await;
    let little_of_owner = statements(&app, &small.owner, &of_owner(&small)).await;
    fill(&app, &large, &customer).await;
    let much = statements(&app, &customer, &paths(&large)).await;
    let much_of_owner = statements(&app, &large.owner, &of_owner(&large)).await;

    assert_eq!(little[0], little[1], "the number of days matters");
    // The service on the business's terms, hours, staff, their calendars, resources.
    assert_eq!(little[0], 5);
    assert_eq!((&little, little_of_owner), (&much, much_of_owner));
    // Nor does it matter where the service is.
    let location = small.another_location(&app).await;
    let week = json!([{ "day_of_week": 1, "open_time": "10:00", "close_time": "12:00" }]);
    let own = small.path(&format!("locations/{location}/opening-hours/"));
    small.owner.put(&own, &week).await.expect(200);
    let there = small.offering_at(&location).await;
    assert_eq!(statements(&app, &customer, &paths(&there)).await[..3], much[..3]);
    let listed = customer.get("/api/users/appointments/?page_size=100").await.expect(200);
    assert_eq!(listed["count"], 200);
}
