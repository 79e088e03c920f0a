//! The plain HTTP server: for running a function by hand or on a machine of one's own, and, through
//! [`serve_on`], for `cargo dev` and tests that stay in their own process.

use std::{convert::Infallible, env, io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    time::sleep,
};
use tokio_util::task::TaskTracker;
use tower::util::MapRequestLayer;

use super::{Background, HostError, Peer};

/// How long a server that was told to stop waits for requests and background work.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

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
    Ok(serve_on(listener, router, stop).await?)
}

/// Serves `router` on `listener` until `stop` is ready. Then no connection is accepted any more, and
/// open requests and background work have ten seconds to finish.
pub async fn serve_on(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let work = TaskTracker::new();
    let background = Background::tracked_by(work.clone());
    let router = router.layer(MapRequestLayer::new(move |mut request: Request| {
        let extensions = request.extensions_mut();
        if let Some(&ConnectInfo(address)) = extensions.get::<ConnectInfo<SocketAddr>>() {
            extensions.insert(Peer(address.ip().to_canonical()));
        }
        extensions.insert(background.clone());
        request
    }));

    let (mut stopping, until_stop) = oneshot::channel::<Infallible>();
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            stop.await;
            drop(until_stop);
        });
    let finished = async {
        server.await?;
        work.close();
        work.wait().await;
        Ok(())
    };
    let out_of_time = async {
        stopping.closed().await;
        sleep(STOP_TIMEOUT).await;
    };
    tokio::select! {
        result = finished => result,
        () = out_of_time => {
            tracing::warn!("stopped with requests or background work unfinished");
            Ok(())
        }
    }
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
