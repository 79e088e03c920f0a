//! The log lines of a test, as production would write them.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use serde_json::Value;
use shared::{config::LogFormat, logging};
use tracing::{Dispatch, level_filters::LevelFilter, subscriber::DefaultGuard};

/// One that keeps nothing. While there is but one subscriber, whether a line is wanted at all is decided by the thread that
/// first comes by it, which may be another test's, where nobody wants any (tokio-rs/tracing#3611).
static ANOTHER: LazyLock<Dispatch> =
    LazyLock::new(|| Dispatch::new(logging::subscriber(LogFormat::Text, LevelFilter::OFF, io::sink)));

/// Keeps what the test's own thread logs, which with the runtime of a test is all that its app does.
pub(crate) struct Logs {
    written: Arc<Mutex<Vec<u8>>>,
    _guard: DefaultGuard,
}

impl Logs {
    pub(crate) fn keep(format: LogFormat, level: LevelFilter) -> Self {
        LazyLock::force(&ANOTHER);
        let written = Arc::new(Mutex::new(Vec::new()));
        let writer = {
            let written = Arc::clone(&written);
            move || Writer(Arc::clone(&written))
        };
        let subscriber = logging::subscriber(format, level, writer);
        Self { written, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// What says how many [statements](Self::statements) requests take.
    pub(crate) fn counting() -> Self {
        Self::keep(LogFormat::Json, LevelFilter::INFO)
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
    }

    /// Every line so far, of logs in JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines that say how requests went.
    pub(crate) fn answered(&self) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["message"] == "answered").collect()
    }

    /// How many statements each request took.
    pub(crate) fn statements(&self) -> Vec<u64> {
        self.answered().iter().map(|line| line["statements"].as_u64().unwrap()).collect()
    }
}

struct Writer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
