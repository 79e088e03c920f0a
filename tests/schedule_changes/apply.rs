//! A change is made together with what is to become of bookings: all of it, or nothing.

use serde_json::{Value, json};

use super::{DATE, affected, apply, at, book, cancel, keep, salon_of, stands, time_off, to};
use crate::support::{Person, Salon, TestApp};

#[tokio::test]
async fn one_is_kept_one_moved_and_one_cancelled_and_people_are_told() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let kept = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let moved = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let ben = app.person("ben").await;
    ben.patch("/api/users/me/", &json!({ "locale": "en" })).await.expect(200);
    let cancelled = book(&salon, &ben, &staff[0], DATE, "11:00").await;

    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    let choices = json!([keep(&kept), to(&moved, &staff[1]), cancel(&cancelled)]);
    let applied = apply(&salon, &ill, &choices).await.expect(200);
    let of = |id: &str, choice: &str, staff: &str, hour: u8| {
        json!({
            "appointment_id": id, "choice": choice, "staff_id": staff,
            "start": format!("{DATE}T{hour:02}:00:00+01:00"), "end": format!("{DATE}T{:02}:00:00+01:00", hour + 1),
        })
    };
    let expected = [
        of(&kept, "keep", &staff[0], 9),
        of(&moved, "move", &staff[1], 10),
        of(&cancelled, "cancel", &staff[0], 11),
    ];
    assert_eq!(applied, json!({ "appointments": expected }));

    let start = |hour: u8| format!("{DATE}T{hour:02}:00");
    let confirmed = || "confirmed".to_owned();
    assert_eq!(stands(&salon, &kept).await, (confirmed(), staff[0].clone(), start(9)));
    assert_eq!(stands(&salon, &moved).await, (confirmed(), staff[1].clone(), start(10)));
    assert_eq!(stands(&salon, &cancelled).await, ("cancelled".to_owned(), staff[0].clone(), start(11)));
    let own = salon.owner.get(&salon.path(&format!("appointments/{cancelled}/"))).await.expect(200);
    assert_eq!((&own["cancelled_by"], &own["cancellation_reason"]), (&json!("business"), &json!("Choroba")));
    let entered = salon.owner.get(&salon.path("time-off/")).await.expect(200);
    assert_eq!(entered["results"][0]["staff_id"], staff[0]);
    let owner = salon.owner.id.as_str();
    assert_eq!(
        recorded(&app, &moved).await[1],
        json!(["confirmed", "confirmed", owner, "rescheduled", "owner"])
    );
    assert_eq!(
        recorded(&app, &cancelled).await[1],
        json!(["confirmed", "cancelled", owner, "Choroba", "owner"])
    );
    assert_eq!(recorded(&app, &kept).await.as_array().unwrap().len(), 1);

    app.all_delivered().await;
    let letters = app.mail_to(&anna.email, 1).await;
    let saying = |words: &str| letters.iter().filter(|letter| letter.text.contains(words)).count();
    assert_eq!(
        (saying("wizyty został zmieniony"), saying("U kogo: Osoba 2")),
        (1, 1),
        "and none of what stays"
    );
    let letters = app.mail_to(&ben.email, 1).await;
    let called_off = letters.iter().filter(|letter| letter.text.contains("Choroba")).collect::<Vec<_>>();
    assert_eq!(called_off.len(), 1);
    assert!(called_off[0].text.contains("cancelled"), "{}", called_off[0].text);
}

/// What is recorded of an appointment, oldest first.
async fn recorded(app: &TestApp, id: &str) -> Value {
    let sql = "
        select jsonb_agg(jsonb_build_array(from_status, to_status, actor_id, reason, actor_role)
                         order by from_status nulls first)
        from appointment_history where appointment_id = $1::text::uuid";
    app.database.connect().await.query_one(sql, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn nothing_happens_while_a_booking_is_not_decided_about() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let one = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    assert_eq!(affected(&salon, &ill).await, [one.as_str()]);
    // Somebody books between looking and deciding, and there is a choice for what the change does not touch.
    let other = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let elsewhere = book(&salon, &anna, &staff[1], DATE, "10:00").await;

    let refused = apply(&salon, &ill, &json!([cancel(&one), cancel(&elsewhere)])).await;
    let refused = refused.refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "missing": [other], "unaffected": [elsewhere] }));
    assert_eq!(stands(&salon, &one).await.0, "confirmed");
    assert_eq!(salon.owner.get(&salon.path("time-off/")).await.expect(200)["count"], 0);

    apply(&salon, &ill, &json!([cancel(&one), keep(&other)])).await.expect(200);
    assert_eq!(stands(&salon, &elsewhere).await.0, "confirmed");
}

