//! With tens of thousands of businesses, each in two places: every hot query goes by its index, and no list has no end.

use serde_json::{Value, json};
use shared::cron::{self, Task};

use super::finding::names;
use crate::support::{ExplainingServer, Plans, TestApp};

const BUSINESSES: usize = 20_000;

/// The whole country, without going through the triggers row by row.
const MANY: &str = "
    set statement_timeout = 0;
    set auto_explain.log_min_duration = -1;
    insert into users (id, username, email, password_hash, created_at, updated_at)
    values (gen_random_uuid(), 'wszyscy', 'wszyscy@example.com', '', now(), now());
    set session_replication_role = replica;
    insert into businesses (id, owner_id, name, slug, category, timezone, currency, rating_average, created_at, updated_at)
    select gen_random_uuid(), users.id,
           (array['Salon', 'Studio', 'Gabinet', 'Fryzjer', 'Klinika'])[1 + n % 5] || ' '
               || (array['Anna', 'Maria', 'Nova', 'Eden', 'Aurora', 'Bella', 'Venus'])[1 + n / 5 % 7] || ' ' || n,
           'b-' || n, (array['hairdresser', 'doctor', 'beauty', 'spa', 'fitness', 'other'])[1 + n % 6],
           'Europe/Warsaw', 'PLN', 1 + n % 400 / 100.0, now(), now()
    from users, generate_series(1, 20000) n where username = 'wszyscy';
    insert into locations (id, business_id, address_line1, city, postal_code, latitude, longitude)
    select gen_random_uuid(), id, 'ul. Prosta 1',
           (array['Warszawa', 'Kraków', 'Łódź', 'Wrocław', 'Poznań', 'Gdańsk', 'Szczecin', 'Lublin'])[1 + n % 8],
           '00-001', 49.5 + n % 97 / 20.0, 15 + n % 89 / 10.0
    from (select id, substr(slug, 3)::int n from businesses) numbered;
    insert into locations (id, business_id, is_primary, address_line1, city, postal_code, latitude, longitude)
    select gen_random_uuid(), id, false, 'ul. Krzywa 2', 'Rzeszów', '35-001', 49.5 + n % 89 / 20.0, 15 + n % 97 / 10.0
    from (select id, substr(slug, 3)::int n from businesses) numbered;
    insert into services (id, business_id, name, duration_minutes, price_minor, price_currency, created_at, updated_at)
    select gen_random_uuid(), id, (array['Strzyżenie', 'Manicure', 'Masaż', 'Konsultacja'])[1 + (n + s) % 4], 30, 5000,
           'PLN', now(), now()
    from (select id, substr(slug, 3)::int n from businesses) numbered, generate_series(1, 2) s;
    update services set name = 'Strzyżenie brzytwą'
    where business_id in (select id from businesses where slug = 'b-778') and name = 'Strzyżenie';
    update businesses set name = 'Zakład Strzyżenie' where slug = 'b-19999';
    insert into opening_hours (id, business_id, day_of_week, open_minute, close_minute)
    select gen_random_uuid(), id, day, 480, 1020 from businesses, generate_series(0, 1) day;
    insert into date_overrides (id, business_id, dates, created_at, updated_at)
    select gen_random_uuid(), id, '[2026-04-01,2026-04-03]', now(), now() from businesses;
    insert into staff_members (id, business_id, display_name, created_at, updated_at)
    select gen_random_uuid(), business_id, 'Osoba', now(), now() from locations where city = 'Kraków';
    insert into staff_services
    select services.business_id, staff_members.id, services.id from staff_members join services using (business_id);
    set session_replication_role = origin;
    select refresh_listings(array(select id from businesses));
    insert into vocabulary (word)
    select left(translate(md5(n::text), '0123456789', 'ghijklmnop'), 4 + n % 8) from generate_series(1, 20000) n";

/// An app with many businesses, on a server that explains itself.
async fn crowded() -> (ExplainingServer, TestApp) {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    server.fill(&app, MANY).await;
    (server, app)
}

/// What a path answers, and the plans of what was asked of the database for it.
async fn explained(server: &ExplainingServer, app: &TestApp, path: &str) -> (Value, Plans) {
    let (answer, plans) = server.plans_of(app.get(path)).await;
    (answer.expect(200), plans)
}

/// The tables that grow with the number of businesses.
const GROWING: [&str; 7] =
    ["businesses", "date_overrides", "listings", "locations", "opening_hours", "services", "vocabulary"];

