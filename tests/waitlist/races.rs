//! Many at once, and whoever is cut short.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};

use super::{
    DATE, accept, app, cancel, cancel_unseen, cron, full_salon, join, looked_at, offer, offered, people,
};
use crate::support::{TestApp, TestDatabase, together};

#[tokio::test]
async fn twenty_cancellations_at_once_make_twenty_offers_to_the_first_twenty() {
    let database = Arc::new(TestDatabase::create().await);
    let app = TestApp::on(Arc::clone(&database), &[]).await;
    let second = TestApp::on(Arc::clone(&database), &[]).await;
    let salon = app.salon().open("09:00", "13:00").staff(5).create().await;
    let people = Arc::new(people(&app, 10).await);
    let mut booked = Vec::new();
    for hour in 9..13 {
        for _ in 0..5 {
            booked.push(salon.book(&people[0], DATE, &format!("{hour:02}:00")).await.expect(201));
        }
    }
    let mut entries = Vec::new();
    for _ in 0..3 {
        for (index, person) in people.iter().enumerate() {
            entries.push((index, join(&salon, person, json!({})).await));
        }
    }
    let booked = Arc::new(booked);
    let bases = [app.base.clone(), second.base.clone()];
    together(20, |index| {
        let (booked, anna) = (Arc::clone(&booked), people[0].at(&bases[index % 2]));
        async move { cancel(&anna, &booked[index]).await }
    })
    .await;
    let made: u64 = together(8, |index| {
        let state = if index % 2 == 0 { app.state.clone() } else { second.state.clone() };
        async move { shared::waitlist::offer_due(&state, None).await.unwrap() }
    })
    .await
    .into_iter()
    .sum();
    assert!(made <= 20, "{made}");
    looked_at(&app).await;

    let mut taken = HashSet::new();
    for (place, (index, entry)) in entries.iter().enumerate() {
        let offer = people[*index].get(entry).await.expect(200)["offer"].clone();
        assert_eq!(offer.is_null(), place >= 20, "place {place}: {offer}");
        if !offer.is_null() {
            assert!(
                taken.insert((offer["staff_id"].to_string(), offer["start"].to_string())),
                "{offer} twice"
            );
        }
    }
    assert_eq!(salon.free(&app, DATE).await, Vec::<String>::new());
    let told = "select count(*) from outbox where thread like 'waitlist %'";
    let held = "select count(*) from holds join calendar_entries on calendar_entries.id = entry_id";
    let database = app.database.connect().await;
    for count in [told, held, "select count(*) from waitlist_offers"] {
        assert_eq!(database.query_one(count, &[]).await.unwrap().get::<_, i64>(0), 20, "{count}");
    }
    assert_eq!(app.database.deadlocks().await, 0);
}

#[tokio::test]
async fn offers_and_bookings_that_race_for_the_same_time_never_both_have_it() {
    let app = app().await;
    let salon = app.salon().open("10:00", "11:00").create().await;
    let people = Arc::new(people(&app, 4).await);
    let mut booked = salon.book(&people[0], DATE, "10:00").await.expect(201);
    let mut whose = 0;
    let (mut offers, mut bookings) = (0, 0);
    for round in 0..12 {
        let entry = join(&salon, &people[1], json!({})).await;
        looked_at(&app).await;
        let attempts = together(4, |index| {
            let (salon, people, app, booked) =
                (salon.clone(), Arc::clone(&people), app.state.clone(), booked.clone());
            async move {
                match index {
                    0 => {
                        cancel(&people[whose], &booked).await;
                        None
                    }
                    1 => {
                        shared::waitlist::offer_due(&app, None).await.unwrap();
                        None
                    }
                    _ => {
                        tokio::time::sleep(std::time::Duration::from_millis(round)).await;
                        let answer = salon.book(&people[index], DATE, "10:00").await;
                        Some((index, answer))
                    }
                }
            }
        })
        .await;
        let offer = offer(&app, &people[1], &entry).await;
        let won: Vec<_> = attempts.into_iter().flatten().filter(|(_, answer)| answer.status == 201).collect();
        assert!(won.len() + usize::from(!offer.is_null()) <= 1, "{won:?} and {offer}");
        (whose, booked) = if offer.is_null() {
            match won.into_iter().next() {
                Some((index, answer)) => {
                    bookings += 1;
                    people[1].delete(&entry).await.expect(204);
                    (index, answer.json())
                }
                None => panic!("it is free, and nobody has it"),
            }
        } else {
            offers += 1;
            salon.book(&people[2], DATE, "10:00").await.refused(409, "SLOT_UNAVAILABLE");
            (1, accept(&salon, &people[1], &offer).await.expect(201))
        };
    }
    println!("offers: {offers}, bookings: {bookings}");
    assert!(offers > 0);
}

