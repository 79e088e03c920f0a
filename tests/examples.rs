//! Every operation used once, as a salon and its customers would. What was sent and answered are the examples of the document
//! of the API, kept in `docs/examples.json`: this story fails when an answer has other fields than its example, or when an
//! operation has none. With `KEEP_EXAMPLES=1` it writes them anew (then `cargo dev -- openapi` puts them into the document).

mod recorder;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, Salon, TestApp};
use recorder::Recorder;

const NEW_PASSWORD: &str = "czarna-kawa-o-osmej";

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_operation_has_an_example_that_is_still_true() {
    let app = TestApp::start().await;
    app.keep_notices().await;
    let recorder = Recorder::new(&app);
    let anna = account(&recorder, &app).await;
    let ewa = app.person("ewa").await;
    let salon = business(&recorder, &app, &ewa).await;
    let service = services(&recorder, &ewa, &salon).await;
    around_services(&recorder, &ewa, &salon, &service).await;
    hours(&recorder, &ewa, &salon).await;
    hours_of_location(&recorder, &app, &ewa, &salon).await;
    let member = staff(&recorder, &app, &ewa, &salon).await;
    working_time(&recorder, &ewa, &salon, &member).await;
    discovery(&recorder, &salon, &service, &member).await;
    appointments(&recorder, &app, &anna, &ewa, &salon, &service).await;
    waitlist(&recorder, &app, (&anna, &ewa), &salon, &service).await;
    customers(&recorder, &app, &ewa, &salon).await;
    leaving(&recorder, &app, &anna).await;
    recorder.finish();
}

async fn account(r: &Recorder<'_>, app: &TestApp) -> Person {
    let who = json!({
        "username": "anna", "email": "anna@example.com", "password": PASSWORD, "password2": PASSWORD,
        "first_name": "Anna", "last_name": "Nowak", "phone": "+48 601 234 567",
    });
    let registered = r.call(None, "POST", "/api/users/register/", Some(who)).await;
    // Codes of one moment would not say which is the latest.
    app.later(SignedDuration::from_mins(1)).await;
    r.call(None, "POST", "/api/users/verify-email/resend/", Some(json!({ "email": "anna@example.com" })))
        .await;
    let code = app.code_for("anna@example.com", 2).await;
    let proof = json!({ "email": "anna@example.com", "code": code });
    r.call(None, "POST", "/api/users/verify-email/", Some(proof)).await;
    let anna = Person::named(app, "anna", &registered);

    let login = json!({ "email": "anna@example.com", "password": PASSWORD });
    let elsewhere = r.call(None, "POST", "/api/users/login/", Some(login)).await;
    let refresh = json!({ "refresh": elsewhere["refresh"] });
    r.call(None, "POST", "/api/users/token/refresh/", Some(refresh)).await;
    r.call(Some(&anna), "GET", "/api/users/me/", None).await;
    let change =
        json!({ "locale": "en", "preferences": { "messages": { "reminder_2h": { "email": false } } } });
    r.call(Some(&anna), "PATCH", "/api/users/me/", Some(change)).await;
    r.call(Some(&anna), "GET", "/api/users/me/export/", None).await;
    let sessions = r.call(Some(&anna), "GET", "/api/users/sessions/", None).await;
    let other = sessions["results"].as_array().unwrap().iter().find(|session| session["is_current"] == false);
    r.call(Some(&anna), "DELETE", &format!("/api/users/sessions/{}/", id(other.unwrap())), None).await;

    let change =
        json!({ "old_password": PASSWORD, "new_password": NEW_PASSWORD, "new_password2": NEW_PASSWORD });
    r.call(Some(&anna), "POST", "/api/users/change-password/", Some(change)).await;
    let back = json!({ "old_password": NEW_PASSWORD, "new_password": PASSWORD });
    r.call(Some(&anna), "PUT", "/api/users/change-password/", Some(back)).await;
    anna
}

