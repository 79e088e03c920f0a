//! Someone with an account, and what they can do.

use reqwest::{Client, Method, RequestBuilder, header::CONTENT_TYPE};
use serde_json::{Value, json};

use super::{Answer, TestApp};

pub(crate) const PASSWORD: &str = "zielona-herbata-7";

/// A request with a body: text is a table, everything else JSON.
pub(crate) fn with_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    match body {
        Value::String(table) => request.header(CONTENT_TYPE, "text/csv").body(table.clone()),
        json => request.json(json),
    }
}

/// Someone who has signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) id: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
    http: Client,
    base: String,
}

impl Person {
    /// Registers; the address is not verified yet.
    pub(crate) async fn register(app: &TestApp, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let body = json!({ "username": name, "email": email, "password": PASSWORD });
        Self::named(app, name, &app.post("/api/users/register/", &body).await.expect(201))
    }

    /// The person that an answer to registering is about.
    pub(crate) fn named(app: &TestApp, name: &str, answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            id: text(&answer["user"]["id"]),
            access: text(&answer["access"]),
            refresh: text(&answer["refresh"]),
            http: app.http.clone(),
            base: app.base.clone(),
        }
    }

    /// Verifies the address with the code from the mail.
    pub(crate) async fn verified(self, app: &TestApp) -> Self {
        let code = app.code_for(&self.email, 1).await;
        app.post("/api/users/verify-email/", &json!({ "email": self.email, "code": code })).await.expect(200);
        self
    }

    /// The same person with another pair of tokens: the answer to signing in, or to refreshing.
    pub(crate) fn holding(&self, tokens: &Value) -> Self {
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        Self { access: text("access"), refresh: text("refresh"), ..self.clone() }
    }

    /// The same person on another device.
    pub(crate) async fn signed_in_again(&self, app: &TestApp) -> Self {
        let body = json!({ "username": self.name, "password": PASSWORD });
        self.holding(&app.post("/api/users/login/", &body).await.expect(200))
    }

    /// The same person, talking to another server.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.access)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Posts a table.
    pub(crate) async fn post_table(&self, path: &str, table: &str) -> Answer {
        let request = with_body(self.request(Method::POST, path), &json!(table));
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }
}
