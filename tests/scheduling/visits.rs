//! What a visit takes: buffers, gaps, whom it is with, what is added to it.

use serde_json::{Value, json};

use super::{DATE, book_with, bookable, id, move_to, not_bookable};
use crate::support::{Answer, Salon, TestApp};

async fn add_on(salon: &Salon, name: &str, minutes: u16, price: &str) -> Value {
    let body = json!({ "name": name, "duration_minutes": minutes, "price_amount": price });
    salon.owner.post(&salon.path(&format!("services/{}/add-ons/", salon.service)), &body).await.expect(201)
}

fn details(answer: &Value) -> Vec<(&str, &str, usize)> {
    let slots = answer["slots_detail"].as_array().unwrap().iter();
    slots
        .map(|slot| {
            let staff = slot["staff_ids"].as_array().unwrap().len();
            (slot["time"].as_str().unwrap(), &slot["end"].as_str().unwrap()[11..16], staff)
        })
        .collect()
}

async fn in_detail(app: &TestApp, salon: &Salon, more: &str) -> Answer {
    let query = format!("availability/?service_id={}&date={DATE}&verbose=true{more}", salon.service);
    app.get(&salon.path(&query)).await
}

#[tokio::test]
async fn buffers_keep_others_away_on_both_sides() {
    let app = TestApp::start().await;
    let salon = app.salon().service("buffer_before_minutes", 15).service("buffer_minutes", 30);
    let salon = salon.service("slot_step_minutes", 15).create().await;
    let plain =
        json!({ "name": "Grzywka", "duration_minutes": 30, "price_amount": "30", "slot_step_minutes": 15 });
    let plain = salon.also_offering(&plain).await;
    let anna = app.person("anna").await;
    let booked = bookable(&app, &salon, &anna, DATE, "12:00").await;
    assert_eq!(booked["end"], "2026-03-03T13:00:00+01:00");

    for (time, reason) in [("11:30", "buffer"), ("11:45", "taken"), ("12:45", "taken"), ("13:15", "buffer")] {
        not_bookable(&app, &plain, &anna, (DATE, time), [reason, "taken"]).await;
    }
    // Before: 11:15 to 11:45; after: from 13:30 on.
    bookable(&app, &plain, &anna, DATE, "11:15").await;
    bookable(&app, &plain, &anna, DATE, "13:30").await;
    // Its own buffer meets the visit that ends at two.
    not_bookable(&app, &salon, &anna, (DATE, "14:00"), ["buffer", "taken"]).await;
    bookable(&app, &salon, &anna, DATE, "14:15").await;
}

#[tokio::test]
async fn somebody_else_can_come_while_the_colour_works() {
    let app = TestApp::start().await;
    let salon = app.salon().service("duration_minutes", 120).service("gap_start_minutes", 30);
    let salon = salon.service("gap_minutes", 60).create().await;
    let short =
        json!({ "name": "Grzywka", "duration_minutes": 30, "price_amount": "30", "slot_step_minutes": 15 });
    let short = salon.also_offering(&short).await;
    let anna = app.person("anna").await;
    bookable(&app, &salon, &anna, DATE, "11:00").await;

    for time in ["11:00", "11:15", "12:15", "12:30"] {
        not_bookable(&app, &short, &anna, (DATE, time), ["taken"; 2]).await;
    }
    bookable(&app, &short, &anna, DATE, "11:30").await;
    not_bookable(&app, &short, &anna, (DATE, "11:45"), ["taken"; 2]).await;
    let last = bookable(&app, &short, &anna, DATE, "12:00").await;
    bookable(&app, &short, &anna, DATE, "13:00").await;
    // Nor does a visit with a gap begin where its second half is taken.
    not_bookable(&app, &salon, &anna, (DATE, "13:00"), ["taken"; 2]).await;
    super::cancel(&anna, &last).await.expect(200);
    bookable(&app, &short, &anna, DATE, "12:00").await;
}

#[tokio::test]
async fn it_takes_and_costs_what_it_does_with_that_member_of_staff() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "12:00").staff(2).create().await;
    let [first, second] = salon.staff().await.try_into().unwrap();
    let anna = app.person("anna").await;
    let offers = json!([
        { "staff_id": first },
        { "staff_id": second, "duration_minutes": 90, "price_amount": "150" },
    ]);
    let path = salon.path(&format!("services/{}/staff/", salon.service));
    salon.owner.put(&path, &offers).await.expect(200);
    let mask = add_on(&salon, "Maska", 15, "40").await;

    let of_second = in_detail(&app, &salon, &format!("&staff_id={second}")).await.expect(200);
    assert_eq!(details(&of_second), [("09:00", "10:30", 1), ("10:30", "12:00", 1)]);
    let longer = format!("&staff_id={second}&add_on_ids={}", id(&mask));
    assert_eq!(details(&in_detail(&app, &salon, &longer).await.expect(200)), [("09:00", "10:45", 1)]);

    let booked =
        book_with(&salon, &anna, DATE, "09:00", json!({ "staff_id": second, "add_on_ids": [id(&mask)] }))
            .await;
    let booked = booked.expect(201);
    assert_eq!(
        (&booked["end"], &booked["price_amount"]),
        (&json!("2026-03-03T10:45:00+01:00"), &json!("190.00"))
    );
    let booked = book_with(&salon, &anna, DATE, "09:00", json!({ "staff_id": first })).await.expect(201);
    assert_eq!(
        (&booked["end"], &booked["price_amount"]),
        (&json!("2026-03-03T10:00:00+01:00"), &json!("120.00"))
    );
}

