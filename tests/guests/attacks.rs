//! What somebody might try: another's token, what was used already, codes by guessing, links of one's own making, and finding
//! out who has an account.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, EMAIL, booked, confirm, hold, introduce, salon, through};
use crate::support::TestApp;

/// What no holder of a token or a code would say.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_or_a_code_is_told_in_one_way() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let rival = app.salon().named("Konkurencja").business("booking_policy", json!({ "guest_booking": true }));
    let rival = rival.create_for(app.person("rival").await).await;
    let (mine, theirs) = (hold(&app, &salon, "10:00").await, hold(&app, &salon, "12:00").await);
    introduce(&app, &salon, &mine, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 1).await;
    introduce(&app, &salon, &theirs, "ofiara@example.com").await.expect(200);
    app.code_for("ofiara@example.com", 1).await;

    let mut answers = Vec::new();
    for (place, token, digits) in [
        // Nobody's token, no token at all, another's, one that is shown elsewhere, and a code that is wrong.
        (&salon, URL_SAFE_NO_PAD.encode([7; 32]), code.clone()),
        (&salon, "nonsense".to_owned(), code.clone()),
        (&salon, theirs.clone(), code.clone()),
        (&rival, mine.clone(), code.clone()),
        (&salon, mine.clone(), wrong(&code)),
        (&salon, mine.clone(), "x".to_owned()),
    ] {
        answers.push(confirm(&app, place, "10:00", &token, &digits).await);
    }
    confirm(&app, &salon, "10:00", &mine, &code).await.expect(201);
    // Once more, and too late.
    answers.push(confirm(&app, &salon, "10:00", &mine, &code).await);
    app.later(SignedDuration::from_secs(1)).await;
    let late = hold(&app, &salon, "14:00").await;
    introduce(&app, &salon, &late, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 3).await;
    app.later(SignedDuration::from_mins(11)).await;
    answers.push(confirm(&app, &salon, "14:00", &late, &code).await);
    for answer in &answers {
        answer.refused(400, "INVALID_VERIFICATION_CODE");
        assert_eq!(answer.text, answers[0].text);
    }
    for token in [late, mine, "nonsense".to_owned()] {
        introduce(&app, &salon, &token, EMAIL).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_code_is_tried_five_times_and_one_from_before_not_at_all() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let token = hold(&app, &salon, "10:00").await;
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
    let before = app.code_for(EMAIL, 1).await;
    app.later(SignedDuration::from_secs(1)).await;
    introduce(&app, &salon, &token, EMAIL).await.expect(200);
    let code = app.code_for(EMAIL, 2).await;
    if before != code {
        confirm(&app, &salon, "10:00", &token, &before).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    for _ in 0..5 {
        confirm(&app, &salon, "10:00", &token, &wrong(&code)).await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    confirm(&app, &salon, "10:00", &token, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
}

#[tokio::test]
async fn who_guesses_from_one_address_is_slowed_down_and_so_is_who_holds_a_day_full() {
    let app = TestApp::with(&[("RATE_LIMIT_AUTH", "5/m")]).await;
    let salon = salon(&app).await;
    // The owner's own codes came from here, too.
    app.later(SignedDuration::from_mins(2)).await;
    let token = hold(&app, &salon, "09:00").await;
    for _ in 0..5 {
        confirm(&app, &salon, "09:00", &token, "000000").await.refused(400, "INVALID_VERIFICATION_CODE");
    }
    confirm(&app, &salon, "09:00", &token, "000000").await.refused(429, "RATE_LIMITED");
    let app = TestApp::with(&[("RATE_LIMIT_GUEST_HOLDS", "2/h")]).await;
    let salon = self::salon(&app).await;
    for time in ["09:00", "10:00"] {
        hold(&app, &salon, time).await;
    }
    app.post(&salon.path("guest-holds/"), &salon.wish(DATE, "11:00")).await.refused(429, "RATE_LIMITED");
}

#[tokio::test]
async fn nobody_finds_out_who_has_an_account_or_has_more_mail_sent_than_a_few() {
    let app = TestApp::with(&[("RATE_LIMIT_CODES_SENT", "5/h")]).await;
    let salon = salon(&app).await;
    app.person("anna").await;
    let token = hold(&app, &salon, "10:00").await;
    let known = introduce(&app, &salon, &token, "anna@example.com").await;
    let unknown = introduce(&app, &salon, &token, EMAIL).await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    // The sixth and the seventh are not sent, and nobody is told.
    for _ in 0..6 {
        assert_eq!(introduce(&app, &salon, &token, EMAIL).await.text, unknown.text);
    }
    app.all_delivered().await;
    let sent = app.mail_to(EMAIL, 1).await.len();
    assert!(sent <= 5, "{sent} mails");
    // Who has an account books as a guest like everybody, and the salon is not told of it.
    app.later(SignedDuration::from_mins(1)).await;
    introduce(&app, &salon, &token, "anna@example.com").await.expect(200);
    let code = app.code_for("anna@example.com", 3).await;
    confirm(&app, &salon, "10:00", &token, &code).await.expect(201);
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    assert_eq!(seen["customer_id"], json!(null));
}

#[tokio::test]
async fn a_link_leads_to_its_own_booking_as_long_as_it_is_good() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let first = booked(&app, &salon, "10:00", 1).await;
    app.later(SignedDuration::from_secs(1)).await;
    let second = booked(&app, &salon, "12:00", 3).await;
    let bytes = |link: &Value| URL_SAFE_NO_PAD.decode(link.as_str().unwrap()).unwrap();
    let (one, other) = (bytes(&first["link_token"]), bytes(&second["link_token"]));
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut link = one.clone();
        change(&mut link);
        json!(URL_SAFE_NO_PAD.encode(link))
    };
    let forged = [
        json!("nonsense"),
        json!(""),
        // Another's appointment, a longer life, a bit of the proof, none of it, and one of something else.
        changed(&|link| link[..16].copy_from_slice(&other[..16])),
        changed(&|link| link[22] += 1),
        changed(&|link| link[55] ^= 1),
        changed(&|link| link.truncate(24)),
        changed(&|link| link[24..].copy_from_slice(&other[24..])),
        json!(hold(&app, &salon, "14:00").await),
    ];
    for link in &forged {
        for (below, more) in [
            ("", json!({})),
            ("cancel/", json!({})),
            ("reschedule/", json!({ "date": DATE, "start_time": "15:00" })),
        ] {
            let answer = through(&app, link, below, more).await;
            let refused = if link == "" { (400, "REQUIRED_FIELD") } else { (404, "APPOINTMENT_NOT_FOUND") };
            if link != "" {
                answer.refused(refused.0, refused.1);
            }
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
    }
    through(&app, &first["link_token"], "", json!({})).await.expect(200);

    // The salon corrects the address: it was somebody else's.
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    let card = salon.path(&format!("customers/{}/", seen["card_id"].as_str().unwrap()));
    salon.owner.patch(&card, &json!({ "email": "malgosia@example.com" })).await.expect(200);
    through(&app, &first["link_token"], "", json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
    salon.owner.patch(&card, &json!({ "email": EMAIL })).await.expect(200);
    through(&app, &first["link_token"], "", json!({})).await.expect(200);
    app.set_clock("2026-03-04T10:00:01Z").await;
    through(&app, &first["link_token"], "", json!({})).await.refused(404, "APPOINTMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_card_of_somebody_else_with_the_same_number_is_not_taken_over() {
    let app = TestApp::start().await;
    let salon = salon(&app).await;
    let known = json!({ "name": "Gosia Maj", "phone": "+48 700 100 200" });
    let card = salon.owner.post(&salon.path("customers/"), &known).await.expect(201);
    booked(&app, &salon, "10:00", 1).await;
    let seen = salon.owner.get(&salon.path("appointments/")).await.expect(200)["results"][0].clone();
    assert_ne!(seen["card_id"], card["id"], "the number was not shown to be theirs");
}
