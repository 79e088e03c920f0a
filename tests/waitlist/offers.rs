//! What becomes of an offer, and what it takes for one to be made.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DATE, accept, app, cancel, decline, full_salon, join, looked_at, offer, offered};
use crate::support::{Person, TestApp, eventually};

async fn others(app: &TestApp) -> (Person, Person, Person) {
    (app.person("anna").await, app.person("ben").await, app.person("cem").await)
}

#[tokio::test]
async fn what_becomes_free_is_kept_for_whoever_joined_first_until_they_book_it() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let (salon, booked) = full_salon(&app, &anna).await;
    let of_ben = join(&salon, &ben, json!({})).await;
    let of_cem = join(&salon, &cem, json!({})).await;
    assert_eq!(offer(&app, &ben, &of_ben).await, Value::Null);
    cancel(&anna, &booked).await;
    let for_ben = offer(&app, &ben, &of_ben).await;
    let hold = for_ben["hold_id"].as_str().unwrap();
    assert_eq!(
        for_ben,
        json!({
            "hold_id": hold, "staff_id": salon.staff().await[0], "date": DATE, "start_time": "10:00",
            "start": "2026-03-03T10:00:00+01:00", "end": "2026-03-03T11:00:00+01:00",
            "expires_at": "2026-03-02T08:15:00+01:00",
        })
    );
    assert_eq!(offer(&app, &cem, &of_cem).await, Value::Null);
    // It is nobody else's: neither for who asks, nor for who knows the hold.
    assert_eq!(salon.free(&app, DATE).await, Vec::<String>::new());
    for stranger in [&anna, &cem] {
        accept(&salon, stranger, &for_ben).await.refused(409, "SLOT_UNAVAILABLE");
        stranger.get(&salon.path(&format!("holds/{hold}/"))).await.refused(404, "NOT_FOUND");
        stranger.delete(&salon.path(&format!("holds/{hold}/"))).await.refused(404, "NOT_FOUND");
    }
    assert_eq!(ben.get(&salon.path(&format!("holds/{hold}/"))).await.expect(200)["id"], hold);
    accept(&salon, &ben, &for_ben).await.expect(201);
    // They wait no more; the other does.
    ben.get(&of_ben).await.refused(404, "NOT_FOUND");
    assert_eq!(offer(&app, &cem, &of_cem).await, Value::Null);
}

#[tokio::test]
async fn who_is_offered_something_is_told_in_their_language() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    cem.patch("/api/users/me/", &json!({ "locale": "en" })).await.expect(200);
    let (salon, booked) = full_salon(&app, &anna).await;
    let of_ben = join(&salon, &ben, json!({})).await;
    let of_cem = join(&salon, &cem, json!({})).await;
    cancel(&anna, &booked).await;
    let for_ben = offer(&app, &ben, &of_ben).await;
    app.all_delivered().await;
    let mails = app.mail_to(&ben.email, 0).await;
    let mail = mails.iter().find(|mail| mail.subject.starts_with("Zwolnił się termin")).unwrap();
    assert!(mail.text.contains(" 8:15") && mail.text.contains("10:00"), "{}", mail.text);
    assert!(
        mail.text.contains(of_ben.trim_start_matches("/api/users").trim_end_matches('/')),
        "{}",
        mail.text
    );
    decline(&salon, &ben, &for_ben).await;
    assert_eq!(offer(&app, &cem, &of_cem).await["start_time"], "10:00");
    app.all_delivered().await;
    let mails = app.mail_to(&cem.email, 0).await;
    let mail = mails.iter().find(|mail| mail.subject.starts_with("A time has become free")).unwrap();
    assert!(mail.text.contains("08:15"), "{}", mail.text);
}

#[tokio::test]
async fn what_is_declined_or_expires_is_the_next_ones() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let (salon, booked) = full_salon(&app, &anna).await;
    let entries = [
        join(&salon, &ben, json!({})).await,
        join(&salon, &cem, json!({})).await,
        join(&salon, &anna, json!({})).await,
    ];
    cancel(&anna, &booked).await;
    decline(&salon, &ben, &offer(&app, &ben, &entries[0]).await).await;
    let for_cem = offer(&app, &cem, &entries[1]).await;
    assert_eq!(for_cem["start_time"], "10:00");
    assert_eq!(ben.get(&entries[0]).await.expect(200)["offer"], Value::Null);
    // It is cem's for fifteen minutes, and nobody's before the next look at the list.
    app.later(SignedDuration::from_secs(15 * 60 - 1)).await;
    assert_eq!(offer(&app, &cem, &entries[1]).await, for_cem);
    app.later(SignedDuration::from_secs(1)).await;
    assert_eq!(cem.get(&entries[1]).await.expect(200)["offer"], Value::Null);
    accept(&salon, &cem, &for_cem).await.expect(201);
    // It was free again, and cem quicker than the look; so is nobody now.
    for (person, entry) in [(&anna, &entries[2]), (&ben, &entries[0])] {
        assert_eq!(offer(&app, person, entry).await, Value::Null);
    }
}

