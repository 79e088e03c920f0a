//! A business in several places: each has its hours, and nobody is in two of them at once.

use serde_json::{Value, json};

use super::{DATE, bookable, explained, not_bookable, reasons, so_many_booked};
use crate::support::{Answer, Person, Salon, TestApp, together};

fn open(day: u8, opens: &str, closes: &str) -> Value {
    json!({ "day_of_week": day, "open_time": opens, "close_time": closes })
}

fn at(location: impl Into<Value>, mut hours: Value) -> Value {
    hours["location_id"] = location.into();
    hours
}

fn week_path(salon: &Salon, location: &str) -> String {
    salon.path(&format!("locations/{location}/opening-hours/"))
}

async fn set_week(salon: &Salon, location: &str, week: Value) -> Answer {
    salon.owner.put(&week_path(salon, location), &week).await
}

async fn set_own_hours(salon: &Salon, staff: &str, hours: Value) -> Answer {
    salon.owner.put(&salon.path(&format!("staff/{staff}/hours/")), &hours).await
}

/// Each open interval of a location's week, and whether they are its own.
async fn week(app: &TestApp, salon: &Salon, location: &str) -> (bool, Vec<(i64, String)>) {
    let week = app.get(&week_path(salon, location)).await.expect(200);
    let hours = week["opening_hours"].as_array().unwrap().iter();
    let open = hours.filter(|hour| hour["is_closed"] == false);
    let shown = open.map(|hour| {
        let [opens, closes] = ["open_time", "close_time"].map(|field| &hour[field].as_str().unwrap()[..5]);
        (hour["day_of_week"].as_i64().unwrap(), format!("{opens}-{closes}"))
    });
    (week["is_own"].as_bool().unwrap(), shown.collect())
}

/// A salon that is open from Monday to Saturday, and a service of it at another location.
struct Stage {
    app: TestApp,
    here: Salon,
    there: Salon,
    location: String,
    anna: Person,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let here = app.salon().create().await;
        let location = here.another_location(&app).await;
        let there = here.offering_at(&location).await;
        let anna = app.person("anna").await;
        Self { app, here, there, location, anna }
    }

    /// Who works there.
    async fn member(&self) -> String {
        let [member] = self.here.staff().await.try_into().unwrap();
        member
    }

    async fn free(&self, date: &str) -> [Vec<String>; 2] {
        [self.here.free(&self.app, date).await, self.there.free(&self.app, date).await]
    }
}

#[tokio::test]
async fn a_location_is_open_as_the_business_until_it_has_hours_of_its_own() {
    let stage = Stage::set().await;
    let Stage { app, here, location, .. } = &stage;
    let usual: Vec<_> = (0..6).map(|day| (day, "09:00-17:00".to_owned())).collect();
    assert_eq!(week(app, here, location).await, (false, usual.clone()));
    let [first, second] = stage.free(DATE).await;
    assert_eq!((first.len(), &first), (8, &second));

    let own = json!([open(1, "12:00", "14:00"), open(1, "15:00", "16:00"), open(6, "10:00", "12:00")]);
    let set = set_week(here, location, own.clone()).await.expect(200);
    let expected = [(1, "12:00-14:00"), (1, "15:00-16:00"), (6, "10:00-12:00")]
        .map(|(day, hours)| (day, hours.to_owned()));
    assert_eq!(week(app, here, location).await, (true, expected.to_vec()));
    assert_eq!(
        stage.free(DATE).await,
        [first.clone(), ["12:00", "13:00", "15:00"].map(String::from).to_vec()]
    );
    // Open in one place and closed in the other, whichever.
    assert_eq!(stage.free("2026-03-04").await, [first.clone(), vec![]]);
    assert_eq!(stage.free("2026-03-08").await, [vec![], ["10:00", "11:00"].map(String::from).to_vec()]);
    not_bookable(app, &stage.there, &stage.anna, ("2026-03-04", "10:00"), ["closed"; 2]).await;
    not_bookable(app, here, &stage.anna, ("2026-03-08", "10:00"), ["closed"; 2]).await;
    bookable(app, &stage.there, &stage.anna, "2026-03-08", "10:00").await;

    // The same once more changes nothing, not even ids.
    assert_eq!(set_week(here, location, own).await.expect(200), set);
    // The business's own hours are what they were, wherever they are read, and the location's are not among them.
    let of_business = app.get(&here.path("opening-hours/?page_size=100")).await.expect(200);
    assert_eq!(of_business["count"], 7);
    assert_eq!(app.get(&here.path("")).await.expect(200)["opening_hours"], of_business["results"]);
    let hour = here.path(&format!("opening-hours/{}/", set["opening_hours"][0]["id"].as_str().unwrap()));
    app.get(&hour).await.refused(404, "NOT_FOUND");
    here.owner.patch(&hour, &json!({ "open_time": "06:00" })).await.refused(404, "NOT_FOUND");
    here.owner.delete(&hour).await.refused(404, "NOT_FOUND");

    here.owner.delete(&week_path(here, location)).await.expect(204);
    assert_eq!(week(app, here, location).await, (false, usual));
    assert_eq!(stage.free(DATE).await[1], first);
}

