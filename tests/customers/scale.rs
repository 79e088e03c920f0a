//! With very many customers and visits: every list and card goes by an index, and so does the first booking of somebody new.

use std::sync::Arc;

use serde_json::json;

use super::{DATE, add, path};
use crate::support::{ExplainingServer, Person, Plans, Salon, TestApp};

/// Customers of three hundred businesses, a third of them of one, each with some visits at several.
const MANY: &str = "
    create temporary table places as
        select case when n = 0 then (select id from businesses) else gen_random_uuid() end as id, n
        from generate_series(0, 299) n;
    insert into businesses (id, owner_id, name, slug, category, timezone, currency, created_at, updated_at)
    select places.id, owner_id, 'B', 'b-' || n, 'spa', 'Europe/Warsaw', 'PLN', now(), now()
    from places, businesses where n > 0;
    create temporary table people as select gen_random_uuid() as id, n from generate_series(1, 30000) n;
    insert into users (id, username, email, password_hash, email_verified_at, created_at, updated_at)
    select id, 'u' || n, 'u' || n || '@example.org', '', now(), now(), now() from people;
    create temporary table cards as
        select gen_random_uuid() as id, people.id as person, people.n, places.id as place
        from people join places on places.n = case when people.n % 3 = 0 then 0 else people.n % 299 + 1 end;
    insert into customers (id, business_id, name, email, phone, created_at, updated_at)
    select id, place,
           (array['Anna', 'Maria', 'Ewa', 'Zofia', 'Łucja'])[1 + n / 3 % 5] || ' ' || left(md5(n::text), 8),
           'u' || n || '@example.org', '+48 ' || 600000000 + n, now() + n * interval '1 second', now()
    from cards;
    insert into customer_accounts (business_id, user_id, customer_id) select place, person, id from cards;
    insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                              busy_to, price_minor, price_currency, created_at, updated_at)
    select gen_random_uuid(), case when visit < 2 then place else (select id from places where n = 5) end, services.id,
           staff.id, person, 'completed', at, at + interval '1 hour', at, at + interval '1 hour', 12000, 'PLN', now(), now()
    from cards, services, (select id from staff_members limit 1) staff, generate_series(0, 2) visit,
         lateral (select now() - (n * 3 + visit) * interval '2 hours') times (at)";

async fn crowded() -> (ExplainingServer, TestApp, Salon) {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    // So that who books is counted.
    let policy = json!({ "max_open_bookings": 5, "no_show_limit": 2 });
    let salon = app.salon().business("booking_policy", policy).create().await;
    server.fill(&app, MANY).await;
    (server, app, salon)
}

#[track_caller]
fn assert_indexed(plans: &Plans, index: &str) {
    plans.use_all(&[index]);
    plans.read_none_whole(&["customers", "customer_accounts", "appointments", "users"]);
}

/// All that the business has had is not read for each of its customers.
#[track_caller]
fn of_each_card_alone(plans: &Plans) {
    assert!(!plans.text().contains("appointments_of_business"), "{}", plans.text());
}

