//! Changing what one is called, and what one wants to be told.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::log_in;
use crate::support::{Answer, PASSWORD, Person, TestApp};

const ME: &str = "/api/users/me/";

/// The caller's account after a change that has to be accepted.
async fn changed(person: &Person, change: &Value) -> Value {
    let answer = person.patch(ME, change).await.expect(200);
    assert_eq!(answer, person.get(ME).await.expect(200));
    answer
}

#[tokio::test]
async fn people_change_what_they_are_called_and_how_they_are_reached() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let change = json!({
        "username": "anna.nowak", "first_name": "Anna", "last_name": " Żółć ", "phone": "+48 601 234 567",
    });
    let me = changed(&anna, &change).await;
    assert_eq!(me["username"], "anna.nowak");
    assert_eq!((&me["first_name"], &me["last_name"]), (&json!("Anna"), &json!("Żółć")));
    assert_eq!(me["phone"], "+48 601 234 567");
    log_in(&app, &json!({ "username": "anna.nowak", "password": PASSWORD })).await.expect(200);
    log_in(&app, &json!({ "username": "anna", "password": PASSWORD }))
        .await
        .refused(401, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn what_a_change_does_not_mention_stays() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let before = changed(&anna, &json!({ "first_name": "Anna", "phone": "601234567" })).await;
    assert_eq!(changed(&anna, &json!({})).await, before);
    let after = changed(&anna, &json!({ "last_name": "Nowak" })).await;
    let mut expected = before;
    expected["last_name"] = "Nowak".into();
    assert_eq!(after, expected);
    assert_eq!(changed(&anna, &json!({ "phone": null, "first_name": "" })).await["phone"], "");
}

#[tokio::test]
async fn what_nobody_may_choose_is_ignored() {
    let app = TestApp::start().await;
    let anna = Person::register(&app, "anna").await;
    let before = anna.get(ME).await.expect(200);
    let change = json!({
        "id": "019500a0-0000-7000-8000-000000000000", "role": "admin",
        "email_verified": true, "is_specialist": true, "is_staff": true, "business": { "slug": "salon" },
        "password": "inne-haslo-123", "created_at": "2020-01-01T00:00:00Z", "theme": "dark",
    });
    assert_eq!(changed(&anna, &change).await, before);
    anna.get("/api/users/appointments/").await.refused(403, "EMAIL_NOT_VERIFIED");
}

#[tokio::test]
async fn another_address_is_refused_and_the_same_one_may_be_sent_back() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let mut whole = anna.get(ME).await.expect(200);
    whole["first_name"] = json!("Anna");
    assert_eq!(changed(&anna, &whole).await, whole);
    for same in ["ANNA@Example.com", " anna@example.com "] {
        assert_eq!(changed(&anna, &json!({ "email": same })).await, whole);
    }
    for other in [json!("boss@example.com"), json!(""), Value::Null, json!(["anna@example.com"])] {
        let change = json!({ "email": other, "first_name": "Ewa" });
        assert_eq!(anna.patch(ME, &change).await.wrong_fields(), ["email"], "{other}");
    }
    assert_eq!(anna.get(ME).await.expect(200), whole);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let wrong = json!({
        "username": "anna nowak", "first_name": "x".repeat(151), "last_name": [7], "phone": "12",
        "locale": "tlh", "preferences": { "language": 7, "marketing_consent": "yes", "messages": {
            "booking": { "email": "no" }, "reminder_24h": true, "reminder_2h": { "push": 1, "pigeon": 1 },
        } },
    });
    let fields = anna.patch(ME, &wrong).await.wrong_fields();
    assert_eq!(
        fields,
        [
            "first_name",
            "last_name",
            "locale",
            "phone",
            "preferences.language",
            "preferences.marketing_consent",
            "preferences.messages.booking.email",
            "preferences.messages.reminder_24h",
            "preferences.messages.reminder_2h.push",
            "username",
        ]
    );
    anna.patch(ME, &json!({ "username": null })).await.refused(400, "REQUIRED_FIELD");
    assert_eq!(anna.patch(ME, &json!({ "preferences": [] })).await.wrong_fields(), ["preferences"]);
    anna.patch(ME, &json!([])).await.refused(400, "INVALID_INPUT");
    let plain = anna.request(Method::PATCH, ME).body("first_name=Anna").send().await.unwrap();
    Answer::read(plain).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn a_username_belongs_to_one_person_in_any_case() {
    let app = TestApp::start().await;
    let (anna, _ewa) = (app.person("anna").await, app.person("ewa").await);
    let details = anna.patch(ME, &json!({ "username": "EWA" })).await.refused(400, "USERNAME_ALREADY_EXISTS");
    assert!(details["username"].is_array());
    assert_eq!(changed(&anna, &json!({ "username": "Anna" })).await["username"], "Anna");
}

