//! The calendar file that comes with news of a visit.

use dev::mailbox::KeptMail;
use shared::outbox::Happening;

use super::{deliver, happens, mail_about, visit};
use crate::support::TestApp;

/// The lines of a mail's calendar file, unfolded.
fn calendar(mail: &KeptMail) -> Vec<String> {
    let [file] = mail.attachments.as_slice() else { panic!("one attachment: {mail:?}") };
    assert_eq!(file.name, "invite.ics");
    let unfolded = file.content.replace("\r\n ", "");
    let lines: Vec<String> = unfolded.split("\r\n").map(str::to_owned).collect();
    let method = lines.iter().find_map(|line| line.strip_prefix("METHOD:")).unwrap();
    assert_eq!(file.content_type, format!("text/calendar; method={method}; charset=utf-8"));
    lines
}

fn value<'a>(lines: &'a [String], property: &str) -> &'a str {
    let mut values = lines.iter().filter_map(|line| line.strip_prefix(property)?.strip_prefix(':'));
    let value = values.next().unwrap_or_else(|| panic!("no {property} in {lines:?}"));
    assert_eq!(values.next(), None, "{property} twice");
    value
}

#[tokio::test]
async fn a_calendar_follows_the_visit_from_booking_to_cancellation() {
    let app = TestApp::with(&[("ALLOWED_HOSTS", "api.example.com,other.example.com")]).await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    let id = visit(&app, &salon, &anna, "pending").await;

    let steps = [
        (Happening::Booked, "Rezerwacja", "REQUEST", "TENTATIVE", "20260303T090000Z"),
        (Happening::Confirmed, "Wizyta potwierdzona", "REQUEST", "CONFIRMED", "20260303T090000Z"),
        (Happening::Rescheduled, "Nowy termin", "REQUEST", "CONFIRMED", "20260304T090000Z"),
        (Happening::CancelledByBusiness, "Wizyta odwołana", "CANCEL", "CANCELLED", "20260304T090000Z"),
    ];
    let mut before = None;
    for (what, subject, method, status, start) in steps {
        happens(&app, id, what).await;
        deliver(&app).await;
        let lines = calendar(&mail_about(&app, &anna.email, subject).await);
        assert_eq!(value(&lines, "METHOD"), method);
        assert_eq!(value(&lines, "STATUS"), status);
        assert_eq!(value(&lines, "DTSTART"), start);
        assert_eq!(value(&lines, "UID"), format!("{id}@api.example.com"));
        let sequence: u32 = value(&lines, "SEQUENCE").parse().unwrap();
        assert!(before < Some(sequence), "{sequence} after {before:?}");
        before = Some(sequence);
    }
}

#[tokio::test]
async fn the_business_invites_under_the_senders_address_and_the_owners_own_stays_private() {
    let app = TestApp::with(&[("DEFAULT_FROM_EMAIL", "Sessly <no-reply@sessly.example>")]).await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    let id = visit(&app, &salon, &anna, "confirmed").await;
    happens(&app, id, Happening::Booked).await;
    deliver(&app).await;
    let mail = mail_about(&app, &anna.email, "Wizyta potwierdzona").await;
    let lines = calendar(&mail);
    assert_eq!(value(&lines, "ORGANIZER;CN=Złote Nożyczki"), "mailto:no-reply@sessly.example");
    assert!(
        lines.iter().any(|line| line.starts_with("ATTENDEE;") && line.ends_with(":mailto:anna@example.com"))
    );
    assert_eq!(value(&lines, "SUMMARY"), "Strzyżenie – Złote Nożyczki");
    assert_eq!(value(&lines, "LOCATION"), "ul. Świdnicka 21\\, 50-066 Wrocław");
    assert_eq!(value(&lines, "DTEND"), "20260303T100000Z");
    let everything = format!("{}{}{lines:?}", mail.text, mail.html);
    assert!(!everything.contains(&salon.owner.email), "{everything}");
}
