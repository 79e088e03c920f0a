//! One router, three hosts. [`run`] is the whole `main` of a function; [`serve`] chooses the host by
//! the environment, so that the same binary runs on Vercel, on AWS Lambda (cargo feature `lambda`)
//! and as a plain server.
//!
//! Hosts give the router what only they know ([`Background`], [`Peer`]), stream bodies, and stop
//! without losing what is in flight. What all routes share (errors, limits, request ids) is not
//! here: it is in the router already, as the layers of `http`.

mod background;
#[cfg(feature = "lambda")]
mod lambda;
pub mod plain;
mod vercel;

use std::{env, error::Error, fmt::Display, io, net::IpAddr, process::ExitCode, thread, time::Duration};

use axum::Router;
use tower_http::catch_panic::CatchPanicLayer;

pub use background::Background;

/// Who is at the other end: of the connection, or of API Gateway. Absent on Vercel, where the
/// connection comes from the platform's own bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Why a host could not start or had to give up.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// `PORT` is not a port number.
    #[error("PORT must be a number from 0 to 65535, not {0:?}")]
    Port(String),
    /// The plain server cannot have its address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// `HOST:PORT`
        address: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The plain server failed.
    #[error(transparent)]
    Plain(#[from] io::Error),
    /// The runtime of Vercel or Lambda failed.
    #[error("the runtime of {platform} failed: {source}")]
    Runtime {
        /// Whose runtime.
        platform: &'static str,
        /// What it reports.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Lambda started a binary that was not built for it.
    #[error("AWS_LAMBDA_RUNTIME_API is set, but this binary was built without the cargo feature `lambda`")]
    LambdaNotBuilt,
}

/// The `main` of a function: builds its router and serves it until the process is told to stop.
///
/// A problem with the configuration or the host ends the process with one line on standard error.
pub fn run<E: Display>(name: &'static str, build: impl FnOnce() -> Result<Router, E>) -> ExitCode {
    match build_and_serve(name, build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{name}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn build_and_serve<E: Display>(
    name: &'static str,
    build: impl FnOnce() -> Result<Router, E>,
) -> Result<(), String> {
    // Functions often get a single processor. With a second worker, a request that computes does not
    // hold up the others.
    let workers = thread::available_parallelism().map_or(2, |processors| processors.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let served = runtime.block_on(async {
        let router = build().map_err(|error| error.to_string())?;
        serve(name, router).await.map_err(|error| error.to_string())
    });
    // Dropping the runtime instead would wait for blocking work without a limit.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

/// Serves `router` on the host that the environment tells of, until the process is told to stop.
pub async fn serve(name: &'static str, router: Router) -> Result<(), HostError> {
    let is_set = |variable| env::var_os(variable).is_some();
    // The router's own layers answer panics; this one is for a panic in those layers, which would
    // leave a request on Vercel without an end.
    let router = router.layer(CatchPanicLayer::new());

    // Vercel first: its functions run on Lambda and may see Lambda's variables too.
    if is_set("VERCEL_IPC_PATH") || is_set("VERCEL_DEV_PORT") || is_set("VERCEL") {
        vercel::serve(router).await
    } else if is_set("AWS_LAMBDA_RUNTIME_API") {
        #[cfg(feature = "lambda")]
        return lambda::serve(router).await;
        #[cfg(not(feature = "lambda"))]
        Err(HostError::LambdaNotBuilt)
    } else {
        plain::serve(name, router).await
    }
}
