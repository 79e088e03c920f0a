//! The sample data of `cargo dev`.

use std::sync::Arc;

use dev::{
    database::{Database, Seeded},
    seed,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

/// Shortly before a clock change, so that the fortnight of visits spans it.
const NOW: &str = "2026-03-27T10:00:00Z";

async fn seeded() -> Arc<TestDatabase> {
    let database = Arc::new(TestDatabase::create().await);
    assert_eq!(seed_at(&database, NOW).await, Seeded::Now);
    database
}

async fn seed_at(database: &TestDatabase, now: &str) -> Seeded {
    Database::at(database.url()).seed(now.parse::<Timestamp>().unwrap()).await.unwrap()
}

#[tokio::test]
async fn every_category_has_a_place_that_can_be_booked() {
    let app = TestApp::on(seeded().await, &[]).await;
    app.set_clock(NOW).await;
    let categories = app.get("/api/businesses/categories/").await.expect(200);
    assert!(categories.as_array().unwrap().iter().all(|category| category["count"] == 1), "{categories}");

    let list = app.get("/api/businesses/").await.expect(200);
    let mut cities: Vec<&str> =
        list["results"].as_array().unwrap().iter().map(|b| b["city"].as_str().unwrap()).collect();
    cities.sort_unstable();
    cities.dedup();
    assert_eq!(cities.len(), 6);
    for business in list["results"].as_array().unwrap() {
        assert!(business["latitude"].is_string() && business["longitude"].is_string());
        let slug = business["slug"].as_str().unwrap();
        let detail = app.get(&format!("/api/businesses/{slug}/")).await.expect(200);
        let count = |field: &str| detail[field].as_array().unwrap().len();
        assert!((3..=6).contains(&count("services")), "{slug}");
        assert!((2..=4).contains(&count("staff")), "{slug}");
        let service = detail["services"][0]["id"].as_str().unwrap();
        let path =
            format!("/api/businesses/{slug}/availability/?service_id={service}&date=2026-03-28&days=7");
        let free = app.get(&path).await.expect(200);
        let days = free["days"].as_array().unwrap();
        assert!(days.iter().any(|day| !day["slots"].as_array().unwrap().is_empty()), "{slug} is never free");
    }
}

#[tokio::test]
async fn one_place_is_in_two_towns() {
    let app = TestApp::on(seeded().await, &[]).await;
    app.set_clock(NOW).await;
    let found = app.get("/api/businesses/?city=gdynia").await.expect(200);
    assert_eq!((&found["count"], &found["results"][0]["slug"]), (&json!(1), &json!("baltyckie-spa")));
    let there = found["results"][0]["location_id"].as_str().unwrap();
    let detail = app.get(&format!("/api/businesses/baltyckie-spa/?location_id={there}")).await.expect(200);
    assert_eq!(detail["services"].as_array().unwrap().len(), 2);
    assert_eq!(detail["staff"].as_array().unwrap().len(), 1);
    assert_eq!(detail["locations"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn it_shows_what_services_can_be() {
    let app = TestApp::on(seeded().await, &[]).await;
    app.set_clock(NOW).await;
    let list = app.get("/api/businesses/").await.expect(200);
    let mut services = Vec::new();
    for business in list["results"].as_array().unwrap() {
        let place = format!("/api/businesses/{}/services/", business["slug"].as_str().unwrap());
        let page = app.get(&place).await.expect(200);
        services.extend(page["results"].as_array().unwrap().clone());
        for service in page["results"].as_array().unwrap() {
            let offered = format!("{place}{}/staff/", service["id"].as_str().unwrap());
            let offered = app.get(&offered).await.expect(200);
            services.extend(offered["results"].as_array().unwrap().clone());
        }
    }
    let some = |what: &str, is_so: fn(&Value) -> bool| assert!(services.iter().any(is_so), "no {what}");
    some("buffer before", |service| service["buffer_before_minutes"].as_i64() > Some(0));
    some("gap", |service| service["gap_minutes"].is_number());
    some("class", |service| service["capacity"].as_i64() > Some(1));
    some("add-on", |service| service["add_ons"][0].is_object());
    some("resource", |service| service["resources"][0].is_object());
    some("price of somebody's own", |offer| offer["own_price_amount"].is_string());
    some("limit", |service| service["booking_policy"]["max_open_bookings"].is_number());
    some("no-show rule", |service| service["booking_policy"]["no_show"].is_object());
    let mut guests = 0;
    for business in list["results"].as_array().unwrap() {
        let detail = format!("/api/businesses/{}/", business["slug"].as_str().unwrap());
        let policy = app.get(&detail).await.expect(200)["booking_policy"].clone();
        guests += u32::from(policy["guest_booking"] == true);
    }
    assert_eq!(guests, 2, "where people book without an account");
}

#[tokio::test]
async fn the_demo_accounts_sign_in_and_see_their_side() {
    let app = TestApp::on(seeded().await, &[]).await;
    app.set_clock(NOW).await;
    let sign_in = async |email: &str, password: &str| {
        app.post("/api/users/login/", &json!({ "email": email, "password": password })).await.expect(200)
    };
    let as_user = async |signed_in: &Value, path: &str| {
        let token = signed_in["access"].as_str().unwrap();
        let request = app.request(reqwest::Method::GET, path).bearer_auth(token);
        crate::support::Answer::read(request.send().await.unwrap()).await.expect(200)
    };
    let owner = sign_in(seed::OWNER_EMAIL, seed::OWNER_PASSWORD).await;
    let slug = owner["user"]["business"]["slug"].as_str().unwrap();
    let visits = as_user(&owner, &format!("/api/businesses/{slug}/appointments/")).await;
    assert!(visits["count"].as_i64().unwrap() > 50, "{}", visits["count"]);

    let customer = sign_in(seed::CUSTOMER_EMAIL, seed::CUSTOMER_PASSWORD).await;
    for (time, at_least) in [("upcoming", 2), ("past", 2)] {
        let visits = as_user(&customer, &format!("/api/users/appointments/?time={time}")).await;
        assert!(visits["count"].as_i64().unwrap() >= at_least, "{time}: {}", visits["count"]);
    }
    let all = as_user(&customer, "/api/users/appointments/?page_size=100").await;
    let parts = |field: &str| {
        all["results"].as_array().unwrap().iter().filter(|visit| visit[field].is_string()).count()
    };
    assert_eq!((parts("visit_id"), parts("series_id")), (2, 3), "booked at once");
}

/// On a holiday, and with holidays among the days around it, too.
#[tokio::test]
async fn nobody_is_booked_while_they_do_not_work() {
    for now in [NOW, "2026-05-02T10:00:00Z", "2026-12-25T10:00:00Z"] {
        let database = Arc::new(TestDatabase::create().await);
        assert_eq!(seed_at(&database, now).await, Seeded::Now);
        let client = database.connect().await;
        let sql = "
            with visits as (
                select appointments.*, starts_at at time zone timezone as begins, ends_at at time zone timezone as ends
                from appointments join businesses on businesses.id = business_id
                where status in ('pending', 'confirmed'))
            select count(*),
                   (select count(*) from staff_hours) > 0 and (select count(*) from date_overrides) > 0
                   and (select count(*) from time_off) > 1
            from visits
            where exists (select from time_off where time_off.staff_id = visits.staff_id and starts_at < ends
                          and ends_at > begins)
               or exists (select from date_overrides where date_overrides.business_id = visits.business_id
                          and dates @> begins::date)
               or exists (select from staff_hours where staff_hours.staff_id = visits.staff_id)
                  and not exists (
                    select from staff_hours
                    where staff_hours.staff_id = visits.staff_id and day_of_week = extract(isodow from begins) - 1
                      and minutes @> int4range((extract(epoch from begins::time) / 60)::int,
                                               (extract(epoch from ends::time) / 60)::int))";
        let row = client.query_one(sql, &[]).await.unwrap();
        assert_eq!((row.get::<_, i64>(0), row.get::<_, bool>(1)), (0, true), "{now}");
    }
}

#[tokio::test]
async fn loading_it_again_changes_nothing() {
    let database = seeded().await;
    let client = database.connect().await;
    let everything = async || {
        let sql = "
            select md5(string_agg(row::text, ',' order by row::text)) from (
                select users::text from users union all select businesses::text from businesses
                union all select services::text from services union all select staff_members::text from staff_members
                union all select opening_hours::text from opening_hours
                union all select staff_hours::text from staff_hours
                union all select date_overrides::text from date_overrides union all select time_off::text from time_off
                union all select appointments::text from appointments
                union all select appointment_history::text from appointment_history
                union all select add_ons::text from add_ons union all select resources::text from resources
                union all select staff_services::text from staff_services
                union all select service_resources::text from service_resources
                union all select resource_claims::text from resource_claims) as everything (row)";
        client.query_one(sql, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = everything().await;
    assert_eq!(seed_at(&database, "2026-04-05T10:00:00Z").await, Seeded::Before);
    assert_eq!(everything().await, before);
}

#[tokio::test]
async fn a_database_in_real_use_is_left_alone() {
    let app = TestApp::start().await;
    app.person("anna").await;
    assert_eq!(seed_at(&app.database, NOW).await, Seeded::InRealUse);
    assert_eq!(app.get("/api/businesses/").await.expect(200)["count"], 0);
}

#[tokio::test]
async fn the_demo_owner_has_customers_of_every_kind() {
    let app = TestApp::on(seeded().await, &[]).await;
    app.set_clock(NOW).await;
    let login = json!({ "email": seed::OWNER_EMAIL, "password": seed::OWNER_PASSWORD });
    let owner = app.post("/api/users/login/", &login).await.expect(200);
    let slug = owner["user"]["business"]["slug"].as_str().unwrap();
    let place = format!("/api/businesses/{slug}/customers/?page_size=100");
    let ask = app.request(reqwest::Method::GET, &place).bearer_auth(owner["access"].as_str().unwrap());
    let page: Value = ask.send().await.unwrap().json().await.unwrap();
    let cards = page["results"].as_array().unwrap();
    let some = |what: &str, is_so: fn(&Value) -> bool| assert!(cards.iter().any(is_so), "no {what}");
    some("who walked in", |card| card["user_ids"] == json!([]));
    some("who was there", |card| card["visits"].as_i64() > Some(0));
    let questions = app.get(&format!("/api/businesses/{slug}/")).await.expect(200);
    let mut asked = 0;
    for service in questions["services"].as_array().unwrap() {
        let path = format!("/api/businesses/{slug}/services/{}/questions/", service["id"].as_str().unwrap());
        asked += app.get(&path).await.expect(200)["count"].as_i64().unwrap();
    }
    assert_eq!(asked, 2, "what is asked before a visit");
    let place = format!("/api/businesses/{slug}/waitlist/");
    let ask = app.request(reqwest::Method::GET, &place).bearer_auth(owner["access"].as_str().unwrap());
    let waiting: Value = ask.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&waiting["count"], &waiting["results"][0]["customer_email"]),
        (&json!(1), &json!(seed::CUSTOMER_EMAIL))
    );
    some("notes", |card| card["notes"].as_str() != Some("") && card["user_ids"] != json!([]));
}
