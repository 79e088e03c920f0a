//! Those who work at a salon book for customers who have no account: who walked in, or called.

use serde_json::{Value, json};
use shared::cron::{self, Task};

use super::{history, id_of};
use crate::support::{Answer, Person, Salon, TestApp, together};

const DATE: &str = "2026-03-03";

/// What a salon wants to book for somebody.
fn wish(salon: &Salon, time: &str, whom: &Value) -> Value {
    let mut wish = salon.wish(DATE, time);
    wish.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
    wish
}

async fn book(who: &Person, salon: &Salon, time: &str, whom: Value) -> Answer {
    who.post(&salon.path("appointments/for-customer/"), &wish(salon, time, &whom)).await
}

async fn cards(salon: &Salon) -> Vec<Value> {
    let page = salon.owner.get(&salon.path("customers/")).await.expect(200);
    page["results"].as_array().unwrap().clone()
}

fn halina() -> Value {
    json!({ "name": "Halina Brzoza", "email": "halina@example.com", "phone": "+48 500 200 201" })
}

#[tokio::test]
async fn who_calls_is_booked_seen_by_name_and_written_to() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let booked = book(&salon.owner, &salon, "10:00", halina()).await.expect(201);
    assert_eq!((&booked["status"], &booked["customer_id"]), (&json!("confirmed"), &json!(null)));
    assert_eq!(booked["customer_first_name"], "Halina");
    assert_eq!(booked["customer_last_name"], "Brzoza");
    assert_eq!(booked["customer_email"], "halina@example.com");
    assert_eq!(booked["customer_phone"], "+48 500 200 201");
    assert_eq!(history(&app, &id_of(&booked)).await, json!([[null, "confirmed", salon.owner.id, ""]]));

    let list = salon.owner.get(&salon.path("appointments/")).await.expect(200);
    assert_eq!(list["results"], json!([booked]));
    let [card] = &cards(&salon).await[..] else { panic!("one card") };
    assert_eq!((&card["id"], &card["name"]), (&booked["card_id"], &json!("Halina Brzoza")));
    assert_eq!((&card["user_ids"], &card["upcoming"]), (&json!([]), &json!(1)));
    assert!(!salon.free(&app, DATE).await.contains(&"10:00".to_owned()));

    let mails = app.mail_to("halina@example.com", 1).await;
    assert!(mails[0].text.contains("Strzyżenie") && mails[0].text.contains("10:00"), "{}", mails[0].text);
    assert!(
        mails[0].text.contains("/guest-appointment?token="),
        "there is nothing to sign in to:\n{}",
        mails[0].text
    );
    app.all_delivered().await;
    assert!(app.mail_to(&salon.owner.email, 0).await.iter().all(|mail| !mail.text.contains("Halina")));

    // Who did it is in the audit: the card as well as the visit.
    let audit = salon.owner.get(&salon.path("audit/")).await.expect(200);
    for kind in ["appointment", "customer"] {
        let of_kind = |entry: &&Value| entry["subject"]["kind"] == kind;
        let entry = audit["results"].as_array().unwrap().iter().find(of_kind).unwrap();
        assert_eq!((&entry["actor"]["id"], &entry["action"]), (&json!(salon.owner.id), &json!("created")));
    }
}

#[tokio::test]
async fn who_left_no_address_is_not_written_to_and_reminders_go_to_who_did() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    app.keep_notices().await;
    book(&salon.owner, &salon, "10:00", json!({ "name": "Stanisław Lis" })).await.expect(201);
    assert_eq!(app.told("appointment").await, Vec::<Value>::new());
    book(&salon.owner, &salon, "12:00", halina()).await.expect(201);
    assert_eq!(app.told("appointment").await.len(), 1);

    app.set_clock("2026-03-03T05:30:00Z").await;
    cron::run(&app.state, &Task::ALL).await.unwrap();
    app.all_delivered().await;
    assert_eq!(app.mail_to("halina@example.com", 2).await.len(), 2);
}

