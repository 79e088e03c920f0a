//! Making an account.

use jiff::SignedDuration;
use reqwest::{Method, header::ACCEPT_LANGUAGE};
use serde_json::{Value, json};

use super::{mails_written, register, wish};
use crate::support::{Answer, PASSWORD, Person, TestApp, together};

async fn register_in(app: &TestApp, language: &str, wish: &Value) -> Answer {
    let request = app.request(Method::POST, "/api/users/register/").header(ACCEPT_LANGUAGE, language);
    Answer::read(request.json(wish).send().await.unwrap()).await
}

#[tokio::test]
async fn registering_answers_with_the_user_and_a_pair_of_tokens() {
    let app = TestApp::start().await;
    let mut wish = wish("anna");
    wish["password2"] = PASSWORD.into();
    wish["first_name"] = "Anna".into();
    wish["last_name"] = "Żółć".into();
    wish["phone"] = "+48 601 234 567".into();
    let answer = register(&app, &wish).await.expect(201);

    let fields: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["access", "refresh", "user"]);
    let mut user = answer["user"].clone();
    assert!(user["id"].as_str().is_some_and(|id| id.len() == 36), "{user}");
    user.as_object_mut().unwrap().remove("id");
    let expected = json!({
        "username": "anna",
        "email": "anna@example.com",
        "first_name": "Anna",
        "last_name": "Żółć",
        "phone": "+48 601 234 567",
        "role": "customer",
        "is_specialist": false,
        "email_verified": false,
        "locale": "pl",
        "preferences": {
            "language": "pl",
            "messages": {
                "booking": { "email": true, "sms": false, "push": true },
                "reminder_24h": { "email": true, "sms": false, "push": true },
                "reminder_2h": { "email": true, "sms": false, "push": true },
            },
            "marketing_consent": false,
            "marketing_consent_at": null,
        },
        "business": null,
        "created_at": "2026-03-02T07:00:00Z",
    });
    assert_eq!(user, expected);
}

#[tokio::test]
async fn what_a_client_may_not_set_is_ignored() {
    let app = TestApp::start().await;
    let mut wish = wish("anna");
    for (name, value) in [
        ("id", json!("00000000-0000-7000-8000-000000000000")),
        ("role", json!("admin")),
        ("email_verified", json!(true)),
        ("email_verified_at", json!("2026-01-01T00:00:00Z")),
        ("is_specialist", json!(true)),
        ("is_staff", json!(true)),
        ("business", json!({ "id": 1 })),
    ] {
        wish[name] = value;
    }
    let user = register(&app, &wish).await.expect(201)["user"].clone();
    assert_eq!(user["role"], "customer");
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["is_specialist"], false);
    assert_eq!(user["business"], Value::Null);
    assert_ne!(user["id"], "00000000-0000-7000-8000-000000000000");
}

#[tokio::test]
async fn each_kind_of_weak_password_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let too_similar = "The password is too similar to your name or address.";
    for (password, reason) in [
        ("krótkie", "The password needs at least 8 characters."),
        ("9182736455", "The password may not consist of digits only."),
        ("PassWord1", "This password is too common."),
        ("kowalska7", too_similar),
        ("wiśniewska", too_similar),
        ("Anna@Example.com", too_similar),
    ] {
        let wish = json!({
            "username": "kowalska", "email": "anna@example.com", "last_name": "Wiśniewska", "password": password,
        });
        let details = register_in(&app, "en", &wish).await.refused(400, "VALIDATION_ERROR");
        assert_eq!(details, json!({ "password": [reason] }), "{password}");
    }
    assert_eq!(mails_written(&app).await, 0);
}

#[tokio::test]
async fn a_repeated_password_has_to_be_the_same() {
    let app = TestApp::start().await;
    let mut wish = wish("anna");
    wish["password2"] = "zielona-herbata-8".into();
    let answer = register_in(&app, "en", &wish).await;
    let details = answer.refused(400, "VALIDATION_ERROR");
    assert_eq!(details, json!({ "password2": ["The passwords do not match."] }));
    assert_eq!(answer.json()["message"], "The passwords do not match.");
}

#[tokio::test]
async fn every_wrong_field_is_reported_at_once() {
    let app = TestApp::start().await;
    let wish = json!({
        "username": "anna nowak",
        "email": "anna",
        "password": "krótkie",
        "password2": "inne",
        "first_name": true,
        "last_name": "a\u{0}b",
        "phone": "call me",
    });
    let details = register(&app, &wish).await.refused(400, "VALIDATION_ERROR");
    let fields: Vec<&String> = details.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["email", "first_name", "last_name", "password", "password2", "phone", "username"]);
    for messages in details.as_object().unwrap().values() {
        assert!(messages[0].as_str().is_some_and(|message| !message.is_empty()), "{details}");
    }
}

#[tokio::test]
async fn a_single_missing_field_is_named_as_such() {
    let app = TestApp::start().await;
    for field in ["username", "email", "password"] {
        for absent in [None, Some(Value::Null)] {
            let mut wish = wish("anna");
            wish.as_object_mut().unwrap().remove(field);
            if let Some(null) = absent {
                wish[field] = null;
            }
            let details = register_in(&app, "en", &wish).await.refused(400, "REQUIRED_FIELD");
            assert_eq!(details, json!({ field: ["This field is required."] }));
        }
    }
    let details = register(&app, &json!({ "username": "anna" })).await.refused(400, "VALIDATION_ERROR");
    assert_eq!(details.as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "password"]);
}

