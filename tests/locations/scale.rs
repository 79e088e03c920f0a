//! Locations cost the same however many there are, of a business and of all others, and each statement goes by an index.

use serde_json::{Value, json};

use super::{Two, id, in_krakow, two};
use crate::support::{ExplainingServer, Logs, Person, TestApp};

/// Ten thousand businesses in two places, with a service and hours at each, and forty-six more places of the one there is.
const MANY: &str = "
    create temporary table others as select n, gen_random_uuid() as id from generate_series(1, 10000) n;
    insert into businesses (id, owner_id, name, slug, category, timezone, currency, created_at, updated_at)
    select others.id, owner_id, 'Salon ' || n, 'b-' || n, 'spa', 'Europe/Warsaw', 'PLN', now(), now() from others, businesses;
    create temporary table places as
        select gen_random_uuid() as id, others.id as business, second, n from others, (values (false), (true)) kind (second)
        union all
        select gen_random_uuid(), businesses.id, true, n from businesses, generate_series(1, 46) n where slug not like 'b-%';
    insert into locations (id, business_id, is_primary, address_line1, city, postal_code, latitude, longitude)
    select id, business, not second, 'ul. Prosta ' || n, 'Lublin', '20-001', 49.5 + n % 97 / 20.0, 15 + n % 89 / 10.0
    from places;
    insert into services (id, business_id, location_id, name, duration_minutes, price_minor, price_currency, created_at, updated_at)
    select gen_random_uuid(), business, case when second then id end, 'Masaż', 30, 5000, 'PLN', now(), now() from places;
    insert into opening_hours (id, business_id, location_id, day_of_week, open_minute, close_minute)
    select gen_random_uuid(), business, case when second then id end, day, 480, 1020
    from places, generate_series(0, 4) day;
    insert into staff_members (id, business_id, display_name, created_at, updated_at)
    select gen_random_uuid(), id, 'Osoba ' || n, now(), now() from others;
    select refresh_listings(array(select id from others));
    select refresh_listings(array(select id from businesses where slug not like 'b-%'))";

/// The tables that grow.
const GROWING: [&str; 6] =
    ["businesses", "listings", "locations", "opening_hours", "services", "staff_members"];

/// What is asked of the second place, and of one that comes and goes.
async fn everything(app: &TestApp, customer: &Person, Two { salon, second, .. }: &Two) {
    let owner = &salon.owner;
    let all = salon.path("locations/");
    for query in ["?page_size=100", &format!("{second}/"), &format!("{second}/opening-hours/")] {
        app.get(&format!("{all}{query}")).await.expect(200);
    }
    for below in ["", "services/", "staff/"] {
        customer.get(&salon.path(below)).await.expect(200);
        customer.get(&salon.path(&format!("{below}?location_id={second}"))).await.expect(200);
    }
    owner.get(&salon.path(&format!("services/?location_id={second}"))).await.expect(200);

    let new = owner.post(&all, &in_krakow()).await.expect(201);
    let new = format!("{all}{}/", id(&new));
    owner.patch(&new, &json!({ "city": "Wieliczka" })).await.expect(200);
    owner.put(&new, &in_krakow()).await.expect(200);
    let hours = format!("{new}opening-hours/");
    let day = |day: u8| json!({ "day_of_week": day, "open_time": "10:00", "close_time": "12:00" });
    owner.put(&hours, &(0..3).map(day).collect::<Value>()).await.expect(200);
    owner.put(&hours, &(2..7).map(day).collect::<Value>()).await.expect(200);
    owner.delete(&hours).await.expect(204);
    owner.delete(&new).await.expect(204);
}

#[tokio::test]
async fn as_many_statements_for_many_as_for_two_and_each_goes_by_an_index() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let two = two(&app).await;
    let anna = app.person("anna").await;
    let statements = async || {
        let logs = Logs::counting();
        everything(&app, &anna, &two).await;
        logs.statements()
    };
    let few = statements().await;
    println!("{few:?}");
    // Reading what is shown takes one statement, and the hours one for each kind.
    assert_eq!(few[..3], [1, 1, 3]);
    server.fill(&app, MANY).await;
    let (many, plans) = server.plans_of(statements()).await;
    assert_eq!(few, many);
    plans.read_none_whole(&GROWING);
    plans.use_all(&["services_of_business", "opening_hours_of_business"]);
}
