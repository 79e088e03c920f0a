//! Cards of customers without an account: what is booked for them goes with the card, and over to their account once they have
//! shown the address to be theirs.

use serde_json::{Value, json};
use shared::cron::{self, Task};

use super::{DATE, add, found, path};
use crate::support::{Person, Salon, TestApp};

/// Books for the card of a salon.
pub(super) async fn book(salon: &Salon, card: &Value, time: &str) -> Value {
    let mut wish = salon.wish(DATE, time);
    wish["customer_id"] = card["id"].clone();
    wish["notes"] = json!("Dzwoni przed wizytą");
    salon.owner.post(&salon.path("appointments/for-customer/"), &wish).await.expect(201)
}

async fn mine(person: &Person) -> Value {
    person.get("/api/users/appointments/").await.expect(200)["results"].clone()
}

/// Verifies an address that so many mails have gone to.
async fn verify(app: &TestApp, person: &Person, mails: usize) {
    let code = app.code_for(&person.email, mails).await;
    app.post("/api/users/verify-email/", &json!({ "email": person.email, "code": code })).await.expect(200);
}

#[tokio::test]
async fn visits_go_along_when_cards_are_merged() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (double, kept) =
        (add(&salon, json!({ "name": "A" })).await, add(&salon, json!({ "name": "B" })).await);
    let booked = book(&salon, &double, "10:00").await;
    let merge = format!("{}merge/", path(&salon, &double));
    let merged = salon.owner.post(&merge, &json!({ "into": kept["id"] })).await.expect(200);
    assert_eq!((&merged["id"], &merged["upcoming"]), (&kept["id"], &json!(1)));
    let seen = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    assert_eq!(salon.owner.get(&seen).await.expect(200)["card_id"], kept["id"]);
    salon.owner.get(&path(&salon, &double)).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_card_with_visits_that_is_removed_leaves_them_without_a_name() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let card = add(&salon, json!({ "name": "Halina", "email": "halina@example.com", "notes": "x" })).await;
    let booked = book(&salon, &card, "10:00").await;
    salon.owner.delete(&path(&salon, &card)).await.refused(409, "CONFLICT");
    app.set_clock("2026-03-03T10:30:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    cron::run(&app.state, &Task::ALL).await.unwrap();
    owner.delete(&path(&salon, &card)).await.expect(204);

    owner.get(&path(&salon, &card)).await.refused(404, "NOT_FOUND");
    assert_eq!(owner.get(&salon.path("customers/")).await.expect(200)["count"], 0);
    let seen = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    let seen = owner.get(&seen).await.expect(200);
    assert_eq!(seen["status"], "completed");
    for field in ["card_id", "customer_id", "customer_email", "customer_first_name", "customer_phone"] {
        assert_eq!(seen[field], json!(null), "{field}");
    }
    assert_eq!(seen["notes"], "");
    let left = "select count(*) from customers where to_jsonb(customers)::text ilike '%halina%'";
    let left: i64 = app.database.connect().await.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 0);
    let mut wish = salon.wish("2026-03-04", "10:00");
    wish["customer_id"] = card["id"].clone();
    owner.post(&salon.path("appointments/for-customer/"), &wish).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn who_registers_gets_what_was_booked_for_them_once_their_address_is_verified() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let blocking = app.salon().named("Surowy").create_for(app.person("surowa").await).await;
    let card = add(&salon, json!({ "name": "Halina", "email": "Halina@example.com" })).await;
    let double = add(&salon, json!({ "name": "Hala", "email": "halina@example.com" })).await;
    let other = add(&salon, json!({ "name": "Ewa", "email": "ewa@example.com" })).await;
    let barred = add(&blocking, json!({ "name": "Halina", "email": "halina@example.com" })).await;
    for (salon, card, time) in [
        (&salon, &card, "10:00"),
        (&salon, &double, "12:00"),
        (&salon, &other, "14:00"),
        (&blocking, &barred, "09:00"),
    ] {
        book(salon, card, time).await;
    }
    blocking.owner.post(&format!("{}block/", path(&blocking, &barred)), &json!({})).await.expect(200);

    let halina = Person::register(&app, "halina").await;
    let cards = found(&salon, "search=halina").await;
    assert_eq!((cards.len(), &cards[0]["user_ids"]), (2, &json!([])), "nothing has been shown yet");
    verify(&app, &halina, 3).await;
    let own = mine(&halina).await;
    assert_eq!(own.as_array().unwrap().len(), 3, "{own}");
    let cards = found(&salon, "search=halina").await;
    assert_eq!(
        cards.iter().filter(|card| card["user_ids"] == json!([halina.id])).count(),
        1,
        "one of the doubles"
    );
    // The account is as blocked as the card was.
    blocking.book(&halina, DATE, "11:00").await.refused(403, "CUSTOMER_BLOCKED");
    let ewa = Person::register(&app, "ewa").await;
    verify(&app, &ewa, 2).await;
    assert_eq!(mine(&ewa).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_has_an_account_gets_what_was_booked_for_them_when_they_book_there_themselves() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let card = add(&salon, json!({ "name": "Anna", "email": "anna@example.com" })).await;
    let booked = book(&salon, &card, "10:00").await;
    assert_eq!(booked["customer_id"], json!(null), "nobody is told who has an account");
    assert_eq!(mine(&anna).await, json!([]));
    salon.book(&anna, DATE, "12:00").await.expect(201);
    assert_eq!(mine(&anna).await.as_array().unwrap().len(), 2);
    assert_eq!(found(&salon, "").await[0]["upcoming"], 2);
}

#[tokio::test]
async fn visits_missed_without_an_account_count_for_it() {
    let app = TestApp::start().await;
    let rule = json!({ "auto_confirm": true, "no_show_limit": 1, "no_show_action": "refuse" });
    let salon = app.salon().business("booking_policy", rule).create().await;
    let anna = app.person("anna").await;
    let card = add(&salon, json!({ "name": "Anna", "email": "anna@example.com" })).await;
    let missed = book(&salon, &card, "10:00").await;
    app.set_clock("2026-03-03T10:30:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    let no_show = salon.path(&format!("appointments/{}/no-show/", missed["id"].as_str().unwrap()));
    owner.post(&no_show, &json!({})).await.expect(200);
    let anna = anna.signed_in_again(&app).await;
    salon.book(&anna, "2026-03-05", "10:00").await.refused(409, "CONFLICT");
    salon.book(&app.person("iga").await, "2026-03-05", "10:00").await.expect(201);
}

#[tokio::test]
async fn an_appointment_has_one_customer_unless_it_is_nobodys() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let card = add(&salon, json!({ "name": "Halina" })).await;
    book(&salon, &card, "10:00").await;
    salon.book(&anna, DATE, "12:00").await.expect(201);
    let client = app.database.connect().await;
    for sql in [
        "update appointments set card_id = null where card_id is not null",
        "update appointments set card_id = (select id from customers limit 1) where customer_id is not null",
        "update appointments set is_nobodys = true",
    ] {
        let error = client.execute(sql, &[]).await.unwrap_err();
        assert_eq!(error.as_db_error().unwrap().constraint(), Some("appointments_of_one"), "{sql}");
    }
    anna.delete("/api/users/me/").await.expect(204);
    let nobodys = "select count(*) from appointments where is_nobodys";
    assert_eq!(client.query_one(nobodys, &[]).await.unwrap().get::<_, i64>(0), 1);
}
