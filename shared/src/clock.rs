//! The one source of the current time. Passed in everywhere (other ways are forbidden by lint), so
//! that a test can stand at 02:30 on the last Sunday of March.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// Tells the time: the system's, or one that a test sets.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds since the Unix epoch; `None` is the system's clock.
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still at `now` until it is [set](Self::set) again. Clones share it.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        Self { set: Some(Arc::new(AtomicI64::new(now.as_microsecond()))) }
    }

    /// Moves a standing clock; the system's clock cannot be set and stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Some(set) = &self.set {
            set.store(now.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// The current time, to the microsecond, which is what Postgres stores.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        let micros = match &self.set {
            Some(set) => set.load(Ordering::SeqCst),
            None => Timestamp::now().as_microsecond(),
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }
}