#[tokio::test]
async fn an_offer_that_expires_goes_down_the_list_and_then_to_everybody() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let (salon, booked) = full_salon(&app, &anna).await;
    let entries = [join(&salon, &ben, json!({})).await, join(&salon, &cem, json!({})).await];
    cancel(&anna, &booked).await;
    for (person, entry) in [(&ben, &entries[0]), (&cem, &entries[1])] {
        assert_eq!(offer(&app, person, entry).await["start_time"], "10:00");
        assert_eq!(salon.free(&app, DATE).await.len(), 0);
        app.later(SignedDuration::from_mins(15)).await;
    }
    looked_at(&app).await;
    // Each was offered it once.
    assert_eq!(salon.free(&app, DATE).await, ["10:00"]);
    salon.book(&anna, DATE, "10:00").await.expect(201);
}

#[tokio::test]
async fn only_what_fits_is_offered() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let salon = app.salon().open("09:00", "12:00").staff(2).create().await;
    let staff = salon.staff().await;
    let mut booked = Vec::new();
    for member in &staff {
        for time in ["09:00", "10:00", "11:00"] {
            let mut wish = salon.wish(DATE, time);
            wish["staff_id"] = member.as_str().into();
            booked.push(anna.post(&salon.path("appointments/"), &wish).await.expect(201));
        }
    }
    let with_second = join(&salon, &ben, json!({ "staff_id": staff[1] })).await;
    let late = join(&salon, &cem, json!({ "time_from": "10:30" })).await;
    let on_another_day =
        join(&salon, &cem, json!({ "date_from": "2026-03-08", "date_to": "2026-03-08" })).await;
    let anybody = join(&salon, &anna, json!({ "time_to": "10:00" })).await;
    let offers = async || {
        let mut offers = Vec::new();
        for (person, entry) in
            [(&ben, &with_second), (&cem, &late), (&cem, &on_another_day), (&anna, &anybody)]
        {
            let offer = offer(&app, person, entry).await;
            let of_whom = staff.iter().position(|member| offer["staff_id"] == *member);
            offers.push(of_whom.map(|of_whom| (of_whom, offer["start_time"].as_str().unwrap().to_owned())));
        }
        offers
    };
    assert_eq!(offers().await, [None, None, None, None]);
    // Ten with the first: not for who wants the second, nor for who comes late.
    cancel(&anna, &booked[1]).await;
    assert_eq!(offers().await, [None, None, None, Some((0, "10:00".to_owned()))]);
    // Eleven with the second: for who joined first.
    cancel(&anna, &booked[5]).await;
    assert_eq!(offers().await[..2], [Some((1, "11:00".to_owned())), None]);
    cancel(&anna, &booked[2]).await;
    assert_eq!(offers().await[1..3], [Some((0, "11:00".to_owned())), None]);
}

#[tokio::test]
async fn who_books_what_they_wait_for_in_another_way_waits_no_more() {
    let app = app().await;
    let (anna, ben, _) = others(&app).await;
    let salon = app.salon().open("09:00", "12:00").create().await;
    salon.book(&anna, DATE, "10:00").await.expect(201);
    let at_ten = join(&salon, &ben, json!({ "time_from": "10:00", "time_to": "10:59" })).await;
    let before = join(&salon, &ben, json!({ "time_to": "10:00", "date_to": "2026-03-04" })).await;
    // It is free already.
    assert_eq!(offer(&app, &ben, &before).await["start_time"], "09:00");
    app.later(SignedDuration::from_mins(1)).await;
    salon.book(&ben, "2026-03-04", "09:00").await.expect(201);
    looked_at(&app).await;
    ben.get(&before).await.refused(404, "NOT_FOUND");
    ben.get(&at_ten).await.expect(200);
    // What was kept for it is everybody's again.
    assert_eq!(salon.free(&app, DATE).await, ["09:00", "11:00"]);
}