async fn business(r: &Recorder<'_>, app: &TestApp, ewa: &Person) -> String {
    let opening = json!({
        "name": "Złote Nożyczki", "category": "hairdresser", "description": "Strzyżenie i koloryzacja.",
        "email": "kontakt@zlote-nozyczki.example.com", "phone_number": "+48 71 555 01 01",
        "website_url": "https://zlote-nozyczki.example.com", "address_line1": "ul. Świdnicka 21", "city": "Wrocław",
        "postal_code": "50-066", "latitude": "51.107900", "longitude": "17.038500",
        "holiday_calendar": "PL", "staff_set_own_hours": true,
        "booking_policy": {
            "min_notice_minutes": 60, "cancellation_deadline_minutes": 120, "reschedule_deadline_minutes": 60,
            "max_open_bookings": 5, "no_show_limit": 2, "no_show_days": 180, "no_show_action": "confirm",
            "staff_choice": "least_busy", "hold_minutes": 10,
        },
    });
    let made = r.call(Some(ewa), "POST", "/api/businesses/", Some(opening.clone())).await;
    let ola = app.person("ola").await;
    let mut second = opening.clone();
    second["name"] = json!("Srebrne Nożyczki");
    let closed = r.call(Some(&ola), "POST", "/api/businesses/my-business/", Some(second)).await;
    r.call(Some(&ola), "DELETE", &format!("/api/businesses/my-business/{}/", id(&closed)), None).await;

    let one = format!("/api/businesses/my-business/{}/", id(&made));
    r.call(Some(ewa), "GET", "/api/businesses/my-business/", None).await;
    for path in ["/api/businesses/me/", one.as_str()] {
        r.call(Some(ewa), "GET", path, None).await;
        r.call(Some(ewa), "PUT", path, Some(opening.clone())).await;
        r.call(Some(ewa), "PATCH", path, Some(json!({ "booking_policy": { "min_notice_minutes": 30 } })))
            .await;
    }
    made["slug"].as_str().unwrap().to_owned()
}

async fn services(r: &Recorder<'_>, ewa: &Person, salon: &str) -> String {
    locations(r, ewa, salon).await;
    let chairs = resources(r, ewa, salon).await;
    let haircut = json!({
        "name": "Strzyżenie", "description": "Z myciem.", "duration_minutes": 60, "buffer_before_minutes": 0,
        "buffer_minutes": 15, "slot_step_minutes": 30, "price_amount": "120.00", "price_currency": "PLN",
        "color": "#c2185b", "policy_overrides": { "min_notice_minutes": 120 },
        "resources": [{ "resource_id": chairs, "quantity": 1 }],
    });
    let mut kept = String::new();
    for place in ["/api/businesses/services/".to_owned(), format!("/api/businesses/{salon}/services/")] {
        let other = r.call(Some(ewa), "POST", &place, Some(haircut.clone())).await;
        let one = format!("{place}{}/", id(&other));
        r.call(Some(ewa), "GET", &place, None).await;
        r.call(Some(ewa), "GET", &one, None).await;
        r.call(Some(ewa), "PUT", &one, Some(haircut.clone())).await;
        r.call(Some(ewa), "PATCH", &one, Some(json!({ "price_amount": "130.00" }))).await;
        r.call(Some(ewa), "DELETE", &one, None).await;
        // Lists are by name: the one that everything else is about comes first.
        let mut another = haircut.clone();
        another["name"] = json!(if kept.is_empty() { "Strzyżenie dziecięce" } else { "Strzyżenie" });
        kept = id(&ewa.post(&place, &another).await.expect(201));
    }
    kept
}

