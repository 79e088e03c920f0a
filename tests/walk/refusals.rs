//! What every operation refuses alike: bodies and queries that are none, things that are not there, a database that is
//! away. That it says so in its document is for `cargo dev -- tested` to see.

use reqwest::{Method, RequestBuilder, header::CONTENT_TYPE};
use serde_json::{Map, Value, json};
use shared::openapi::{DOCUMENT, Operation, Policy};

use super::{
    lets_in, operations,
    world::{Role, World},
};
use crate::support::{Answer, NOWHERE, TestApp, with_body};

const UNKNOWN: &str = "0190aaaa-0000-7000-8000-000000000000";

/// Operations that somebody gets in to, each with what the document says of it.
fn described() -> Vec<(Operation, Value)> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let of_people = operations().into_iter().filter(|operation| operation.policy() != Policy::Machine);
    of_people
        .map(|operation| {
            let object = document["paths"][operation.path()][operation.method()].clone();
            (operation, object)
        })
        .collect()
}

fn someone_let_in(operation: &Operation) -> Role {
    [Role::Owner, Role::Customer].into_iter().find(|role| lets_in(operation, *role)).unwrap()
}

/// A request by someone who is let in.
fn request(app: &TestApp, world: &World, operation: &Operation, path: &str) -> RequestBuilder {
    let method = Method::from_bytes(operation.method().to_uppercase().as_bytes()).unwrap();
    let caller = world.person(someone_let_in(operation)).unwrap();
    app.request(method, path).bearer_auth(&caller.access)
}

async fn answer(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

/// The schema of the object that a body is, or that each item of the list is.
fn body_schema(object: &Value) -> Option<&Value> {
    let schema = object["requestBody"]["content"].get("application/json")?.get("schema")?;
    Some(schema.get("items").unwrap_or(schema))
}

/// The same body after a change; of a list, its first item.
fn changed(mut body: Value, change: impl Fn(&mut Map<String, Value>)) -> Value {
    match &mut body {
        Value::Array(items) => {
            items.truncate(1);
            change(items[0].as_object_mut().unwrap());
        }
        one => change(one.as_object_mut().unwrap()),
    }
    body
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_everywhere() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    for (operation, object) in described() {
        let Some(schema) = body_schema(&object) else { continue };
        let path = world.path(&operation);
        let ask = || request(&app, &world, &operation, &path);
        let json = || ask().header(CONTENT_TYPE, "application/json");
        answer(json().body("{ no JSON")).await.refused(400, "INVALID_INPUT");
        answer(ask().header(CONTENT_TYPE, "text/plain").body("{}"))
            .await
            .refused(415, "UNSUPPORTED_MEDIA_TYPE");
        answer(json().body(" ".repeat(1024 * 1024 + 1))).await.refused(413, "PAYLOAD_TOO_LARGE");

        let example = world.body(&operation).unwrap_or_else(|| json!({}));
        let wrong = changed(example.clone(), |body| {
            let names = schema["properties"].as_object().unwrap().keys();
            body.extend(names.map(|name| (name.clone(), json!([{ "nothing": [] }]))));
        });
        answer(ask().json(&wrong)).await.refused(400, "VALIDATION_ERROR");
        if let Some(name) = schema["required"][0].as_str() {
            let short = changed(example, |body| drop(body.remove(name)));
            let refused = answer(ask().json(&short)).await;
            refused.refused(400, "REQUIRED_FIELD");
            assert!(refused.text.contains(name), "{path}: {}", refused.text);
        }
        if operation.method() == "patch" {
            let mut properties = schema["properties"].as_object().unwrap().iter();
            // Where every field may be null, one that stays unless it is named may not.
            let kept = properties.find(|(_, schema)| schema["type"].is_string());
            let name = kept.map_or("locale", |(name, _)| name);
            answer(ask().json(&json!({ name: null }))).await.refused(400, "REQUIRED_FIELD");
        }
    }
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused_everywhere() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    for (operation, object) in described() {
        let parameters = object["parameters"].as_array().cloned().unwrap_or_default();
        let queried: Vec<_> = parameters.iter().filter(|parameter| parameter["in"] == "query").collect();
        for parameter in &queried {
            let schema = &parameter["schema"];
            let kind = schema["type"].as_str().or(schema["type"][0].as_str());
            if kind == Some("string") && schema.get("format").is_none() && schema.get("enum").is_none() {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let path = world.path(&operation);
            let joint = if path.contains('?') { '&' } else { '?' };
            let path = format!("{path}{joint}{name}=nonsense");
            let mut ask = request(&app, &world, &operation, &path);
            if let Some(body) = world.body(&operation) {
                ask = with_body(ask, &body);
            }
            if name == "page_size" {
                answer(ask).await.expect(200);
                continue;
            }
            // There is no such page.
            let (status, code) = if name == "page" { (404, "NOT_FOUND") } else { (400, "VALIDATION_ERROR") };
            answer(ask).await.refused(status, code);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_anywhere() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    for (operation, _) in described() {
        let template = operation.path();
        for name in template.split('/').filter(|part| part.starts_with('{')) {
            for absent in [UNKNOWN, "%00nothing"] {
                let path = world.fill(&template.replace(name, absent));
                let mut ask = request(&app, &world, &operation, &path);
                if let Some(body) = world.body(&operation) {
                    ask = with_body(ask, &body);
                }
                let refused = answer(ask).await;
                let code = refused.json()["error_code"].as_str().unwrap_or_default().to_owned();
                assert_eq!(refused.status, 404, "{} {path}: {refused:?}", operation.method());
                assert!(code.ends_with("NOT_FOUND"), "{} {path}: {refused:?}", operation.method());
            }
        }
    }
}

#[tokio::test]
async fn while_the_database_is_away_everything_says_when_to_come_back() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    let without =
        TestApp::with(&[("DATABASE_URL", NOWHERE), ("CRON_SECRET", "a secret of the cron, long enough")])
            .await;
    for operation in operations() {
        let path = world.path(&operation);
        if path.starts_with("/api/integrations/") || path == "/api/health/" {
            // Those need a signature (tests/messages/webhooks.rs), this needs nothing.
            continue;
        }
        let mut ask = match operation.policy() {
            Policy::Machine => {
                let method = Method::from_bytes(operation.method().to_uppercase().as_bytes()).unwrap();
                without.request(method, &path).bearer_auth("a secret of the cron, long enough")
            }
            _ => request(&without, &world, &operation, &path),
        };
        if let Some(body) = world.body(&operation) {
            ask = with_body(ask, &body);
        }
        let refused = answer(ask).await;
        refused.refused(503, "SERVICE_UNAVAILABLE");
        assert!(refused.header("retry-after").is_some(), "{path}");
    }
}
