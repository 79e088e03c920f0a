//! Who did what and when, as owners read it.

mod customers;
mod privacy;
mod scale;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::cron::{self, Task};

use crate::support::{Person, Salon, TestApp};

const TUESDAY: &str = "2026-03-03";

/// What an owner reads, the latest first.
async fn read(salon: &Salon, query: &str) -> Vec<Value> {
    let answer = salon.owner.get(&salon.path(&format!("audit/?page_size=100&{query}"))).await.expect(200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(answer["count"], results.len());
    results.clone()
}

/// The latest entry about a kind of subject.
async fn latest(salon: &Salon, kind: &str) -> Value {
    read(salon, &format!("subject={kind}")).await.swap_remove(0)
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_says_who_when_and_what_it_was_before() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    app.later(SignedDuration::from_mins(5)).await;
    let path = salon.path(&format!("services/{}/", salon.service));
    let change = json!({ "name": "Golenie", "price_amount": "90.00", "description": "Brzytwą" });
    salon.owner.patch(&path, &change).await.expect(200);
    let entry = latest(&salon, "service").await;
    assert_eq!(
        entry,
        json!({
            "id": entry["id"],
            "at": "2026-03-02T08:05:00+01:00",
            "actor": { "id": salon.owner.id, "name": salon.owner.name, "role": "owner" },
            "subject": { "kind": "service", "id": salon.service, "name": "Golenie" },
            "action": "changed",
            "changes": {
                "name": ["Strzyżenie", "Golenie"], "price_minor": [12000, 9000], "description": null,
            },
        })
    );
    // The same again changes nothing, and so is nothing that was done.
    let before = read(&salon, "").await.len();
    salon.owner.patch(&path, &change).await.expect(200);
    assert_eq!(read(&salon, "").await.len(), before);
}

#[tokio::test]
async fn everything_about_services_resources_and_the_business_is_kept_track_of() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = &salon.owner;
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    owner
        .patch(&own, &json!({ "auto_confirm": true, "booking_policy": { "hold_minutes": 7 } }))
        .await
        .expect(200);
    assert_eq!(latest(&salon, "business").await["changes"]["hold_minutes"], json!([10, 7]));
    owner.patch(&own, &json!({ "city": "Opole" })).await.expect(200);
    assert_eq!(latest(&salon, "location").await["changes"], json!({ "city": ["Wrocław", "Opole"] }));

    let place = salon.path(&format!("services/{}/add-ons/", salon.service));
    let add_on = id(&owner.post(&place, &json!({ "name": "Maska" })).await.expect(201));
    assert_eq!(
        latest(&salon, "add_on").await["subject"],
        json!({ "kind": "add_on", "id": add_on, "name": "Maska" })
    );
    owner.delete(&format!("{place}{add_on}/")).await.expect(204);
    let gone = latest(&salon, "add_on").await;
    assert_eq!((&gone["action"], &gone["subject"]["name"]), (&json!("removed"), &json!(null)));

    let chair =
        owner.post(&salon.path("resources/"), &json!({ "name": "Fotel", "quantity": 2 })).await.expect(201);
    let created = latest(&salon, "resource").await;
    assert_eq!((&created["action"], &created["changes"]["quantity"]), (&json!("created"), &json!([null, 2])));
    let service = salon.path(&format!("services/{}/", salon.service));
    owner.patch(&service, &json!({ "resources": [{ "resource_id": chair["id"] }] })).await.expect(200);
    let need = latest(&salon, "service_resource").await;
    assert_eq!(
        need["subject"],
        json!({ "kind": "service_resource", "id": salon.service, "name": "Strzyżenie" })
    );
    owner.put(&salon.path(&format!("services/{}/staff/", salon.service)), &json!([])).await.expect(200);
    assert_eq!(latest(&salon, "service_staff").await["action"], "removed");
    owner.delete(&service).await.expect(204);
    let retired = latest(&salon, "service").await;
    assert_eq!(
        (&retired["action"], &retired["changes"]["is_active"]),
        (&json!("retired"), &json!([true, false]))
    );
}

