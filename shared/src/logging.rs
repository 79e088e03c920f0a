//! Logs: JSON in production, readable lines while developing. What is logged is a request's id, route and
//! outcome, never what people typed.

use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};

/// Starts logging to standard error. A second call does nothing.
pub fn start(config: &Config) {
    let registry = tracing_subscriber::registry().with(config.log_level);
    let started = match config.log_format {
        LogFormat::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
        LogFormat::Text => {
            registry.with(fmt::layer().with_target(false).with_writer(std::io::stderr)).try_init()
        }
    };
    // Someone else's subscriber is as good.
    drop(started);
}
