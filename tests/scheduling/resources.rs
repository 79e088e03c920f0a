//! Rooms, chairs and devices that visits need.

use serde_json::json;

use super::{DATE, bookable, cancel, explained, id, move_to, not_bookable, people, reasons, so_many_booked};
use crate::support::{Contended, Salon, TestApp, together};

/// A salon with so many staff, whose service needs one of so many rooms; and the id of the rooms.
async fn with_rooms(app: &TestApp, staff: usize, rooms: u16) -> (Salon, String) {
    let salon = app.salon().staff(staff).create().await;
    let room = json!({ "name": "Gabinet", "quantity": rooms });
    let room = id(&salon.owner.post(&salon.path("resources/"), &room).await.expect(201));
    needs(&salon, &room, 1).await;
    (salon, room)
}

async fn needs(salon: &Salon, room: &str, quantity: u16) {
    let needed = json!({ "resources": [{ "resource_id": room, "quantity": quantity }] });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &needed).await.expect(200);
}

/// How many units are claimed.
async fn claimed(app: &TestApp) -> i64 {
    app.database.connect().await.query_one("select count(*) from resource_claims", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn two_staff_do_not_share_one_room() {
    let app = TestApp::start().await;
    let (salon, room) = with_rooms(&app, 2, 1).await;
    let anna = app.person("anna").await;
    let booked = bookable(&app, &salon, &anna, DATE, "10:00").await;
    not_bookable(&app, &salon, &anna, (DATE, "10:00"), ["resource", "taken"]).await;

    let told = explained(&salon.owner, &salon, DATE, "10:00").await;
    let of_both = told["staff"].as_array().unwrap();
    let (busy, free): (Vec<_>, Vec<_>) =
        of_both.iter().partition(|one| one["staff_id"] == booked["staff"]["id"]);
    let free = free[0];
    assert_eq!((reasons(busy[0]), reasons(free)), (vec!["taken", "resource"], vec!["resource"]));
    assert_eq!(free["reasons"][0]["resource_id"], room);
    let told = explained(&anna, &salon, DATE, "10:00").await.to_string();
    assert!(!told.contains(&room) && !told.contains("resource"), "{told}");

    // What needs no room can be booked with whoever is free.
    let talk = salon
        .also_offering(&json!({ "name": "Konsultacja", "duration_minutes": 60, "price_amount": 0 }))
        .await;
    bookable(&app, &talk, &anna, DATE, "10:00").await;
    cancel(&anna, &booked).await.expect(200);
    assert_eq!(claimed(&app).await, 0);
    bookable(&app, &salon, &anna, DATE, "10:00").await;
}

#[tokio::test]
async fn there_are_as_many_visits_at_once_as_there_are_rooms() {
    let app = TestApp::start().await;
    let (salon, room) = with_rooms(&app, 3, 2).await;
    let anna = app.person("anna").await;
    bookable(&app, &salon, &anna, DATE, "10:00").await;
    bookable(&app, &salon, &anna, DATE, "10:00").await;
    not_bookable(&app, &salon, &anna, (DATE, "10:00"), ["resource", "taken"]).await;
    let other = json!({
        "name": "Zabieg", "duration_minutes": 60, "price_amount": "90", "slot_step_minutes": 30,
        "resources": [{ "resource_id": room }],
    });
    let other = salon.also_offering(&other).await;
    not_bookable(&app, &other, &anna, (DATE, "10:30"), ["resource", "taken"]).await;
    bookable(&app, &other, &anna, DATE, "11:00").await;

    // Both rooms for one visit.
    needs(&salon, &room, 2).await;
    not_bookable(&app, &salon, &anna, (DATE, "11:00"), ["resource", "taken"]).await;
    bookable(&app, &salon, &anna, DATE, "12:00").await;
    not_bookable(&app, &other, &anna, (DATE, "12:00"), ["resource", "taken"]).await;
    assert_eq!(claimed(&app).await, 5);
}

#[tokio::test]
async fn buffers_keep_the_room_too() {
    let app = TestApp::start().await;
    let (salon, room) = with_rooms(&app, 2, 1).await;
    let anna = app.person("anna").await;
    let thorough = json!({
        "name": "Zabieg", "duration_minutes": 60, "price_amount": "90", "buffer_before_minutes": 15,
        "buffer_minutes": 15, "slot_step_minutes": 60, "resources": [{ "resource_id": room }],
    });
    let thorough = salon.also_offering(&thorough).await;
    bookable(&app, &thorough, &anna, DATE, "11:00").await;
    for time in ["10:00", "11:00", "12:00"] {
        not_bookable(&app, &salon, &anna, (DATE, time), ["resource", "taken"]).await;
    }
    bookable(&app, &salon, &anna, DATE, "13:00").await;
}

#[tokio::test]
async fn many_at_once_get_no_more_rooms_than_there_are() {
    let app = TestApp::start().await;
    let (salon, _) = with_rooms(&app, 4, 2).await;
    let people = people(&app, 4).await;
    let answers = together(20, |index| {
        let (salon, person) = (salon.clone(), people[index % 4].clone());
        async move { salon.book(&person, DATE, "10:00").await }
    })
    .await;
    so_many_booked(&answers, 2);
    assert_eq!(claimed(&app).await, 2);
    let sql = "select count(distinct unit), count(distinct resource_id) from resource_claims";
    let row = app.database.connect().await.query_one(sql, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 1));
}

#[tokio::test]
async fn a_visit_that_moves_takes_its_claim_along() {
    let app = TestApp::start().await;
    let (salon, _) = with_rooms(&app, 2, 1).await;
    let anna = app.person("anna").await;
    let booked = bookable(&app, &salon, &anna, DATE, "10:00").await;
    let other = bookable(&app, &salon, &anna, DATE, "12:00").await;
    move_to(&anna, &booked, DATE, "12:00").await.refused(409, "SLOT_UNAVAILABLE");
    not_bookable(&app, &salon, &anna, (DATE, "10:00"), ["resource", "taken"]).await;

    move_to(&anna, &booked, DATE, "14:00").await.expect(200);
    assert_eq!(claimed(&app).await, 2);
    not_bookable(&app, &salon, &anna, (DATE, "14:00"), ["resource", "taken"]).await;
    move_to(&anna, &other, DATE, "10:00").await.expect(200);
    not_bookable(&app, &salon, &anna, (DATE, "10:00"), ["resource", "taken"]).await;
    bookable(&app, &salon, &anna, DATE, "12:00").await;
}

#[tokio::test]
async fn a_hold_keeps_the_room_for_its_holder_until_it_expires() {
    let app = TestApp::start().await;
    let (salon, _) = with_rooms(&app, 2, 1).await;
    let people = people(&app, 2).await;
    people[0].post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.expect(201);
    not_bookable(&app, &salon, &people[1], (DATE, "10:00"), ["resource", "taken"]).await;
    app.later(jiff::SignedDuration::from_mins(10)).await;
    bookable(&app, &salon, &people[1], DATE, "10:00").await;
    assert_eq!(claimed(&app).await, 1);
}

#[tokio::test]
async fn a_class_has_one_room_for_all_who_come() {
    let app = TestApp::start().await;
    let (salon, _) = with_rooms(&app, 2, 1).await;
    let class = json!({ "capacity": 3 });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &class).await.expect(200);
    let people = people(&app, 4).await;
    let answers = together(12, |index| {
        let (salon, person) = (salon.clone(), people[index % 4].clone());
        async move { salon.book(&person, DATE, "10:00").await }
    })
    .await;
    so_many_booked(&answers, 3);
    assert_eq!(claimed(&app).await, 1);
}

