//! What a series costs does not grow with its dates, nor with how many there are.

use serde_json::json;

use super::{DATE, book, cancel, dates, id, preview, wish};
use crate::support::{ExplainingServer, Logs, Person, Salon, TestApp};

/// How many statements it takes to look at a series, to book it, to read and to cancel it.
async fn statements(salon: &Salon, customer: &Person, add_ons: &[String], visits: usize) -> Vec<u64> {
    let rule = format!("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA;COUNT={visits}");
    let mut wish = wish(salon, DATE, "10:00", &rule);
    wish["add_on_ids"] = json!(add_ons);
    let logs = Logs::counting();
    assert_eq!(preview(salon, customer, &wish).await.expect(200)["would_book"], visits);
    let booked = book(salon, customer, &wish).await.expect(201);
    assert_eq!(dates(&booked).len(), visits);
    customer.get(&format!("/api/users/appointments/series/{}/", id(&booked))).await.expect(200);
    cancel(customer, &booked).await.expect(200);
    logs.statements()
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

/// Twenty thousand series of others, each with three visits.
const MANY: &str = "
    create temporary table others as
        select gen_random_uuid() as id, gen_random_uuid() as person, n from generate_series(1, 20000) n;
    insert into series (id, business_id, customer_id, rule, first_date, start_minute, on_conflict, created_at)
    select others.id, businesses.id, person, 'FREQ=WEEKLY;COUNT=3', '2025-03-03', 600, 'skip', now() from others, businesses;
    insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                              busy_to, price_minor, price_currency, created_at, updated_at, series_id)
    select gen_random_uuid(), services.business_id, services.id, staff.id, person, 'completed', at, at + interval '1 hour',
           at, at + interval '1 hour', 12000, 'PLN', now(), now(), others.id
    from others, services, (select id from staff_members limit 1) staff, generate_series(0, 2) visit,
         lateral (select now() - (n * 3 + visit) * interval '2 hours') times (at)";

#[tokio::test]
async fn a_series_is_found_by_an_index_whatever_there_is() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    server.fill(&app, MANY).await;

    let growing = ["series", "appointments"];
    let wish = wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=10");
    let (booked, plans) = server.plans_of(book(&salon, &anna, &wish)).await;
    let booked = booked.expect(201);
    plans.read_none_whole(&growing);
    let path = format!("/api/users/appointments/series/{}/", id(&booked));
    let (read, plans) = server.plans_of(anna.get(&path)).await;
    assert_eq!(dates(&read.expect(200)).len(), 10);
    plans.read_none_whole(&growing);
    plans.use_all(&["appointments_of_series", "Index Scan using series_"]);
    let (cancelled, plans) = server.plans_of(cancel(&anna, &booked)).await;
    cancelled.expect(200);
    plans.read_none_whole(&growing);
    plans.use_all(&["appointments_of_series"]);
    let (export, plans) = server.plans_of(anna.get("/api/users/me/export/")).await;
    export.expect(200);
    plans.use_all(&["series_of_customer"]);
}
