//! AWS Lambda's side of a function: the runtime API, which hands out one event at a time and is told
//! what came of it.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::AbortHandle,
};

use super::{Function, soon};

const VERSION: &str = "/2018-06-01/runtime";

pub(super) struct Lambda {
    _function: Function,
    events: mpsc::UnboundedSender<Value>,
    outcomes: mpsc::UnboundedReceiver<Value>,
    api: AbortHandle,
}

struct Api {
    events: Mutex<mpsc::UnboundedReceiver<Value>>,
    outcomes: mpsc::UnboundedSender<Value>,
}

impl Lambda {
    /// Starts `binary` as Lambda does.
    pub(super) async fn start(binary: impl AsRef<Path>) -> Self {
        let (events, next_events) = mpsc::unbounded_channel();
        let (told, outcomes) = mpsc::unbounded_channel();
        let router = Router::new()
            .route(&format!("{VERSION}/invocation/next"), get(next))
            .route(&format!("{VERSION}/invocation/{{id}}/response"), post(response))
            .route(&format!("{VERSION}/invocation/{{id}}/error"), post(error))
            .with_state(Arc::new(Api { events: Mutex::new(next_events), outcomes: told }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let address = listener.local_addr().expect("a listener has an address").to_string();
        let api = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        let environment = [
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "sessly"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ];
        Self { _function: Function::start(binary, &environment), events, outcomes, api }
    }

    /// Gives the function an event and waits for its response.
    pub(super) async fn invoke(&mut self, event: Value) -> Value {
        self.send(event);
        soon(self.outcomes.recv()).await.expect("the API outlives the test")
    }

    pub(super) fn send(&self, event: Value) {
        self.events.send(event).expect("the API outlives the test");
    }

    /// What the function has posted and no one has asked for yet.
    pub(super) fn posted(&mut self) -> Option<Value> {
        self.outcomes.try_recv().ok()
    }

    pub(super) async fn response(&mut self) -> Value {
        soon(self.outcomes.recv()).await.expect("the API outlives the test")
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.api.abort();
    }
}

/// The event of an API Gateway HTTP API, payload format 2.0.
pub(super) fn event(method: &str, path: &str, query: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": { "host": "api.example.com", "x-forwarded-proto": "https" },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "api.example.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test"
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1_773_342_238_000_u64
        },
        "isBase64Encoded": false
    })
}

async fn next(State(api): State<Arc<Api>>) -> impl IntoResponse {
    let event = api.events.lock().await.recv().await.expect("the test outlives its function");
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:123456789012:function:sessly"),
    ];
    (headers, event.to_string())
}

async fn response(State(api): State<Arc<Api>>, body: String) -> StatusCode {
    let outcome = serde_json::from_str(&body).expect("a response is JSON");
    // The test may have ended without asking for it.
    let _ = api.outcomes.send(outcome);
    StatusCode::ACCEPTED
}

async fn error(body: String) -> StatusCode {
    panic!("the function reports an error: {body}")
}
