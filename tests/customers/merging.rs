//! Doubles.

use serde_json::json;

use super::{DATE, add, found, known, path, path_of};
use crate::support::{TestApp, together};

#[tokio::test]
async fn a_card_goes_into_another_with_all_that_was_booked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = known(&app, "anna", "Anna", "Nowak", "").await;
    let double_anna = known(&app, "ania", "Ania", "N.", "601 234 567").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    salon.book(&double_anna, DATE, "12:00").await.expect(201);
    let (kept, double) = (path_of(&salon, "Anna Nowak").await, path_of(&salon, "Ania N.").await);
    salon.owner.patch(&kept, &json!({ "notes": "lubi kawę", "tags": ["vip"] })).await.expect(200);
    salon.owner.patch(&double, &json!({ "notes": "uczulona", "tags": ["VIP", "nowa"] })).await.expect(200);
    let into = json!({ "into": salon.owner.get(&kept).await.expect(200)["id"] });
    let merged = salon.owner.post(&format!("{double}merge/"), &into).await.expect(200);
    assert_eq!((&merged["name"], &merged["email"]), (&json!("Anna Nowak"), &json!("anna@example.com")));
    assert_eq!((&merged["phone"], &merged["tags"]), (&json!("601 234 567"), &json!(["vip", "nowa"])));
    assert_eq!((&merged["notes"], &merged["upcoming"]), (&json!("lubi kawę\n\nuczulona"), &json!(2)));
    let mut accounts = vec![anna.id.clone(), double_anna.id.clone()];
    accounts.sort();
    assert_eq!(merged["user_ids"], json!(accounts));
    assert_eq!(found(&salon, "").await, std::slice::from_ref(&merged));
    salon.owner.get(&double).await.refused(404, "NOT_FOUND");
    salon.owner.post(&format!("{double}merge/"), &into).await.refused(404, "NOT_FOUND");

    // Whichever account books, it is the same customer.
    salon.book(&double_anna, DATE, "14:00").await.expect(201);
    assert_eq!(salon.owner.get(&kept).await.expect(200)["upcoming"], 3);
    salon.owner.post(&format!("{kept}block/"), &json!({})).await.expect(200);
    for account in [&anna, &double_anna] {
        salon.book(account, DATE, "16:00").await.refused(403, "CUSTOMER_BLOCKED");
    }
}

#[tokio::test]
async fn a_card_goes_into_no_card_that_is_not_another_of_the_salons() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let card = add(&salon, json!({ "name": "Anna", "notes": "a".repeat(3000) })).await;
    let long = add(&salon, json!({ "name": "Ewa", "notes": "b".repeat(3000) })).await;
    let foreign = add(&rival, json!({ "name": "Ola" })).await;
    let merge = format!("{}merge/", path(&salon, &card));
    for into in [&card["id"], &foreign["id"], &long["id"], &json!("0190aaaa-0000-7000-8000-000000000000")] {
        let refused = salon.owner.post(&merge, &json!({ "into": into })).await;
        assert_eq!(refused.wrong_fields(), ["into"], "{into}");
    }
    salon.owner.post(&merge, &json!({})).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(found(&salon, "").await.len(), 2);
}

#[tokio::test]
async fn two_who_merge_each_other_do_not_lose_both() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (one, other) = (add(&salon, json!({ "name": "A" })).await, add(&salon, json!({ "name": "B" })).await);
    let answers = together(2, |index| {
        let (from, into) = if index == 0 { (&one, &other) } else { (&other, &one) };
        let (path, into) = (format!("{}merge/", path(&salon, from)), json!({ "into": into["id"] }));
        let owner = salon.owner.clone();
        async move { owner.post(&path, &into).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    assert_eq!(found(&salon, "").await.len(), 1);
}
