//! What guests do, and what is booked for cards, costs the same however many cards, visits, holds and codes there are.

use serde_json::{Value, json};

use super::{DATE, by_phone, confirm, hold, introduce, salon, through};
use crate::support::{Answer, ExplainingServer, Logs, Person, Salon, TestApp};

/// Cards of the business and of others, each with a visit that is over, a mail about it, and a hold that a code was mailed for;
/// the holds lie far ahead, and with staff of their own.
const MANY: &str = "
    create temporary table others as
        select n, gen_random_uuid() as card, gen_random_uuid() as hold, gen_random_uuid() as entry,
               md5((n % 900)::text)::uuid as staff, timestamptz '2027-01-01 08:00Z' + n * interval '1 hour' as ahead,
               timestamptz '2026-03-01 08:00Z' - n * interval '1 hour' as before,
               case when n % 10 = 0 then (select id from businesses) else md5((n % 299)::text)::uuid end as place
        from generate_series(1, 30000) n;
    insert into customers (id, business_id, name, email, phone, phone_shown_at, created_at, updated_at)
    select card, place, 'Klient ' || n, case when n % 2 = 0 then 'k' || n || '@example.org' else '' end,
           '+48' || 600000000 + n, case when n % 2 = 1 then before end, before, before
    from others;
    insert into appointments (id, business_id, service_id, staff_id, card_id, status, starts_at, ends_at, busy_from, busy_to,
                              price_minor, price_currency, created_at, updated_at)
    select gen_random_uuid(), place, services.id, staff, card, 'completed', before, before + interval '1 hour', before,
           before + interval '1 hour', 12000, 'PLN', before, before
    from others, services;
    insert into appointment_history (id, appointment_id, to_status, at, business_id, actor_role)
    select gen_random_uuid(), gen_random_uuid(), 'confirmed', before, place, 'system' from others;
    insert into calendar_entries (id, business_id, staff_id, service_id, starts_at, ends_at, busy_from, busy_to)
    select entry, place, staff, services.id, ahead, ahead + interval '1 hour', ahead, ahead + interval '1 hour'
    from others, services;
    insert into holds (id, business_id, entry_id, staff_id, starts_at, ends_at, guest_hash, created_at, expires_at)
    select hold, place, entry, staff, ahead, ahead + interval '1 hour', sha256(n::text::bytea), before, ahead from others;
    insert into guest_codes (hold_id, id, name, email, locale, code_hash, created_at, expires_at)
    select hold, gen_random_uuid(), 'Klient', 'k' || n || '@example.org', 'pl', sha256(n::text::bytea), before, ahead
    from others;
    insert into outbox (id, kind, thread, created_at, due_at, finished_at)
    select gen_random_uuid(), 'mail', 'appointment ' || n, before, before, before from others";

/// The tables that grow.
const GROWING: [&str; 7] = [
    "appointments",
    "appointment_history",
    "calendar_entries",
    "customers",
    "guest_codes",
    "holds",
    "outbox",
];

async fn book_for(salon: &Salon, time: &str, whom: Value) -> Answer {
    let mut wish = salon.wish(DATE, time);
    wish.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
    salon.owner.post(&salon.path("appointments/for-customer/"), &wish).await
}

/// A guest holds, has a code mailed, books, looks, moves and cancels; another has one texted, and takes the booking over into
/// an account; the business books for somebody new and for them.
async fn everything(app: &TestApp, salon: &Salon, guest: &str, phone: &str, account: &Person) {
    let token = hold(app, salon, "10:00").await;
    introduce(app, salon, &token, guest).await.expect(200);
    let code = app.code_for(guest, 1).await;
    let booked = confirm(app, salon, "10:00", &token, &code).await.expect(201);
    let link = &booked["link_token"];
    through(app, link, "", json!({})).await.expect(200);
    let to = json!({ "date": DATE, "start_time": "12:00" });
    through(app, link, "reschedule/", to).await.expect(200);
    through(app, link, "cancel/", json!({})).await.expect(200);

    let token = hold(app, salon, "16:00").await;
    by_phone::introduce(app, salon, &token, phone).await.expect(200);
    let code = app.code_for(phone, 1).await;
    let booked = confirm(app, salon, "16:00", &token, &code).await.expect(201);
    let link = json!({ "link_token": booked["link_token"] });
    account.post("/api/guests/appointment/claim/", &link).await.expect(200);

    let whom = json!({ "name": format!("Halina {guest}"), "phone": "+48 500 200 201", "email": format!("h{guest}") });
    let booked = book_for(salon, "10:00", whom).await.expect(201);
    book_for(salon, "14:00", json!({ "customer_id": booked["card_id"] })).await.expect(201);
    for appointment in
        salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"].as_array().unwrap()
    {
        let path = salon.path(&format!("appointments/{}/cancel/", appointment["id"].as_str().unwrap()));
        if appointment["status"] == "confirmed" {
            salon.owner.post(&path, &json!({})).await.expect(200);
        }
    }
    app.all_delivered().await;
}

#[tokio::test]
async fn as_many_statements_for_many_as_for_few_and_each_goes_by_an_index() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let salon = salon(&app).await;
    let statements = async |guest, phone, account| {
        let logs = Logs::counting();
        everything(&app, &salon, guest, phone, account).await;
        logs.statements()
    };
    let (ewa, iga) = (app.person("ewa").await, app.person("iga").await);
    let few = statements("gosia@example.com", "+48700100201", &ewa).await;
    server.fill(&app, MANY).await;
    let (many, plans) = server.plans_of(statements("basia@example.com", "+48700100202", &iga)).await;
    assert_eq!(few, many);
    println!("{few:?}");
    plans.read_none_whole(&GROWING);
    plans.use_all(&[
        "holds_guest_hash_key",
        "guest_codes_pkey",
        "customers_by_email",
        "appointments_of_card",
        "outbox_due",
        "outbox_of_thread",
    ]);
}
