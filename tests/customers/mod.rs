//! Customers of a business: their cards, whom it takes no bookings from, doubles, and spreadsheets.

mod blocking;
mod cards;
mod leaving;
mod making;
mod merging;
mod scale;
mod spreadsheets;
mod statements;
mod without_account;

use serde_json::{Value, json};

use crate::support::{Person, Salon, TestApp};

pub(crate) const DATE: &str = "2026-03-03";

/// The cards that a salon finds, in the order it finds them.
async fn found(salon: &Salon, query: &str) -> Vec<Value> {
    let page = salon.owner.get(&salon.path(&format!("customers/?{query}"))).await.expect(200);
    page["results"].as_array().unwrap().clone()
}

async fn names(salon: &Salon, query: &str) -> Vec<String> {
    let cards = found(salon, query).await;
    cards.iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect()
}

/// The path of a card, which is the only one the salon has of this name.
async fn path_of(salon: &Salon, name: &str) -> String {
    let cards = found(salon, "page_size=100").await;
    let card = cards.iter().find(|card| card["name"] == name).unwrap();
    path(salon, card)
}

fn path(salon: &Salon, card: &Value) -> String {
    salon.path(&format!("customers/{}/", card["id"].as_str().unwrap()))
}

async fn add(salon: &Salon, card: Value) -> Value {
    salon.owner.post(&salon.path("customers/"), &card).await.expect(201)
}

/// Someone with a name and a phone.
async fn known(app: &TestApp, username: &str, first: &str, last: &str, phone: &str) -> Person {
    let person = app.person(username).await;
    let profile = json!({ "first_name": first, "last_name": last, "phone": phone });
    person.patch("/api/users/me/", &profile).await.expect(200);
    person
}
