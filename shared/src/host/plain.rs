//! The plain HTTP server: for running a function by hand or on a machine of one's own, and, through
//! [`serve_on`], for `cargo dev` and tests that stay in their own process.

use std::{env, io, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::Request, serve::Listener};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::{Background, HostError, Peer};

/// How long a server that was told to stop waits for requests and background work.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How many headers are read: more than our layers let through, so that these refuse in the form that all refusals have.
const MOST_HEADERS: usize = 256;

/// Serves on `HOST`:`PORT`, by default 127.0.0.1:8000, until SIGTERM or SIGINT. With port 0 the
/// system chooses one; the line on standard output names it.
pub(super) async fn serve(name: &str, router: Router) -> Result<(), HostError> {
    let host = env::var("HOST").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let port = match env::var("PORT") {
        Ok(port) => port.parse().map_err(|_| HostError::Port(port))?,
        Err(_) => 8000,
    };
    let stop = stop_signal()?;
    let listener = TcpListener::bind((host.as_str(), port))
        .await
        .map_err(|source| HostError::Listen { address: format!("{host}:{port}"), source })?;
    println!("{name} listening on http://{}", listener.local_addr()?);
    serve_on(listener, router, stop).await;
    Ok(())
}

/// Serves `router` on `listener` until `stop` is ready. Then no connection is accepted any more, and
/// open requests and background work have ten seconds to finish.
pub async fn serve_on(mut listener: TcpListener, router: Router, stop: impl Future<Output = ()> + Send) {
    let work = TaskTracker::new();
    let background = Background::tracked_by(work.clone());
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            // It waits when the system has no more sockets to give.
            (stream, address) = Listener::accept(&mut listener) => {
                let peer = Peer(address.ip().to_canonical());
                let connection = connections.watch(connection(stream, peer, router.clone(), background.clone()));
                tokio::spawn(async {
                    if let Err(error) = connection.await {
                        tracing::trace!(%error, "a connection broke");
                    }
                });
            }
        }
    }
    drop(listener);
    let finished = async {
        connections.shutdown().await;
        work.close();
        work.wait().await;
    };
    if timeout(STOP_TIMEOUT, finished).await.is_err() {
        tracing::warn!("stopped with requests or background work unfinished");
    }
}

/// One connection: HTTP/1.1, request after request. What cannot be read as HTTP at all, hyper answers by itself.
fn connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    background: Background,
) -> impl GracefulConnection<Error = hyper::Error> + Send {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        let extensions = request.extensions_mut();
        extensions.insert(peer);
        extensions.insert(background.clone());
        router.clone().oneshot(request)
    });
    http1::Builder::new().max_headers(MOST_HEADERS).serve_connection(TokioIo::new(stream), service)
}

/// A future that is ready once the process is asked to stop, by SIGTERM or SIGINT. From this call
/// on, neither signal ends the process by itself.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
