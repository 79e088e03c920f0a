//! Panics, by where they happened. What a panic says is not logged in production: it may quote what somebody typed.

use std::{
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

use super::Record;
use crate::config::Environment;

static IN_PRODUCTION: AtomicBool = AtomicBool::new(false);

/// From now on a panic is noted in the record of the request that it ends. Outside of requests, and while developing, the
/// hook that was there before is asked as well.
pub(super) fn watch(environment: Environment) {
    static ONCE: Once = Once::new();
    IN_PRODUCTION.fetch_or(environment.is_production(), Ordering::Relaxed);
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let location = info.location().map(ToString::to_string).unwrap_or_default();
            let mut in_request = false;
            Record::note(|record| {
                in_request = true;
                tracing::error!(location, "panicked");
                record.panicked(location.clone());
            });
            if !(in_request && IN_PRODUCTION.load(Ordering::Relaxed)) {
                before(info);
            }
        }));
    });
}