#[tokio::test]
async fn a_location_without_hours_on_any_day_is_closed() {
    let stage = Stage::set().await;
    set_week(&stage.here, &stage.location, json!([])).await.expect(200);
    assert_eq!(week(&stage.app, &stage.here, &stage.location).await, (true, vec![]));
    assert_eq!(stage.there.free(&stage.app, DATE).await, Vec::<String>::new());
    // Also where many businesses are looked at, of which only the days in question are.
    let delete = stage.here.path(&format!("services/{}/", stage.here.service));
    stage.here.owner.delete(&delete).await.expect(204);
    set_week(&stage.here, &stage.location, json!([open(2, "10:00", "11:00")])).await.expect(200);
    let found = async |date: &str| {
        stage.app.get(&format!("/api/businesses/?city=wroclaw&available_on={date}")).await.expect(200)["count"].clone()
    };
    assert_eq!([found(DATE).await, found("2026-03-04").await], [0, 1]);
}

#[tokio::test]
async fn the_primary_locations_hours_are_the_businesss() {
    let stage = Stage::set().await;
    let Stage { app, here, location, .. } = &stage;
    let primary = here.primary_location(app).await;
    let by_id = here.offering_at(&primary).await;
    set_week(here, &primary, json!([open(1, "10:00", "12:00")])).await.expect(200);
    let hours = vec![(1, "10:00-12:00".to_owned())];
    for place in [&primary, location] {
        assert_eq!(week(app, here, place).await, (false, hours.clone()));
    }
    for salon in [here, &by_id, &stage.there] {
        assert_eq!(salon.free(app, DATE).await, ["10:00", "11:00"]);
    }
    let rows = app.get(&here.path("opening-hours/?page_size=100")).await.expect(200);
    assert_eq!(rows["results"].as_array().unwrap().iter().filter(|row| row["is_closed"] == true).count(), 6);
    here.owner.delete(&week_path(here, &primary)).await.expect(204);
    assert_eq!(week(app, here, &primary).await, (false, hours));
}

