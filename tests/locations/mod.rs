//! Several locations of one business: what is said of each, what is there, and how each is found.

mod finding;
mod keeping;
mod scale;
mod showing;
mod visits;

use serde_json::{Value, json};

use crate::support::{Salon, TestApp};

const LOCATION: [&str; 13] = [
    "address",
    "address_line1",
    "address_line2",
    "city",
    "country",
    "id",
    "is_primary",
    "latitude",
    "longitude",
    "name",
    "phone_number",
    "postal_code",
    "services_count",
];

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

/// The values of a field, one of each entry.
fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap()).collect()
}

/// A place in Kraków.
fn in_krakow() -> Value {
    json!({
        "name": "Kazimierz", "address_line1": "ul. Szeroka 2", "address_line2": "parter", "city": "Kraków",
        "postal_code": "31-053", "latitude": "50.051500", "longitude": "19.948000", "phone_number": "+48 12 345 67 89",
    })
}

/// A salon in Wrocław with a second place in Kraków, which has a service of its own.
struct Two {
    salon: Salon,
    first: String,
    second: String,
    /// The salon as customers of the second place see it.
    there: Salon,
}

async fn two(app: &TestApp) -> Two {
    let salon = app
        .salon()
        .business("latitude", "51.107900")
        .business("longitude", "17.038500")
        .staff(2)
        .create()
        .await;
    let second = salon.owner.post(&salon.path("locations/"), &in_krakow()).await.expect(201);
    let second = id(&second).to_owned();
    let service = json!({
        "name": "Masaż", "duration_minutes": 30, "price_amount": "60.00", "location_id": second,
    });
    let there = salon.also_offering(&service).await;
    let all = app.get(&salon.path("locations/")).await.expect(200);
    Two { first: id(&all["results"][0]).to_owned(), salon, second, there }
}

impl Two {
    /// Has the owner alone offer what there is at the first place, and the other one what there is at the second.
    async fn part_company(&self) {
        let staff = self.salon.staff().await;
        for (salon, member) in [&self.salon, &self.there].into_iter().zip(staff) {
            let path = salon.path(&format!("services/{}/staff/", salon.service));
            salon.owner.put(&path, &json!([{ "staff_id": member }])).await.expect(200);
        }
    }
}
