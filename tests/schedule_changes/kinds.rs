//! Each kind of change, and the bookings it leaves without their time.

use serde_json::json;

use super::{DATE, affected, book, confirming, salon_of, seen};
use crate::support::TestApp;

#[tokio::test]
async fn other_opening_hours_concern_everybody_on_those_days() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let late = book(&salon, &anna, &staff[1], DATE, "14:00").await;
    let a_week_later = book(&salon, &anna, &staff[0], "2026-03-10", "13:00").await;
    book(&salon, &anna, &staff[0], "2026-03-11", "16:00").await;

    let shorter =
        json!({ "opening_hours": [{ "day_of_week": 1, "open_time": "09:00", "close_time": "13:30" }] });
    assert_eq!(affected(&salon, &shorter).await, [late, a_week_later]);
}

#[tokio::test]
async fn breaks_that_are_not_mentioned_stay_as_they_would() {
    let app = TestApp::start().await;
    let salon = confirming(&app).with_break("12:00", "13:00").create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    book(&salon, &anna, &staff[0], DATE, "11:00").await;

    let longer =
        json!({ "opening_hours": [{ "day_of_week": 1, "open_time": "08:00", "close_time": "20:00" }] });
    assert!(affected(&salon, &longer).await.is_empty());
    let earlier = json!({ "opening_hours": [
        { "day_of_week": 1, "open_time": "08:00", "close_time": "20:00",
          "breaks": [{ "start": "11:30", "end": "12:00" }] },
    ] });
    let seen = seen(&salon, &earlier).await;
    assert_eq!(seen[0].1, "break");
}

#[tokio::test]
async fn a_closed_date_concerns_everybody_on_it() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let one = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let other = book(&salon, &anna, &staff[1], DATE, "16:00").await;
    book(&salon, &anna, &staff[0], "2026-03-04", "09:00").await;

    let seen = seen(&salon, &json!({ "date_override": { "first_date": DATE, "name": "Remont" } })).await;
    let found: Vec<_> = seen.iter().map(|(id, reason, ..)| (id, reason.as_str())).collect();
    assert_eq!(found, [(&one, "closed"), (&other, "closed")]);
    // The same weekday is as near as the date before: the day after, at nine and ten, and so on.
    assert!(seen[0].3.iter().all(|start| !start.starts_with(DATE)), "{:?}", seen[0].3);
    assert_eq!(seen[0].3.len(), 3);

    let of_one = json!({ "date_override": { "staff_id": staff[1], "first_date": DATE, "hours": [
        { "open_time": "09:00", "close_time": "16:30" },
    ] } });
    assert_eq!(affected(&salon, &of_one).await, [other]);
}

#[tokio::test]
async fn time_off_that_repeats_concerns_each_of_its_times() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let first = book(&salon, &anna, &staff[0], DATE, "12:00").await;
    book(&salon, &anna, &staff[0], "2026-03-10", "12:00").await;
    let third = book(&salon, &anna, &staff[0], "2026-03-17", "13:00").await;

    let away = json!({ "time_off": {
        "staff_id": staff[0], "starts_at": "2026-03-03T12:00", "ends_at": "2026-03-03T14:00", "repeats_every_weeks": 2,
    } });
    assert_eq!(affected(&salon, &away).await, [first, third]);
}

#[tokio::test]
async fn who_leaves_on_a_date_keeps_what_is_before() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let before = book(&salon, &anna, &staff[1], DATE, "12:00").await;
    let on_it = book(&salon, &anna, &staff[1], "2026-03-04", "09:00").await;
    let later = book(&salon, &anna, &staff[1], "2026-03-20", "16:00").await;

    let leaving = json!({ "staff_leaving": { "staff_id": staff[1], "from": "2026-03-04" } });
    assert_eq!(affected(&salon, &leaving).await, [on_it.clone(), later.clone()]);
    let at_once = json!({ "staff_leaving": { "staff_id": staff[1] } });
    let seen = seen(&salon, &at_once).await;
    let found: Vec<_> =
        seen.iter().map(|(id, reason, staff, _)| (id, reason.as_str(), staff.len())).collect();
    let offers = "nobody_offers";
    assert_eq!(found, [(&before, offers, 1), (&on_it, offers, 1), (&later, offers, 1)]);
}

#[tokio::test]
async fn what_is_not_offered_any_more_cannot_be_elsewhere() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let coloring = json!({ "name": "Koloryzacja", "duration_minutes": 60, "price_amount": "250.00" });
    let coloring = salon.also_offering(&coloring).await;
    book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let booked = book(&coloring, &anna, &staff[0], DATE, "10:00").await;

    let retired = json!({ "service_retired": { "service_id": coloring.service } });
    let found = (booked, "nobody_offers".to_owned(), Vec::new(), Vec::new());
    assert_eq!(seen(&salon, &retired).await, [found]);
}

#[tokio::test]
async fn days_on_which_the_clock_changes_are_days_like_others() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).on_days(0..7).open("00:00", "06:00").create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    // At two the clock is put forward to three: this visit ends at four.
    let spring = book(&salon, &anna, &staff[0], "2026-03-29", "01:00").await;
    let after = book(&salon, &anna, &staff[0], "2026-03-29", "03:00").await;

    let until_two = super::time_off(&staff[0], "2026-03-29", "00:00", "01:30");
    let seen = seen(&salon, &until_two).await;
    assert_eq!(seen, [(spring.clone(), "time_off".to_owned(), vec![staff[1].clone()], Vec::new())]);
    let from_two = super::time_off(&staff[0], "2026-03-29", "02:00", "03:00");
    assert!(affected(&salon, &from_two).await.is_empty(), "there is no such time");
    let from_three = super::time_off(&staff[0], "2026-03-29", "03:00", "04:00");
    assert_eq!(affected(&salon, &from_three).await, [after]);
}
