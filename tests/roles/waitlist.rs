//! What the rows about the waitlist do.

use reqwest::Method;
use serde_json::{Value, json};

use super::{DATE, Stage};

impl Stage {
    /// What a row says, if it is one of these: a method, a path and a body.
    pub(super) async fn waitlist(&self, what: &str) -> Option<(Method, String, Option<Value>)> {
        let (method, place) = what.trim_end_matches('`').split_once(" `")?;
        let below = place.strip_prefix("{slug}/waitlist/")?;
        let wish = json!({ "service_id": self.salon.service, "date_from": DATE, "date_to": DATE });
        let mut path = format!("{}/waitlist/{below}", self.salon.slug);
        if path.contains("{id}") {
            let entry = self.customer.post(&self.salon.path("waitlist/"), &wish).await.expect(201);
            path = path.replace("{id}", entry["id"].as_str().unwrap());
        }
        Some((method.parse().unwrap(), path, (method == "POST").then_some(wish)))
    }
}
