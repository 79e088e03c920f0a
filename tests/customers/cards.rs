//! Keeping cards: finding, reading, changing and forgetting customers.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, add, found, known, names, path, path_of};
use crate::support::TestApp;

/// A card as its own page has it, of somebody who was asked nothing.
fn with_answers(card: &Value) -> Value {
    let mut card = card.clone();
    card["answers"] = json!([]);
    card
}

#[tokio::test]
async fn a_card_adds_up_what_became_of_visits() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let massage =
        json!({ "name": "Masaż", "duration_minutes": 60, "price_amount": "30", "price_currency": "EUR" });
    let massage = salon.also_offering(&massage).await;
    let anna = app.person("anna").await;
    let book = async |at: &str, place: &crate::support::Salon| {
        let booked = place.book(&anna, DATE, at).await.expect(201);
        let path = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
        salon.owner.post(&format!("{path}confirm/"), &json!({})).await.expect(200);
        path
    };
    let done = [book("09:00", &salon).await, book("10:00", &salon).await, book("11:00", &massage).await];
    let missed = book("12:00", &salon).await;
    let cancelled = book("13:00", &salon).await;
    salon.owner.post(&format!("{cancelled}cancel/"), &json!({})).await.expect(200);
    salon.book(&anna, "2026-03-10", "09:00").await.expect(201);
    app.set_clock("2026-03-03T15:00:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    for path in &done {
        owner.post(&format!("{path}complete/"), &json!({})).await.expect(200);
    }
    owner.post(&format!("{missed}no-show/"), &json!({})).await.expect(200);

    let salon = crate::support::Salon { owner, ..salon };
    let cards = found(&salon, "").await;
    let card = salon.owner.get(&path(&salon, &cards[0])).await.expect(200);
    assert_eq!(card, with_answers(&cards[0]));
    let numbers = ["visits", "no_shows", "cancelled", "upcoming"].map(|name| card[name].as_i64().unwrap());
    assert_eq!(numbers, [3, 1, 1, 1]);
    let spent = json!([{ "amount": "30.00", "currency": "EUR" }, { "amount": "240.00", "currency": "PLN" }]);
    assert_eq!(card["spent"], spent);
    assert_eq!(card["last_visit_at"], "2026-03-03T11:00:00+01:00");
    assert_eq!(card["next_visit_at"], "2026-03-10T09:00:00+01:00");
}

#[tokio::test]
async fn customers_are_found_by_parts_of_name_address_and_phone() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for (name, email, phone, tags) in [
        ("Łucja Żak", "lucja@example.com", "+48 601-234-567", json!(["VIP"])),
        ("Anna Nowak", "anna@example.org", "", json!(["nowa", "vip"])),
        ("Zofia Ćwik", "", "22 333 44 55", json!([])),
        ("100% Ewa_", "", "", json!(["nowa"])),
    ] {
        add(&salon, json!({ "name": name, "email": email, "phone": phone, "tags": tags })).await;
        app.later(SignedDuration::from_secs(1)).await;
    }
    for (query, expected) in [
        ("", &["100% Ewa_", "Anna Nowak", "Łucja Żak", "Zofia Ćwik"][..]),
        ("ordering=newest", &["100% Ewa_", "Zofia Ćwik", "Anna Nowak", "Łucja Żak"]),
        ("search=zak+lucja", &["Łucja Żak"]),
        ("search=CWIK", &["Zofia Ćwik"]),
        ("search=example.org", &["Anna Nowak"]),
        ("search=601234567", &["Łucja Żak"]),
        ("search=601+234+567", &["Łucja Żak"]),
        ("search=234-567", &["Łucja Żak"]),
        ("search=a_", &["100% Ewa_"]),
        ("search=0%25", &["100% Ewa_"]),
        ("search=%5C", &[]),
        ("search=anna+zak", &[]),
        ("tag=vip", &["Anna Nowak", "Łucja Żak"]),
        ("tag=nowa&search=ewa", &["100% Ewa_"]),
        ("blocked=true", &[]),
        ("page=2&page_size=3", &["Zofia Ćwik"]),
    ] {
        assert_eq!(names(&salon, query).await, expected, "{query}");
    }
    salon.owner.get(&salon.path("customers/?page=3&page_size=3")).await.refused(404, "NOT_FOUND");
    let wrong = salon.owner.get(&salon.path("customers/?ordering=spent&blocked=maybe")).await;
    assert_eq!(wrong.wrong_fields(), ["blocked", "ordering"]);
}

#[tokio::test]
async fn a_card_is_changed_in_part() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = known(&app, "anna", "Anna", "Nowak", "601 234 567").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = path_of(&salon, "Anna Nowak").await;
    app.later(SignedDuration::from_mins(5)).await;
    let change = json!({ "notes": " uczulona na lateks\nlubi kawę ", "tags": ["VIP", "vip", "stała"] });
    let changed = salon.owner.patch(&card, &change).await.expect(200);
    assert_eq!(changed["notes"], "uczulona na lateks\nlubi kawę");
    assert_eq!(changed["tags"], json!(["VIP", "stała"]));
    assert_eq!((&changed["name"], &changed["phone"]), (&json!("Anna Nowak"), &json!("601 234 567")));
    assert_eq!(
        (&changed["upcoming"], &changed["updated_at"]),
        (&json!(1), &json!("2026-03-02T08:05:00+01:00"))
    );
    assert_eq!(salon.owner.get(&card).await.expect(200), with_answers(&changed));
    let bare = salon.owner.patch(&card, &json!({ "email": "", "phone": "", "tags": "" })).await.expect(200);
    assert_eq!((&bare["email"], &bare["phone"], &bare["tags"]), (&json!(""), &json!(""), &json!([])));

    let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    for (body, wrong) in [
        (json!({ "name": "", "email": "x", "phone": "1" }), &["email", "name", "phone"][..]),
        (json!({ "notes": "a".repeat(5001), "tags": many }), &["notes", "tags"]),
        (json!({ "tags": ["a,b"] }), &["tags"]),
    ] {
        assert_eq!(salon.owner.patch(&card, &body).await.wrong_fields(), wrong);
    }
    salon.owner.patch(&card, &json!({ "name": null })).await.refused(400, "REQUIRED_FIELD");
    salon.owner.post(&salon.path("customers/"), &json!({})).await.refused(400, "REQUIRED_FIELD");
}

#[tokio::test]
async fn a_customer_without_visits_ahead_can_be_forgotten() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = path_of(&salon, "anna").await;
    let refused = salon.owner.delete(&card).await;
    assert_eq!(refused.refused(409, "CONFLICT"), json!({ "upcoming": 1 }));
    let cancel = format!("/api/users/appointments/{}/cancel/", booked["id"].as_str().unwrap());
    anna.post(&cancel, &json!({})).await.expect(200);
    salon.owner.delete(&card).await.expect(204);
    salon.owner.get(&card).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&card).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&card, &json!({ "notes": "a" })).await.refused(404, "NOT_FOUND");

    // The visit is still hers, and the business's.
    assert_eq!(anna.get("/api/users/appointments/").await.expect(200)["count"], 1);
    assert_eq!(salon.owner.get(&salon.path("appointments/")).await.expect(200)["count"], 1);
    salon.book(&anna, DATE, "12:00").await.expect(201);
    let again = found(&salon, "").await;
    assert_eq!((again.len(), &again[0]["cancelled"]), (1, &json!(1)));
    assert!(path(&salon, &again[0]) != card);
}
