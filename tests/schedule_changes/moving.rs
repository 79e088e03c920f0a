//! Several bookings are moved at once, by the rules by which one is.

use serde_json::json;

use super::{DATE, apply, at, book, cancel, confirming, salon_of, stands, time_off, to};
use crate::support::{Salon, TestApp, keys};

#[tokio::test]
async fn two_may_change_places_and_one_may_follow_another() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let first = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let second = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let third = book(&salon, &anna, &staff[1], DATE, "11:00").await;
    let fourth = book(&salon, &anna, &staff[1], DATE, "16:00").await;

    // The second half of the morning, everybody: what was at nine stays affected by nothing.
    let closed = json!({ "date_override": { "first_date": DATE, "hours": [
        { "open_time": "12:00", "close_time": "17:00" },
    ] } });
    let choices = json!([
        at(&first, DATE, "13:00"),
        json!({ "appointment_id": second, "choice": "move", "staff_id": staff[0], "date": DATE, "start_time": "12:00" }),
        json!({ "appointment_id": third, "choice": "move", "staff_id": staff[1], "date": DATE, "start_time": "12:00" }),
    ]);
    apply(&salon, &closed, &choices).await.expect(200);
    assert_eq!(stands(&salon, &second).await.2, "2026-03-03T12:00");
    assert_eq!(stands(&salon, &third).await.2, "2026-03-03T12:00");

    // Those with whom it is swap: one leaves just when the other comes.
    let whole = json!({ "date_override": { "staff_id": staff[0], "first_date": DATE, "hours": [
        { "open_time": "14:00", "close_time": "17:00" },
    ] } });
    let at_two = json!({
        "appointment_id": second, "choice": "move", "staff_id": staff[0], "date": DATE, "start_time": "14:00",
    });
    let follows = json!({
        "appointment_id": first, "choice": "move", "staff_id": staff[0], "date": DATE, "start_time": "15:00",
    });
    apply(&salon, &whole, &json!([follows, at_two])).await.expect(200);
    assert_eq!(stands(&salon, &first).await.2, "2026-03-03T15:00");
    assert_eq!(stands(&salon, &fourth).await.2, "2026-03-03T16:00");
}

#[tokio::test]
async fn a_start_that_another_leaves_can_be_had_at_once() {
    let app = TestApp::start().await;
    let salon = confirming(&app).staff(2).service("duration_minutes", 60).create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    // Both are in the way of the morning off, and each goes where the other is.
    let one = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let other = book(&salon, &anna, &staff[1], DATE, "10:00").await;
    let closed = json!({ "opening_hours": [
        { "day_of_week": 1, "is_closed": true },
    ] });
    let elsewhere = |id: &str, staff: &str, time: &str| json!({ "appointment_id": id, "choice": "move", "staff_id": staff, "date": "2026-03-04", "start_time": time });
    let twice = json!([elsewhere(&one, &staff[0], "09:00"), elsewhere(&other, &staff[0], "09:00")]);
    let refused = apply(&salon, &closed, &twice).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(refused["appointment_id"], other);
    let apart = json!([elsewhere(&one, &staff[0], "09:00"), elsewhere(&other, &staff[0], "10:00")]);
    apply(&salon, &closed, &apart).await.expect(200);

    // A swap of two who both have to go from where they are.
    let swapped = json!({ "date_override": { "first_date": "2026-03-04", "hours": [
        { "open_time": "09:30", "close_time": "17:00" },
    ] } });
    let choices = json!([elsewhere(&one, &staff[0], "10:30")]);
    // In the way of the one who is not moved.
    apply(&salon, &swapped, &choices).await.refused(409, "SLOT_UNAVAILABLE");
    apply(&salon, &swapped, &json!([elsewhere(&one, &staff[1], "10:30")])).await.expect(200);
}