#[tokio::test]
async fn what_is_not_the_businesses_own_is_as_if_it_were_not_there() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    let other = app.salon().named("Gdzie indziej").create().await;
    let foreign = book(&other, &anna, &other.staff().await[0], DATE, "09:00").await;
    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    let refused = apply(&salon, &ill, &json!([cancel(&foreign)])).await.refused(409, "CONFLICT");
    assert_eq!(refused, json!({ "missing": [], "unaffected": [foreign] }));

    let of_the_other = time_off(&other.staff().await[0], DATE, "08:00", "18:00");
    apply(&salon, &of_the_other, &json!([])).await.refused(404, "STAFF_NOT_FOUND");
    let body = json!({ "change": ill });
    other.owner.post(&salon.path("schedule-changes/"), &body).await.refused(403, "PERMISSION_DENIED");
    anna.post(&salon.path("schedule-changes/"), &body).await.refused(403, "PERMISSION_DENIED");
    let nowhere = "/api/businesses/nigdzie/schedule-changes/";
    salon.owner.post(nowhere, &body).await.refused(404, "BUSINESS_NOT_FOUND");
}

#[tokio::test]
async fn where_one_has_no_place_nothing_is_changed() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let first = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let second = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let third = book(&salon, &anna, &staff[0], DATE, "11:00").await;
    book(&salon, &anna, &staff[1], DATE, "11:00").await;

    let ill = time_off(&staff[0], DATE, "08:00", "18:00");
    let choices = json!([cancel(&first), to(&second, &staff[1]), to(&third, &staff[1])]);
    let refused = apply(&salon, &ill, &choices).await.refused(409, "SLOT_UNAVAILABLE");
    assert_eq!(refused["appointment_id"], third);
    assert!(refused["alternatives"].as_array().unwrap().len() > 2);
    for id in [&first, &second, &third] {
        assert_eq!(stands(&salon, id).await.0, "confirmed");
        assert_eq!(stands(&salon, id).await.1, staff[0]);
    }
    assert_eq!(salon.owner.get(&salon.path("time-off/")).await.expect(200)["count"], 0);
    assert_eq!(entries(&app).await, 4);
}

/// How many entries calendars have.
async fn entries(app: &TestApp) -> i64 {
    let sql = "select count(*) from calendar_entries";
    app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn where_the_change_itself_is_refused_bookings_stay_where_they_are() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let with_owner = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    // The owner's own entry stays; that is found out last.
    let leaving = json!({ "staff_leaving": { "staff_id": staff[0] } });
    apply(&salon, &leaving, &json!([to(&with_owner, &staff[1])])).await.refused(409, "CONFLICT");
    assert_eq!(stands(&salon, &with_owner).await.1, staff[0]);
    assert_eq!(entries(&app).await, 1);
}

#[tokio::test]
async fn who_leaves_at_once_hands_over_and_is_gone() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 3).await;
    let one = book(&salon, &anna, &staff[1], DATE, "09:00").await;
    let other = book(&salon, &anna, &staff[1], "2026-03-04", "09:00").await;
    let leaving = json!({ "staff_leaving": { "staff_id": staff[1] } });

    let kept = apply(&salon, &leaving, &json!([keep(&one), keep(&other)])).await;
    assert_eq!(kept.wrong_fields(), ["choices.0.choice"]);
    apply(&salon, &leaving, &json!([to(&one, &staff[2]), cancel(&other)])).await.expect(200);
    assert_eq!(stands(&salon, &one).await.1, staff[2]);
    assert_eq!(salon.staff().await, [staff[0].clone(), staff[2].clone()]);
    apply(&salon, &leaving, &json!([])).await.refused(404, "STAFF_NOT_FOUND");
}

#[tokio::test]
async fn who_leaves_on_a_date_is_not_booked_from_then_on() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let before = book(&salon, &anna, &staff[1], DATE, "09:00").await;
    let after = book(&salon, &anna, &staff[1], "2026-03-10", "09:00").await;
    let leaving = json!({ "staff_leaving": { "staff_id": staff[1], "from": "2026-03-05" } });
    apply(&salon, &leaving, &json!([to(&after, &staff[0])])).await.expect(200);
    assert_eq!(stands(&salon, &before).await.1, staff[1]);

    for date in ["2026-03-05", "2026-03-10", "2026-04-30"] {
        let mut wish = salon.wish(date, "12:00");
        wish["staff_id"] = json!(staff[1]);
        anna.post(&salon.path("appointments/"), &wish).await.refused(409, "SLOT_UNAVAILABLE");
    }
    book(&salon, &anna, &staff[1], "2026-03-04", "12:00").await;
}

