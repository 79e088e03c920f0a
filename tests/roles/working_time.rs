//! What the rows about working time do.

use std::sync::atomic::Ordering;

use jiff::{ToSpan, civil::date};
use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;

impl Stage {
    /// What a row says, if it is one of these: a method, a path and a body.
    pub(super) async fn working_time(&self, what: &str) -> Option<(Method, String, Option<Value>)> {
        let (call, whose) = what.split_once("` ").unwrap_or((what.trim_end_matches('`'), ""));
        let (method, place) = call.trim_start_matches(['`']).split_once(' ')?;
        let place = place.trim_start_matches('`');
        let setting = [
            ("with another `holiday_calendar`", json!({ "holiday_calendar": "PL" })),
            ("with another `staff_set_own_hours`", json!({ "staff_set_own_hours": true })),
        ];
        if let Some((_, body)) = setting.into_iter().find(|(what, _)| *what == whose) {
            return Some((Method::PATCH, format!("my-business/{}/", self.salon.slug), Some(body)));
        }
        let kind = ["hours", "date-overrides", "time-off", "holidays", "schedule-changes"]
            .into_iter()
            .find(|kind| place.contains(&format!("/{kind}/")))?;
        let allowed = json!({ "staff_set_own_hours": whose.contains("set their own") });
        let own = format!("/api/businesses/my-business/{}/", self.salon.slug);
        self.salon.owner.patch(&own, &allowed).await.expect(200);
        let member = match whose.split_once(',').map_or("", |(whose, _)| whose) {
            "of another" => Some(&self.managers_entry),
            "of the business" => None,
            _ => Some(&self.staffs_entry),
        };
        let path = place.replace("{slug}", &self.salon.slug);
        let (path, body) = match kind {
            "hours" => (path.replace("{id}", member?), json!([super::hour(0, "09:00", "12:00")])),
            "holidays" => (format!("{path}?year=2026"), Value::Null),
            "schedule-changes" if whose == "that retires a service" => {
                let service = self.service().await;
                (path, json!({ "change": { "service_retired": { "service_id": service } } }))
            }
            "schedule-changes" => {
                let change = match member {
                    Some(member) => json!({ "time_off": time_off(member) }),
                    None => json!({ "date_override": self.other_hours(None) }),
                };
                (path, json!({ "change": change }))
            }
            "date-overrides" => self.about(path, "date-overrides/", || self.other_hours(member)).await,
            _ => self.about(path, "time-off/", || time_off(member.unwrap())).await,
        };
        let body = match method {
            "PATCH" if kind == "date-overrides" => Some(json!({ "name": "Remont" })),
            "PATCH" => Some(json!({ "reason": "Urlop" })),
            "POST" | "PUT" => Some(body),
            _ => None,
        };
        Some((method.parse().unwrap(), path, body))
    }

    /// The path, about something that the owner adds if it is about one, and a body for it.
    async fn about(&self, path: String, below: &str, body: impl Fn() -> Value) -> (String, Value) {
        if path.contains("{id}") {
            let id = self.added(below, &body()).await;
            return (path.replace("{id}", &id), body());
        }
        (path, body())
    }

    /// Other hours on a date that has none yet.
    fn other_hours(&self, member: Option<&String>) -> Value {
        let first = date(2027, 1, 1) + self.dates.fetch_add(1, Ordering::Relaxed).days();
        json!({ "staff_id": member, "first_date": first })
    }
}

fn time_off(member: &str) -> Value {
    json!({ "staff_id": member, "starts_at": "2027-01-01T12:00", "ends_at": "2027-01-01T13:00" })
}
