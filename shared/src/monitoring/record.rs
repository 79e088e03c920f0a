//! What is noted of a request while it is worked on. It travels with the task, so that whoever has something to note
//! need not be handed it.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{extract::MatchedPath, http::StatusCode};

use super::{Watch, report::Outcome};
use crate::{http::Code, ids::UserId};

tokio::task_local! {
    static CURRENT: Arc<Record>;
}

/// Why a request failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// For whoever runs this; with nothing in it that a person typed.
    pub(crate) cause: Option<String>,
}

/// The record of one request, or of work that outlives its answer.
#[derive(Debug)]
pub(crate) struct Record {
    watch: Watch,
    pub(super) id: String,
    pub(super) method: &'static str,
    pub(super) route: OnceLock<MatchedPath>,
    pub(super) user: OnceLock<UserId>,
    pub(super) failure: OnceLock<Failure>,
    statements: AtomicU32,
    panicked_at: Mutex<Option<String>>,
}

impl Record {
    pub(super) fn new(watch: Watch, id: String, method: &'static str) -> Arc<Self> {
        Arc::new(Self {
            watch,
            id,
            method,
            route: OnceLock::new(),
            user: OnceLock::new(),
            failure: OnceLock::new(),
            statements: AtomicU32::new(0),
            panicked_at: Mutex::new(None),
        })
    }

    /// A record for work that the present request leaves behind, if there is one: under the same id, but what becomes of
    /// it is not the request's any more.
    pub(crate) fn for_background() -> Option<Arc<Self>> {
        let current = CURRENT.try_with(Arc::clone).ok()?;
        let record = Self::new(current.watch.clone(), current.id.clone(), current.method);
        if let Some(route) = current.route.get() {
            record.route.get_or_init(|| route.clone());
        }
        Some(record)
    }

    /// Notes something of the request that this task works on, if it works on one.
    pub(crate) fn note(note: impl FnOnce(&Self)) {
        // Outside of requests (starting, tests of the library) there is nobody to tell.
        CURRENT.try_with(|record| note(record)).ok();
    }

    /// Does some work under this record.
    pub(crate) async fn during<T>(self: &Arc<Self>, work: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::clone(self), work).await
    }

    /// Reports that the work this is the record of ended in a panic.
    pub(crate) async fn report_panic(&self) {
        if let Some(sentry) = self.watch.app.sentry() {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let outcome = Outcome::of(self, status, Duration::ZERO, self.watch.app.now());
            sentry.send_all(self.watch.envelopes(sentry, &outcome)).await;
        }
    }

    pub(crate) fn signed_in(&self, user: UserId) {
        self.user.get_or_init(|| user);
    }

    pub(crate) fn failed(&self, failure: Failure) {
        self.failure.get_or_init(|| failure);
    }

    pub(crate) fn statement_sent(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(super) fn panicked(&self, location: String) {
        *self.panicked_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(location);
    }

    pub(super) fn take_panic(&self) -> Option<String> {
        self.panicked_at.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
