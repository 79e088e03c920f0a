//! Waiting for what happens behind an answer.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long: it tells what never happens from what takes long on a machine that does much else.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// Looks again and again, until there is something to see.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < end, "it never came to this: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