#[tokio::test]
async fn what_is_added_makes_it_longer_and_dearer_and_is_kept() {
    let app = TestApp::start().await;
    let salon = app.salon().open("09:00", "12:00").create().await;
    let anna = app.person("anna").await;
    let (mask, oil) = (add_on(&salon, "Maska", 15, "40").await, add_on(&salon, "Olejek", 30, "9.50").await);
    let both = json!({ "add_on_ids": [id(&oil), id(&mask)] });

    let seen = in_detail(&app, &salon, &format!("&add_on_ids={},{}", id(&mask), id(&oil))).await.expect(200);
    assert_eq!(details(&seen), [("09:00", "10:45", 1)]);
    book_with(&salon, &anna, DATE, "11:00", both.clone()).await.refused(409, "SLOT_UNAVAILABLE");
    let booked = book_with(&salon, &anna, DATE, "09:00", both).await.expect(201);
    assert_eq!(booked["end"], "2026-03-03T10:45:00+01:00");
    assert_eq!(booked["price_amount"], "169.50");
    let mut names: Vec<&Value> =
        booked["add_ons"].as_array().unwrap().iter().map(|added| &added["name"]).collect();
    names.sort_by_key(|name| name.as_str().unwrap());
    assert_eq!(names, ["Maska", "Olejek"]);

    // The salon renames one and stops the other: the visit is what it was, wherever it goes.
    let path = |added: &Value| salon.path(&format!("services/{}/add-ons/{}/", salon.service, id(added)));
    salon.owner.patch(&path(&mask), &json!({ "name": "Maseczka", "duration_minutes": 60 })).await.expect(200);
    salon.owner.delete(&path(&oil)).await.expect(204);
    let moved = move_to(&anna, &booked, "2026-03-04", "09:00").await.expect(200)["data"].clone();
    assert_eq!(moved["end"], "2026-03-04T10:45:00+01:00");
    assert_eq!((&moved["price_amount"], &moved["add_ons"]), (&booked["price_amount"], &booked["add_ons"]));
    move_to(&anna, &booked, "2026-03-04", "11:00").await.refused(409, "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn only_what_the_service_has_can_be_added() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let other =
        salon.also_offering(&json!({ "name": "Masaż", "duration_minutes": 60, "price_amount": 1 })).await;
    let (retired, off) = (add_on(&salon, "Maska", 15, "40").await, add_on(&salon, "Olejek", 15, "40").await);
    let path = |added: &Value| salon.path(&format!("services/{}/add-ons/{}/", salon.service, id(added)));
    salon.owner.delete(&path(&retired)).await.expect(204);
    salon.owner.patch(&path(&off), &json!({ "is_active": false })).await.expect(200);
    let elsewhere = add_on(&other, "Kamienie", 15, "40").await;
    let good = add_on(&salon, "Kawa", 0, "5").await;

    let unknown = "00000000-0000-7000-8000-000000000000".to_owned();
    for wrong in [unknown, id(&retired), id(&off), id(&elsewhere)] {
        let wish = json!({ "add_on_ids": [id(&good), wrong] });
        let answer = book_with(&salon, &anna, DATE, "10:00", wish.clone()).await;
        assert_eq!(answer.wrong_fields(), ["add_on_ids"]);
        let mut hold = salon.wish(DATE, "10:00");
        hold["add_on_ids"] = wish["add_on_ids"].clone();
        assert_eq!(anna.post(&salon.path("holds/"), &hold).await.wrong_fields(), ["add_on_ids"]);
        let seen = in_detail(&app, &salon, &format!("&add_on_ids={wrong}")).await;
        assert_eq!(seen.wrong_fields(), ["add_on_ids"]);
    }
    let booked =
        book_with(&salon, &anna, DATE, "10:00", json!({ "add_on_ids": [id(&good)] })).await.expect(201);
    assert_eq!(
        (&booked["end"], &booked["price_amount"]),
        (&json!("2026-03-03T11:00:00+01:00"), &json!("125.00"))
    );
}