#[tokio::test]
async fn a_week_makes_sense_and_is_of_a_location_of_the_business() {
    let stage = Stage::set().await;
    let Stage { app, here, location, .. } = &stage;
    let overlapping = json!([open(1, "10:00", "12:00"), open(1, "11:00", "13:00")]);
    set_week(here, location, overlapping).await.refused(409, "CONFLICT");
    let closed_and_open = json!([open(1, "10:00", "12:00"), { "day_of_week": 1, "is_closed": true }]);
    set_week(here, location, closed_and_open).await.refused(409, "CONFLICT");
    let backwards = set_week(here, location, json!([open(1, "12:00", "10:00")])).await;
    backwards.refused(400, "VALIDATION_ERROR");
    assert_eq!(backwards.wrong_fields(), ["0.close_time"]);
    assert!(!week(app, here, location).await.0, "something was set");

    let other = app.salon().named("Inny").create().await;
    let theirs = other.another_location(app).await;
    let given_up = here.another_location(app).await;
    let sql = "update locations set given_up_at = now() where id = $1::text::uuid";
    app.database.connect().await.execute(sql, &[&given_up]).await.unwrap();
    for location in [theirs.as_str(), &given_up, "nowhere"] {
        app.get(&week_path(here, location)).await.refused(404, "NOT_FOUND");
        set_week(here, location, json!([])).await.refused(404, "NOT_FOUND");
        here.owner.delete(&week_path(here, location)).await.refused(404, "NOT_FOUND");
        let hours = set_own_hours(
            here,
            &stage.member().await,
            json!([open(0, "09:00", "10:00"), at(location, open(1, "09:00", "10:00"))]),
        )
        .await;
        hours.refused(400, "VALIDATION_ERROR");
        assert_eq!(hours.wrong_fields(), ["1.location_id"]);
    }
    stage.anna.put(&week_path(here, location), &json!([])).await.refused(403, "PERMISSION_DENIED");
    stage.anna.delete(&week_path(here, location)).await.refused(403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn hours_of_a_location_stay_what_they_say_when_the_clocks_change() {
    let stage = Stage::set().await;
    // At two it is three.
    set_week(&stage.here, &stage.location, json!([open(6, "01:00", "05:00")])).await.expect(200);
    assert_eq!(stage.there.free(&stage.app, "2026-03-29").await, ["01:00", "03:00", "04:00"]);
    // And at three it is two once more.
    assert_eq!(stage.there.free(&stage.app, "2026-10-25").await, ["01:00", "02:00", "03:00", "04:00"]);
    let booked = bookable(&stage.app, &stage.there, &stage.anna, "2026-10-25", "03:00").await;
    assert_eq!(booked["start"], "2026-10-25T03:00:00+01:00");
    not_bookable(&stage.app, &stage.there, &stage.anna, ("2026-03-29", "02:00"), ["no_such_time"; 2]).await;
}

#[tokio::test]
async fn dates_and_holidays_are_for_all_locations() {
    let stage = Stage::set().await;
    set_week(&stage.here, &stage.location, json!([open(1, "12:00", "14:00")])).await.expect(200);
    let dates = json!({ "first_date": DATE, "hours": [{ "open_time": "07:00", "close_time": "09:00" }] });
    stage.here.owner.post(&stage.here.path("date-overrides/"), &dates).await.expect(201);
    let early = ["07:00", "08:00"].map(String::from).to_vec();
    assert_eq!(stage.free(DATE).await, [early.clone(), early]);
    let closed = json!({ "first_date": "2026-03-10" });
    stage.here.owner.post(&stage.here.path("date-overrides/"), &closed).await.expect(201);
    assert_eq!(stage.free("2026-03-10").await, [vec![], Vec::<String>::new()]);
    assert_eq!(stage.there.free(&stage.app, "2026-03-17").await, ["12:00", "13:00"]);
}

/// Mondays at the primary location, Tuesdays at the other, Wednesdays wherever it is, and Thursday's morning here and
/// afternoon there.
async fn travels(stage: &Stage) {
    let primary = stage.here.primary_location(&stage.app).await;
    let own = json!([
        at(primary.clone(), open(0, "09:00", "11:00")),
        at(stage.location.clone(), open(1, "09:00", "11:00")),
        at(Value::Null, open(2, "09:00", "11:00")),
        at(primary, open(3, "09:00", "11:00")),
        at(stage.location.clone(), open(3, "13:00", "15:00")),
    ]);
    let set = set_own_hours(&stage.here, &stage.member().await, own.clone()).await.expect(200);
    for (set, said) in set.as_array().unwrap().iter().zip(own.as_array().unwrap()) {
        assert_eq!(set["location_id"], said["location_id"]);
    }
}

#[tokio::test]
async fn staff_are_offered_where_they_are_and_nowhere_else() {
    let stage = Stage::set().await;
    let Stage { app, here, there, anna, .. } = &stage;
    travels(&stage).await;
    let morning = || ["09:00", "10:00"].map(String::from).to_vec();
    let afternoon = || ["13:00", "14:00"].map(String::from).to_vec();
    for (date, free) in [
        ("2026-03-09", [morning(), vec![]]),
        ("2026-03-10", [vec![], morning()]),
        ("2026-03-11", [morning(), morning()]),
        ("2026-03-12", [morning(), afternoon()]),
        // A day off.
        ("2026-03-13", [vec![], vec![]]),
    ] {
        assert_eq!(stage.free(date).await, free, "{date}");
    }
    // By its id, the primary location is the same.
    let by_id = here.offering_at(&here.primary_location(app).await).await;
    assert_eq!(by_id.free(app, "2026-03-09").await, morning());
    assert_eq!(by_id.free(app, "2026-03-10").await, Vec::<String>::new());
    not_bookable(app, here, anna, ("2026-03-10", "10:00"), ["day_off", "not_working"]).await;
    not_bookable(app, there, anna, ("2026-03-09", "10:00"), ["day_off", "not_working"]).await;
    not_bookable(app, there, anna, ("2026-03-12", "10:00"), ["outside_hours"; 2]).await;
    bookable(app, here, anna, "2026-03-09", "10:00").await;
    bookable(app, there, anna, "2026-03-10", "10:00").await;
    // Wherever it is, it takes their time.
    bookable(app, there, anna, "2026-03-11", "10:00").await;
    not_bookable(app, here, anna, ("2026-03-11", "10:00"), ["taken"; 2]).await;

    // A month at once, and the next start.
    let month = |salon: &Salon| {
        salon.path(&format!("availability/?service_id={}&date=2026-03-08&days=31", salon.service))
    };
    let days = async |salon: &Salon| {
        let answer = app.get(&month(salon)).await.expect(200);
        let days = answer["days"].as_array().unwrap().clone().into_iter();
        let open = days.filter(|day| !day["slots"].as_array().unwrap().is_empty());
        open.map(|day| day["date"].as_str().unwrap()[8..].to_owned()).take(5).collect::<Vec<_>>()
    };
    assert_eq!(days(here).await, ["09", "11", "12", "16", "18"]);
    assert_eq!(days(there).await, ["10", "11", "12", "17", "18"]);
    let next = async |salon: &Salon| {
        let next = app
            .get(&salon.path(&format!("availability/next/?service_id={}", salon.service)))
            .await
            .expect(200);
        next["next"]["start"].clone()
    };
    assert_eq!(next(here).await, "2026-03-02T09:00:00+01:00");
    assert_eq!(next(there).await, "2026-03-03T09:00:00+01:00");
}

#[tokio::test]
async fn whose_hours_are_all_elsewhere_is_off_while_those_are_valid() {
    let stage = Stage::set().await;
    let Stage { app, here, there, location, .. } = &stage;
    let member = stage.member().await;
    let mut mondays = at(location.clone(), open(0, "09:00", "11:00"));
    mondays["valid_until"] = json!("2026-03-08");
    set_own_hours(here, &member, json!([mondays])).await.expect(200);
    // Not at work as the business is, neither here nor there.
    assert_eq!(stage.free(DATE).await, [vec![], Vec::<String>::new()]);
    let told = explained(&here.owner, here, DATE, "10:00").await;
    assert_eq!(reasons(&told["staff"][0]), ["day_off"]);
    // From the week after on they are.
    let [first, second] = stage.free("2026-03-10").await;
    assert_eq!((first.len(), second.len()), (8, 8));
    // What is said of a date is for wherever it is.
    let dates = json!({ "staff_id": member, "first_date": DATE, "hours": [{ "open_time": "10:00", "close_time": "11:00" }] });
    here.owner.post(&here.path("date-overrides/"), &dates).await.expect(201);
    assert_eq!([here.free(app, DATE).await, there.free(app, DATE).await], [["10:00"], ["10:00"]]);
}

#[tokio::test]
async fn nobody_is_booked_in_two_places_at_once() {
    let stage = Stage::set().await;
    let customers = super::people(&stage.app, 24).await;
    let (here, there) = (&stage.here, &stage.there);
    let answers = together(24, |index| {
        let salon = if index % 2 == 0 { here.clone() } else { there.clone() };
        let customer = customers[index].clone();
        async move { salon.book(&customer, DATE, "10:00").await }
    })
    .await;
    so_many_booked(&answers, 1);
    assert_eq!(stage.free(DATE).await.map(|free| free.contains(&"10:00".to_owned())), [false; 2]);
}

#[tokio::test]
async fn a_visit_of_several_services_is_at_one_location() {
    let stage = Stage::set().await;
    let Stage { app, here, there, location, anna, .. } = &stage;
    let by_id = here.offering_at(&here.primary_location(app).await).await;
    let also_there = there.offering_at(location).await;
    let ask = |parts: &[&Salon]| {
        let services: Vec<&str> = parts.iter().map(|salon| salon.service.as_str()).collect();
        here.path(&format!("availability/visits/?service_ids={}&date={DATE}", services.join(",")))
    };
    let wish = |parts: &[&Salon]| {
        let parts: Vec<Value> = parts.iter().map(|salon| json!({ "service_id": salon.service })).collect();
        json!({ "date": DATE, "start_time": "09:00", "parts": parts })
    };
    let visits = here.path("visits/");
    for (parts, wrong) in
        [([here, &by_id, there], "parts.2.service_id"), ([there, here, there], "parts.1.service_id")]
    {
        let asked = app.get(&ask(&parts)).await;
        asked.refused(400, "VALIDATION_ERROR");
        assert_eq!(asked.wrong_fields(), ["service_ids"]);
        let booked = anna.post(&visits, &wish(&parts)).await;
        booked.refused(400, "VALIDATION_ERROR");
        assert_eq!(booked.wrong_fields(), [wrong]);
    }
    for parts in [[here, &by_id], [there, &also_there]] {
        let starts = app.get(&ask(&parts)).await.expect(200);
        assert_eq!(starts["days"][0]["starts"].as_array().unwrap().len(), 7);
    }
    anna.post(&visits, &wish(&[there, &also_there])).await.expect(201);
}

#[tokio::test]
async fn a_series_is_booked_where_its_service_is() {
    let stage = Stage::set().await;
    travels(&stage).await;
    let mut wish = stage.there.wish("2026-03-10", "10:00");
    (wish["rule"], wish["on_conflict"]) = (json!("FREQ=DAILY;COUNT=4"), json!("skip"));
    let series = stage.anna.post(&stage.there.path("appointments/series/"), &wish).await.expect(201);
    let outcomes: Vec<&str> =
        series["dates"].as_array().unwrap().iter().map(|date| date["outcome"].as_str().unwrap()).collect();
    // Tuesday there, Wednesday wherever it is, Thursday morning and Friday not there.
    assert_eq!(outcomes, ["booked", "booked", "refused", "refused"], "{series}");
}

#[tokio::test]
async fn new_hours_of_the_business_leave_locations_with_their_own_alone() {
    let stage = Stage::set().await;
    let Stage { app, here, there, location, anna, .. } = &stage;
    set_week(here, location, json!([open(1, "09:00", "17:00")])).await.expect(200);
    let (first, second) =
        (here.book(anna, DATE, "10:00").await.expect(201), there.book(anna, DATE, "15:00").await.expect(201));
    let affected = async |change: Value| {
        let page =
            here.owner.post(&here.path("schedule-changes/preview/"), &json!({ "change": change })).await;
        let page = page.expect(200);
        let ids = page["results"].as_array().unwrap().iter().map(|one| one["appointment"]["id"].clone());
        ids.collect::<Vec<_>>()
    };
    let closed = json!({ "opening_hours": [{ "day_of_week": 1, "is_closed": true }] });
    assert_eq!(affected(closed.clone()).await, [first["id"].clone()]);
    // Who is there from now on is not here.
    let [member] = here.staff().await.try_into().unwrap();
    let moved = |location: &str| {
        let week = json!([at(location, open(1, "09:00", "17:00"))]);
        json!({ "staff_hours": { "staff_id": member, "hours": week } })
    };
    assert_eq!(affected(moved(location)).await, [first["id"].clone()]);
    let primary = here.primary_location(app).await;
    assert_eq!(affected(moved(&primary)).await, [second["id"].clone()]);
    let nowhere = moved("00000000-0000-0000-0000-000000000001");
    let refused =
        here.owner.post(&here.path("schedule-changes/preview/"), &json!({ "change": nowhere })).await;
    refused.refused(400, "VALIDATION_ERROR");
    assert_eq!(refused.wrong_fields(), ["change.staff_hours.hours.0.location_id"]);

    let choices = json!([{ "appointment_id": first["id"], "choice": "cancel" }]);
    let decision = json!({ "change": closed, "choices": choices });
    here.owner.post(&here.path("schedule-changes/"), &decision).await.expect(200);
    assert_eq!(stage.free("2026-03-10").await.map(|free| free.len()), [0, 8]);
    let decision = json!({ "change": moved(location), "choices": [] });
    here.owner.post(&here.path("schedule-changes/"), &decision).await.expect(200);
    let kept = here.owner.get(&here.path(&format!("staff/{member}/hours/"))).await.expect(200);
    assert_eq!(kept[0]["location_id"], json!(location));
}