#[tokio::test]
async fn staff_swap_what_they_have() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let one = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let other = book(&salon, &anna, &staff[1], DATE, "09:00").await;
    // Open from half past nine, so that both have to go; and each goes to whom the other was with.
    let later = json!({ "date_override": { "first_date": DATE, "hours": [
        { "open_time": "09:30", "close_time": "17:00" },
    ] } });
    let choice = |id: &str, staff: &str| json!({ "appointment_id": id, "choice": "move", "staff_id": staff, "date": DATE, "start_time": "09:30" });
    apply(&salon, &later, &json!([choice(&one, &staff[1]), choice(&other, &staff[0])])).await.expect(200);
    assert_eq!(stands(&salon, &one).await.1, staff[1]);
    assert_eq!(stands(&salon, &other).await.1, staff[0]);
}

#[tokio::test]
async fn a_class_moves_with_all_who_come() {
    let app = TestApp::start().await;
    let salon = confirming(&app).staff(2).service("capacity", 3).create().await;
    let staff = salon.staff().await;
    let mut seats = Vec::new();
    for name in ["anna", "basia", "celina"] {
        seats.push(book(&salon, &app.person(name).await, &staff[0], DATE, "09:00").await);
    }
    // In the order in which they are moved.
    seats.sort();
    let ill = time_off(&staff[0], DATE, "08:00", "12:00");
    // One of the other's seats is taken already: of three, two can come.
    let fourth = book(&salon, &app.person("daria").await, &staff[1], DATE, "09:00").await;
    let all: Vec<_> = seats.iter().map(|id| to(id, &staff[1])).collect();
    let refused = apply(&salon, &ill, &json!(all)).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(refused["appointment_id"], seats[2]);
    let two = json!([to(&seats[0], &staff[1]), to(&seats[1], &staff[1]), at(&seats[2], DATE, "14:00")]);
    apply(&salon, &ill, &two).await.expect(200);
    let sql = "select staff_id::text, booked from calendar_entries order by starts_at, booked";
    let rows = app.database.connect().await.query(sql, &[]).await.unwrap();
    let entries: Vec<(String, i32)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(entries, [(staff[1].clone(), 3), (staff[0].clone(), 1)]);
    assert_eq!(stands(&salon, &fourth).await.0, "confirmed");

    // A class that there is none of yet is opened by the first, and joined by the others.
    let closed = json!({ "opening_hours": [{ "day_of_week": 1, "is_closed": true }] });
    let mut choices: Vec<_> = seats[..2].iter().map(|id| at(id, "2026-03-04", "09:00")).collect();
    choices.extend([at(&fourth, "2026-03-04", "09:00"), cancel(&seats[2])]);
    apply(&salon, &closed, &json!(choices)).await.expect(200);
    let rows = app.database.connect().await.query(sql, &[]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get::<_, i32>(1)).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn a_room_that_is_left_can_be_had_by_another() {
    let app = TestApp::start().await;
    let salon = confirming(&app).staff(3).create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    let room = json!({ "name": "Gabinet", "quantity": 1 });
    let room = salon.owner.post(&salon.path("resources/"), &room).await.expect(201);
    let massage = json!({
        "name": "Masaż", "duration_minutes": 60, "price_amount": "200.00",
        "resources": [{ "resource_id": room["id"], "quantity": 1 }],
    });
    let massage = salon.also_offering(&massage).await;
    let one = book(&massage, &anna, &staff[0], DATE, "09:00").await;
    let other = book(&massage, &anna, &staff[0], DATE, "10:00").await;

    let ill = time_off(&staff[0], DATE, "08:00", "12:00");
    // There is one room: it is in the way of another at nine, and not in the way of the one who has it.
    let seen = super::seen(&salon, &ill).await;
    assert_eq!(seen[0].2, [staff[1].clone(), staff[2].clone()]);
    let both_at_nine = json!([
        to(&one, &staff[1]),
        json!({ "appointment_id": other, "choice": "move", "staff_id": staff[2], "date": DATE, "start_time": "09:00" }),
    ]);
    apply(&salon, &ill, &both_at_nine).await.refused(409, "SLOT_UNAVAILABLE");
    let swapped = json!([
        json!({ "appointment_id": one, "choice": "move", "staff_id": staff[1], "date": DATE, "start_time": "10:00" }),
        json!({ "appointment_id": other, "choice": "move", "staff_id": staff[1], "date": DATE, "start_time": "09:00" }),
    ]);
    apply(&salon, &ill, &swapped).await.expect(200);
    assert_eq!(stands(&salon, &one).await.2, "2026-03-03T10:00");
    let sql = "select count(*) from resource_claims";
    let claims: i64 = app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(claims, 2);
}

#[tokio::test]
async fn what_begins_soon_can_be_taken_over_but_not_moved_to_soon() {
    let app = TestApp::start().await;
    let policy = json!({ "auto_confirm": true, "min_notice_minutes": 180 });
    let salon = app.salon().staff(2).business("booking_policy", policy).create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    let booked = book(&salon, &anna, &staff[0], "2026-03-02", "12:00").await;
    app.set_clock("2026-03-02T10:30:00Z").await;
    let salon = Salon { owner: salon.owner.signed_in_again(&app).await, ..salon };

    let ill = time_off(&staff[0], "2026-03-02", "08:00", "18:00");
    assert_eq!(super::seen(&salon, &ill).await[0].2, [staff[1].clone()]);
    apply(&salon, &ill, &json!([at(&booked, "2026-03-02", "13:00")])).await.refused(400, "PAST_BOOKING");
    apply(&salon, &ill, &json!([to(&booked, &staff[1])])).await.expect(200);
    assert_eq!(stands(&salon, &booked).await.1, staff[1]);
}

#[tokio::test]
async fn a_hold_that_has_expired_is_in_nobodys_way() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let booked = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let basia = app.person("basia").await;
    let mut wish = salon.wish(DATE, "09:00");
    wish["staff_id"] = json!(staff[1]);
    basia.post(&salon.path("holds/"), &wish).await.expect(201);
    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    assert!(super::seen(&salon, &ill).await[0].2.is_empty(), "it is held");
    apply(&salon, &ill, &json!([to(&booked, &staff[1])])).await.refused(409, "SLOT_UNAVAILABLE");

    app.set_clock("2026-03-02T09:00:00Z").await;
    let salon = Salon { owner: salon.owner.signed_in_again(&app).await, ..salon };
    assert_eq!(super::seen(&salon, &ill).await[0].2, [staff[1].clone()]);
    apply(&salon, &ill, &json!([to(&booked, &staff[1])])).await.expect(200);
    assert_eq!(stands(&salon, &booked).await.1, staff[1]);
}

#[tokio::test]
async fn choices_say_what_they_need_to() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let booked = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    let wrong = async |choice: serde_json::Value| apply(&salon, &ill, &choice).await.wrong_fields();
    let mv = json!({ "appointment_id": booked, "choice": "move" });
    assert_eq!(wrong(json!([mv])).await, ["choices.0.choice"]);
    for (said, missing) in [(("date", DATE), "start_time"), (("start_time", "09:00"), "date")] {
        let half = json!([{ "appointment_id": booked, "choice": "move", said.0: said.1 }]);
        let refused = apply(&salon, &ill, &half).await.refused(400, "REQUIRED_FIELD");
        assert_eq!(keys(&refused), [format!("choices.0.{missing}")]);
    }
    let other = json!({ "appointment_id": booked, "choice": "forget" });
    assert_eq!(wrong(json!([other])).await, ["choices.0.choice"]);
    assert_eq!(wrong(json!([cancel(&booked), cancel(&booked)])).await, ["choices.1.appointment_id"]);
    let unknown = "00000000-0000-7000-8000-000000000000";
    apply(&salon, &ill, &json!([to(&booked, unknown)])).await.refused(404, "STAFF_NOT_FOUND");
}
