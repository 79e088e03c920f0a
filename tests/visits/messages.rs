//! What is told of a visit: one message to each side, with everything in it.

use dev::mailbox::KeptMail;
use serde_json::{Value, json};
use shared::cron::{self, Task};

use super::{Stage, id, of_parts};

/// The one calendar file of a mail, unfolded.
fn calendar(mail: &KeptMail) -> Vec<String> {
    let [file] = mail.attachments.as_slice() else { panic!("one attachment: {mail:?}") };
    assert_eq!(file.content_type, "text/calendar; method=PUBLISH; charset=utf-8");
    file.content.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

fn values<'a>(lines: &'a [String], property: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(property)?.strip_prefix(':')).collect()
}

async fn told(stage: &Stage, to: &str, subject: &str) -> Vec<KeptMail> {
    stage.app.all_delivered().await;
    let all = stage.app.mail_to(to, 1).await;
    all.into_iter().filter(|mail| mail.subject.starts_with(subject)).collect()
}

fn event_ids(visit: &Value) -> Vec<String> {
    of_parts(visit, "/id").iter().map(|id| format!("{id}@")).collect()
}

#[tokio::test]
async fn a_booking_and_its_end_are_one_message_each() {
    let stage = Stage::set().await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    let mails = told(&stage, &stage.anna.email, "Rezerwacja przyjęta").await;
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    assert_eq!(mail.subject, "Rezerwacja przyjęta: Złote Nożyczki, wtorek, 3 marca 2026, 9:00");
    for part in [
        "9:00 Strzyżenie",
        "10:00 Koloryzacja",
        "Termin: wtorek, 3 marca 2026, 9:00–11:30",
        "Cena: 370,00\u{a0}zł",
    ] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
    }
    let lines = calendar(mail);
    assert_eq!(values(&lines, "DTSTART"), ["20260303T080000Z", "20260303T090000Z"]);
    assert_eq!(values(&lines, "DTEND"), ["20260303T090000Z", "20260303T103000Z"]);
    for (uid, id) in values(&lines, "UID").iter().zip(event_ids(&visit)) {
        assert!(uid.starts_with(&id), "{uid}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")), "{lines:?}");
    assert_eq!(told(&stage, &stage.cut.owner.email, "Nowa rezerwacja").await.len(), 1);

    let cancel = format!("/api/users/visits/{}/cancel/", id(&visit));
    stage.anna.post(&cancel, &json!({ "reason": "Choroba" })).await.expect(200);
    let mails = told(&stage, &stage.anna.email, "Wizyta odwołana").await;
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    assert_eq!(values(&calendar(mail), "STATUS"), ["CANCELLED", "CANCELLED"]);
    let mails = stage.app.mail_to(&stage.cut.owner.email, 2).await;
    assert!(mails.iter().any(|mail| mail.text.contains("Choroba")), "{mails:?}");
}

#[tokio::test]
async fn what_was_cancelled_since_is_not_told_of() {
    let stage = Stage::set().await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    stage.app.all_delivered().await;
    let part = of_parts(&visit, "/id")[1].to_owned();
    stage.anna.post(&format!("/api/users/appointments/{part}/cancel/"), &json!({})).await.expect(200);
    let cancel = format!("/api/users/visits/{}/cancel/", id(&visit));
    stage.anna.post(&cancel, &json!({})).await.expect(200);
    // Of the part alone, and of all that was left, which with the part is all there was.
    let mails = told(&stage, &stage.anna.email, "Wizyta odwołana").await;
    assert_eq!(mails.len(), 2, "{mails:?}");
}

#[tokio::test]
async fn one_reminder_is_for_all_parts_of_a_day() {
    let stage = Stage::with(json!({ "booking_policy": { "auto_confirm": true } })).await;
    let mut wish = stage.wish("10:00");
    wish["date"] = json!("2026-03-05");
    stage.book(&wish).await.expect(201);
    // What was on its way while the clock is set would be taken for stuck.
    stage.app.all_delivered().await;
    stage.app.set_clock("2026-03-04T10:45:00Z").await;
    cron::run(&stage.app.state, &[Task::Messages]).await.unwrap();
    let mails = told(&stage, &stage.anna.email, "Przypomnienie").await;
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    for part in ["10:00 Strzyżenie", "11:00 Koloryzacja"] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
    }
}

#[tokio::test]
async fn what_a_change_of_the_schedule_cancels_as_a_whole_is_told_at_once() {
    let stage = Stage::with(json!({ "booking_policy": { "auto_confirm": true } })).await;
    let visit = stage.book(&stage.wish("09:00")).await.expect(201);
    stage.app.all_delivered().await;
    let closed = json!({ "date_override": { "first_date": super::DATE } });
    let cancel =
        |part: &&str| json!({ "appointment_id": part, "choice": "cancel", "reason": "Awaria prądu" });
    let choices: Vec<Value> = of_parts(&visit, "/id").iter().map(cancel).collect();
    let decision = json!({ "change": closed, "choices": choices });
    stage.cut.owner.post(&stage.cut.path("schedule-changes/"), &decision).await.expect(200);
    let mails = told(&stage, &stage.anna.email, "Wizyta odwołana").await;
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    for said in ["9:00 Strzyżenie", "10:00 Koloryzacja", "Awaria prądu"] {
        assert!(mail.text.contains(said), "{said}\n{}", mail.text);
    }
}
