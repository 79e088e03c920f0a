//! News of visits: who is told what, where, and in which language.

use serde_json::json;
use shared::outbox::Happening;

use super::{deliver, happens, mail_about, mails_about, set, stored, visit};
use crate::support::{Person, Salon, TestApp};

/// An app with a salon and a customer.
async fn salon_and_anna() -> (TestApp, Salon, Person) {
    let app = TestApp::with(&[("FRONTEND_BASE_URL", "https://www.example.com/")]).await;
    let salon = app.salon().business("phone_number", "+48 71 123 45 67").create().await;
    let anna = app.person("anna").await;
    for (column, value) in [("first_name", "Anna"), ("last_name", "Nowak"), ("phone", "+48600100200")] {
        set(&app, &anna, column, value).await;
    }
    (app, salon, anna)
}

#[tokio::test]
async fn a_booking_is_told_to_the_customer_and_to_the_business() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    assert_eq!(deliver(&app).await.sent, 2);

    let mail =
        mail_about(&app, &anna.email, "Rezerwacja przyjęta: Złote Nożyczki, wtorek, 3 marca 2026, 10:00")
            .await;
    for part in [
        "czeka na potwierdzenie",
        "Usługa: Strzyżenie",
        "Termin: wtorek, 3 marca 2026, 10:00–11:00",
        "Cena: 120,00\u{a0}zł",
        "Adres: ul. Świdnicka 21, 50-066 Wrocław",
        "Telefon: +48 71 123 45 67",
        "Wizytę możesz odwołać lub przełożyć do: wtorek, 3 marca 2026, 10:00.",
        &format!("https://www.example.com/appointments/{id}"),
    ] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
        assert!(mail.html.contains(part.split(": ").last().unwrap()), "{part}\n{}", mail.html);
    }
    assert!(!mail.text.contains("Uwagi"), "{}", mail.text);

    let mail =
        mail_about(&app, &salon.owner.email, "Nowa rezerwacja: Anna Nowak, wtorek, 3 marca 2026, 10:00")
            .await;
    for part in [
        "Kto: Anna Nowak",
        "Telefon: +48600100200",
        "Uwagi: Krótko po bokach",
        &format!("https://www.example.com/my-business/appointments/{id}"),
    ] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
    }
}

#[tokio::test]
async fn what_people_do_is_told_right_after() {
    let (app, salon, anna) = salon_and_anna().await;
    let booked = salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    let received = app.mail_to(&anna.email, 2).await.len();
    mail_about(&app, &anna.email, "Rezerwacja przyjęta").await;
    app.mail_to(&salon.owner.email, 2).await;
    mail_about(&app, &salon.owner.email, "Nowa rezerwacja").await;

    let confirm = salon.path(&format!("appointments/{}/confirm/", booked["id"].as_str().unwrap()));
    salon.owner.post(&confirm, &json!({})).await.expect(200);
    app.mail_to(&anna.email, received + 1).await;
    mail_about(&app, &anna.email, "Wizyta potwierdzona").await;
}

#[tokio::test]
async fn a_booking_that_needs_no_confirmation_is_told_as_confirmed() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "confirmed").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    mail_about(&app, &anna.email, "Wizyta potwierdzona").await;
    mail_about(&app, &salon.owner.email, "Nowa wizyta").await;
}

#[tokio::test]
async fn the_customer_is_told_of_a_confirmation_and_the_business_knows() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Confirmed).await;
    assert_eq!(deliver(&app).await.sent, 1);
    mail_about(&app, &anna.email, "Wizyta potwierdzona").await;
}

#[tokio::test]
async fn both_are_told_of_a_cancellation_whoever_it_was() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::CancelledByCustomer).await;
    assert_eq!(deliver(&app).await.sent, 2);
    let mail = mail_about(&app, &anna.email, "Wizyta odwołana").await;
    assert!(mail.text.contains("Twoja wizyta została odwołana."), "{}", mail.text);
    let mail = mail_about(&app, &salon.owner.email, "Wizyta odwołana").await;
    assert!(mail.text.contains("przez klienta"), "{}", mail.text);

    let ben = app.person("ben").await;
    let id = visit(&app, &salon, &ben, "confirmed").await;
    happens(&app, id, Happening::CancelledByBusiness).await;
    assert_eq!(deliver(&app).await.sent, 2);
    let mail = mail_about(&app, &ben.email, "Wizyta odwołana").await;
    assert!(mail.text.contains("Złote Nożyczki odwołuje tę wizytę"), "{}", mail.text);
    assert!(mail.text.contains("Powód: Awaria prądu"), "{}", mail.text);
    assert!(!mail.text.contains("możesz odwołać"), "{}", mail.text);
}

#[tokio::test]
async fn both_are_told_of_a_new_time() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "confirmed").await;
    happens(&app, id, Happening::Rescheduled).await;
    assert_eq!(deliver(&app).await.sent, 2);
    let mail =
        mail_about(&app, &anna.email, "Nowy termin wizyty: Złote Nożyczki, środa, 4 marca 2026, 10:00").await;
    assert!(mail.text.contains("Poprzedni termin: wtorek, 3 marca 2026, 10:00"), "{}", mail.text);
    mail_about(&app, &salon.owner.email, "Nowy termin: Anna Nowak, środa, 4 marca 2026, 10:00").await;
}