#[tokio::test]
async fn with_many_customers_every_list_and_card_goes_by_an_index() {
    let (server, app, salon) = crowded().await;
    for (query, index, count) in [
        ("", "customers_by_name", 10_000),
        ("page=900", "customers_by_name", 10_000),
        ("ordering=newest", "customers_by_age", 10_000),
        ("search=u2999", "customers_search", 3),
        ("search=600003000", "customers_search", 1),
        ("search=lucja+ab", "customers_search", -1),
    ] {
        let list = salon.path(&format!("customers/?{query}"));
        let (page, plans) = server.plans_of(salon.owner.get(&list)).await;
        let page = page.expect(200);
        assert_indexed(&plans, index);
        assert_indexed(&plans, "appointments_of_customer");
        of_each_card_alone(&plans);
        if count >= 0 {
            assert_eq!(page["count"], count, "{query}");
        }
        let card = &page["results"][0];
        let (one, plans) = server.plans_of(salon.owner.get(&path(&salon, card))).await;
        let one = one.expect(200);
        assert_eq!((&one["id"], &one["visits"]), (&card["id"], &json!(2)));
        assert_indexed(&plans, "appointments_of_customer");
    }
    let anna = app.person("anna").await;
    for (time, index) in [("10:00", "customers_by_email"), ("12:00", "customer_accounts_pkey")] {
        let (booked, plans) = server.plans_of(salon.book(&anna, DATE, time)).await;
        booked.expect(201);
        assert_indexed(&plans, index);
        assert_indexed(&plans, "appointments_of_customer");
        of_each_card_alone(&plans);
    }
    let lines: Vec<String> = (0..50).map(|n| format!("X,u{n}@example.org,60000{n:04}")).collect();
    let table = format!("name,email,phone\n{}", lines.join("\n"));
    let place = salon.path("customers/import/");
    let (imported, plans) = server.plans_of(salon.owner.post_table(&place, &table)).await;
    imported.expect(200);
    assert_indexed(&plans, "customers_by_email");
    assert_indexed(&plans, "customers_by_phone");

    let (made, plans) = server.plans_of(add(&salon, json!({ "name": "Ewa", "phone": "600 100 200" }))).await;
    assert_indexed(&plans, "customers_pkey");
    let made = path(&salon, &made);
    let (changed, plans) =
        server.plans_of(salon.owner.patch(&made, &json!({ "email": "ewa@example.org" }))).await;
    changed.expect(200);
    assert_indexed(&plans, "customers_pkey");
    for action in ["block", "unblock"] {
        let action = format!("{made}{action}/");
        let (done, plans) = server.plans_of(salon.owner.post(&action, &json!({}))).await;
        done.expect(200);
        assert_indexed(&plans, "customers_pkey");
    }

    let cards = salon.owner.get(&salon.path("customers/?search=lucja")).await.expect(200);
    let [one, double] = [0, 1].map(|index| path(&salon, &cards["results"][index]));
    let into = json!({ "into": cards["results"][0]["id"] });
    let (merged, plans) = server.plans_of(salon.owner.post(&format!("{double}merge/"), &into)).await;
    assert_eq!(merged.expect(200)["visits"], 4);
    assert_indexed(&plans, "customers_pkey");
    let (removed, plans) = server.plans_of(salon.owner.delete(&one)).await;
    removed.expect(204);
    assert_indexed(&plans, "customers_pkey");
    // With those who were imported or added and Anna, without the double and the one removed.
    let (lines, plans) = server.plans_of(exported(&salon.owner, &salon.slug)).await;
    assert_eq!(lines, 10_035);
    // What the business has had is read once, for all of them; it is a third of all there is.
    assert_eq!(plans.text().matches(" on appointments").count(), 1, "{}", plans.text());
    plans.read_none_whole(&["customer_accounts", "customers"]);
    let (lines, plans) = server.plans_of(exported(&salon.owner, "b-7")).await;
    assert_eq!(lines, 68);
    assert_indexed(&plans, "appointments_of_business");
    // A connection that has asked often enough keeps a plan for whichever business, which has to do for a large one as well.
    let generic = format!("alter database {} set plan_cache_mode = force_generic_plan", app.database.name());
    app.database.connect().await.batch_execute(&generic).await.unwrap();
    let other = TestApp::on(Arc::clone(&app.database), &[]).await;
    let (lines, plans) = server.plans_of(exported(&salon.owner.at(&other.base), &salon.slug)).await;
    assert_eq!(lines, 10_035);
    assert_indexed(&plans, "appointments_of_business");
}

/// How many lines the spreadsheet of a business's customers has.
async fn exported(owner: &Person, slug: &str) -> usize {
    let answer = owner.get(&format!("/api/businesses/{slug}/customers/export/")).await;
    assert_eq!(answer.status, 200);
    answer.text.lines().count()
}
