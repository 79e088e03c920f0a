//! What the rows about customers do.

use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;

impl Stage {
    /// What a row says, if it is one of these: a method, a path and a body.
    pub(super) async fn customers(&self, what: &str) -> Option<(Method, String, Option<Value>)> {
        let (method, place) = what.trim_end_matches('`').split_once(" `")?;
        if let Some(below) = place.strip_prefix("{slug}/services/{id}/questions/") {
            return Some(self.questions(method, below).await);
        }
        let below = place.strip_prefix("{slug}/customers/")?;
        let card = async || self.added("customers/", &json!({ "name": "Anna Nowak" })).await;
        let path = format!("{}/customers/{below}", self.salon.slug);
        let path = if path.contains("{id}") { path.replace("{id}", &card().await) } else { path };
        let body = match (method, below) {
            ("POST", "") => Some(json!({ "name": "Ewa" })),
            ("PATCH", _) => Some(json!({ "notes": "Lubi kawę." })),
            (_, "{id}/block/") => Some(json!({ "reason": "nie przychodzi" })),
            (_, "{id}/merge/") => Some(json!({ "into": card().await })),
            (_, "import/") => Some(json!("name,email\nAnna,anna@example.com\n")),
            _ => None,
        };
        Some((method.parse().unwrap(), path, body))
    }

    /// What a row about questions does.
    async fn questions(&self, method: &str, below: &str) -> (Method, String, Option<Value>) {
        let place = format!("services/{}/questions/", self.service().await);
        let question = json!({ "text": "Uczulenia?", "kind": "text" });
        let mut path = format!("{}/{place}", self.salon.slug);
        if below.contains("{id}") {
            path = format!("{path}{}/", self.added(&place, &question).await);
        }
        let body = match method {
            "POST" => Some(question),
            "PATCH" => Some(json!({ "is_required": true })),
            _ => None,
        };
        (method.parse().unwrap(), path, body)
    }
}
