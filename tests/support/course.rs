//! How long many people go on at random, and what has to come of it.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::eventually::PATIENCE;

/// Over after so many seconds (`SESSLY_RACE_SECONDS` says otherwise); but not before all that it is about has happened,
/// however slow the machine is.
#[derive(Clone)]
pub(crate) struct Course {
    end: Instant,
    about: Arc<[(&'static str, AtomicU32)]>,
}

impl Course {
    pub(crate) fn of<const N: usize>(seconds: u64, about: [&'static str; N]) -> Self {
        let otherwise = env::var("SESSLY_RACE_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
        let end = Instant::now() + Duration::from_secs(otherwise.unwrap_or(seconds));
        Self { end, about: about.map(|what| (what, AtomicU32::new(0))).into() }
    }

    /// Notes that something has happened.
    pub(crate) fn note(&self, what: &str) {
        let (_, count) = self.about.iter().find(|(name, _)| *name == what).expect(what);
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn is_over(&self) -> bool {
        let now = Instant::now();
        now >= self.end && (now >= self.end + PATIENCE || self.missing().next().is_none())
    }

    pub(crate) fn assert_everything_happened(&self) {
        println!("{:?}", self.about);
        assert_eq!(self.missing().collect::<Vec<_>>(), Vec::<&str>::new(), "never happened");
    }

    fn missing(&self) -> impl Iterator<Item = &'static str> {
        self.about.iter().filter(|(_, count)| count.load(Ordering::Relaxed) == 0).map(|(what, _)| *what)
    }
}