/// Where else the salon is.
async fn locations(r: &Recorder<'_>, ewa: &Person, salon: &str) {
    let place = format!("/api/businesses/{salon}/locations/");
    let krakow = json!({
        "name": "Kazimierz", "address_line1": "ul. Szeroka 2", "city": "Kraków", "postal_code": "31-053",
        "latitude": "50.051500", "longitude": "19.948000",
    });
    let other = r.call(Some(ewa), "POST", &place, Some(krakow.clone())).await;
    let one = format!("{place}{}/", id(&other));
    r.call(None, "GET", &place, None).await;
    r.call(None, "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(krakow)).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "phone_number": "+48 12 345 67 89" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;
}

/// The salon's chairs.
async fn resources(r: &Recorder<'_>, ewa: &Person, salon: &str) -> String {
    let place = format!("/api/businesses/{salon}/resources/");
    let chairs = json!({ "name": "Fotel", "quantity": 3 });
    let other = r.call(Some(ewa), "POST", &place, Some(chairs.clone())).await;
    let one = format!("{place}{}/", id(&other));
    r.call(Some(ewa), "GET", &place, None).await;
    r.call(Some(ewa), "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(chairs.clone())).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "quantity": 2 }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;
    id(&ewa.post(&place, &chairs).await.expect(201))
}

/// What can be added to a service, and who offers it.
async fn around_services(r: &Recorder<'_>, ewa: &Person, salon: &str, service: &str) {
    let service = format!("/api/businesses/{salon}/services/{service}/");
    let place = format!("{service}add-ons/");
    let treatment = json!({ "name": "Maska regenerująca", "duration_minutes": 15, "price_amount": "40.00" });
    let other = r.call(Some(ewa), "POST", &place, Some(treatment.clone())).await;
    let one = format!("{place}{}/", id(&other));
    r.call(None, "GET", &place, None).await;
    r.call(None, "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(treatment.clone())).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "price_amount": "45.00" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;
    ewa.post(&place, &treatment).await.expect(201);

    let place = format!("{service}questions/");
    let allergies =
        json!({ "text": "Czy masz uczulenia?", "kind": "text", "is_sensitive": true, "position": 2 });
    let other = r.call(Some(ewa), "POST", &place, Some(allergies.clone())).await;
    let one = format!("{place}{}/", id(&other));
    r.call(None, "GET", &place, None).await;
    r.call(None, "GET", &one, None).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "text": "Na co masz uczulenie?" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;
    ewa.post(&place, &allergies).await.expect(201);
    let length = json!({
        "text": "Jakie masz włosy?", "kind": "choice", "choices": ["krótkie", "długie"], "is_required": true, "position": 1,
    });
    ewa.post(&place, &length).await.expect(201);

    let place = format!("{service}staff/");
    let offered = r.call(None, "GET", &place, None).await;
    let offer = json!([{
        "staff_id": offered["results"][0]["staff_id"], "duration_minutes": 60, "price_amount": "140.00",
    }]);
    r.call(Some(ewa), "PUT", &place, Some(offer)).await;
    ewa.patch(&service, &json!({ "policy_overrides": { "min_notice_minutes": null } })).await.expect(200);
}

async fn hours(r: &Recorder<'_>, ewa: &Person, salon: &str) {
    let open = |day: u8| json!({ "day_of_week": day, "open_time": "09:00", "close_time": "17:00", "breaks": [{ "start": "13:00", "end": "13:30" }] });
    let week: Value = (0..5).map(open).collect();
    let place = format!("/api/businesses/{salon}/opening-hours/");
    r.call(Some(ewa), "POST", &format!("{place}bulk-update/"), Some(week.clone())).await;
    r.call(Some(ewa), "POST", &format!("{place}bulk_update/"), Some(week)).await;
    let saturday = r.call(Some(ewa), "POST", &place, Some(open(5))).await;
    let one = format!("{place}{}/", id(&saturday));
    r.call(None, "GET", &place, None).await;
    r.call(None, "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(open(5))).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "close_time": "14:00" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;
}

async fn hours_of_location(r: &Recorder<'_>, app: &TestApp, ewa: &Person, salon: &str) {
    let salon = Salon { slug: salon.to_owned(), service: String::new(), owner: ewa.clone() };
    let place = salon.path(&format!("locations/{}/opening-hours/", salon.another_location(app).await));
    let week = json!([
        { "day_of_week": 1, "open_time": "10:00", "close_time": "14:00" },
        { "day_of_week": 1, "open_time": "16:00", "close_time": "20:00" },
        { "day_of_week": 5, "open_time": "09:00", "close_time": "13:00" },
    ]);
    r.call(Some(ewa), "PUT", &place, Some(week)).await;
    r.call(None, "GET", &place, None).await;
    r.call(Some(ewa), "DELETE", &place, None).await;
}

async fn staff(r: &Recorder<'_>, app: &TestApp, ewa: &Person, salon: &str) -> String {
    let place = format!("/api/businesses/{salon}/staff/");
    let entry = json!({ "display_name": "Kasia", "is_bookable": true });
    let kasia = r.call(Some(ewa), "POST", &place, Some(entry)).await;
    let one = format!("{place}{}/", id(&kasia));
    r.call(None, "GET", &place, None).await;
    r.call(None, "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(json!({ "display_name": "Katarzyna", "is_bookable": true }))).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "display_name": "Kasia" }))).await;
    let kate = app.person("kasia").await;
    r.call(Some(ewa), "POST", &format!("{one}invite/"), Some(json!({ "email": kate.email }))).await;
    let token = app.told("staff_invitation").await.pop().unwrap()["token"].clone();
    let accept = json!({ "token": token });
    r.call(Some(&kate), "POST", "/api/businesses/staff-invitations/accept/", Some(accept)).await;
    let passing = ewa.post(&place, &json!({ "display_name": "Praktykantka" })).await.expect(201);
    r.call(Some(ewa), "DELETE", &format!("{place}{}/", id(&passing)), None).await;
    id(&kasia)
}

async fn working_time(r: &Recorder<'_>, ewa: &Person, salon: &str, member: &str) {
    let hours = format!("/api/businesses/{salon}/staff/{member}/hours/");
    let summer = |day: u8| {
        json!({
            "day_of_week": day, "open_time": "10:00", "close_time": "15:00",
            "breaks": [{ "start": "12:00", "end": "12:30" }], "valid_from": "2026-07-01", "valid_until": "2026-08-31",
        })
    };
    r.call(Some(ewa), "PUT", &hours, Some((0..3).map(summer).collect())).await;
    r.call(Some(ewa), "GET", &hours, None).await;

    let overrides = format!("/api/businesses/{salon}/date-overrides/");
    let training = json!({
        "staff_id": member, "first_date": "2026-06-15", "last_date": "2026-06-16", "name": "Szkolenie",
        "hours": [{ "open_time": "14:00", "close_time": "17:00", "breaks": [] }],
    });
    let made = r.call(Some(ewa), "POST", &overrides, Some(training.clone())).await;
    let one = format!("{overrides}{}/", id(&made));
    r.call(Some(ewa), "GET", &format!("{overrides}?staff_id={member}&date_from=2026-06-01"), None).await;
    r.call(Some(ewa), "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(training)).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "last_date": "2026-06-17" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;

    let time_off = format!("/api/businesses/{salon}/time-off/");
    let lectures = json!({
        "staff_id": member, "starts_at": "2026-10-05T14:00", "ends_at": "2026-10-05T17:00",
        "repeats_every_weeks": 2, "repeats_until": "2027-01-31", "reason": "Studia",
    });
    let made = r.call(Some(ewa), "POST", &time_off, Some(lectures.clone())).await;
    let one = format!("{time_off}{}/", id(&made));
    r.call(Some(ewa), "GET", &format!("{time_off}?staff_id={member}&date_to=2026-12-31"), None).await;
    r.call(Some(ewa), "GET", &one, None).await;
    r.call(Some(ewa), "PUT", &one, Some(lectures)).await;
    r.call(Some(ewa), "PATCH", &one, Some(json!({ "reason": "Wykłady" }))).await;
    r.call(Some(ewa), "DELETE", &one, None).await;

    let open =
        json!({ "first_date": "2026-11-11", "hours": [{ "open_time": "10:00", "close_time": "14:00" }] });
    ewa.post(&overrides, &open).await.expect(201);
    r.call(None, "GET", &format!("/api/businesses/{salon}/holidays/?year=2026"), None).await;
}

async fn discovery(r: &Recorder<'_>, salon: &str, service: &str, member: &str) {
    r.call(None, "GET", "/api/businesses/?search=fryzjer&city=Wroclaw", None).await;
    r.call(None, "GET", "/api/businesses/?search=nozyczki&lat=51.1&lng=17.0", None).await;
    r.call(None, "GET", "/api/businesses/categories/", None).await;
    r.call(None, "GET", "/api/health/", None).await;
    r.call(None, "GET", "/api/ready/", None).await;
    r.call(None, "GET", &format!("/api/businesses/{salon}/"), None).await;
    r.call(None, "GET", &format!("/api/businesses/{salon}/reviews/"), None).await;
    r.call(None, "GET", &format!("/api/businesses/{salon}/availability/next/?service_id={service}"), None)
        .await;
    let question = format!("service_ids={service},{service}&date=2026-03-03&max_wait_minutes=15");
    r.call(None, "GET", &format!("/api/businesses/{salon}/availability/visits/?{question}"), None).await;
    let question = format!("service_id={service}&date=2026-03-03&time=10:10");
    r.call(None, "GET", &format!("/api/businesses/{salon}/availability/explain/?{question}"), None).await;
    let question = format!("service_id={service}&date=2026-03-03&days=2&staff_id={member}&verbose=true");
    r.call(None, "GET", &format!("/api/businesses/{salon}/availability/?{question}"), None).await;
}

async fn appointments(
    r: &Recorder<'_>,
    app: &TestApp,
    anna: &Person,
    ewa: &Person,
    salon: &str,
    service: &str,
) {
    let place = format!("/api/businesses/{salon}/appointments/");
    let asked = app.get(&format!("/api/businesses/{salon}/services/{service}/questions/")).await.expect(200);
    let answers = json!([
        { "question_id": asked["results"][0]["id"], "value": "długie" },
        { "question_id": asked["results"][1]["id"], "value": "Lateks" },
    ]);
    let wish = |day: &str, time: &str| {
        json!({
            "service_id": service, "date": day, "start_time": time, "notes": "Pierwsza wizyta", "answers": answers,
        })
    };
    let holds = format!("/api/businesses/{salon}/holds/");
    let start = json!({ "service_id": service, "date": "2026-03-03", "start_time": "10:00" });
    let held = id(&r.call(Some(anna), "POST", &holds, Some(start)).await);
    r.call(Some(anna), "GET", &format!("{holds}{held}/"), None).await;
    r.call(Some(anna), "DELETE", &format!("{holds}{held}/"), None).await;
    let first = id(&r.call(Some(anna), "POST", &place, Some(wish("2026-03-03", "10:00"))).await);
    let second = id(&anna.post(&place, &wish("2026-03-03", "14:00")).await.expect(201));
    let third = id(&anna.post(&place, &wish("2026-03-04", "10:00")).await.expect(201));
    let fourth = id(&anna.post(&place, &wish("2026-03-04", "14:00")).await.expect(201));

    let mut called =
        json!({ "name": "Halina Brzoza", "email": "halina@example.com", "phone": "+48 500 200 201" });
    called.as_object_mut().unwrap().extend(wish("2026-03-05", "15:00").as_object().unwrap().clone());
    r.call(Some(ewa), "POST", &format!("{place}for-customer/"), Some(called)).await;
    guests(r, app, ewa, salon, &wish("2026-03-06", "10:00")).await;
    schedule_changes(r, ewa, salon, &anna.post(&place, &wish("2026-03-06", "14:00")).await.expect(201)).await;
    r.call(Some(ewa), "POST", &format!("{place}{first}/confirm/"), None).await;
    ewa.post(&format!("{place}{second}/confirm/"), &json!({})).await.expect(200);
    let mine = "/api/users/appointments/";
    let move_to = |day: &str, time: &str| Some(json!({ "date": day, "start_time": time }));
    r.call(Some(ewa), "POST", &format!("{place}{third}/reschedule/"), move_to("2026-03-05", "10:00")).await;
    r.call(Some(anna), "POST", &format!("{mine}{third}/reschedule/"), move_to("2026-03-05", "12:00")).await;
    r.call(Some(anna), "GET", mine, None).await;
    r.call(Some(anna), "GET", &format!("{mine}{first}/"), None).await;
    r.call(Some(ewa), "GET", &place, None).await;
    r.call(Some(ewa), "GET", &format!("{place}{first}/"), None).await;
    let reason = Some(json!({ "reason": "Zmiana planów." }));
    r.call(Some(anna), "POST", &format!("{mine}{third}/cancel/"), reason.clone()).await;
    r.call(Some(ewa), "POST", &format!("{place}{fourth}/cancel/"), reason).await;

    let mut weekly = wish("2026-03-10", "10:00");
    weekly["rule"] = json!("FREQ=WEEKLY;INTERVAL=2;COUNT=3");
    weekly["on_conflict"] = json!("skip");
    r.call(Some(anna), "POST", &format!("{place}series/preview/"), Some(weekly.clone())).await;
    let series = id(&r.call(Some(anna), "POST", &format!("{place}series/"), Some(weekly)).await);
    r.call(Some(anna), "GET", &format!("{mine}series/{series}/"), None).await;
    let reason = Some(json!({ "reason": "Wyjazd." }));
    r.call(Some(anna), "POST", &format!("{mine}series/{series}/cancel/"), reason).await;
    let part = json!({ "service_id": service, "answers": answers });
    let several =
        json!({ "date": "2026-03-12", "start_time": "10:30", "max_wait_minutes": 15, "parts": [part, part] });
    let visit =
        id(&r.call(Some(anna), "POST", &format!("/api/businesses/{salon}/visits/"), Some(several)).await);
    r.call(Some(anna), "GET", &format!("/api/users/visits/{visit}/"), None).await;
    let reason = Some(json!({ "reason": "Zmiana planów." }));
    r.call(Some(anna), "POST", &format!("/api/users/visits/{visit}/cancel/"), reason).await;

    r.call(Some(anna), "POST", &format!("/api/users/favorites/{salon}/"), None).await;
    r.call(Some(anna), "GET", "/api/users/favorites/", None).await;

    // The day of the visits is over; sign-ins are too.
    app.later(SignedDuration::from_hours(40)).await;
    let ewa = again(app, ewa).await;
    r.call(Some(&ewa), "POST", &format!("{place}{first}/complete/"), None).await;
    r.call(Some(&ewa), "POST", &format!("{place}{second}/no-show/"), None).await;
    r.call(Some(&ewa), "GET", &format!("/api/businesses/my-business/{salon}/stats/"), None).await;
    r.call(
        Some(&ewa),
        "GET",
        &format!("/api/businesses/{salon}/audit/?date_from=2026-03-01&page_size=5"),
        None,
    )
    .await;
}

/// Who books without an account.
async fn guests(r: &Recorder<'_>, app: &TestApp, ewa: &Person, salon: &str, wish: &Value) {
    let business = format!("/api/businesses/{salon}/");
    let taking = json!({ "booking_policy": { "guest_booking": true } });
    ewa.patch(&format!("/api/businesses/my-business/{salon}/"), &taking).await.expect(200);
    let (mut wish, mut texted) = (wish.clone(), wish.clone());
    let start =
        json!({ "service_id": wish["service_id"], "date": wish["date"], "start_time": wish["start_time"] });
    let held = r.call(None, "POST", &format!("{business}guest-holds/"), Some(start)).await;
    let token = &held["hold_token"];
    let who = json!({ "hold_token": token, "name": "Gosia Maj", "email": "gosia@example.com", "phone": "+48 700 100 200" });
    r.call(None, "POST", &format!("{business}guest-holds/code/"), Some(who)).await;
    wish["hold_token"] = token.clone();
    wish["code"] = json!(app.code_for("gosia@example.com", 1).await);
    let booked = r.call(None, "POST", &format!("{business}guest-appointments/"), Some(wish)).await;
    let link = &booked["link_token"];
    r.call(None, "POST", "/api/guests/appointment/", Some(json!({ "link_token": link }))).await;
    let to = json!({ "link_token": link, "date": "2026-03-06", "start_time": "12:00" });
    r.call(None, "POST", "/api/guests/appointment/reschedule/", Some(to)).await;
    let off = json!({ "link_token": link, "reason": "Choroba." });
    r.call(None, "POST", "/api/guests/appointment/cancel/", Some(off)).await;

    texted["start_time"] = json!("14:00");
    let held = app.post(&format!("{business}guest-holds/"), &texted).await.expect(201);
    texted["hold_token"] = held["hold_token"].clone();
    let who = json!({ "hold_token": held["hold_token"], "name": "Gosia Maj", "phone": "+48 700 100 200" });
    app.post(&format!("{business}guest-holds/code/"), &who).await.expect(200);
    texted["code"] = json!(app.code_for("+48700100200", 1).await);
    let booked = app.post(&format!("{business}guest-appointments/"), &texted).await.expect(201);
    let link = json!({ "link_token": booked["link_token"] });
    r.call(Some(ewa), "POST", "/api/guests/appointment/claim/", Some(link)).await;
}

/// Who waits for a morning that is full, but for one start.
async fn waitlist(
    r: &Recorder<'_>,
    app: &TestApp,
    (anna, ewa): (&Person, &Person),
    salon: &str,
    service: &str,
) {
    let (anna, ewa) = (again(app, anna).await, again(app, ewa).await);
    let place = format!("/api/businesses/{salon}/waitlist/");
    let wish = json!({
        "service_id": service, "date_from": "2026-03-09", "date_to": "2026-03-11", "time_from": "10:00",
        "time_to": "12:00",
    });
    let first = id(&r.call(Some(&anna), "POST", &place, Some(wish.clone())).await);
    let mine = format!("/api/users/waitlist/{first}/");
    while anna.get(&mine).await.expect(200)["offer"].is_null() {
        shared::waitlist::offer_due(&app.state, None).await.unwrap();
    }
    r.call(Some(&anna), "GET", &mine, None).await;
    r.call(Some(&anna), "GET", "/api/users/waitlist/", None).await;
    r.call(Some(&ewa), "GET", &place, None).await;
    r.call(Some(&anna), "DELETE", &mine, None).await;
    let second = id(&anna.post(&place, &wish).await.expect(201));
    r.call(Some(&ewa), "DELETE", &format!("{place}{second}/"), None).await;
}

/// Somebody is away when they have a visit, which is moved to the morning.
async fn schedule_changes(r: &Recorder<'_>, ewa: &Person, salon: &str, booked: &Value) {
    let place = format!("/api/businesses/{salon}/schedule-changes/");
    let away = json!({ "time_off": {
        "staff_id": booked["staff"]["id"], "starts_at": "2026-03-06T13:30", "ends_at": "2026-03-06T17:00",
        "reason": "Lekarz",
    } });
    r.call(Some(ewa), "POST", &format!("{place}preview/"), Some(json!({ "change": away }))).await;
    let choice = json!({
        "appointment_id": booked["id"], "choice": "move", "date": "2026-03-06", "start_time": "10:00",
    });
    r.call(Some(ewa), "POST", &place, Some(json!({ "change": away, "choices": [choice] }))).await;
}

/// Whom the salon knows.
async fn customers(r: &Recorder<'_>, app: &TestApp, ewa: &Person, salon: &str) {
    let ewa = again(app, ewa).await;
    let place = format!("/api/businesses/{salon}/customers/");
    let walked_in = json!({
        "name": "Maria Zielińska", "email": "maria@example.com", "phone": "+48 602 345 678",
        "notes": "Uczulona na lateks.", "tags": ["stała klientka"],
    });
    let double = id(&r.call(Some(&ewa), "POST", &place, Some(walked_in.clone())).await);
    r.call(Some(&ewa), "GET", &format!("{place}?search=nowak&ordering=name"), None).await;
    let known = ewa.get(&format!("{place}?search=anna")).await.expect(200);
    let card = format!("{place}{}/", id(&known["results"][0]));
    r.call(Some(&ewa), "GET", &card, None).await;
    let note = json!({ "notes": "Pije kawę bez cukru.", "tags": ["stała klientka", "kawa"] });
    r.call(Some(&ewa), "PATCH", &card, Some(note)).await;
    r.call(Some(&ewa), "POST", &format!("{card}block/"), Some(json!({ "reason": "Dwa razy nie przyszła." })))
        .await;
    r.call(Some(&ewa), "POST", &format!("{card}unblock/"), None).await;
    let into = json!({ "into": known["results"][0]["id"] });
    r.call(Some(&ewa), "POST", &format!("{place}{double}/merge/"), Some(into)).await;
    let table = "name,email,phone,notes,tags
Jan Kowal,jan@example.com,,,stały klient
Ola,,,,
";
    r.call(Some(&ewa), "POST", &format!("{place}import/?dry_run=true"), Some(json!(table))).await;
    r.call(Some(&ewa), "GET", &format!("{place}export/"), None).await;
    let gone = id(&ewa.post(&place, &walked_in).await.expect(201));
    r.call(Some(&ewa), "DELETE", &format!("{place}{gone}/"), None).await;
}

/// Signed in once more.
async fn again(app: &TestApp, person: &Person) -> Person {
    let login = json!({ "email": person.email, "password": PASSWORD });
    person.holding(&app.post("/api/users/login/", &login).await.expect(200))
}

async fn leaving(r: &Recorder<'_>, app: &TestApp, anna: &Person) {
    r.call(None, "POST", "/api/users/password-reset/", Some(json!({ "email": anna.email }))).await;
    let code = app.told("password_reset_code").await.pop().unwrap()["code"].clone();
    let reset = json!({ "email": anna.email, "code": code, "new_password": NEW_PASSWORD, "new_password2": NEW_PASSWORD });
    r.call(None, "POST", "/api/users/password-reset/confirm/", Some(reset)).await;
    let login = json!({ "email": anna.email, "password": NEW_PASSWORD });
    let first = anna.holding(&app.post("/api/users/login/", &login).await.expect(200));
    let second = anna.holding(&app.post("/api/users/login/", &login).await.expect(200));
    r.call(Some(&first), "POST", "/api/users/logout/", Some(json!({ "refresh": first.refresh }))).await;
    r.call(Some(&second), "DELETE", "/api/users/me/", Some(json!({ "password": NEW_PASSWORD }))).await;
}