#[tokio::test]
async fn who_books_it_as_a_part_of_a_visit_of_several_services_waits_no_more() {
    let app = app().await;
    let (_, ben, _) = others(&app).await;
    let salon = app.salon().open("09:00", "12:00").create().await;
    let entry = join(&salon, &ben, json!({ "time_from": "10:00", "time_to": "10:59" })).await;
    let another = join(&salon, &ben, json!({ "time_from": "11:00" })).await;
    let part = json!({ "service_id": salon.service });
    decline(&salon, &ben, &offer(&app, &ben, &entry).await).await;
    app.later(SignedDuration::from_mins(1)).await;
    let visit = json!({ "date": DATE, "start_time": "09:00", "parts": [part, part] });
    ben.post(&salon.path("visits/"), &visit).await.expect(201);
    looked_at(&app).await;
    ben.get(&entry).await.refused(404, "NOT_FOUND");
    ben.get(&another).await.expect(200);
}

#[tokio::test]
async fn what_is_held_for_one_thing_and_used_for_another_ends_no_wait() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let (salon, booked) = full_salon(&app, &anna).await;
    let of_ben = join(&salon, &ben, json!({})).await;
    let of_cem = join(&salon, &cem, json!({})).await;
    cancel(&anna, &booked).await;
    let for_ben = offer(&app, &ben, &of_ben).await;
    let mut elsewhere = salon.wish("2026-03-05", "10:00");
    elsewhere["hold_id"] = for_ben["hold_id"].clone();
    ben.post(&salon.path("appointments/"), &elsewhere).await.expect(201);
    // It is the next one's now, and Ben goes on waiting.
    assert_eq!(offer(&app, &cem, &of_cem).await["start_time"], "10:00");
    assert_eq!(offer(&app, &ben, &of_ben).await, Value::Null);
    let free = json!({ "name": "Golenie", "duration_minutes": 60, "price_amount": "50.00" });
    let other = salon.also_offering(&free).await;
    let for_cem = offer(&app, &cem, &of_cem).await;
    let mut instead = other.wish(DATE, "10:00");
    instead["hold_id"] = for_cem["hold_id"].clone();
    cem.post(&salon.path("appointments/"), &instead).await.expect(201);
    assert_eq!(offer(&app, &cem, &of_cem).await, Value::Null);
}

/// Waits until something is held for an entry, without looking at anything itself.
async fn offered_unasked(customer: &Person, entry: &str) -> Value {
    eventually("something is offered behind the answer", async || {
        let offer = customer.get(entry).await.expect(200)["offer"].clone();
        (!offer.is_null()).then_some(offer)
    })
    .await
}

#[tokio::test]
async fn who_calls_off_a_visit_or_comes_by_a_link_has_it_looked_at_at_once() {
    let app = app().await;
    let (anna, ben, _) = others(&app).await;
    let policy = json!({ "guest_booking": true, "auto_confirm": true });
    let salon = app.salon().business("booking_policy", policy).open("10:00", "12:00").create().await;
    let parts = json!([{ "service_id": salon.service }, { "service_id": salon.service }]);
    let wish = json!({ "date": DATE, "start_time": "10:00", "parts": parts });
    let visit = anna.post(&salon.path("visits/"), &wish).await.expect(201);
    let first = join(&salon, &ben, json!({ "time_to": "10:00" })).await;
    looked_at(&app).await;
    let cancel = format!("/api/users/visits/{}/cancel/", visit["id"].as_str().unwrap());
    anna.post(&cancel, &json!({})).await.expect(200);
    assert_eq!(offered_unasked(&ben, &first).await["start_time"], "10:00");

    let guest = "gosia@example.com";
    let held = app.post(&salon.path("guest-holds/"), &salon.wish(DATE, "11:00")).await.expect(201);
    let who = json!({ "hold_token": held["hold_token"], "name": "Gosia Maj", "email": guest });
    app.post(&salon.path("guest-holds/code/"), &who).await.expect(200);
    let mut wish = salon.wish(DATE, "11:00");
    wish["hold_token"] = held["hold_token"].clone();
    wish["code"] = json!(app.code_for(guest, 1).await);
    let booked = app.post(&salon.path("guest-appointments/"), &wish).await.expect(201);
    let second = join(&salon, &anna, json!({ "time_from": "11:00" })).await;
    looked_at(&app).await;
    let link = json!({ "link_token": booked["link_token"] });
    app.post("/api/guests/appointment/cancel/", &link).await.expect(200);
    assert_eq!(offered_unasked(&anna, &second).await["start_time"], "11:00");
}

