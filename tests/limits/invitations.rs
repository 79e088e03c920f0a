//! Having people mailed who have not asked for it: invitations to the staff.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{limited, standing};
use crate::support::{Answer, Salon, TestApp, together};

async fn invite(salon: &Salon, name: &str) -> Answer {
    salon.owner.post(&salon.path("staff/"), &json!({ "email": format!("{name}@example.com") })).await
}

async fn invite_again(salon: &Salon, member: &Value) -> Answer {
    let path = salon.path(&format!("staff/{}/invite/", member["id"].as_str().unwrap()));
    salon.owner.send(Method::POST, &path, None).await
}

async fn mailed(app: &TestApp) -> usize {
    app.told("staff_invitation").await.len()
}

#[tokio::test]
async fn invitations_are_limited_first_ones_and_repeated_ones_together() {
    let app = limited("RATE_LIMIT_INVITATIONS", "3/d").await;
    app.keep_notices().await;
    let salon = app.salon().create().await;
    let ola = invite(&salon, "ola").await.expect(201);
    invite(&salon, "ewa").await.expect(201);
    invite_again(&salon, &ola).await.expect(200);

    let refused = invite(&salon, "iga").await;
    refused.refused(429, "RATE_LIMITED");
    assert_eq!((standing(&refused)[0], refused.header("retry-after")), (3, Some("28800")));
    invite_again(&salon, &ola).await.refused(429, "RATE_LIMITED");
    assert_eq!(mailed(&app).await, 3);
    // Nothing has come of it: neither an entry nor another expiry.
    assert_eq!(app.get(&salon.path("staff/")).await.expect(200)["count"], 3);
    // Whoever is not mailed can still be added.
    salon.owner.post(&salon.path("staff/"), &json!({ "display_name": "Iga" })).await.expect(201);

    app.later(SignedDuration::from_hours(8)).await;
    let owner = salon.owner.signed_in_again(&app).await;
    owner.post(&salon.path("staff/"), &json!({ "email": "iga@example.com" })).await.expect(201);
}

#[tokio::test]
async fn what_was_refused_otherwise_does_not_count() {
    let app = limited("RATE_LIMIT_INVITATIONS", "2/d").await;
    let salon = app.salon().create().await;
    invite(&salon, "ola").await.expect(201);
    for _ in 0..3 {
        invite(&salon, "ola").await.refused(409, "CONFLICT");
    }
    invite(&salon, "ewa").await.expect(201);
}

#[tokio::test]
async fn a_second_business_brings_no_more_invitations_and_somebody_else_has_their_own() {
    let app = limited("RATE_LIMIT_INVITATIONS", "1/d").await;
    let one = app.salon().named("Pierwszy").create().await;
    let other = app.salon().named("Drugi").create_for(one.owner.clone()).await;
    let neighbour = app.salon().named("Sąsiad").create_for(app.person("ewa").await).await;
    invite(&one, "ola").await.expect(201);
    invite(&other, "iga").await.refused(429, "RATE_LIMITED");
    invite(&neighbour, "iga").await.expect(201);
}

#[tokio::test]
async fn of_many_invitations_at_once_no_more_are_mailed_than_are_allowed() {
    let app = limited("RATE_LIMIT_INVITATIONS", "5/d").await;
    app.keep_notices().await;
    let salon = app.salon().create().await;
    let answers = together(20, |number| {
        let salon = salon.clone();
        async move { invite(&salon, &format!("osoba{number}")).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 5, "{answers:?}");
    assert_eq!(mailed(&app).await, 5);
}
