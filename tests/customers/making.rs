//! How cards come into being.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, add, found, known};
use crate::support::{TestApp, keys, together};

#[tokio::test]
async fn the_first_booking_makes_a_card_and_the_next_makes_none() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = known(&app, "anna", "Anna", "Nowak", "+48 601 234 567").await;
    let ewa = app.person("ewa").await;
    assert_eq!(found(&salon, "").await, Vec::<Value>::new());
    for time in ["10:00", "12:00"] {
        salon.book(&anna, DATE, time).await.expect(201);
    }
    salon.book(&ewa, DATE, "14:00").await.expect(201);
    let cards = found(&salon, "").await;
    assert_eq!(cards.len(), 2);
    let card = &cards[0];
    assert_eq!(
        keys(card),
        [
            "blocked_at",
            "blocked_reason",
            "cancelled",
            "created_at",
            "email",
            "id",
            "last_visit_at",
            "name",
            "next_visit_at",
            "no_shows",
            "notes",
            "phone",
            "spent",
            "tags",
            "upcoming",
            "updated_at",
            "user_ids",
            "visits",
        ]
    );
    assert_eq!((&card["name"], &card["email"]), (&json!("Anna Nowak"), &json!("anna@example.com")));
    assert_eq!((&card["phone"], &card["user_ids"]), (&json!("+48 601 234 567"), &json!([anna.id])));
    assert_eq!((&card["upcoming"], &card["visits"]), (&json!(2), &json!(0)));
    assert_eq!(card["next_visit_at"], "2026-03-03T10:00:00+01:00");
    assert_eq!(card["created_at"], "2026-03-02T08:00:00+01:00");
    // Who has no name is called by the one they sign in with.
    assert_eq!(cards[1]["name"], "ewa");
}

#[tokio::test]
async fn what_the_account_says_later_leaves_the_card_alone() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = known(&app, "anna", "Anna", "Nowak", "").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    anna.patch("/api/users/me/", &json!({ "last_name": "Kowalska" })).await.expect(200);
    salon.book(&anna, DATE, "12:00").await.expect(201);
    assert_eq!(found(&salon, "").await[0]["name"], "Anna Nowak");
}

#[tokio::test]
async fn who_was_there_before_is_known_by_their_address() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let walked_in =
        json!({ "name": "Pani Anna", "email": "ANNA@example.com", "notes": "uczulona na lateks" });
    let card = add(&salon, walked_in).await;
    assert_eq!(card["user_ids"], json!([]));
    let anna = known(&app, "anna", "Anna", "Nowak", "").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let cards = found(&salon, "").await;
    assert_eq!(cards.len(), 1, "{cards:?}");
    assert_eq!((&cards[0]["id"], &cards[0]["name"]), (&card["id"], &json!("Pani Anna")));
    assert_eq!((&cards[0]["user_ids"], &cards[0]["upcoming"]), (&json!([anna.id]), &json!(1)));
}

#[tokio::test]
async fn many_first_bookings_at_once_make_one_card() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(8).create().await;
    let anna = app.person("anna").await;
    let booked = together(8, |_| {
        let (salon, anna) = (salon.clone(), anna.clone());
        async move { salon.book(&anna, DATE, "10:00").await }
    })
    .await;
    for answer in &booked {
        answer.expect(201);
    }
    let cards = found(&salon, "").await;
    assert_eq!((cards.len(), &cards[0]["upcoming"]), (1, &json!(8)));
    let all = "select count(*) from customers";
    let all: i64 = app.database.connect().await.query_one(all, &[]).await.unwrap().get(0);
    assert_eq!(all, 1, "no card without an account is left over");
    assert_eq!(app.database.deadlocks().await, 0);
}

#[tokio::test]
async fn each_salon_has_cards_of_its_own() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let anna = app.person("anna").await;
    for place in [&salon, &rival] {
        place.book(&anna, DATE, "10:00").await.expect(201);
    }
    let (ours, theirs) = (found(&salon, "").await, found(&rival, "").await);
    assert_eq!((ours.len(), theirs.len()), (1, 1));
    assert!(ours[0]["id"] != theirs[0]["id"]);
    assert_eq!((&ours[0]["upcoming"], &theirs[0]["upcoming"]), (&json!(1), &json!(1)));
    let there = rival.path(&format!("customers/{}/", ours[0]["id"].as_str().unwrap()));
    rival.owner.get(&there).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&there, &json!({ "name": "A" })).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&there).await.refused(404, "NOT_FOUND");
    for what in ["block/", "unblock/"] {
        rival.owner.post(&format!("{there}{what}"), &json!({})).await.refused(404, "NOT_FOUND");
    }
    let into = json!({ "into": theirs[0]["id"] });
    rival.owner.post(&format!("{there}merge/"), &into).await.refused(404, "NOT_FOUND");
}

/// What the migration does for those who booked before there were cards.
#[tokio::test]
async fn who_booked_before_there_were_cards_gets_one() {
    const MIGRATION: &str = include_str!("../../migrations/0014_earlier_customers.sql");
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (known(&app, "anna", "Anna", "Nowak", "601 234 567").await, app.person("ewa").await);
    for time in ["10:00", "12:00"] {
        salon.book(&anna, DATE, time).await.expect(201);
        app.later(SignedDuration::from_secs(1)).await;
    }
    salon.book(&ewa, DATE, "14:00").await.expect(201);
    let before = found(&salon, "").await;
    let database = app.database.connect().await;
    // Ewa has booked again, and has a card, when it runs.
    database.batch_execute("delete from customers where name <> 'ewa'").await.unwrap();
    let backfill = MIGRATION.split("-- After the rows").next().unwrap();
    for _ in 0..2 {
        database.batch_execute(backfill).await.unwrap();
        assert_eq!(found(&salon, "").await, before);
    }
}