#[tokio::test]
async fn a_customer_is_found_by_their_address_or_their_number_and_name() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let first = book(&salon.owner, &salon, "09:00", halina()).await.expect(201);
    for (time, whom) in [
        ("10:00", json!({ "name": "H. Brzoza", "email": "HALINA@example.com" })),
        ("11:00", json!({ "name": "halina brzoza", "phone": "48500200201" })),
        ("12:00", json!({ "customer_id": first["card_id"] })),
    ] {
        let again = book(&salon.owner, &salon, time, whom).await.expect(201);
        assert_eq!(again["card_id"], first["card_id"], "{time}");
    }
    // Her daughter, by the same phone; somebody else of her name; and somebody with her name and another address.
    for (time, whom) in [
        ("13:00", json!({ "name": "Zofia Brzoza", "phone": "+48 500 200 201" })),
        ("14:00", json!({ "name": "Halina Brzoza" })),
        ("15:00", json!({ "name": "Halina Brzoza", "phone": "+48 500 200 201", "email": "hb@example.com" })),
    ] {
        let other = book(&salon.owner, &salon, time, whom).await.expect(201);
        assert_ne!(other["card_id"], first["card_id"], "{time}");
    }
    assert_eq!(cards(&salon).await.len(), 4);

    // What the card lacks is noted on it.
    let known = json!({ "name": "Zofia Brzoza", "phone": "+48 500 200 201", "email": "zofia@example.com" });
    book(&salon.owner, &salon, "16:00", known).await.expect(201);
    let all = cards(&salon).await;
    assert_eq!(all.len(), 4);
    assert!(all.iter().any(|card| card["email"] == "zofia@example.com" && card["upcoming"] == 2), "{all:?}");
}

#[tokio::test]
async fn a_customer_with_an_account_gets_it_into_their_own_list() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let card = cards(&salon).await[0]["id"].clone();
    let booked = book(&salon.owner, &salon, "12:00", json!({ "customer_id": card })).await.expect(201);
    assert_eq!((&booked["customer_id"], &booked["card_id"]), (&json!(anna.id), &json!(null)));
    let mine = anna.get(&format!("/api/users/appointments/{}/", id_of(&booked))).await.expect(200);
    assert_eq!(mine["status"], "confirmed");
    assert_eq!(cards(&salon).await[0]["upcoming"], 2);
}

#[tokio::test]
async fn the_same_starts_as_for_customers_but_at_any_notice_and_as_far_ahead_as_can_be() {
    let app = TestApp::start().await;
    let terms = json!({ "min_notice_minutes": 1440, "booking_horizon_days": 1, "max_open_bookings": 1 });
    let salon = app.salon().business("booking_policy", terms).create().await;
    let today = |time: &str, date: &str| {
        let mut wish = wish(&salon, time, &json!({ "name": "Jan" }));
        wish["date"] = json!(date);
        wish
    };
    let place = salon.path("appointments/for-customer/");
    let booked = salon.owner.post(&place, &today("11:00", "2026-03-02")).await.expect(201);
    assert_eq!(booked["booking_policy"]["min_notice_minutes"], 1440, "what was agreed is kept");
    salon.owner.post(&place, &today("11:00", "2026-09-01")).await.expect(201);
    let taken = salon.owner.post(&place, &today("11:00", "2026-03-02")).await;
    let taken = taken.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(taken["alternatives"][0], "2026-03-02T09:00:00+01:00");
    salon.owner.post(&place, &today("11:10", "2026-03-02")).await.refused(409, "SLOT_UNAVAILABLE");
    salon.owner.post(&place, &today("07:00", "2026-03-02")).await.refused(400, "PAST_BOOKING");
    salon.owner.post(&place, &today("20:00", "2026-03-03")).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(cards(&salon).await.len(), 2, "nobody is known whose booking was refused");
}