#[tokio::test]
async fn everything_about_staff_and_when_they_work_is_kept_track_of() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let salon = app.salon().business("staff_set_own_hours", true).create().await;
    let owner = &salon.owner;
    let kasia = app.person("kasia").await;
    let hired =
        owner.post(&salon.path("staff/"), &json!({ "email": kasia.email, "display_name": "Kasia" })).await;
    let member = id(&hired.expect(201));
    assert_eq!(latest(&salon, "staff_member").await["subject"]["name"], "Kasia");
    let invited = latest(&salon, "staff_invitation").await;
    assert_eq!((&invited["action"], &invited["subject"]["id"]), (&json!("created"), &json!(member)));
    assert_eq!(invited["changes"]["expires_at"], json!([null, "2026-03-16T08:00:00+01:00"]));
    let mailed = app.told("staff_invitation").await.pop().unwrap();
    let accept = "/api/businesses/staff-invitations/accept/";
    kasia.post(accept, &json!({ "token": mailed["token"] })).await.expect(200);
    let joined = latest(&salon, "staff_member").await;
    assert_eq!((&joined["actor"]["id"], &joined["changes"]), (&json!(kasia.id), &json!({ "user_id": null })));

    let hours = salon.path(&format!("staff/{member}/hours/"));
    let nine = json!({ "day_of_week": 0, "open_time": "09:00", "close_time": "12:00" });
    let ten = json!({ "day_of_week": 1, "open_time": "10:00", "close_time": "12:00" });
    kasia.put(&hours, &json!([nine, ten])).await.expect(200);
    let entry = latest(&salon, "staff_hours").await;
    assert_eq!(entry["actor"], json!({ "id": kasia.id, "name": "kasia", "role": "staff" }));
    assert_eq!(entry["subject"], json!({ "kind": "staff_hours", "id": member, "name": "Kasia" }));
    kasia.put(&hours, &json!([nine])).await.expect(200);
    let about_hours = read(&salon, "subject=staff_hours").await;
    assert_eq!(about_hours.len(), 3, "what stays the same is not written anew");
    assert_eq!(about_hours[0]["changes"]["day_of_week"], json!([1, null]));

    let other = json!({
        "staff_id": member, "first_date": "2026-03-20", "hours": [{ "open_time": "10:00", "close_time": "12:00" }],
    });
    let date = id(&kasia.post(&salon.path("date-overrides/"), &other).await.expect(201));
    assert_eq!(
        latest(&salon, "date_override").await["changes"]["dates"],
        json!([null, "[2026-03-20,2026-03-21)"])
    );
    assert_eq!(latest(&salon, "override_hours").await["subject"]["id"], json!(date));
    kasia.delete(&salon.path(&format!("date-overrides/{date}/"))).await.expect(204);
    let about_the_date = read(&salon, &format!("subject_id={date}")).await;
    let told: Vec<_> =
        about_the_date.iter().map(|entry| (&entry["subject"]["kind"], &entry["action"])).collect();
    let [removed, hours_made, made] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(*removed, (&json!("date_override"), &json!("removed")));
    assert_eq!(*hours_made, (&json!("override_hours"), &json!("created")));
    assert_eq!(*made, (&json!("date_override"), &json!("created")));

    let away =
        json!({ "staff_id": member, "starts_at": "2026-03-23", "ends_at": "2026-03-23", "reason": "chora" });
    let away = id(&owner.post(&salon.path("time-off/"), &away).await.expect(201));
    let path = salon.path(&format!("time-off/{away}/"));
    owner.patch(&path, &json!({ "reason": "bardzo chora" })).await.expect(200);
    let entry = latest(&salon, "time_off").await;
    assert_eq!(entry["changes"], json!({ "reason": null }), "values of a reason are nobody's business");
    owner.delete(&path).await.expect(204);
    assert_eq!(
        latest(&salon, "time_off").await["changes"]["starts_at"],
        json!(["2026-03-23T00:00:00", null])
    );

    let opening = app.get(&salon.path("opening-hours/")).await.expect(200);
    let monday = id(&opening["results"][0]);
    owner.delete(&salon.path(&format!("opening-hours/{monday}/"))).await.expect(204);
    assert_eq!(latest(&salon, "opening_hours").await["changes"]["open_minute"], json!([540, null]));
    let of_services = read(&salon, "subject=service_staff").await.len();
    owner.delete(&salon.path(&format!("staff/{member}/"))).await.expect(204);
    assert_eq!(latest(&salon, "staff_member").await["action"], "removed");
    let told =
        (read(&salon, "subject=service_staff").await.len(), read(&salon, "subject=staff_hours").await.len());
    assert_eq!(told, (of_services, 3), "what they offered and when they worked goes along");
}

#[tokio::test]
async fn appointments_are_read_from_their_history() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let booked = id(&salon.book(&anna, TUESDAY, "10:00").await.expect(201));
    let mine = format!("/api/users/appointments/{booked}/");
    for (time, after) in [("11:00", 1), ("13:00", 2)] {
        app.later(SignedDuration::from_mins(after)).await;
        let to = json!({ "date": TUESDAY, "start_time": time });
        anna.post(&format!("{mine}reschedule/"), &to).await.expect(200);
    }
    app.later(SignedDuration::from_mins(1)).await;
    let confirm = salon.path(&format!("appointments/{booked}/confirm/"));
    salon.owner.post(&confirm, &json!({})).await.expect(200);
    let told: Vec<Value> = read(&salon, &format!("subject=appointment&subject_id={booked}"))
        .await
        .iter()
        .map(|entry| json!([entry["actor"]["role"], entry["action"], entry["changes"]]))
        .collect();
    let at = |time: &str| format!("2026-03-03T{time}:00+01:00");
    assert_eq!(
        json!(told),
        json!([
            ["owner", "changed", { "status": ["pending", "confirmed"] }],
            ["customer", "changed", { "starts_at": [at("11:00"), at("13:00")] }],
            ["customer", "changed", { "starts_at": [at("10:00"), at("11:00")] }],
            ["customer", "created", { "status": [null, "pending"] }],
        ])
    );
    assert_eq!(latest(&salon, "appointment").await["subject"]["name"], "Strzyżenie");
}

