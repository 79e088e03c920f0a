//! Logs: JSON in production, readable lines while developing. What is logged is a request's id, route and
//! outcome, never what people typed; `monitoring` writes the line.

use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{Config, LogFormat};

/// Starts logging to standard error. A second call does nothing.
pub fn start(config: &Config) {
    // Someone else's subscriber is as good.
    drop(subscriber(config.log_format, config.log_level, std::io::stderr).try_init());
}

/// What writes log lines, to wherever `writer` says.
pub fn subscriber<W>(format: LogFormat, level: LevelFilter, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let registry = tracing_subscriber::registry().with(level);
    match format {
        LogFormat::Json => {
            // The request's id is the innermost span's.
            let json = fmt::layer().json().flatten_event(true).with_span_list(false);
            Box::new(registry.with(json.with_writer(writer)))
        }
        LogFormat::Text => Box::new(registry.with(fmt::layer().with_target(false).with_writer(writer))),
    }
}
