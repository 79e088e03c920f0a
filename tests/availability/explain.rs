//! Why not?

use serde_json::{Value, json};

use crate::support::{Answer, Person, Salon, TestApp};

const DATE: &str = "2026-03-03";

fn path(salon: &Salon, date: &str, time: &str) -> String {
    salon.path(&format!("availability/explain/?service_id={}&date={date}&time={time}", salon.service))
}

fn reasons(staff: &Value) -> Vec<&str> {
    staff["reasons"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect()
}

async fn as_owner(salon: &Salon, date: &str, time: &str) -> Value {
    salon.owner.get(&path(salon, date, time)).await.expect(200)
}

async fn as_anyone(app: &TestApp, salon: &Salon, date: &str, time: &str) -> Value {
    app.get(&path(salon, date, time)).await.expect(200)
}

async fn book(salon: &Salon, customer: &Person, time: &str) -> Value {
    salon.book(customer, DATE, time).await.expect(201)
}

#[tokio::test]
async fn what_is_offered_has_nothing_against_it() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let told = as_anyone(&app, &salon, DATE, "10:00").await;
    assert_eq!((&told["is_offered"], &told["reason"]), (&json!(true), &Value::Null));
    assert_eq!(told["start"], "2026-03-03T10:00:00+01:00");
    assert_eq!(reasons(&told["staff"][0]), [""; 0]);
}

#[tokio::test]
async fn each_rule_is_told_in_the_callers_language() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "17:00").create().await;
    let anna = app.person("anna").await;
    book(&salon, &anna, "12:00").await;
    for (date, time, reason) in [
        ("2026-03-01", "10:00", "too_soon"),
        ("2030-03-05", "10:00", "beyond_horizon"),
        ("2026-03-29", "02:30", "no_such_time"),
        ("2026-03-08", "10:00", "closed"),
        (DATE, "08:00", "outside_hours"),
        (DATE, "10:07", "off_step"),
        (DATE, "12:00", "taken"),
    ] {
        let told = as_owner(&salon, date, time).await;
        assert_eq!(told["is_offered"], false);
        assert_eq!(told["reason"]["reason"], reason, "{date} {time}: {told}");
        assert_eq!(reasons(&told["staff"][0])[0], reason, "{date} {time}: {told}");
        if reason == "no_such_time" {
            assert_eq!(told["start"], Value::Null);
        }
    }
    let request = app.request(reqwest::Method::GET, &path(&salon, DATE, "12:00"));
    let english =
        Answer::read(request.header("accept-language", "en").send().await.unwrap()).await.expect(200);
    assert_eq!(english["reason"]["message"], "Somebody else is booked at this time.");
    let polish = as_anyone(&app, &salon, DATE, "12:00").await;
    assert_eq!(polish["reason"]["message"], "Ten czas jest już zajęty.");
}

#[tokio::test]
async fn who_works_there_learns_whose_time_it_is_and_nobody_else_does() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Inny salon").create().await;
    let anna = app.person("anna").await;
    let booked = book(&salon, &anna, "12:00").await;
    let told = as_owner(&salon, DATE, "12:00").await;
    assert_eq!(told["staff"][0]["reasons"][0]["appointment_ids"], json!([booked["id"]]));
    for stranger in [&anna, &other.owner] {
        let told = stranger.get(&path(&salon, DATE, "12:00")).await;
        assert!(!told.text.contains(booked["id"].as_str().unwrap()), "{}", told.text);
        assert_eq!(told.expect(200)["reason"]["reason"], "taken");
    }
}

#[tokio::test]
async fn everybody_who_offers_it_is_told_of_and_only_whom_one_asks_about() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let busy = book(&salon, &anna, "12:00").await["staff"]["id"].clone();
    let told = as_anyone(&app, &salon, DATE, "12:00").await;
    assert_eq!(told["is_offered"], true);
    assert_eq!(told["staff"].as_array().unwrap().len(), 2);
    let of_one = format!("{}&staff_id={}", path(&salon, DATE, "12:00"), busy.as_str().unwrap());
    let told = app.get(&of_one).await.expect(200);
    assert_eq!(told["is_offered"], false);
    assert_eq!(told["staff"].as_array().unwrap().len(), 1);
    app.get(&format!("{}&staff_id={}", path(&salon, DATE, "12:00"), salon.service))
        .await
        .refused(404, "STAFF_NOT_FOUND");
    let nothing = salon
        .path(&format!("availability/explain/?service_id={}&date={DATE}&time=10:00", busy.as_str().unwrap()));
    app.get(&nothing).await.refused(404, "SERVICE_NOT_FOUND");
    let whole = path(&salon, DATE, "10:00");
    app.get(whole.trim_end_matches("&time=10:00")).await.refused(400, "REQUIRED_FIELD");
    let wrong = app.get(&salon.path("availability/explain/?service_id=x&date=y&time=25:00")).await;
    assert_eq!(wrong.wrong_fields(), ["date", "service_id", "time"]);
}
