//! Joining the staff by an invitation that comes by e-mail.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp, together};

const ACCEPT: &str = "/api/businesses/staff-invitations/accept/";

async fn invite(salon: &Salon, body: &Value) -> Answer {
    salon.owner.post(&salon.path("staff/"), body).await
}

async fn accept(person: &Person, token: &str) -> Answer {
    person.post(ACCEPT, &json!({ "token": token })).await
}

/// The token of the latest invitation.
async fn token(app: &TestApp) -> String {
    app.told("staff_invitation").await.last().unwrap()["token"].as_str().unwrap().to_owned()
}

fn entry(salon: &Salon, member: &Value) -> String {
    salon.path(&format!("staff/{}/", member["id"].as_str().unwrap()))
}

/// A salon that has invited kasia@example.com; her entry.
async fn inviting(app: &TestApp) -> (Salon, Value) {
    app.keep_notices().await;
    let salon = app.salon().create().await;
    let member = invite(&salon, &json!({ "email": "Kasia@example.com" })).await.expect(201);
    (salon, member)
}

#[tokio::test]
async fn who_is_invited_has_an_entry_at_once_and_joins_by_the_token() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    assert_eq!((&member["user_id"], &member["email"]), (&Value::Null, &json!("Kasia@example.com")));
    assert_eq!((&member["display_name"], &member["is_bookable"]), (&json!("Kasia"), &json!(true)));
    assert_eq!(member["invitation_expires_at"], "2026-03-16T08:00:00+01:00");
    let told = app.told("staff_invitation").await;
    assert_eq!((told.len(), &told[0]["staff"]), (1, &member["id"]));

    let kasia = app.person("kasia").await;
    kasia.get(&salon.path("appointments/")).await.refused(403, "PERMISSION_DENIED");
    let body = accept(&kasia, &token(&app).await).await.expect(200);
    assert_eq!(body["success"], true);
    assert_eq!(body["data"]["business"]["slug"], salon.slug);
    assert_eq!(body["data"]["staff"]["id"], member["id"]);
    kasia.get(&salon.path("appointments/")).await.expect(200);
    let me = kasia.get("/api/users/me/").await.expect(200);
    assert_eq!((&me["role"], &me["is_specialist"]), (&json!("staff"), &json!(true)));

    let seen = salon.owner.get(&entry(&salon, &member)).await.expect(200);
    assert_eq!((&seen["user_id"], &seen["email"]), (&json!(kasia.id), &json!(kasia.email)));
    assert_eq!(seen["invitation_expires_at"], Value::Null);
}

#[tokio::test]
async fn an_invitation_looks_the_same_whether_or_not_there_is_an_account() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    app.person("kasia").await;
    let mut known = invite(&salon, &json!({ "email": "kasia@example.com" })).await.expect(201);
    let mut unknown = invite(&salon, &json!({ "email": "nikt@example.com" })).await.expect(201);
    for (member, name) in [(&mut known, "kasia"), (&mut unknown, "nikt")] {
        assert_eq!(member["email"], format!("{name}@example.com"));
        for own in ["id", "email", "display_name"] {
            member[own] = Value::Null;
        }
    }
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn an_invited_address_is_for_colleagues_only() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    for path in [salon.path("staff/"), entry(&salon, &member), salon.path("")] {
        let seen = app.get(&path).await;
        assert!(seen.text.contains("Kasia") && !seen.text.contains("example.com"), "{seen:?}");
    }
}

