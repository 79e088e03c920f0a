//! Reminders: a day and two hours before, once each, of what will take place.

use dev::mailbox::KeptMail;
use jiff::SignedDuration;
use shared::{
    cron::{self, Task},
    ids::AppointmentId,
    outbox::Happening,
};

use super::{deliver, happens, mails_about, set, visit_at};
use crate::support::{Person, Salon, TestApp, together};

const THURSDAY_TEN: &str = "2026-03-05T10:00:00+01:00";

/// Anna has a confirmed visit on Thursday at ten (nine in UTC); it is Monday.
async fn anna_comes_on_thursday() -> (TestApp, Salon, Person, AppointmentId) {
    let app = TestApp::start().await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    let id = visit_at(&app, &salon, &anna, "confirmed", THURSDAY_TEN).await;
    (app, salon, anna, id)
}

/// What Anna has been reminded of once cron has run at this time.
async fn reminded(app: &TestApp, anna: &Person, at: &str) -> Vec<KeptMail> {
    app.set_clock(at).await;
    cron::run(&app.state, &[Task::Messages]).await.unwrap();
    mails_about(app, &anna.email, "Przypomnienie").await
}

#[tokio::test]
async fn there_is_one_a_day_and_one_two_hours_before() {
    let (app, _, anna, _) = anna_comes_on_thursday().await;
    assert_eq!(reminded(&app, &anna, "2026-03-04T08:59:59Z").await.len(), 0);
    let mails = reminded(&app, &anna, "2026-03-04T09:00:00Z").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Przypomnienie: Złote Nożyczki, czwartek, 5 marca 2026, 10:00");
    for at in ["2026-03-04T09:01:00Z", "2026-03-04T20:00:00Z", "2026-03-05T06:59:00Z"] {
        assert_eq!(reminded(&app, &anna, at).await.len(), 1, "{at}");
    }
    assert_eq!(reminded(&app, &anna, "2026-03-05T07:00:00Z").await.len(), 2);
    assert_eq!(reminded(&app, &anna, "2026-03-05T08:59:00Z").await.len(), 2);
    assert_eq!(reminded(&app, &anna, "2026-03-05T09:00:00Z").await.len(), 2);
}

#[tokio::test]
async fn many_at_once_remind_once() {
    let (app, _, anna, _) = anna_comes_on_thursday().await;
    app.set_clock("2026-03-04T10:00:00Z").await;
    let state = app.state.clone();
    let reports = together(6, |_| {
        let state = state.clone();
        async move { cron::run(&state, &[Task::Messages]).await.unwrap().reminders.unwrap().reminder_24h }
    })
    .await;
    assert_eq!(reports.iter().sum::<u64>(), 1, "{reports:?}");
    assert_eq!(mails_about(&app, &anna.email, "Przypomnienie").await.len(), 1);
}

#[tokio::test]
async fn after_a_gap_the_daily_one_comes_late_but_not_beside_the_other() {
    let (app, _, anna, _) = anna_comes_on_thursday().await;
    assert_eq!(reminded(&app, &anna, "2026-03-05T05:00:00Z").await.len(), 1, "19 hours late, 4 hours before");

    let (app, _, anna, _) = anna_comes_on_thursday().await;
    assert_eq!(reminded(&app, &anna, "2026-03-05T07:30:00Z").await.len(), 1, "the later one says it all");

    let (app, _, anna, _) = anna_comes_on_thursday().await;
    assert_eq!(reminded(&app, &anna, "2026-03-05T09:00:00Z").await.len(), 0, "it has begun");
}

#[tokio::test]
async fn only_confirmed_visits_are_reminded_of() {
    let app = TestApp::start().await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    visit_at(&app, &salon, &anna, "pending", THURSDAY_TEN).await;
    let other = visit_at(&app, &salon, &anna, "confirmed", "2026-03-05T12:00:00+01:00").await;
    happens(&app, other, Happening::CancelledByCustomer).await;
    assert_eq!(reminded(&app, &anna, "2026-03-04T12:00:00Z").await.len(), 0);
}

#[tokio::test]
async fn a_reminder_that_waits_is_dropped_if_the_visit_is_called_off() {
    let (app, _, anna, id) = anna_comes_on_thursday().await;
    app.set_clock("2026-03-04T09:00:00Z").await;
    let connection = app.state.connection().await.unwrap();
    shared::outbox::remind(&connection, shared::outbox::Reminder::DayBefore, app.clock.now()).await.unwrap();
    happens(&app, id, Happening::CancelledByBusiness).await;
    assert_eq!(deliver(&app).await.dropped, 1);
    assert_eq!(mails_about(&app, &anna.email, "Przypomnienie").await.len(), 0);
}

#[tokio::test]
async fn a_visit_that_was_moved_is_reminded_of_anew() {
    let (app, _, anna, id) = anna_comes_on_thursday().await;
    assert_eq!(reminded(&app, &anna, "2026-03-04T09:00:00Z").await.len(), 1);
    happens(&app, id, Happening::Rescheduled).await;
    assert_eq!(reminded(&app, &anna, "2026-03-05T08:59:00Z").await.len(), 1);
    let mails = reminded(&app, &anna, "2026-03-05T09:00:00Z").await;
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().any(|mail| mail.subject.contains("piątek, 6 marca")), "{mails:?}");
    assert_eq!(reminded(&app, &anna, "2026-03-06T07:00:00Z").await.len(), 3);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_were_told_a_moment_ago() {
    let app = TestApp::start().await;
    let (salon, anna) = (app.salon().create().await, app.person("anna").await);
    app.set_clock("2026-03-04T15:00:00Z").await;
    visit_at(&app, &salon, &anna, "confirmed", THURSDAY_TEN).await;
    assert_eq!(reminded(&app, &anna, "2026-03-04T20:59:00Z").await.len(), 0);
    assert_eq!(reminded(&app, &anna, "2026-03-04T21:00:00Z").await.len(), 1, "a quarter of a day later");
}

#[tokio::test]
async fn each_kind_can_be_declined() {
    let (app, _, anna, _) = anna_comes_on_thursday().await;
    set(&app, &anna, "preferences", r#"{"messages": {"reminder_24h": {"email": false}}}"#).await;
    assert_eq!(reminded(&app, &anna, "2026-03-04T09:00:00Z").await.len(), 0);
    assert_eq!(reminded(&app, &anna, "2026-03-05T07:00:00Z").await.len(), 1);
}

#[tokio::test]
async fn an_erased_account_is_not_reminded() {
    let (app, _, anna, _) = anna_comes_on_thursday().await;
    let erase = "delete from users where id = $1::text::uuid";
    app.database.connect().await.execute(erase, &[&anna.id]).await.unwrap();
    assert_eq!(reminded(&app, &anna, "2026-03-04T09:00:00Z").await.len(), 0);
    app.later(SignedDuration::from_hours(22)).await;
    assert_eq!(deliver(&app).await.sent, 0);
}
