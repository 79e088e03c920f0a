//! What is done to the cards of customers and to what they are asked.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{TUESDAY, id, latest, read};
use crate::support::TestApp;

/// What a card says, and what is asked and answered.
const PERSONAL: [&str; 8] = [
    "Kanarek",
    "kanarek@example.com",
    "601 777 333",
    "601777333",
    "śpiewa w fotelu",
    "papuga",
    "nie płaci",
    "Czy mają Państwo uczulenie?",
];

#[tokio::test]
async fn cards_and_questions_are_kept_track_of_without_what_they_say() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = &salon.owner;
    let card = json!({ "name": PERSONAL[0], "email": PERSONAL[1], "phone": PERSONAL[2] });
    let card = id(&owner.post(&salon.path("customers/"), &card).await.expect(201));
    let added = latest(&salon, "customer").await;
    assert_eq!(added["action"], "created");
    assert_eq!(added["subject"], json!({ "kind": "customer", "id": card, "name": PERSONAL[0] }));
    assert_eq!((&added["actor"]["id"], &added["changes"]), (&json!(owner.id), &json!({})));

    let path = salon.path(&format!("customers/{card}/"));
    app.later(SignedDuration::from_secs(1)).await;
    let said = json!({ "name": "Kanarek Wolny", "notes": PERSONAL[4], "tags": [PERSONAL[5]] });
    owner.patch(&path, &said).await.expect(200);
    assert_eq!(
        latest(&salon, "customer").await["changes"],
        json!({ "name": null, "notes": null, "tags": null }),
        "what follows from a name is not said besides"
    );
    app.later(SignedDuration::from_secs(1)).await;
    owner.post(&format!("{path}block/"), &json!({ "reason": PERSONAL[6] })).await.expect(200);
    assert_eq!(
        latest(&salon, "customer").await["changes"],
        json!({ "blocked_at": [null, "2026-03-02T08:00:02+01:00"], "blocked_reason": null })
    );
    app.later(SignedDuration::from_secs(1)).await;
    owner.post(&format!("{path}unblock/"), &json!({})).await.expect(200);
    assert_eq!(latest(&salon, "customer").await["changes"]["blocked_at"][1], Value::Null);
    owner.post(&format!("{path}unblock/"), &json!({})).await.expect(200);
    assert_eq!(read(&salon, "subject=customer").await.len(), 4, "the last changed nothing");

    let place = salon.path(&format!("services/{}/questions/", salon.service));
    let asking = json!({ "text": PERSONAL[7], "kind": "text" });
    let question = id(&owner.post(&place, &asking).await.expect(201));
    let asked = latest(&salon, "intake_question").await;
    assert_eq!(asked["subject"], json!({ "kind": "intake_question", "id": question, "name": PERSONAL[7] }));
    assert_eq!(asked["changes"]["kind"], json!([null, "text"]));
    owner.delete(&format!("{place}{question}/")).await.expect(204);
    assert_eq!(latest(&salon, "intake_question").await["action"], "removed");

    let database = app.database.connect().await;
    for row in database.query("select entry::text from audit_entries entry", &[]).await.unwrap() {
        let text: String = row.get(0);
        assert!(!PERSONAL.iter().any(|personal| text.contains(personal)), "{text}");
    }
}

#[tokio::test]
async fn merging_importing_and_removing_are_said_to_be_somebodys() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = &salon.owner;
    let csv = "name,email\nAnna,anna@example.com\nAnia,ania@example.com\n";
    let report = owner.post_table(&salon.path("customers/import/"), csv).await.expect(200);
    let imported = read(&salon, "subject=customer").await;
    assert_eq!(imported.len(), 2);
    assert!(imported.iter().all(|entry| entry["action"] == "created" && entry["actor"]["role"] == "owner"));

    app.later(SignedDuration::from_secs(1)).await;
    let [kept, double] = [0, 1].map(|line| report["lines"][line]["customer_id"].as_str().unwrap().to_owned());
    owner
        .post(&salon.path(&format!("customers/{double}/merge/")), &json!({ "into": kept }))
        .await
        .expect(200);
    let merged = read(&salon, &format!("subject_id={double}")).await;
    assert_eq!((&merged[0]["action"], &merged[0]["actor"]["role"]), (&json!("removed"), &json!("owner")));

    app.later(SignedDuration::from_secs(1)).await;
    owner.delete(&salon.path(&format!("customers/{kept}/"))).await.expect(204);
    let removed = latest(&salon, "customer").await;
    assert_eq!((&removed["action"], &removed["subject"]["name"]), (&json!("removed"), &Value::Null));
}

#[tokio::test]
async fn a_card_that_comes_of_a_booking_was_not_added_by_anybody() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, TUESDAY, "10:00").await.expect(201);
    assert_eq!(read(&salon, "subject=customer").await, Vec::<Value>::new());
    // What an erased account takes along is nobody's in particular, too.
    anna.delete("/api/users/me/").await.expect(204);
    let gone = latest(&salon, "customer").await;
    assert_eq!((&gone["action"], &gone["actor"]["role"]), (&json!("removed"), &json!("system")));
}