#[tokio::test]
async fn a_token_works_once() {
    let app = TestApp::start().await;
    let (salon, _) = inviting(&app).await;
    let kasia = app.person("kasia").await;
    let token = token(&app).await;

    let answers = together(8, |_| {
        let (kasia, token) = (kasia.clone(), token.clone());
        async move { accept(&kasia, &token).await }
    })
    .await;
    let (joined, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(joined.len(), 1, "{answers:?}");
    for answer in refused {
        answer.refused(400, "INVALID_VERIFICATION_CODE");
    }
    assert_eq!(app.get(&salon.path("staff/")).await.expect(200)["count"], 2);
}

#[tokio::test]
async fn only_whoever_has_the_address_accepts() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    let token = token(&app).await;
    let ben = app.person("ben").await;
    let unverified = Person::register(&app, "kasia").await;

    accept(&ben, &token).await.refused(403, "PERMISSION_DENIED");
    accept(&unverified, &token).await.refused(403, "EMAIL_NOT_VERIFIED");
    app.post(ACCEPT, &json!({ "token": token })).await.refused(401, "UNAUTHORIZED");
    for wrong in ["", "x", &"A".repeat(43)] {
        accept(&ben, wrong).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    ben.post(ACCEPT, &json!({})).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(salon.owner.get(&entry(&salon, &member)).await.expect(200)["user_id"], Value::Null);
    let kasia = unverified.verified(&app).await;
    accept(&kasia, &token).await.expect(200);
}

#[tokio::test]
async fn a_token_is_good_for_two_weeks() {
    let app = TestApp::start().await;
    let (salon, _) = inviting(&app).await;
    let kasia = app.person("kasia").await;
    app.later(SignedDuration::from_hours(14 * 24)).await;
    let kasia = kasia.signed_in_again(&app).await;
    accept(&kasia, &token(&app).await).await.refused(400, "VERIFICATION_CODE_EXPIRED");
    kasia.get(&salon.path("appointments/")).await.refused(403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn another_invitation_takes_the_place_of_the_first() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    let kasia = app.person("kasia").await;
    let first = token(&app).await;
    app.later(SignedDuration::from_hours(24 * 13)).await;
    let (kasia, owner) = (kasia.signed_in_again(&app).await, salon.owner.signed_in_again(&app).await);
    let path = format!("{}invite/", entry(&salon, &member));

    let again = owner.send(Method::POST, &path, None).await.expect(200);
    assert_eq!(again["invitation_expires_at"], "2026-03-29T09:00:00+02:00");
    accept(&kasia, &first).await.refused(400, "INVALID_VERIFICATION_CODE");

    // To another address, the first one has no say any more.
    owner.post(&path, &json!({ "email": "nowa@example.com" })).await.expect(200);
    let second = token(&app).await;
    accept(&kasia, &second).await.refused(403, "PERMISSION_DENIED");
    owner.post(&path, &json!({ "email": kasia.email })).await.expect(200);
    accept(&kasia, &token(&app).await).await.expect(200);
    owner.send(Method::POST, &path, None).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn an_entry_without_an_account_can_get_one_later() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let salon = app.salon().create().await;
    let kasia = app.person("kasia").await;
    let ola = invite(&salon, &json!({ "display_name": "Ola" })).await.expect(201);
    let path = format!("{}invite/", entry(&salon, &ola));

    salon.owner.send(Method::POST, &path, None).await.refused(400, "REQUIRED_FIELD");
    salon.owner.post(&path, &json!({ "email": kasia.email })).await.expect(200);
    let joined = accept(&kasia, &token(&app).await).await.expect(200);
    assert_eq!(joined["data"]["staff"]["display_name"], "Ola");
}

#[tokio::test]
async fn nobody_is_invited_twice_or_while_on_the_staff() {
    let app = TestApp::start().await;
    let (salon, _) = inviting(&app).await;
    for taken in ["kasia@example.com", salon.owner.email.as_str()] {
        invite(&salon, &json!({ "email": taken })).await.refused(409, "CONFLICT");
    }
    assert_eq!(app.get(&salon.path("staff/")).await.expect(200)["count"], 2);
    // Who joined otherwise meanwhile cannot join again.
    let kasia = app.person("kasia").await;
    invite(&salon, &json!({ "user_id": kasia.id })).await.expect(201);
    accept(&kasia, &token(&app).await).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn who_was_removed_meanwhile_cannot_accept() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    let kasia = app.person("kasia").await;
    salon.owner.delete(&entry(&salon, &member)).await.expect(204);
    accept(&kasia, &token(&app).await).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn the_token_is_stored_as_a_hash_only() {
    let app = TestApp::start().await;
    let (_salon, _) = inviting(&app).await;
    let token = token(&app).await;
    let sql = "select count(*) from staff_invitations where staff_invitations::text like '%' || $1 || '%'";
    let plain: i64 = app.database.connect().await.query_one(sql, &[&token]).await.unwrap().get(0);
    assert_eq!(plain, 0);
}

#[tokio::test]
async fn who_erases_their_account_is_forgotten_as_invited_and_as_inviting() {
    let app = TestApp::start().await;
    let (salon, member) = inviting(&app).await;
    let kasia = app.person("kasia").await;
    kasia.delete("/api/users/me/").await.expect(204);
    let entry = salon.owner.get(&entry(&salon, &member)).await.expect(200);
    assert_eq!((&entry["email"], &entry["invitation_expires_at"]), (&json!(""), &Value::Null));

    invite(&salon, &json!({ "email": "ola@example.com" })).await.expect(201);
    salon.owner.delete("/api/users/me/").await.expect(204);
    let sql = "select count(*) from staff_invitations";
    let open: i64 = app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(open, 0);
}
