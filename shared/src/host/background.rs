//! Work that outlives its response. Handlers find a [`Background`] in the request's extensions and
//! need not know which host keeps the process awake for them.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::monitoring::Record;

type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs work after the response: a mail to send, an event to deliver.
///
/// Vercel ends the invocation after it, Lambda answers after it, and the plain server waits for it
/// before it exits.
#[derive(Clone)]
pub struct Background(Arc<dyn Fn(BoxFuture) + Send + Sync>);

impl Background {
    /// `keep_alive` receives a future for each piece of work, already running, and must keep the
    /// process from being suspended or stopped until that future is ready.
    pub fn new(keep_alive: impl Fn(BoxFuture) + Send + Sync + 'static) -> Self {
        Self(Arc::new(keep_alive))
    }

    /// Counts the work in `tracker`, for a host that waits on it.
    #[must_use]
    pub fn tracked_by(tracker: TaskTracker) -> Self {
        Self::new(move |finished| {
            tracker.spawn(finished);
        })
    }

    /// Starts `work` at once, under the caller's tracing span and the request's record. A panic in it is logged and
    /// goes no further.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let record = Record::for_background();
        let recorded = record.clone();
        let work = async move {
            match recorded {
                Some(record) => record.during(work).await,
                None => work.await,
            }
        };
        let work = tokio::spawn(work.in_current_span());
        let finished = async move {
            // What a panic says may quote what somebody typed; the panic hook has logged where it was.
            if work.await.is_err() {
                tracing::error!("background work failed");
                if let Some(record) = record {
                    record.report_panic().await;
                }
            }
        };
        (self.0)(Box::pin(finished.in_current_span()));
    }
}