#[tokio::test]
async fn a_retired_service_leaves_what_is_kept() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    let kept = book(&salon, &anna, &staff[0], DATE, "09:00").await;
    let cancelled = book(&salon, &anna, &staff[0], DATE, "10:00").await;
    let retired = json!({ "service_retired": { "service_id": salon.service } });
    let elsewhere = apply(&salon, &retired, &json!([keep(&kept), at(&cancelled, DATE, "12:00")])).await;
    elsewhere.refused(404, "SERVICE_NOT_FOUND");
    apply(&salon, &retired, &json!([keep(&kept), cancel(&cancelled)])).await.expect(200);
    assert_eq!(stands(&salon, &kept).await.0, "confirmed");
    salon.book(&anna, DATE, "12:00").await.refused(404, "SERVICE_NOT_FOUND");
}

#[tokio::test]
async fn hours_and_dates_are_kept_as_their_own_endpoints_keep_them() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 2).await;
    let booked = book(&salon, &anna, &staff[0], DATE, "16:00").await;
    let shorter =
        json!({ "opening_hours": [{ "day_of_week": 1, "open_time": "09:00", "close_time": "15:00" }] });
    apply(&salon, &shorter, &json!([at(&booked, DATE, "09:00")])).await.expect(200);
    let hours = app.get(&salon.path("opening-hours/")).await.expect(200);
    assert_eq!(hours["results"][1]["close_time"], "15:00:00");

    let week = json!({ "staff_hours": { "staff_id": staff[0], "hours": [
        { "day_of_week": 1, "open_time": "12:00", "close_time": "15:00" },
    ] } });
    apply(&salon, &week, &json!([to(&booked, &staff[1])])).await.expect(200);
    let own = salon.owner.get(&salon.path(&format!("staff/{}/hours/", staff[0]))).await.expect(200);
    assert_eq!(own[0]["open_time"], "12:00:00");

    let closed = json!({ "date_override": { "first_date": DATE } });
    apply(&salon, &closed, &json!([at(&booked, "2026-03-04", "09:00")])).await.expect(200);
    assert_eq!(salon.free(&app, DATE).await, Vec::<String>::new());
    apply(&salon, &closed, &json!([])).await.refused(409, "CONFLICT");
    assert_eq!(stands(&salon, &booked).await.2, "2026-03-04T09:00");

    let audit = salon.owner.get(&salon.path("audit/?page_size=100")).await.expect(200);
    let subjects: Vec<&str> = audit["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["actor"]["id"] == salon.owner.id)
        .filter_map(|entry| entry["subject"]["kind"].as_str())
        .collect();
    for kind in ["opening_hours", "staff_hours", "date_override"] {
        assert!(subjects.contains(&kind), "{audit}");
    }
}

#[tokio::test]
async fn staff_do_so_with_their_own_time_where_they_may() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let kasia = app.person("kasia").await;
    let entry = json!({ "user_id": kasia.id, "is_bookable": true, "service_ids": [salon.service] });
    let entry = salon.owner.post(&salon.path("staff/"), &entry).await.expect(201);
    let (own, owners) = (entry["id"].as_str().unwrap(), &salon.staff().await[0]);
    let mine = json!({ "change": time_off(own, DATE, "08:00", "18:00") });
    both(&salon, &kasia, &mine, 403).await;

    let setting = format!("/api/businesses/my-business/{}/", salon.slug);
    salon.owner.patch(&setting, &json!({ "staff_set_own_hours": true })).await.expect(200);
    both(&salon, &kasia, &json!({ "change": time_off(owners, DATE, "08:00", "18:00") }), 403).await;
    let closed = json!({ "change": { "date_override": { "first_date": DATE } } });
    both(&salon, &kasia, &closed, 403).await;
    let leaving = json!({ "change": { "staff_leaving": { "staff_id": own } } });
    both(&salon, &kasia, &leaving, 403).await;
    both(&salon, &kasia, &mine, 200).await;
    let entered = salon.owner.get(&salon.path("time-off/")).await.expect(200);
    assert_eq!(entered["results"][0]["staff_id"], own);
}

/// Looks at a change and makes it.
async fn both(salon: &Salon, by: &Person, change: &Value, status: u16) {
    for path in ["schedule-changes/preview/", "schedule-changes/"] {
        by.post(&salon.path(path), change).await.expect(status);
    }
}