#[tokio::test]
async fn with_many_businesses_every_list_goes_by_an_index_and_has_an_end() {
    let (server, app) = crowded().await;
    let last = json!(BUSINESSES);
    let cases: [(&str, &str, Value); 17] = [
        ("", "listings_by_name", last.clone()),
        ("ordering=rating", "listings_by_rating", last.clone()),
        ("category=spa", "listings_by_category", json!(3333)),
        ("category=spa&page=300", "listings_by_category", json!(3333)),
        ("search=salon", "listings_document", json!(1000)),
        ("search=fryzier+lodz", "listings_document", json!(500)),
        ("search=brzytwa", "vocabulary_trigrams", json!(1)),
        ("search=strzyzenie", "listings_document", json!(1000)),
        ("category=spa&search=manicure", "listings_document", json!(1000)),
        ("city=krakow", "listings_document", json!(1000)),
        ("city=krakow&open_now=true", "listings_document", json!(1000)),
        ("city=rzeszow", "listings_document", json!(1000)),
        ("city=rzeszow&open_now=true&category=spa", "listings_document", json!(1000)),
        ("search=gabinet+777+rzeszow", "listings_document", json!(3)),
        ("lat=52&lng=19&ordering=distance", "listings_nearby", Value::Null),
        ("lat=52&lng=19&ordering=distance&category=spa", "listings_nearby_by_category", Value::Null),
        ("lat=52&lng=19&radius_km=20", "listings_nearby", Value::Null),
    ];
    for (query, index, count) in cases {
        let (page, plans) = explained(&server, &app, &format!("/api/businesses/?{query}")).await;
        plans.use_all(&[index]);
        plans.read_none_whole(&GROWING);
        if count.is_number() {
            assert_eq!(page["count"], count, "{query}");
        }
    }
    for path in ["/api/businesses/b-777/", "/api/businesses/b-777/locations/"] {
        let (_, plans) = explained(&server, &app, path).await;
        plans.read_none_whole(&GROWING);
    }
    let (_, plans) = explained(&server, &app, "/api/businesses/categories/").await;
    assert!(!plans.text().contains("listings ") && !plans.text().contains("businesses"), "{}", plans.text());

    who_is_available_is_asked_for_all_at_once(&server, &app).await;
    the_best_match_is_first_however_many_there_are(&app).await;
    a_bounded_list_ends_where_it_says(&app).await;
    a_change_reads_no_whole_table(&server, &app).await;
    what_nobody_uses_is_looked_up_word_by_word(&server, &app).await;
}

async fn who_is_available_is_asked_for_all_at_once(server: &ExplainingServer, app: &TestApp) {
    let path = "/api/businesses/?search=salon&city=krakow&available_on=2026-03-02";
    let (page, plans) = explained(server, app, path).await;
    assert_eq!(page["count"], 500);
    let plans = plans.text();
    assert_eq!(plans.matches("from calendar_entries").count(), 1, "{plans}");
    // One statement for each kind of thing that decides, however many businesses.
    assert!(plans.matches("any($1)").count() <= 12, "{plans}");
}

async fn the_best_match_is_first_however_many_there_are(app: &TestApp) {
    let page = app.get("/api/businesses/?search=strzyzenie").await.expect(200);
    assert_eq!(names(&page)[0], "Zakład Strzyżenie");
    let nearest = app.get("/api/businesses/?lat=52&lng=19&radius_km=500&ordering=distance").await.expect(200);
    let distances: Vec<f64> = nearest["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["distance_km"].as_f64().unwrap())
        .collect();
    assert!(distances.is_sorted() && distances[0] == 0.0 && distances[9] < 10.0, "{distances:?}");
}

async fn a_bounded_list_ends_where_it_says(app: &TestApp) {
    let end = app.get("/api/businesses/?search=salon&page_size=100&page=10").await.expect(200);
    assert_eq!((names(&end).len(), &end["next"], &end["count"]), (100, &Value::Null, &json!(1000)));
    app.get("/api/businesses/?search=salon&page_size=100&page=11").await.refused(404, "NOT_FOUND");
    let whole = app.get("/api/businesses/?page_size=100&page=200").await.expect(200);
    assert_eq!((names(&whole).len(), &whole["next"]), (100, &Value::Null));
    app.get("/api/businesses/?page_size=100&page=201").await.refused(404, "NOT_FOUND");
}

async fn a_change_reads_no_whole_table(server: &ExplainingServer, app: &TestApp) {
    let rename = "update services set name = 'Koloryzacja'
                  where business_id = (select id from businesses where slug = 'b-5')";
    let database = app.database.connect().await;
    let (renamed, plans) = server.plans_of(database.batch_execute(rename)).await;
    renamed.unwrap();
    plans.use_all(&["insert into listings"]);
    plans.read_none_whole(&GROWING);
    let found = app.get("/api/businesses/?search=koloryzacja").await.expect(200);
    assert_eq!(found["count"], 1);
}

async fn what_nobody_uses_is_looked_up_word_by_word(server: &ExplainingServer, app: &TestApp) {
    let (ran, plans) = server.plans_of(cron::run(&app.state, &[Task::Cleanup])).await;
    let removed = ran.unwrap().removed.unwrap();
    assert!(removed.vocabulary > 0, "{removed:?}");
    plans.use_all(&["vocabulary_word", "listings_document"]);
    plans.read_none_whole(&["listings"]);
}
