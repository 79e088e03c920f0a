//! Customers from whom a business takes no bookings.

use reqwest::{Method, header::ACCEPT_LANGUAGE};
use serde_json::json;

use super::{DATE, add, found, path, path_of};
use crate::support::{Answer, Person, TestApp};

#[tokio::test]
async fn a_blocked_customer_can_neither_book_nor_hold_and_is_not_told_why() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = path_of(&salon, "anna").await;
    let reason = json!({ "reason": "wyzywała personel" });
    let blocked = salon.owner.post(&format!("{card}block/"), &reason).await.expect(200);
    assert_eq!(blocked["blocked_at"], "2026-03-02T08:00:00+01:00");
    assert_eq!(blocked["blocked_reason"], "wyzywała personel");
    assert_eq!(found(&salon, "blocked=true").await, std::slice::from_ref(&blocked));
    assert!(found(&salon, "blocked=false").await.is_empty());

    for (language, message) in [
        ("pl", "Nie możesz tu rezerwować online. Skontaktuj się z firmą."),
        ("en", "You cannot book here. Please contact the business."),
    ] {
        for place in ["appointments/", "holds/"] {
            let wish = salon.wish(DATE, "12:00");
            let ask = anna.request(Method::POST, &salon.path(place)).header(ACCEPT_LANGUAGE, language);
            let refused = Answer::read(ask.json(&wish).send().await.unwrap()).await;
            assert_eq!(refused.refused(403, "CUSTOMER_BLOCKED"), json!(null));
            assert_eq!(refused.json()["message"], message);
        }
    }
    // Nothing is left of the attempts: others can have the time, and with a key she is told the same again.
    let ask = || anna.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", "raz");
    for _ in 0..2 {
        let refused = Answer::read(ask().json(&salon.wish(DATE, "12:00")).send().await.unwrap()).await;
        refused.refused(403, "CUSTOMER_BLOCKED");
    }
    salon.book(&ewa, DATE, "12:00").await.expect(201);

    // What she has is hers to cancel.
    let mine = format!("/api/users/appointments/{}/", booked["id"].as_str().unwrap());
    anna.get(&mine).await.expect(200);
    anna.post(&format!("{mine}cancel/"), &json!({})).await.expect(200);

    let unblocked = salon.owner.post(&format!("{card}unblock/"), &json!({})).await.expect(200);
    assert_eq!((&unblocked["blocked_at"], &unblocked["blocked_reason"]), (&json!(null), &json!("")));
    salon.book(&anna, DATE, "14:00").await.expect(201);
}

#[tokio::test]
async fn a_hold_from_before_is_not_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let hold = anna.post(&salon.path("holds/"), &salon.wish(DATE, "12:00")).await.expect(201);
    let card = path_of(&salon, "anna").await;
    salon.owner.post(&format!("{card}block/"), &json!({})).await.expect(200);
    let mut wish = salon.wish(DATE, "12:00");
    wish["hold_id"] = hold["id"].clone();
    anna.post(&salon.path("appointments/"), &wish).await.refused(403, "CUSTOMER_BLOCKED");
}

#[tokio::test]
async fn who_is_blocked_by_their_address_is_known_when_they_register() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let card = add(&salon, json!({ "name": "Anna", "email": "anna@example.com" })).await;
    let block = format!("{}block/", path(&salon, &card));
    salon.owner.post(&block, &json!({ "reason": "raz" })).await.expect(200);
    app.later(jiff::SignedDuration::from_mins(5)).await;
    let again = salon.owner.post(&block, &json!({ "reason": "dwa" })).await.expect(200);
    assert_eq!(
        (&again["blocked_at"], &again["blocked_reason"]),
        (&json!("2026-03-02T08:00:00+01:00"), &json!("dwa"))
    );
    let long = salon.owner.post(&block, &json!({ "reason": "a".repeat(501) })).await;
    assert_eq!(long.wrong_fields(), ["reason"]);
    let anna = app.person("anna").await;
    salon.book(&anna, DATE, "10:00").await.refused(403, "CUSTOMER_BLOCKED");
    // Elsewhere nobody minds.
    let other = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    other.book(&anna, DATE, "10:00").await.expect(201);
}

#[tokio::test]
async fn nor_does_anybody_hold_or_wait_who_is_blocked_by_an_address_of_theirs() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    // Ewa has a card that nobody has blocked, and there is another with her address.
    salon.book(&ewa, DATE, "10:00").await.expect(201);
    for person in [&anna, &ewa] {
        let double = add(&salon, json!({ "name": "Ktoś", "email": person.email.to_uppercase() })).await;
        salon.owner.post(&format!("{}block/", path(&salon, &double)), &json!({})).await.expect(200);
    }
    let days = json!({ "service_id": salon.service, "date_from": DATE, "date_to": DATE });
    for person in [&anna, &ewa] {
        person.post(&salon.path("holds/"), &salon.wish(DATE, "12:00")).await.refused(403, "CUSTOMER_BLOCKED");
        person.post(&salon.path("waitlist/"), &days).await.refused(403, "CUSTOMER_BLOCKED");
        salon.book(person, DATE, "12:00").await.refused(403, "CUSTOMER_BLOCKED");
    }
    // Who has not shown the address to be theirs is somebody else.
    let other = add(&salon, json!({ "name": "Inna", "email": "inna@example.com" })).await;
    salon.owner.post(&format!("{}block/", path(&salon, &other)), &json!({})).await.expect(200);
    let unverified = Person::register(&app, "inna").await;
    let client = app.database.connect().await;
    let kept_out = "select keeps_out(businesses.id, users.id) from businesses, users
                    where slug = $1 and users.id = $2::text::uuid";
    let kept_out = client.query_one(kept_out, &[&salon.slug, &unverified.id]).await.unwrap();
    assert!(!kept_out.get::<_, bool>(0));
}
