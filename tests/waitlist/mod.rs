//! Waiting for time: who joined first gets what becomes free, for a quarter of an hour, and nobody is passed over.

mod joining;
mod locations;
mod offers;
mod order;
mod races;
mod scale;

use reqwest::Method;
use serde_json::{Value, json};
use shared::waitlist;

use crate::support::{Answer, Person, Salon, TestApp, eventually};

/// A Tuesday; the clock stands at eight on the Monday before.
const DATE: &str = "2026-03-03";

const CRON_SECRET: &str = "a-secret-that-is-long-enough-for-this";

/// An app whose people stay signed in while time passes.
async fn app() -> TestApp {
    TestApp::with(&[("JWT_ACCESS_MIN", "1440"), ("CRON_SECRET", CRON_SECRET)]).await
}

/// Has cron look at the waitlists; what it says it did.
async fn cron(app: &TestApp) -> Value {
    let request = app.request(Method::POST, "/api/cron/waitlist/").bearer_auth(CRON_SECRET);
    Answer::read(request.send().await.unwrap()).await.expect(200)["data"].clone()
}

/// Cancels as a function does that ends before it has looked at what that frees.
async fn cancel_unseen(app: &TestApp, appointment: &Value) {
    let sql = "
        update appointments set status = 'cancelled', cancelled_at = updated_at, cancelled_by = 'business'
        where id = $1::text::uuid";
    app.database.connect().await.execute(sql, &[&appointment["id"].as_str().unwrap()]).await.unwrap();
}

/// Asks to wait for the salon's service, on [`DATE`] unless `more` says otherwise.
async fn ask(salon: &Salon, customer: &Person, more: Value) -> Answer {
    let mut wish = json!({ "service_id": salon.service, "date_from": DATE, "date_to": DATE });
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    customer.post(&salon.path("waitlist/"), &wish).await
}

/// Joins the waitlist; the path of the entry.
async fn join(salon: &Salon, customer: &Person, more: Value) -> String {
    let entry = ask(salon, customer, more).await.expect(201);
    format!("/api/users/waitlist/{}/", entry["id"].as_str().unwrap())
}

/// Offers whatever has become free by now, as what runs behind answers and cron do; how many offers it made.
async fn offered(app: &TestApp) -> u64 {
    waitlist::offer_due(&app.state, None).await.unwrap()
}

/// What is held for somebody who waits, once all that became free has been looked at.
async fn offer(app: &TestApp, customer: &Person, entry: &str) -> Value {
    looked_at(app).await;
    customer.get(entry).await.expect(200)["offer"].clone()
}

/// Waits until nothing that is due is left, whoever looks at it.
async fn looked_at(app: &TestApp) {
    let database = app.database.connect().await;
    let left = "select count(*) from waitlist_checks where due_at <= $1";
    eventually("all looked at", async || {
        offered(app).await;
        let left: i64 = database.query_one(left, &[&app.clock.now()]).await.unwrap().get(0);
        (left == 0).then_some(())
    })
    .await;
}

/// Books what is held for them.
async fn accept(salon: &Salon, customer: &Person, offer: &Value) -> Answer {
    let mut wish = salon.wish(offer["date"].as_str().unwrap(), offer["start_time"].as_str().unwrap());
    wish["hold_id"] = offer["hold_id"].clone();
    customer.post(&salon.path("appointments/"), &wish).await
}

/// Lets go what is held for them.
async fn decline(salon: &Salon, customer: &Person, offer: &Value) {
    let hold = salon.path(&format!("holds/{}/", offer["hold_id"].as_str().unwrap()));
    customer.delete(&hold).await.expect(204);
}

async fn cancel(customer: &Person, appointment: &Value) {
    let path = format!("/api/users/appointments/{}/cancel/", appointment["id"].as_str().unwrap());
    customer.post(&path, &json!({})).await.expect(200);
}

/// A salon whose only start of the day is at ten, and is booked by `owner`'s first customer.
async fn full_salon(app: &TestApp, customer: &Person) -> (Salon, Value) {
    let salon = app.salon().open("10:00", "11:00").create().await;
    let booked = salon.book(customer, DATE, "10:00").await.expect(201);
    (salon, booked)
}

/// So many customers.
async fn people(app: &TestApp, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for index in 0..count {
        people.push(app.person(&format!("person{index}")).await);
    }
    people
}
