//! Sentry, as far as it receives: envelopes over its real protocol
//! (<https://develop.sentry.dev/sdk/data-model/envelopes/>), which are taken apart and kept.

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use sentry_types::protocol::v7::{Envelope, EnvelopeItem};
use serde_json::Value;
use tokio::net::TcpListener;

use super::eventually;

/// An envelope as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) project: String,
    /// `X-Sentry-Auth`.
    pub(crate) auth: String,
    pub(crate) content_type: String,
    /// The envelope's own header.
    pub(crate) header: Value,
    /// The type and payload of each item.
    pub(crate) items: Vec<(String, Value)>,
    /// All of it.
    pub(crate) text: String,
}

/// What the server does with an envelope.
#[derive(Clone, Copy)]
pub(crate) enum Mood {
    Takes,
    /// 500.
    Fails,
    /// Never answers.
    Hangs,
}

/// A receiving Sentry.
pub(crate) struct SentryServer {
    address: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl SentryServer {
    pub(crate) async fn start(mood: Mood) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let routes = Router::new()
            .route("/api/{project}/envelope/", post(receive))
            .with_state((mood, Arc::clone(&received)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, received }
    }

    pub(crate) fn dsn(&self) -> String {
        format!("http://public@{}/42", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits for so many envelopes.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually(&format!("{count} envelopes"), async || {
            let received = self.received();
            (received.len() >= count).then_some(received)
        })
        .await
    }
}

async fn receive(
    State((mood, received)): State<(Mood, Arc<Mutex<Vec<Received>>>)>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (header, items) = take_apart(&body);
    received.lock().unwrap().push(Received {
        project,
        auth: text("x-sentry-auth"),
        content_type: text("content-type"),
        header,
        items,
        text: String::from_utf8(body.to_vec()).unwrap(),
    });
    match mood {
        Mood::Takes => StatusCode::OK,
        Mood::Fails => StatusCode::INTERNAL_SERVER_ERROR,
        Mood::Hangs => pending().await,
    }
}

/// A header in a line, then items: each a header in a line that says how long the payload is, and the payload. Sentry's own
/// types have to be able to read it as well.
fn take_apart(envelope: &[u8]) -> (Value, Vec<(String, Value)>) {
    let read = Envelope::from_slice(envelope).expect("an envelope");
    assert!(read.items().all(|item| matches!(item, EnvelopeItem::Event(_) | EnvelopeItem::Transaction(_))));
    let line = |bytes: &[u8]| -> (Value, usize) {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        (serde_json::from_slice(&bytes[..end]).unwrap(), end + 1)
    };
    let (header, mut at) = line(envelope);
    let mut items = Vec::new();
    while at < envelope.len() {
        let (item, length) = line(&envelope[at..]);
        at += length;
        let payload = usize::try_from(item["length"].as_u64().unwrap()).unwrap();
        let content = serde_json::from_slice(&envelope[at..at + payload]).unwrap();
        items.push((item["type"].as_str().unwrap().to_owned(), content));
        at += payload + 1;
    }
    (header, items)
}