#[tokio::test]
async fn an_address_or_username_is_taken_in_whatever_case() {
    let app = TestApp::start().await;
    let mut lukasz = wish("lukasz");
    lukasz["username"] = "Łukasz.Żak".into();
    register(&app, &lukasz).await.expect(201);

    let mut same_address = wish("inny");
    same_address["email"] = "LUKASZ@Example.COM".into();
    let details = register_in(&app, "en", &same_address).await.refused(400, "EMAIL_ALREADY_EXISTS");
    assert_eq!(details, json!({ "email": ["An account with this e-mail address already exists."] }));

    let mut same_name = wish("inny");
    same_name["username"] = "łUKASZ.żAK".into();
    let details = register_in(&app, "en", &same_name).await.refused(400, "USERNAME_ALREADY_EXISTS");
    assert_eq!(details, json!({ "username": ["This username is taken."] }));

    let both = register_in(&app, "en", &lukasz).await.refused(400, "EMAIL_ALREADY_EXISTS");
    let expected = json!({
        "email": ["An account with this e-mail address already exists."],
        "username": ["This username is taken."],
    });
    assert_eq!(both, expected);
    assert_eq!(mails_written(&app).await, 1);
}

#[tokio::test]
async fn whole_numbers_are_taken_where_text_is() {
    let app = TestApp::start().await;
    let mut anna = wish("anna");
    anna["first_name"] = 7.into();
    anna["phone"] = 48_601_234_567_u64.into();
    let user = register(&app, &anna).await.expect(201)["user"].clone();
    assert_eq!((&user["first_name"], &user["phone"]), (&json!("7"), &json!("48601234567")));
    for no_text in [json!(7.5), json!(true), json!([7]), json!({ "a": 7 })] {
        let mut wish = wish("ewa");
        wish["first_name"] = no_text;
        assert_eq!(register(&app, &wish).await.wrong_fields(), ["first_name"]);
    }
    let mut mails = 1;
    let code: u64 = loop {
        let code = app.code_for("anna@example.com", mails).await;
        // A number has no zero in front.
        if !code.starts_with('0') {
            break code.parse().unwrap();
        }
        app.later(SignedDuration::from_mins(10)).await;
        app.post("/api/users/verify-email/resend/", &json!({ "email": anna["email"] })).await.expect(200);
        mails += 1;
    };
    let verified = json!({ "email": anna["email"], "code": code });
    app.post("/api/users/verify-email/", &verified).await.expect(200);

    let owner = app.person("owner").await;
    let opening = json!({
        "name": 2000, "category": "spa", "address_line1": "ul. Prosta 1", "city": "Opole", "postal_code": 45_001,
        "nip": 5_260_250_274_u64, "phone_number": 601_234_567,
    });
    let made = owner.post("/api/businesses/", &opening).await.expect(201);
    let texts = [("name", "2000"), ("postal_code", "45001"), ("phone_number", "601234567"), ("slug", "2000")];
    for (field, text) in texts {
        assert_eq!(made[field], text, "{field}");
    }
}

#[tokio::test]
async fn of_simultaneous_registrations_of_one_address_one_succeeds() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let answers = together(8, |index| {
        let app = app.clone();
        async move {
            let mut wish = wish("anna");
            wish["username"] = format!("anna-{index}").into();
            register(&app, &wish).await
        }
    })
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.refused(400, "EMAIL_ALREADY_EXISTS");
    }
}

#[tokio::test]
async fn without_verification_accounts_start_verified_and_get_no_mail() {
    let app = TestApp::with(&[("EMAIL_VERIFICATION_ENABLED", "false")]).await;
    let anna = Person::register(&app, "anna").await;
    assert_eq!(anna.get("/api/users/me/").await.expect(200)["email_verified"], true);
    anna.get("/api/users/appointments/").await.expect(200);
    anna.signed_in_again(&app).await;
    assert_eq!(mails_written(&app).await, 0);
}

#[tokio::test]
async fn people_are_spoken_and_written_to_in_their_language() {
    let app = TestApp::start().await;
    let twice = wish("anna");
    register_in(&app, "en-GB, pl;q=0.5", &twice).await.expect(201);
    let english = register_in(&app, "en", &twice).await;
    let polish = register(&app, &twice).await;
    assert_eq!(english.json()["error_code"], polish.json()["error_code"]);
    assert_eq!(english.json()["message"], "An account with this e-mail address already exists.");
    assert_eq!(polish.json()["message"], "Konto z tym adresem e-mail już istnieje.");

    register(&app, &wish("ewa")).await.expect(201);
    assert_eq!(app.mail_to("anna@example.com", 1).await[0].subject, "Your Sessly verification code");
    assert_eq!(app.mail_to("ewa@example.com", 1).await[0].subject, "Twój kod weryfikacyjny Sessly");
}
