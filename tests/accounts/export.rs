//! One's own copy of everything that is kept about one.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, Person, TestApp, keys};

const EXPORT: &str = "/api/users/me/export/";

#[tokio::test]
async fn the_copy_is_one_document_to_keep() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let answer = anna.get(EXPORT).await;
    let export = answer.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("content-disposition"), Some(r#"attachment; filename="sessly.json""#));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(export["exported_at"], "2026-03-02T07:00:00Z");
    assert_eq!(export["profile"], anna.get("/api/users/me/").await.expect(200));
    assert_eq!(
        keys(&export),
        [
            "appointment_changes",
            "appointments",
            "businesses",
            "codes",
            "customer_cards",
            "date_overrides",
            "deeds",
            "exported_at",
            "favorites",
            "holds",
            "idempotency_keys",
            "intake_answers",
            "messages",
            "profile",
            "series",
            "sessions",
            "staff_hours",
            "staff_invitations",
            "staff_memberships",
            "time_off",
            "waitlist",
        ]
    );
}

#[tokio::test]
async fn a_customer_finds_bookings_with_what_became_of_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    salon.book(&ewa, "2026-03-03", "09:00").await.expect(201);
    let mut wish = salon.wish("2026-03-03", "10:00");
    wish["notes"] = "uczulenie na lateks".into();
    let book = anna.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", "raz");
    let booked: serde_json::Value = book.json(&wish).send().await.unwrap().json().await.unwrap();
    app.later(SignedDuration::from_mins(5)).await;
    let cancel = salon.path(&format!("appointments/{}/cancel/", booked["id"].as_str().unwrap()));
    salon.owner.post(&cancel, &json!({ "reason": "choroba" })).await.expect(200);
    anna.post(&format!("/api/users/favorites/{}/", salon.slug), &json!({})).await.expect(201);

    let export = anna.get(EXPORT).await.expect(200);
    assert_eq!(export["appointments"].as_array().unwrap().len(), 1);
    let appointment = &export["appointments"][0];
    assert_eq!((&appointment["id"], &appointment["notes"]), (&booked["id"], &json!("uczulenie na lateks")));
    let id = &booked["id"];
    let made = json!({
        "appointment_id": id, "from": null, "to": "pending", "reason": "", "at": "2026-03-02T07:00:00Z", "by_you": true,
    });
    let cancelled = json!({
        "appointment_id": id, "from": "pending", "to": "cancelled", "reason": "choroba",
        "at": "2026-03-02T07:05:00Z", "by_you": false,
    });
    assert_eq!(appointment["history"], json!([made, cancelled]));
    assert_eq!(export["appointment_changes"], json!([made]));
    assert_eq!(export["idempotency_keys"][0]["key"], "raz");
    assert_eq!(export["favorites"], anna.get("/api/users/favorites/").await.expect(200));
    assert_eq!((&export["businesses"], &export["staff_memberships"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_owner_finds_the_business_and_the_work_there() {
    let app = TestApp::start().await;
    let salon = app.salon().business("email", "salon@example.com").create().await;
    let export = salon.owner.get(EXPORT).await.expect(200);
    let business = &export["businesses"][0];
    assert_eq!((&business["slug"], &business["email"]), (&json!(salon.slug), &json!("salon@example.com")));
    assert_eq!(business["retired_at"], json!(null));
    let membership = &export["staff_memberships"][0];
    assert_eq!(membership["business"], salon.slug.as_str());
    assert_eq!((&membership["is_manager"], &membership["is_bookable"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn who_works_somewhere_finds_their_own_working_time_and_nobody_elses() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let kasia = app.person("kasia").await;
    let invited = json!({ "user_id": kasia.get("/api/users/me/").await.expect(200)["id"] });
    let member = salon.owner.post(&salon.path("staff/"), &invited).await.expect(201)["id"].clone();
    let hours = json!([{
        "day_of_week": 0, "open_time": "10:00", "close_time": "14:00", "valid_from": "2026-03-02",
    }]);
    let week = salon.path(&format!("staff/{}/hours/", member.as_str().unwrap()));
    let kept = salon.owner.request(Method::PUT, &week).json(&hours).send().await.unwrap();
    let mut kept: serde_json::Value = kept.json().await.unwrap();
    let dates = json!({ "first_date": "2026-03-09", "name": "urodziny", "staff_id": member });
    let closed = salon.owner.post(&salon.path("date-overrides/"), &dates).await.expect(201);
    let others = json!({ "first_date": "2026-03-10", "name": "inne" });
    salon.owner.post(&salon.path("date-overrides/"), &others).await.expect(201);
    let away =
        json!({ "staff_id": member, "starts_at": "2026-03-11", "ends_at": "2026-03-11", "reason": "lekarz" });
    salon.owner.post(&salon.path("time-off/"), &away).await.expect(201);

    let export = kasia.get(EXPORT).await.expect(200);
    kept[0]["staff_id"] = member.clone();
    assert_eq!(export["staff_hours"], kept);
    assert_eq!(export["date_overrides"].as_array().unwrap().len(), 1, "{export}");
    for field in ["id", "staff_id", "first_date", "last_date", "name", "hours"] {
        assert_eq!(export["date_overrides"][0][field], closed[field], "{field}");
    }
    assert_eq!(export["time_off"][0]["reason"], "lekarz");
    let owners = salon.owner.get(EXPORT).await.expect(200);
    for own in ["staff_hours", "date_overrides", "time_off"] {
        assert_eq!(owners[own], json!([]), "{own}");
    }
}

#[tokio::test]
async fn what_is_kept_for_somebody_and_what_they_are_invited_to_is_there() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let held = anna.post(&salon.path("holds/"), &salon.wish("2026-03-03", "10:00")).await.expect(201);
    salon.owner.post(&salon.path("staff/"), &json!({ "email": "ANNA@example.com" })).await.expect(201);

    let export = anna.get(EXPORT).await.expect(200);
    let kept = &export["holds"][0];
    assert_eq!((&kept["id"], &kept["business"]), (&held["id"], &json!(salon.slug)));
    assert_eq!(
        (&kept["starts_at"], &kept["expires_at"]),
        (&json!("2026-03-03T09:00:00Z"), &json!("2026-03-02T07:10:00Z"))
    );
    assert_eq!(export["staff_invitations"][0]["business"], salon.slug.as_str());
    let owners = salon.owner.get(EXPORT).await.expect(200);
    assert_eq!((&owners["holds"], &owners["staff_invitations"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn sessions_are_there_with_those_that_have_ended() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let other = anna.signed_in_again(&app).await;
    app.later(SignedDuration::from_mins(5)).await;
    other.post("/api/users/logout/", &json!({})).await.expect(205);
    let sessions = anna.get(EXPORT).await.expect(200)["sessions"].as_array().unwrap().clone();
    let ends: Vec<&str> = sessions.iter().map(|session| session["expires_at"].as_str().unwrap()).collect();
    assert_eq!(ends.len(), 2);
    assert!(ends.contains(&"2026-03-02T07:05:00Z"), "{ends:?}");
}

#[tokio::test]
async fn no_secret_is_in_it() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.later(SignedDuration::from_mins(1)).await;
    app.post("/api/users/password-reset/", &json!({ "email": anna.email })).await.expect(200);
    let code = app.code_for(&anna.email, 2).await;
    let text = anna.get(EXPORT).await.text;
    let secrets = "
        select password_hash from users union select encode(code_hash, 'hex') from one_time_codes
        union select encode(token_hash, 'hex') from refresh_tokens";
    let hashes = app.database.connect().await.query(secrets, &[]).await.unwrap();
    let hashes: Vec<String> = hashes.iter().map(|row| row.get(0)).collect();
    assert_eq!(hashes.len(), 4);
    for secret in
        [&code, &anna.access, &anna.refresh, PASSWORD].into_iter().chain(hashes.iter().map(String::as_str))
    {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("reset_password"), "that a code was sent is no secret");
}

#[tokio::test]
async fn nobody_gets_somebody_elses() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    assert!(!ewa.get(EXPORT).await.text.contains("anna"));
    assert!(!salon.owner.get(EXPORT).await.text.contains("anna"));
    app.get(EXPORT).await.refused(401, "UNAUTHORIZED");
    Person::register(&app, "ola").await.get(EXPORT).await.refused(403, "EMAIL_NOT_VERIFIED");
}

#[tokio::test]
async fn whoever_works_somewhere_finds_what_they_did_there() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Pod Lustrem").create_for(app.person("ewa").await).await;
    salon.owner.patch("/api/businesses/me/", &json!({ "name": "Pod Nożyczkami" })).await.expect(200);
    other.owner.patch("/api/businesses/me/", &json!({ "name": "Pod Grzebieniem" })).await.expect(200);
    let export = salon.owner.get(EXPORT).await.expect(200);
    let deeds = export["deeds"].as_array().unwrap();
    assert!(deeds.iter().all(|deed| deed["business"] == export["businesses"][0]["id"]), "{deeds:?}");
    let last = deeds.last().unwrap();
    assert_eq!([&last["role"], &last["subject"], &last["action"]], ["owner", "business", "changed"]);
}