#[tokio::test]
async fn whatever_frees_time_is_noticed() {
    let app = app().await;
    let ben = app.person("ben").await;
    let salon = app.salon().open("10:00", "11:00").create().await;
    let member = salon.staff().await[0].clone();
    let waiting = json!({ "date_from": DATE, "date_to": "2026-03-07" });
    let time_off = json!({ "staff_id": member, "starts_at": DATE, "ends_at": "2026-03-07" });
    let off = salon.owner.post(&salon.path("time-off/"), &time_off).await.expect(201);
    let entry = join(&salon, &ben, waiting).await;
    let next = async |expected: &str| {
        let made = offer(&app, &ben, &entry).await;
        assert_eq!(made["date"], expected, "{made}");
        decline(&salon, &ben, &made).await;
    };
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    // Shorter time off, then none on a day, then other hours on a date.
    let path = salon.path(&format!("time-off/{}/", off["id"].as_str().unwrap()));
    salon.owner.patch(&path, &json!({ "starts_at": "2026-03-04" })).await.expect(200);
    next(DATE).await;
    salon.owner.patch(&path, &json!({ "starts_at": "2026-03-05" })).await.expect(200);
    next("2026-03-04").await;
    let closed = json!({ "first_date": "2026-03-05", "last_date": "2026-03-07" });
    let closed = salon.owner.post(&salon.path("date-overrides/"), &closed).await.expect(201);
    salon.owner.delete(&path).await.expect(204);
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    let path = salon.path(&format!("date-overrides/{}/", closed["id"].as_str().unwrap()));
    salon.owner.patch(&path, &json!({ "first_date": "2026-03-06" })).await.expect(200);
    next("2026-03-05").await;
    salon.owner.patch(&path, &json!({ "first_date": "2026-03-07" })).await.expect(200);
    next("2026-03-06").await;
    salon.owner.delete(&path).await.expect(204);
    next("2026-03-07").await;
}

#[tokio::test]
async fn whatever_a_business_changes_of_what_can_be_booked_is_noticed() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let salon = app.salon().open("10:00", "11:00").service("capacity", 2).staff(2).create().await;
    let staff = salon.staff().await;
    let member = salon.path(&format!("staff/{}/", staff[1]));
    salon.owner.patch(&member, &json!({ "is_bookable": false })).await.expect(200);
    let chairs = json!({ "name": "Fotel", "quantity": 1 });
    let chairs = salon.owner.post(&salon.path("resources/"), &chairs).await.expect(201);
    let chairs = salon.path(&format!("resources/{}/", chairs["id"].as_str().unwrap()));
    let service = salon.path(&format!("services/{}/", salon.service));
    let needed =
        json!({ "resources": [{ "resource_id": chairs.split('/').nth(5), "quantity": 1 }], "capacity": 1 });
    salon.owner.patch(&service, &needed).await.expect(200);
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    let entry = join(&salon, &ben, json!({})).await;
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    // Somebody else to do it, but no chair; then a chair.
    salon.owner.patch(&member, &json!({ "is_bookable": true })).await.expect(200);
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
    salon.owner.patch(&chairs, &json!({ "quantity": 2 })).await.expect(200);
    let made = offer(&app, &ben, &entry).await;
    assert_eq!(made["staff_id"], staff[1]);
    accept(&salon, &ben, &made).await.expect(201);
    // Moved to another day by the business; and called off by it.
    let entry = join(&salon, &cem, json!({})).await;
    assert_eq!(offer(&app, &cem, &entry).await, Value::Null);
    let of = |word: &str| salon.path(&format!("appointments/{}/{word}/", booked["id"].as_str().unwrap()));
    let moved = json!({ "date": "2026-03-04", "start_time": "10:00" });
    salon.owner.post(&of("reschedule"), &moved).await.expect(200);
    let made = offer(&app, &cem, &entry).await;
    assert_eq!(made["staff_id"], staff[0]);
    let next = join(
        &salon,
        &ben,
        json!({ "date_from": "2026-03-04", "date_to": "2026-03-04", "staff_id": staff[0] }),
    )
    .await;
    assert_eq!(offer(&app, &ben, &next).await, Value::Null);
    salon.owner.post(&of("cancel"), &json!({})).await.expect(200);
    assert_eq!(offer(&app, &ben, &next).await["date"], "2026-03-04");
}

