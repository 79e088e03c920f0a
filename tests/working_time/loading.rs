//! What the engine is given of all this: the same for one business and for several at once.

use jiff::civil::{Date, DateTime, date};
use serde_json::{Value, json};
use shared::{
    businesses::{self, BusinessRef},
    hours,
    ids::{BusinessId, StaffMemberId},
    scheduling::{DateRange, TimeOff},
};

use super::{interval, salon_with_assistant};
use crate::support::{Salon, TestApp};

async fn business(app: &TestApp, salon: &Salon) -> BusinessId {
    let detail = app.get(&salon.path("")).await.expect(200);
    detail["id"].as_str().unwrap().parse().unwrap()
}

fn times(time_off: &[TimeOff], dates: DateRange) -> Vec<DateTime> {
    time_off.iter().flat_map(|time| time.occurrences(dates)).map(|(starts, _)| starts).collect()
}

const MONDAY: Date = date(2026, 6, 1);

#[tokio::test]
async fn what_counts_on_some_dates_is_loaded_and_nothing_else() {
    let app = TestApp::start().await;
    let (salon, _, member) = salon_with_assistant(&app).await;
    let rival = app.salon().named("Konkurencja").create().await;
    let mut until_may = interval("08:00", "12:00");
    (until_may["day_of_week"], until_may["valid_until"]) = (json!(0), json!("2026-05-15"));
    let mut from_june = interval("10:00", "14:00");
    (from_june["day_of_week"], from_june["valid_from"]) = (json!(0), json!("2026-06-01"));
    let hours_of_member = salon.path(&format!("staff/{member}/hours/"));
    salon.owner.put(&hours_of_member, &json!([until_may, from_june])).await.expect(200);
    let add = async |salon: &Salon, below: &str, body: Value| {
        salon.owner.post(&salon.path(below), &body).await.expect(201);
    };
    let open = json!([interval("12:00", "20:00"), interval("08:00", "10:00")]);
    add(&salon, "date-overrides/", json!({ "first_date": "2026-05-25", "last_date": "2026-06-01" })).await;
    add(&salon, "date-overrides/", json!({ "first_date": "2026-06-02", "hours": open, "staff_id": member }))
        .await;
    add(&salon, "date-overrides/", json!({ "first_date": "2026-07-01" })).await;
    add(&rival, "date-overrides/", json!({ "first_date": "2026-06-01", "hours": open })).await;
    let away = |starts: &str, ends: &str| json!({ "staff_id": member, "starts_at": starts, "ends_at": ends });
    add(&salon, "time-off/", away("2026-05-04", "2026-05-08")).await;
    add(&salon, "time-off/", away("2026-05-31T22:00", "2026-06-01T09:00")).await;
    let mut weekly = away("2026-01-06T15:00", "2026-01-06T16:00");
    weekly["repeats_every_weeks"] = json!(1);
    add(&salon, "time-off/", weekly.clone()).await;
    weekly["repeats_until"] = json!("2026-05-12");
    add(&salon, "time-off/", weekly).await;

    let (mine, theirs) = (business(&app, &salon).await, business(&app, &rival).await);
    let member: StaffMemberId = member.parse().unwrap();
    let (one, dates) = (BusinessRef::from(mine), DateRange { first: MONDAY, days: 2 });
    let on = app.state.connection().await.unwrap();

    let terms = async |business| businesses::terms(&on, &BusinessRef::from(business)).await.unwrap().unwrap();
    let (my_terms, their_terms) = (terms(mine).await, terms(theirs).await);
    let loaded = hours::working_time(&on, &one, dates).await.unwrap();

    let own = loaded.own(member, None);
    let monday = own.week.on(MONDAY).unwrap();
    assert_eq!(monday.iter().map(|hours| hours.opens().to_string()).collect::<Vec<_>>(), ["10:00"]);
    assert_eq!(own.week.on(date(2026, 6, 2)), Some(vec![]));
    assert_eq!(own.week.on(date(2026, 5, 31)), None);

    let opening = loaded.opening(&my_terms, None);
    assert_eq!(opening.overrides.on(MONDAY).map(|closed| closed.hours().len()), Some(0));
    assert_eq!(opening.overrides.on(date(2026, 7, 1)), None);
    let tuesday = own.overrides.on(date(2026, 6, 2)).unwrap().hours();
    assert_eq!(tuesday.iter().map(|hours| hours.opens().to_string()).collect::<Vec<_>>(), ["08:00", "12:00"]);

    let time_off = loaded.time_off(member);
    assert_eq!(time_off.len(), 2);
    let mut starts = times(time_off, dates);
    starts.sort();
    assert_eq!(starts, [date(2026, 5, 31).at(22, 0, 0, 0), date(2026, 6, 2).at(15, 0, 0, 0)]);

    let of_both = hours::working_time_at(&on, &[mine, theirs], dates).await.unwrap();
    assert_eq!(
        (of_both.own(member, None).week, of_both.own(member, None).overrides),
        (own.week.clone(), own.overrides.clone())
    );
    assert_eq!(of_both.time_off(member), time_off);
    assert_eq!(of_both.opening(&my_terms, None).overrides, opening.overrides);
    for date in dates.dates() {
        assert_eq!(of_both.opening(&my_terms, None).week.on(date), opening.week.on(date));
    }
    let theirs = of_both.opening(&their_terms, None).overrides;
    assert_eq!(theirs.on(MONDAY).map(|changed| changed.hours().len()), Some(2));
}
