//! What waiting costs: nothing where nobody waits, and no more statements for many than for one; each goes by an index.

use serde_json::json;

use super::{CRON_SECRET, DATE, app, cancel, cancel_unseen, cron, full_salon, join, looked_at};
use crate::support::{ExplainingServer, Logs, Salon, TestApp};

/// Lets so many more wait for the salon's service, all on [`DATE`].
async fn crowd(app: &TestApp, salon: &Salon, count: i64) {
    let people = "
        insert into users (id, username, email, password_hash, email_verified_at, created_at, updated_at)
        select gen_random_uuid(), $1 || n, $1 || n || '@example.org', '', now(), now(), now()
        from generate_series(1, $2::int8) n";
    let waiting = "
        insert into waitlist_entries (id, business_id, service_id, customer_id, first_day, last_day, created_at)
        select gen_random_uuid(), businesses.id, services.id, users.id, '2026-03-03', '2026-03-03', businesses.created_at
        from users, services join businesses on businesses.id = services.business_id
        where username::text like $1 || '%' and services.id = $2::text::uuid";
    let database = app.database.connect().await;
    let offered = "
        insert into waitlist_offers (entry_id, starts_at)
        select id, timestamptz '2026-03-01 10:00Z' from waitlist_entries";
    // Each would be looked at twice, which is not what this is about.
    database.batch_execute("alter table waitlist_entries disable trigger waitlist_joining").await.unwrap();
    database.execute(people, &[&salon.slug, &count]).await.unwrap();
    database.execute(waiting, &[&salon.slug, &salon.service]).await.unwrap();
    database.execute(offered, &[]).await.unwrap();
    database
        .batch_execute("alter table waitlist_entries enable trigger waitlist_joining; analyze")
        .await
        .unwrap();
}

/// The path of an entry for those who work at the salon.
fn seen_by_business(salon: &Salon, entry: &str) -> String {
    salon.path(entry.strip_prefix("/api/users/").unwrap())
}

#[tokio::test]
async fn as_many_statements_for_three_hundred_who_wait_as_for_one() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let salon = app.salon().open("10:00", "12:00").create().await;
    let mut booked = Vec::new();
    for time in ["10:00", "11:00"] {
        booked.push(salon.book(&anna, DATE, time).await.expect(201));
    }
    for person in [&ben, &ben, &anna] {
        join(&salon, person, json!({})).await;
    }
    let leaving = [
        join(&salon, &anna, json!({ "time_from": "10:30" })).await,
        join(&salon, &anna, json!({ "time_from": "11:00" })).await,
    ];
    looked_at(&app).await;
    let (mut statements, mut listing) = (Vec::new(), Vec::new());
    for (index, booked) in booked.iter().enumerate() {
        if index == 1 {
            crowd(&app, &salon, 300).await;
        }
        cancel_unseen(&app, booked).await;
        let logs = Logs::counting();
        assert_eq!(cron(&app).await, json!({ "offers": 1 }));
        statements.push(logs.statements()[0]);
        drop(logs);
        let logs = Logs::counting();
        salon.owner.get(&salon.path("waitlist/?page_size=100")).await.expect(200);
        ben.get("/api/users/waitlist/").await.expect(200);
        anna.get(&leaving[index]).await.expect(200);
        salon.owner.delete(&seen_by_business(&salon, &leaving[index])).await.expect(204);
        listing.push(logs.statements());
    }
    println!("statements: {statements:?}, {listing:?}");
    assert_eq!((statements[0], &listing[0]), (statements[1], &listing[1]));
}

#[tokio::test]
async fn where_nobody_waits_a_cancellation_asks_as_much_and_notes_nothing() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let other = app.salon().named("Inny salon").create().await;
    let mut statements = Vec::new();
    for waits in [false, true] {
        let salon = app
            .salon()
            .named(&format!("Salon {waits}"))
            .create_for(app.person(&format!("owner-{waits}")).await)
            .await;
        let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
        let at = if waits { &salon } else { &other };
        join(at, &ben, json!({ "date_from": "2026-03-04", "date_to": "2026-03-04" })).await;
        looked_at(&app).await;
        let noted = "select count(*) from waitlist_checks where business_id = (select id from businesses where slug = $1)";
        let logs = Logs::counting();
        cancel(&anna, &booked).await;
        statements.push(logs.statements()[0]);
        if !waits {
            let noted = app.database.connect().await.query_one(noted, &[&salon.slug]).await.unwrap();
            assert_eq!(noted.get::<_, i64>(0), 0);
        }
    }
    println!("statements: {statements:?}");
    assert_eq!(statements[0], statements[1]);
}

#[tokio::test]
async fn with_very_many_who_wait_everything_goes_by_an_index() {
    let server = ExplainingServer::start();
    let app = server.app(&[("CRON_SECRET", CRON_SECRET)]).await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let crowded = app.salon().named("Inny salon").create().await;
    let (salon, booked) = full_salon(&app, &anna).await;
    crowd(&app, &crowded, 20_000).await;
    let other = join(&salon, &anna, json!({ "date_from": "2026-03-04", "date_to": "2026-03-04" })).await;
    let (entry, joined) = server.plans_of(join(&salon, &ben, json!({}))).await;
    looked_at(&app).await;
    let ((), looked) = server
        .plans_of(async {
            cancel_unseen(&app, &booked).await;
            assert_eq!(cron(&app).await, json!({ "offers": 1 }));
            for path in [salon.path("waitlist/"), salon.path("appointments/")] {
                salon.owner.get(&path).await.expect(200);
            }
            ben.get("/api/users/waitlist/").await.expect(200);
            ben.get(&entry).await.expect(200);
            ben.delete(&entry).await.expect(204);
            salon.owner.delete(&seen_by_business(&salon, &other)).await.expect(204);
        })
        .await;
    looked.use_all(&[
        "waitlist_entries_of_business",
        "waitlist_entries_of_customer",
        "waitlist_entries_pkey",
    ]);
    for plans in [joined, looked] {
        plans.read_none_whole(&["waitlist_entries", "users", "waitlist_offers"]);
    }
}