#[tokio::test]
async fn a_hold_that_expires_is_noticed_then() {
    let app = app().await;
    let (anna, ben, _) = others(&app).await;
    for held_first in [true, false] {
        let salon = app
            .salon()
            .named(&format!("Salon {held_first}"))
            .open("10:00", "11:00")
            .create_for(app.person(&format!("owner-{held_first}")).await)
            .await;
        let hold = async || anna.post(&salon.path("holds/"), &salon.wish(DATE, "10:00")).await.expect(201);
        if held_first {
            hold().await;
        }
        let entry = if held_first {
            join(&salon, &ben, json!({})).await
        } else {
            let entry = join(&salon, &ben, json!({ "time_from": "10:00" })).await;
            let made = offer(&app, &ben, &entry).await;
            decline(&salon, &ben, &made).await;
            hold().await;
            // Another's, who was not offered it yet.
            ben.delete(&entry).await.expect(204);
            join(&salon, &ben, json!({})).await
        };
        assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
        app.later(SignedDuration::from_mins(10)).await;
        assert_eq!(offer(&app, &ben, &entry).await["start_time"], "10:00", "{held_first}");
    }
}

#[tokio::test]
async fn a_seat_of_a_class_that_is_left_is_offered() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let salon = app.salon().open("10:00", "11:00").service("capacity", 2).create().await;
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    salon.book(&ben, DATE, "10:00").await.expect(201);
    let entry = join(&salon, &cem, json!({})).await;
    assert_eq!(offer(&app, &cem, &entry).await, Value::Null);
    cancel(&anna, &booked).await;
    let made = offer(&app, &cem, &entry).await;
    assert_eq!(salon.free(&app, DATE).await.len(), 0);
    accept(&salon, &cem, &made).await.expect(201);
}

#[tokio::test]
async fn what_one_can_no_longer_book_in_time_is_not_offered_for_longer() {
    let app = app().await;
    let (anna, ben, _) = others(&app).await;
    let salon = app
        .salon()
        .open("10:00", "11:00")
        .business("booking_policy", json!({ "min_notice_minutes": 60 }))
        .create()
        .await;
    let today = "2026-03-02";
    let booked = salon.book(&anna, today, "10:00").await.expect(201);
    let entry = join(&salon, &ben, json!({ "date_from": today, "date_to": today })).await;
    looked_at(&app).await;
    app.set_clock("2026-03-02T08:55:00+01:00").await;
    cancel(&anna, &booked).await;
    assert_eq!(offer(&app, &ben, &entry).await["expires_at"], "2026-03-02T09:00:00+01:00");
}

#[tokio::test]
async fn who_lets_ten_offers_go_by_is_not_taken_to_wait() {
    let app = app().await;
    let ben = app.person("ben").await;
    let salon = app.salon().open("09:00", "20:00").create().await;
    let entry = join(&salon, &ben, json!({})).await;
    for hour in 9..19 {
        let made = offer(&app, &ben, &entry).await;
        assert_eq!(made["start_time"], format!("{hour:02}:00"));
        decline(&salon, &ben, &made).await;
    }
    assert_eq!(offered(&app).await, 0);
    looked_at(&app).await;
    ben.get(&entry).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn who_waits_for_what_there_is_not_any_more_waits_no_more() {
    let app = app().await;
    let (anna, ben, cem) = others(&app).await;
    let salon = app.salon().open("10:00", "11:00").staff(2).create().await;
    let other =
        salon.also_offering(&json!({ "name": "Mycie", "duration_minutes": 60, "price_amount": "20" })).await;
    let staff = salon.staff().await;
    let booked = salon.book(&anna, DATE, "10:00").await.expect(201);
    for time_to in ["09:00", "09:01"] {
        join(&salon, &ben, json!({ "time_to": time_to })).await;
    }
    join(&other, &ben, json!({ "time_to": "09:00" })).await;
    join(&other, &ben, json!({ "time_to": "09:00", "staff_id": staff[1] })).await;
    let stays = join(&other, &cem, json!({ "time_to": "09:00", "staff_id": staff[0] })).await;
    let waits = async || {
        looked_at(&app).await;
        salon.owner.get(&salon.path("waitlist/")).await.expect(200)["count"].as_i64().unwrap()
    };
    assert_eq!(waits().await, 5);
    cancel(&anna, &booked).await;
    salon.owner.delete(&salon.path(&format!("services/{}/", salon.service))).await.expect(204);
    assert_eq!(waits().await, 3);
    salon.owner.delete(&salon.path(&format!("staff/{}/", staff[1]))).await.expect(204);
    assert_eq!(waits().await, 2);
    salon.owner.delete(&salon.path(&format!("services/{}/", other.service))).await.expect(204);
    assert_eq!(waits().await, 0);
    cem.get(&stays).await.refused(404, "NOT_FOUND");
}
