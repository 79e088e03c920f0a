//! What is kept about someone, for themselves, and what is left when they go.

use serde_json::{Value, json};

use super::{DATE, add, found, known, path_of};
use crate::support::{PASSWORD, Person, Salon, TestApp, keys};

const EXPORT: &str = "/api/users/me/export/";

/// A note, a tag and a reason on a card.
async fn write_on(salon: &Salon, card: &str) {
    let note = json!({ "notes": "kanarek: uczulona", "tags": ["kanarek"], "name": "Kanarek", "phone": "777 777 777" });
    salon.owner.patch(card, &note).await.expect(200);
    salon.owner.post(&format!("{card}block/"), &json!({ "reason": "kanarek" })).await.expect(200);
}

#[tokio::test]
async fn everyone_can_see_how_businesses_reach_them_and_no_notes_of_the_staff() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = path_of(&salon, "anna").await;
    write_on(&salon, &card).await;
    let kept = anna.get(EXPORT).await.expect(200)["customer_cards"].clone();
    assert_eq!(
        keys(&kept[0]),
        ["business", "business_name", "created_at", "email", "id", "name", "phone", "updated_at"]
    );
    assert_eq!((&kept[0]["business"], &kept[0]["name"]), (&json!(salon.slug), &json!("Kanarek")));
    assert_eq!((&kept[0]["email"], &kept[0]["phone"]), (&json!("anna@example.com"), &json!("777 777 777")));
    assert!(!kept.to_string().contains("kanarek"), "{kept}");
    assert_eq!(ewa.get(EXPORT).await.expect(200)["customer_cards"], json!([]));
}

#[tokio::test]
async fn the_card_of_an_erased_account_is_gone_and_its_visits_stay() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = path_of(&salon, "anna").await;
    write_on(&salon, &card).await;
    anna.delete("/api/users/me/").await.expect(204);
    salon.owner.get(&card).await.refused(404, "NOT_FOUND");
    assert!(found(&salon, "").await.is_empty());
    let visits = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!((&visits["count"], &visits["results"][0]["customer_id"]), (&json!(1), &json!(null)));
}

#[tokio::test]
async fn a_card_that_another_account_has_too_forgets_all_but_that() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = known(&app, "anna", "Anna", "Nowak", "").await;
    let double_anna = known(&app, "ania", "Ania", "N.", "601 234 567").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    salon.book(&double_anna, DATE, "12:00").await.expect(201);
    let (kept, double) = (path_of(&salon, "Anna Nowak").await, path_of(&salon, "Ania N.").await);
    let into = json!({ "into": salon.owner.get(&kept).await.expect(200)["id"] });
    salon.owner.post(&format!("{double}merge/"), &into).await.expect(200);
    write_on(&salon, &kept).await;
    anna.delete("/api/users/me/").await.expect(204);
    let card = salon.owner.get(&kept).await.expect(200);
    assert_eq!((&card["name"], &card["email"]), (&json!("Ania N."), &json!("ania@example.com")));
    assert_eq!((&card["phone"], &card["notes"]), (&json!("601 234 567"), &json!("")));
    assert_eq!((&card["tags"], &card["blocked_reason"]), (&json!([]), &json!("")));
    assert_eq!((&card["user_ids"], &card["upcoming"]), (&json!([double_anna.id]), &json!(1)));
    assert!(card["blocked_at"].is_string());
}

#[tokio::test]
async fn the_cards_of_an_owner_who_goes_are_nobodys_and_gone() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    add(&salon, json!({ "name": "Anna", "email": "anna@example.com" })).await;
    salon.owner.delete("/api/users/me/").await.expect(204);
    let left = app.database.connect().await.query_one("select count(*) from customers", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_new_account_with_an_address_that_was_erased_is_somebody_new() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    write_on(&salon, &path_of(&salon, "anna").await).await;
    anna.delete("/api/users/me/").await.expect(204);
    let register = json!({ "username": "anna2", "email": anna.email, "password": PASSWORD });
    let again = Person::named(&app, "anna", &app.post("/api/users/register/", &register).await.expect(201));
    let verify = "update users set email_verified_at = created_at where username = 'anna2'";
    app.database.connect().await.batch_execute(verify).await.unwrap();
    salon.book(&again, DATE, "12:00").await.expect(201);
    let cards: Vec<Value> = found(&salon, "").await;
    assert_eq!((cards.len(), &cards[0]["notes"], &cards[0]["blocked_at"]), (1, &json!(""), &json!(null)));
}

#[tokio::test]
async fn cards_with_the_address_of_an_erased_account_are_gone_everywhere() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny").create_for(app.person("inny").await).await;
    let anna = known(&app, "anna", "Anna", "Kanarek", "").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    for salon in [&salon, &other] {
        add(salon, json!({ "name": "Anna Kanarek", "email": anna.email.to_uppercase(), "notes": "kanarek" }))
            .await;
    }
    // Of others nothing is forgotten.
    let ewa = known(&app, "ewa", "Ewa", "Nowak", "").await;
    other.book(&ewa, DATE, "10:00").await.expect(201);
    anna.delete("/api/users/me/").await.expect(204);
    assert!(found(&salon, "").await.is_empty());
    let left = found(&other, "").await;
    assert_eq!((left.len(), &left[0]["name"]), (1, &json!("Ewa Nowak")));
    let left =
        "select count(*) from customers where to_jsonb(customers)::text ilike any ('{%kanarek%, %anna@%}')";
    let left: i64 = app.database.connect().await.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, 0);
}