#[tokio::test]
async fn what_customers_have_to_answer_may_be_left_open_on_the_phone() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let question = json!({ "text": "Uczulenia?", "kind": "text", "is_required": true });
    let questions = salon.path(&format!("services/{}/questions/", salon.service));
    let question = salon.owner.post(&questions, &question).await.expect(201);
    let first = book(&salon.owner, &salon, "10:00", halina()).await.expect(201);
    let mut whom = json!({ "customer_id": first["card_id"] });
    whom["answers"] = json!([{ "question_id": question["id"], "value": "lateks" }]);
    let booked = book(&salon.owner, &salon, "12:00", whom).await.expect(201);
    assert_eq!(booked["answers"][0]["value"], "lateks");
    let card = salon.path(&format!("customers/{}/", first["card_id"].as_str().unwrap()));
    assert_eq!(salon.owner.get(&card).await.expect(200)["answers"][0]["value"], "lateks");
    let wrong = json!({ "name": "Jan", "answers": [{ "question_id": first["id"], "value": "x" }] });
    book(&salon.owner, &salon, "14:00", wrong).await.refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn plain_staff_book_with_themselves_and_managers_with_anyone() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owners = salon.staff().await[0].clone();
    let [kasia, marta] = [app.person("kasia").await, app.person("marta").await];
    let hire = async |person: &Person, is_manager: bool| {
        let entry = json!({ "user_id": person.id, "is_manager": is_manager });
        id_of(&salon.owner.post(&salon.path("staff/"), &entry).await.expect(201))
    };
    let (kasias, martas) = (hire(&kasia, false).await, hire(&marta, true).await);
    let with = |staff: &str| json!({ "name": "Jan", "staff_id": staff });
    let booked = book(&kasia, &salon, "10:00", json!({ "name": "Jan" })).await.expect(201);
    assert_eq!(booked["staff"]["id"], kasias);
    book(&kasia, &salon, "12:00", with(&kasias)).await.expect(201);
    for other in [&owners, &martas] {
        book(&kasia, &salon, "14:00", with(other)).await.refused(403, "PERMISSION_DENIED");
        book(&marta, &salon, "14:00", with(other)).await.expect(201);
    }
    let stranger = app.person("obca").await;
    book(&stranger, &salon, "16:00", json!({ "name": "Jan" })).await.refused(403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn for_nobody_unknown_foreign_or_blocked() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let foreign = rival.owner.post(&rival.path("customers/"), &json!({ "name": "Ola" })).await.expect(201);
    for id in [&foreign["id"], &json!("0190aaaa-0000-7000-8000-000000000000")] {
        book(&salon.owner, &salon, "10:00", json!({ "customer_id": id })).await.refused(404, "NOT_FOUND");
    }
    book(&salon.owner, &salon, "10:00", json!({})).await.refused(400, "REQUIRED_FIELD");
    let wrong =
        book(&salon.owner, &salon, "10:00", json!({ "name": "Jan", "email": "x", "phone": "y" })).await;
    assert_eq!(wrong.wrong_fields(), ["email", "phone"]);

    for (field, code) in [("service_id", "SERVICE_NOT_FOUND"), ("staff_id", "STAFF_NOT_FOUND")] {
        let mut whom = halina();
        whom[field] = foreign["id"].clone();
        book(&salon.owner, &salon, "10:00", whom).await.refused(404, code);
    }
    assert!(cards(&salon).await.is_empty(), "nobody has come of what was refused");

    let first = book(&salon.owner, &salon, "10:00", halina()).await.expect(201);
    let card = salon.path(&format!("customers/{}/", first["card_id"].as_str().unwrap()));
    salon.owner.post(&format!("{card}block/"), &json!({})).await.expect(200);
    book(&salon.owner, &salon, "12:00", halina()).await.refused(403, "CUSTOMER_BLOCKED");
    salon.owner.post(&format!("{card}unblock/"), &json!({})).await.expect(200);
    book(&salon.owner, &salon, "12:00", halina()).await.expect(201);
}

#[tokio::test]
async fn of_many_at_once_one_gets_the_time_and_all_the_same_card() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(3).create().await;
    let answers = together(8, |_| {
        let (owner, wish) = (salon.owner.clone(), wish(&salon, "10:00", &halina()));
        let place = salon.path("appointments/for-customer/");
        async move { owner.post(&place, &wish).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409), "{answers:?}");
    let all = cards(&salon).await;
    assert_eq!((all.len(), &all[0]["upcoming"]), (1, &json!(3)));
    assert_eq!(app.database.deadlocks().await, 0);
}

#[tokio::test]
async fn a_key_books_once_and_is_not_for_somebody_else() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let send = async |whom: &Value| {
        let request = salon.owner.request(reqwest::Method::POST, &salon.path("appointments/for-customer/"));
        let request = request.header("idempotency-key", "k1").json(&wish(&salon, "10:00", whom));
        Answer::read(request.send().await.unwrap()).await
    };
    let (first, again) = (send(&halina()).await.expect(201), send(&halina()).await.expect(201));
    assert_eq!(first, again);
    send(&json!({ "name": "Jan" })).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn the_salon_moves_cancels_and_completes_it_like_any_other() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let id = id_of(&book(&salon.owner, &salon, "10:00", halina()).await.expect(201));
    let place = salon.path(&format!("appointments/{id}/"));
    let to = json!({ "date": DATE, "start_time": "12:00" });
    let moved = salon.owner.post(&format!("{place}reschedule/"), &to).await.expect(200);
    assert_eq!(
        (&moved["start"], &moved["customer_first_name"]),
        (&json!("2026-03-03T12:00:00+01:00"), &json!("Halina"))
    );
    app.set_clock("2026-03-03T12:30:00Z").await;
    let owner = salon.owner.signed_in_again(&app).await;
    let ended = owner.post(&format!("{place}no-show/"), &json!({})).await.expect(200);
    assert_eq!(ended["status"], "no_show");
    let card = owner.get(&salon.path("customers/?search=halina")).await.expect(200)["results"][0].clone();
    assert_eq!((&card["no_shows"], &card["upcoming"]), (&json!(1), &json!(0)));
}
