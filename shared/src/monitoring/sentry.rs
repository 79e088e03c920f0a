//! Sentry, spoken to by ourselves: its SDK works in threads of its own and after the fact, when a function may already be
//! frozen. Reports leave through [`Background`], after the answer, and whatever becomes of them, clients do not notice.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, header::CONTENT_TYPE},
};
use tokio::{sync::Semaphore, time::timeout};

use super::report::Envelope;
use crate::{config::SentryProject, host::Background, outgoing::Client};

/// How long a report may take. Lambda answers the client after it only.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many reports may be on their way; in an outage everything fails at once, and one tells as much as all.
const AT_ONCE: usize = 4;
/// As whom we report.
const AGENT: &str = concat!("sessly/", env!("CARGO_PKG_VERSION"));

/// The way to a Sentry project. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sentry {
    pub(super) project: Arc<SentryProject>,
    client: Client,
    places: Arc<Semaphore>,
}

impl Sentry {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(crate) fn new(project: SentryProject) -> Result<Self, rustls::Error> {
        Ok(Self {
            project: Arc::new(project),
            client: Client::new()?,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Sends reports once the answer is on its way.
    pub(super) fn send_after(&self, background: &Background, envelopes: Vec<Envelope>) {
        if envelopes.is_empty() {
            return;
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::debug!("too many reports are on their way, one is dropped");
            return;
        };
        let sentry = self.clone();
        background.spawn(async move {
            let _place = place;
            sentry.send_all(envelopes).await;
        });
    }

    pub(super) async fn send_all(&self, envelopes: Vec<Envelope>) {
        for envelope in envelopes {
            self.send(envelope).await;
        }
    }

    async fn send(&self, envelope: Envelope) {
        let Some(request) = self.request(envelope) else { return };
        match timeout(PATIENCE, self.client.send(request)).await {
            Ok(Ok(answer)) if answer.status.is_success() => {}
            Ok(Ok(answer)) => tracing::warn!(status = answer.status.as_u16(), "Sentry did not take a report"),
            Ok(Err(error)) => tracing::warn!(%error, "a report did not reach Sentry"),
            Err(_) => tracing::warn!("Sentry did not answer in time"),
        }
    }

    fn request(&self, envelope: Envelope) -> Option<Request<Bytes>> {
        let dsn = &self.project.dsn;
        let auth = format!("Sentry sentry_version=7, sentry_client={AGENT}, sentry_key={}", dsn.key);
        Request::post(&dsn.endpoint)
            .header("X-Sentry-Auth", auth)
            .header(CONTENT_TYPE, "application/x-sentry-envelope")
            .body(envelope.into())
            .ok()
    }
}
