//! What people are told of a series: once, with all of its dates.

use dev::mailbox::KeptMail;
use serde_json::json;

use super::{DATE, book, cancel, dates, id, wish};
use crate::support::TestApp;

/// The only mail to an address whose subject begins like this.
async fn mail_about(app: &TestApp, address: &str, subject: &str) -> KeptMail {
    let mut mails = app.mail_to(address, 0).await;
    mails.retain(|mail| mail.subject.starts_with(subject));
    let [mail] = mails.try_into().unwrap_or_else(|mails| panic!("one mail {subject}: {mails:?}"));
    mail
}

fn calendar(mail: &KeptMail) -> String {
    let [file] = mail.attachments.as_slice() else { panic!("one attachment: {mail:?}") };
    assert_eq!(file.content_type, "text/calendar; method=PUBLISH; charset=utf-8");
    file.content.replace("\r\n ", "")
}

#[tokio::test]
async fn there_is_one_mail_for_each_side_with_every_visit_as_an_event_of_its_own() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    anna.patch("/api/users/me/", &json!({ "locale": "en", "first_name": "Anna" })).await.expect(200);
    app.all_delivered().await;
    let before = (app.mail_to(&anna.email, 0).await.len(), app.mail_to(&salon.owner.email, 0).await.len());
    let booked = book(&salon, &anna, &wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=3")).await.expect(201);
    app.all_delivered().await;
    let (to_anna, to_owner) = (app.mail_to(&anna.email, 0).await, app.mail_to(&salon.owner.email, 0).await);
    assert_eq!((to_anna.len(), to_owner.len()), (before.0 + 1, before.1 + 1));

    let subject = "Booking received: Złote Nożyczki, appointments from Tuesday, 3 March 2026, 10:00";
    let mail = &mail_about(&app, &anna.email, subject).await;
    for part in ["3 March 2026, 10:00", "10 March 2026, 10:00", "17 March 2026, 10:00", "Strzyżenie"] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
    }
    mail_about(&app, &salon.owner.email, "Nowe rezerwacje: Anna").await;
    let file = calendar(mail);
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 3, "{file}");
    for date in dates(&booked) {
        assert!(file.contains(&format!("UID:{}@", id(&date["appointment"]))), "{file}");
    }
    assert!(file.contains("STATUS:TENTATIVE") && !file.contains("ATTENDEE"), "{file}");

    // One of them that is called off goes alone, under the same name.
    let second = id(&dates(&booked)[1]["appointment"]);
    anna.post(&format!("/api/users/appointments/{second}/cancel/"), &json!({})).await.expect(200);
    app.all_delivered().await;
    let mail = mail_about(&app, &anna.email, "Cancelled: Złote Nożyczki, Tuesday").await;
    let alone = mail.attachments[0].content.replace("\r\n ", "");
    assert!(alone.contains("METHOD:CANCEL") && alone.contains(&format!("UID:{second}@")), "{alone}");

    app.later(jiff::SignedDuration::from_mins(1)).await;
    cancel(&anna, &booked).await.expect(200);
    app.all_delivered().await;
    assert_eq!(app.mail_to(&anna.email, 0).await.len(), before.0 + 3);
    let mail = &mail_about(&app, &anna.email, "Cancelled: Złote Nożyczki, appointments from").await;
    assert!(mail.text.contains("Wyjazd"), "{}", mail.text);
    let file = calendar(mail);
    assert_eq!((file.matches("STATUS:CANCELLED").count(), file.contains(&second)), (2, false), "{file}");
}

#[tokio::test]
async fn of_a_series_that_was_called_off_before_it_was_told_nothing_is_told_of_its_booking() {
    let app = TestApp::start().await;
    let salon = app.salon().business("booking_policy", json!({ "auto_confirm": true })).create().await;
    let anna = app.person("anna").await;
    app.all_delivered().await;
    let stop = "create function later() returns trigger language plpgsql as
        $$ begin new.due_at := new.due_at + interval '1 hour'; return new; end $$;
        create trigger later before insert on outbox for each row execute function later()";
    app.database.connect().await.batch_execute(stop).await.unwrap();
    let before = app.mail_to(&anna.email, 0).await.len();
    let booked = book(&salon, &anna, &wish(&salon, DATE, "10:00", "FREQ=WEEKLY;COUNT=2")).await.expect(201);
    cancel(&anna, &booked).await.expect(200);
    app.later(jiff::SignedDuration::from_hours(2)).await;
    app.all_delivered().await;
    assert_eq!(app.mail_to(&anna.email, 0).await.len(), before + 1);
    mail_about(&app, &anna.email, "Wizyty odwołane").await;
}