#[tokio::test]
async fn those_who_need_the_same_staff_and_rooms_do_not_wait_for_each_other_in_a_circle() {
    let contended = Contended::on_servers(2).await;
    let app = &contended.servers[0];
    let (salon, room) = with_rooms(app, 4, 3).await;
    let both = json!({
        "name": "Masaż", "duration_minutes": 90, "price_amount": "90", "slot_step_minutes": 15,
        "resources": [{ "resource_id": room, "quantity": 2 }],
    });
    let offers = [salon.clone(), salon.also_offering(&both).await];
    let people = contended.people(4).await;
    for date in ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"] {
        let answers = together(64, |index| {
            let (offer, person) = (offers[index % 2].clone(), people[index % 4].clone());
            // Those of the second start between those of the first.
            let minutes = if index % 2 == 0 { index / 2 % 3 * 60 } else { index / 2 % 8 * 15 };
            let time = format!("{:02}:{:02}", 9 + minutes / 60, minutes % 60);
            async move { offer.book(&person, date, &time).await }
        })
        .await;
        so_many_booked(&answers, super::of_status(&answers, 201));
    }
    let overlaps = "
        select count(*) from resource_claims one join resource_claims other
            on one.resource_id = other.resource_id and one.unit = other.unit and one.entry_id < other.entry_id
            and one.busy && other.busy";
    let overlaps: i64 = app.database.connect().await.query_one(overlaps, &[]).await.unwrap().get(0);
    assert_eq!(overlaps, 0);
    contended.assert_nobody_waited_in_a_circle().await;
}

/// Takes somebody's time from ten to eleven, but no room yet.
const OCCUPY: &str = "
    insert into calendar_entries (id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to)
    select $1::text::uuid, services.business_id, services.id, $2::text::uuid, at, at + interval '1 hour', at,
           at + interval '1 hour'
    from services, (select timestamptz '2026-03-03 09:00Z' as at) ten where services.id = $3::text::uuid";
const CLAIM: &str = "
    insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
    select id, $2::text::uuid, $3, busy_from, busy_to from calendar_entries where id = $1::text::uuid";

#[tokio::test]
async fn who_finds_no_room_lets_others_have_what_they_have_taken() {
    let app = TestApp::start().await;
    let (salon, room) = with_rooms(&app, 3, 2).await;
    needs(&salon, &room, 2).await;
    let anna = app.person("anna").await;
    let [_, second, third] = salon.staff().await.try_into().unwrap();
    let (one, other) = ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002");
    let (mut first_client, mut second_client) = (app.database.connect().await, app.database.connect().await);

    // Somebody is about to have the second room.
    let quicker = first_client.transaction().await.unwrap();
    quicker.execute(OCCUPY, &[&one, &third, &salon.service]).await.unwrap();
    quicker.execute(CLAIM, &[&one, &room, &2_i16]).await.unwrap();
    let booking = tokio::spawn({
        let (salon, anna) = (salon.clone(), anna.clone());
        async move { salon.book(&anna, DATE, "10:00").await }
    });
    app.database.waiting(1).await;
    // Somebody else is about to have the first room, with whom the booking would try next.
    let slower = second_client.transaction().await.unwrap();
    slower.execute(OCCUPY, &[&other, &second, &salon.service]).await.unwrap();
    quicker.commit().await.unwrap();
    slower.execute(CLAIM, &[&other, &room, &1_i16]).await.unwrap();
    slower.commit().await.unwrap();
    booking.await.unwrap().refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(app.database.deadlocks().await, 0);
}