#[tokio::test]
async fn what_is_taken_before_it_could_be_offered_is_not_offered() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (salon, booked) = full_salon(&app, &anna).await;
    let entry = join(&salon, &ben, json!({})).await;
    looked_at(&app).await;
    // By a transaction that frees it and takes it again, as a function that was ended before it could look leaves it.
    let database = app.database.connect().await;
    let move_away = "
        update appointments set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour',
               busy_from = busy_from + interval '1 hour', busy_to = busy_to + interval '1 hour'
        where id = $1::text::uuid";
    let back = move_away.replace('+', "-");
    for sql in [move_away, &back] {
        database.execute(sql, &[&booked["id"].as_str().unwrap()]).await.unwrap();
    }
    let noted =
        database.query_one("select count(*) from waitlist_checks where due_at < now()", &[]).await.unwrap();
    assert!(noted.get::<_, i64>(0) > 0);
    assert_eq!(offered(&app).await, 0);
    assert_eq!(offer(&app, &ben, &entry).await, Value::Null);
}

#[tokio::test]
async fn whoever_is_cut_short_leaves_it_to_the_next() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (salon, booked) = full_salon(&app, &anna).await;
    let entry = join(&salon, &ben, json!({})).await;
    looked_at(&app).await;
    // Cancelled by a function that ended before it could look.
    cancel_unseen(&app, &booked).await;
    // One that is looking at it and ends before it has made an offer.
    let mut another = app.database.connect().await;
    let tx = another.transaction().await.unwrap();
    tx.execute("select from waitlist_checks for update", &[]).await.unwrap();
    assert_eq!(offered(&app).await, 0);
    assert_eq!(ben.get(&entry).await.expect(200)["offer"], Value::Null);
    drop(tx);
    assert_eq!(cron(&app).await, json!({ "offers": 1 }));
    assert_eq!(ben.get(&entry).await.expect(200)["offer"]["start_time"], "10:00");
}

#[tokio::test]
async fn a_business_that_cannot_be_looked_at_keeps_no_other_waiting() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (salon, booked) = full_salon(&app, &anna).await;
    let other = app.salon().named("Inny salon").create().await;
    join(&other, &ben, json!({ "date_from": "2026-03-05", "date_to": "2026-03-05" })).await;
    let entry = join(&salon, &ben, json!({})).await;
    looked_at(&app).await;
    let broken = "
        alter table businesses drop constraint businesses_timezone_known;
        update businesses set timezone = 'Europe/Atlantis' where name = 'Inny salon';
        insert into waitlist_checks (business_id) select id from businesses where name = 'Inny salon'";
    app.database.connect().await.batch_execute(broken).await.unwrap();
    cancel_unseen(&app, &booked).await;
    assert_eq!(shared::waitlist::offer_due(&app.state, None).await.unwrap_err().to_string(), "SERVER_ERROR");
    assert_eq!(ben.get(&entry).await.expect(200)["offer"]["start_time"], "10:00");
}