#[tokio::test]
async fn with_whom_a_visit_was_and_is_can_be_read() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    let staff = salon.staff().await;
    let mut wish = salon.wish(TUESDAY, "10:00");
    wish["staff_id"] = json!(staff[0]);
    let booked = id(&anna.post(&salon.path("appointments/"), &wish).await.expect(201));
    for (time, with) in [("10:00", &staff[1]), ("12:00", &staff[1]), ("13:00", &staff[0])] {
        app.later(SignedDuration::from_mins(1)).await;
        let to = json!({ "date": TUESDAY, "start_time": time, "staff_id": with });
        anna.post(&format!("/api/users/appointments/{booked}/reschedule/"), &to).await.expect(200);
    }
    let told = read(&salon, &format!("subject=appointment&subject_id={booked}")).await;
    let told: Vec<&Value> = told.iter().map(|entry| &entry["changes"]).collect();
    let at = |time: &str| format!("2026-03-03T{time}:00+01:00");
    assert_eq!(
        json!(told[..3]),
        json!([
            { "starts_at": [at("12:00"), at("13:00")], "staff_id": [staff[1], staff[0]] },
            { "starts_at": [at("10:00"), at("12:00")] },
            { "staff_id": [staff[0], staff[1]] },
        ])
    );
}

#[tokio::test]
async fn the_list_is_narrowed_down_and_paged() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let opened = read(&salon, "").await.len();
    app.set_clock("2026-03-02T23:30:00Z").await;
    let (anna, salon) = (anna.signed_in_again(&app).await, signed_in_again(&app, &salon).await);
    salon.book(&anna, "2026-03-05", "10:00").await.expect(201);
    let rename = json!({ "name": "Golenie" });
    salon.owner.patch(&salon.path(&format!("services/{}/", salon.service)), &rename).await.expect(200);
    // By the business's clock it is the next day.
    assert_eq!(read(&salon, "date_from=2026-03-03").await.len(), 2);
    assert_eq!(read(&salon, "date_to=2026-03-02").await.len(), opened);
    assert_eq!(read(&salon, &format!("actor_id={}", anna.id)).await.len(), 1);
    assert_eq!(read(&salon, &format!("subject_id={}&date_from=2026-03-03", salon.service)).await.len(), 1);
    let first = salon.owner.get(&salon.path("audit/?page_size=1")).await.expect(200);
    let second = salon.owner.get(&salon.path("audit/?page_size=1&page=2")).await.expect(200);
    assert_eq!(first["count"], opened + 2);
    assert!(first["results"][0]["id"] != second["results"][0]["id"]);
    let wrong =
        salon.owner.get(&salon.path("audit/?subject=cat&subject_id=7&actor_id=x&date_from=now")).await;
    let details = wrong.refused(400, "VALIDATION_ERROR");
    assert_eq!(details.as_object().unwrap().len(), 4, "{details}");
}

async fn signed_in_again(app: &TestApp, salon: &Salon) -> Salon {
    Salon { owner: salon.owner.signed_in_again(app).await, ..salon.clone() }
}

#[tokio::test]
async fn what_nobody_in_particular_or_an_earlier_release_writes_is_there_too() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let database = app.database.connect().await;
    database.execute("update services set name = 'Golenie'", &[]).await.unwrap();
    let by_an_earlier_release = latest(&salon, "service").await;
    let nobody = |role: &str| json!({ "id": null, "name": null, "role": role });
    assert_eq!(by_an_earlier_release["actor"], nobody("unknown"));
    let invite = json!({ "email": "kasia@example.com", "display_name": "Kasia" });
    salon.owner.post(&salon.path("staff/"), &invite).await.expect(201);
    app.later(SignedDuration::from_hours(24 * 50)).await;
    cron::run(&app.state, &[Task::Cleanup]).await.unwrap();
    let salon = signed_in_again(&app, &salon).await;
    let cleared = latest(&salon, "staff_invitation").await;
    assert_eq!((&cleared["actor"], &cleared["action"]), (&nobody("system"), &json!("removed")));
    // What the system keeps up to date, a rating, is nothing that was done to the business.
    let before = read(&salon, "").await.len();
    database.execute("update businesses set rating_average = 4.5, rating_count = 2", &[]).await.unwrap();
    assert_eq!(read(&salon, "").await.len(), before);
}

/// Hires somebody with an account.
async fn hire(salon: &Salon, person: &Person, is_manager: bool) -> String {
    let body = json!({ "user_id": person.id, "is_manager": is_manager, "display_name": "Kasia" });
    id(&salon.owner.post(&salon.path("staff/"), &body).await.expect(201))
}