#[tokio::test]
async fn everyone_reads_their_own_language() {
    let (app, salon, anna) = salon_and_anna().await;
    set(&app, &anna, "locale", "en").await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    let mail =
        mail_about(&app, &anna.email, "Booking received: Złote Nożyczki, Tuesday, 3 March 2026, 10:00").await;
    assert!(mail.text.contains("Price: PLN\u{a0}120.00"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"en\">"), "{}", mail.html);
    mail_about(&app, &salon.owner.email, "Nowa rezerwacja").await;
}

#[tokio::test]
async fn a_business_with_an_address_of_its_own_is_told_there() {
    let app = TestApp::start().await;
    let salon = app.salon().business("email", "recepcja@example.com").create().await;
    let anna = app.person("anna").await;
    // The reception's mail is not for the owner's preferences to stop.
    set(&app, &salon.owner, "preferences", r#"{"messages": {"booking": {"email": false}}}"#).await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    assert_eq!(deliver(&app).await.sent, 2);
    mail_about(&app, "recepcja@example.com", "Nowa rezerwacja").await;
    assert_eq!(mails_about(&app, &salon.owner.email, "Nowa").await.len(), 0);
}

#[tokio::test]
async fn times_are_those_of_the_business() {
    let app = TestApp::start().await;
    let salon = app.salon().business("timezone", "America/New_York").create().await;
    let anna = app.person("anna").await;
    let id = visit(&app, &salon, &anna, "confirmed").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    mail_about(&app, &anna.email, "Wizyta potwierdzona: Złote Nożyczki, wtorek, 3 marca 2026, 4:00").await;
}

#[tokio::test]
async fn the_deadline_for_cancelling_is_named_while_there_is_one() {
    let app = TestApp::start().await;
    let policy = json!({ "cancellation_deadline_minutes": 24 * 60 });
    let salon = app.salon().business("booking_policy", policy).create().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    let mail = mail_about(&app, &anna.email, "Rezerwacja").await;
    assert!(mail.text.contains("do: poniedziałek, 2 marca 2026, 10:00."), "{}", mail.text);

    happens(&app, id, Happening::CancelledByCustomer).await;
    app.set_clock("2026-03-02T09:00:00Z").await;
    let id = visit(&app, &salon, &ben, "pending").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    let mail = mail_about(&app, &ben.email, "Rezerwacja").await;
    assert!(!mail.text.contains("możesz odwołać"), "{}", mail.text);
}

#[tokio::test]
async fn nobody_is_told_what_is_no_longer_so() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "pending").await;
    for what in
        [Happening::Booked, Happening::Confirmed, Happening::Rescheduled, Happening::CancelledByCustomer]
    {
        happens(&app, id, what).await;
    }
    let delivered = deliver(&app).await;
    assert_eq!((delivered.sent, delivered.dropped), (2, 5));
    mail_about(&app, &anna.email, "Wizyta odwołana").await;
    mail_about(&app, &salon.owner.email, "Wizyta odwołana").await;
}

#[tokio::test]
async fn an_owner_who_books_at_home_is_told_as_both() {
    let (app, salon, _) = salon_and_anna().await;
    let id = visit(&app, &salon, &salon.owner, "pending").await;
    happens(&app, id, Happening::Booked).await;
    assert_eq!(deliver(&app).await.sent, 2);
    mail_about(&app, &salon.owner.email, "Rezerwacja przyjęta").await;
    mail_about(&app, &salon.owner.email, "Nowa rezerwacja").await;
}

#[tokio::test]
async fn who_does_not_want_messages_gets_none() {
    let (app, salon, anna) = salon_and_anna().await;
    let wish = json!({ "preferences": { "messages": { "booking": { "email": false } } } });
    anna.patch("/api/users/me/", &wish).await.expect(200);
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    let delivered = deliver(&app).await;
    assert_eq!((delivered.sent, delivered.dropped), (1, 1));
    assert_eq!(mails_about(&app, &anna.email, "Rezerwacja").await.len(), 0);
}

#[tokio::test]
async fn an_erased_account_takes_its_mail_with_it_and_the_business_learns_of_the_cancellation() {
    let (app, salon, anna) = salon_and_anna().await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    happens(&app, id, Happening::CancelledByCustomer).await;
    let erase = "delete from users where id = $1::text::uuid";
    app.database.connect().await.execute(erase, &[&anna.id]).await.unwrap();
    assert_eq!(
        stored(&app, "select payload->>'reader' as reader from outbox where payload is not null").await,
        json!([{ "reader": "business" }, { "reader": "business" }])
    );
    assert_eq!(deliver(&app).await.sent, 1);
    let mail = mail_about(&app, &salon.owner.email, "Wizyta odwołana: Strzyżenie").await;
    assert!(!mail.text.contains("Anna") && !mail.text.contains("+48600100200"), "{}", mail.text);
}

#[tokio::test]
async fn what_people_called_themselves_stays_text() {
    let app = TestApp::start().await;
    let nasty = "<script>alert(1)</script>";
    let salon = app.salon().named(&format!("Salon {nasty}")).create().await;
    let anna = app.person("anna").await;
    set(&app, &anna, "first_name", nasty).await;
    let id = visit(&app, &salon, &anna, "pending").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    for mail in [
        mail_about(&app, &anna.email, "Rezerwacja").await,
        mail_about(&app, &salon.owner.email, "Nowa rezerwacja").await,
    ] {
        assert!(mail.html.contains("alert(1)") && !mail.html.contains("<script"), "{}", mail.html);
    }
}