#[tokio::test]
async fn the_language_has_two_names() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for (change, language) in [
        (json!({ "locale": "en" }), "en"),
        (json!({ "preferences": { "language": "pl" } }), "pl"),
        (json!({ "locale": "en-GB" }), "en"),
        // As it comes from a client that sends everything back, with one of the two changed.
        (json!({ "locale": "en", "preferences": { "language": "pl" } }), "pl"),
        (json!({ "locale": "en", "preferences": { "language": "pl" } }), "en"),
    ] {
        let me = changed(&anna, &change).await;
        assert_eq!(
            (&me["locale"], &me["preferences"]["language"]),
            (&json!(language), &json!(language)),
            "{change}"
        );
    }
}

#[tokio::test]
async fn people_choose_message_by_message() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let usual = json!({ "email": true, "sms": false, "push": true });
    let change =
        json!({ "preferences": { "messages": { "reminder_2h": { "email": false, "pigeon": true } } } });
    let messages = &changed(&anna, &change).await["preferences"]["messages"];
    assert_eq!(messages["reminder_2h"], json!({ "email": false, "sms": false, "push": true }));
    assert_eq!((&messages["booking"], &messages["reminder_24h"]), (&usual, &usual));

    let change = json!({ "preferences": { "messages": { "booking": { "sms": true } }, "theme": "dark" } });
    let preferences = &changed(&anna, &change).await["preferences"];
    assert_eq!(preferences["messages"]["booking"], json!({ "email": true, "sms": true, "push": true }));
    assert_eq!(preferences["messages"]["reminder_2h"]["email"], false, "an earlier choice stays");
    assert_eq!(preferences.as_object().unwrap().len(), 4);
}

#[tokio::test]
async fn a_consent_to_advertising_has_a_date_that_nobody_chooses() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let consent = |given: bool| json!({ "preferences": { "marketing_consent": given } });
    let backdated = json!({
        "preferences": { "marketing_consent": true, "marketing_consent_at": "2020-01-01T00:00:00Z" }
    });
    let shown = |me: &Value| {
        let preferences = &me["preferences"];
        (preferences["marketing_consent"].clone(), preferences["marketing_consent_at"].clone())
    };
    let since = (json!(true), json!("2026-03-02T07:00:00Z"));
    assert_eq!(shown(&changed(&anna, &backdated).await), since);

    app.later(SignedDuration::from_mins(10)).await;
    assert_eq!(shown(&changed(&anna, &consent(true)).await), since, "a consent that stands keeps its date");
    assert_eq!(shown(&changed(&anna, &json!({ "first_name": "Anna" })).await), since);
    assert_eq!(shown(&changed(&anna, &consent(false)).await), (json!(false), json!(null)));
    assert_eq!(shown(&changed(&anna, &consent(true)).await), (json!(true), json!("2026-03-02T07:10:00Z")));
}

#[tokio::test]
async fn ones_own_account_takes_being_signed_in() {
    let app = TestApp::start().await;
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let request = app.request(method, ME).json(&json!({ "first_name": "Anna" }));
        Answer::read(request.send().await.unwrap()).await.refused(401, "UNAUTHORIZED");
    }
}
