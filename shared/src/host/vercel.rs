//! Vercel: an adapter between the router and `vercel_runtime`, which speaks with the platform's
//! bridge and with `vercel dev`.
//!
//! The runtime ends an invocation, and after SIGTERM the process, as soon as the handlers and the work
//! given to `wait_until` are done. So each request registers there at its start, and stays until hyper
//! is done with the response: what holds it open travels in the response's body ([`Outgoing`]).

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use sync_wrapper::SyncWrapper;
use tokio::{sync::oneshot, time::sleep};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use vercel_runtime::{AppState, Request, Response, ResponseBody};

use super::{Background, HostError};

/// How long, when all is answered, connections may still flush what hyper holds of a response, or
/// deliver a request that was sent before the process was told to stop.
const GRACE: Duration = Duration::from_millis(100);

pub(super) async fn serve(router: Router) -> Result<(), HostError> {
    let in_flight = TaskTracker::new();
    let requests = in_flight.clone();
    let service = vercel_runtime::service_fn(move |request, state| {
        answer(router.clone(), request, state, requests.clone())
    });
    vercel_runtime::run(service).await.map_err(|source| HostError::Runtime { platform: "Vercel", source })?;
    sleep(GRACE).await;
    // The runtime waits only for what it knew of when it looked; here go requests read since then.
    in_flight.close();
    in_flight.wait().await;
    Ok(())
}

async fn answer(
    router: Router,
    request: Request,
    state: AppState,
    in_flight: TaskTracker,
) -> Response<ResponseBody> {
    let (mut ended, open) = oneshot::channel();
    state.wait_until(in_flight.track_future(async move { ended.closed().await }));

    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Background::new(move |work| state.wait_until(work)));
    let Ok(response) = router.oneshot(request).await;
    response.map(|body| ResponseBody(Outgoing::new(body, open).boxed()))
}

/// Ends its request by being dropped, be it in a panic or with a broken connection.
type Open = oneshot::Receiver<Infallible>;

/// A response body on its way out. It is `Sync`, which the runtime asks for and axum's body is not,
/// and keeps its request registered until hyper drops it.
struct Outgoing {
    body: SyncWrapper<Body>,
    // Asked for through `&self`, which the wrapper does not give; so kept beside it.
    size_hint: SizeHint,
    is_end_stream: bool,
    _open: Open,
}

impl Outgoing {
    fn new(body: Body, open: Open) -> Self {
        use http_body::Body as _;
        Self {
            size_hint: body.size_hint(),
            is_end_stream: body.is_end_stream(),
            body: SyncWrapper::new(body),
            _open: open,
        }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = vercel_runtime::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let body = self.body.get_mut();
        let frame = Pin::new(&mut *body).poll_frame(context);
        let (size_hint, is_end_stream) = (body.size_hint(), body.is_end_stream());
        self.size_hint = size_hint;
        self.is_end_stream = is_end_stream;
        frame.map_err(Into::into)
    }

    fn size_hint(&self) -> SizeHint {
        self.size_hint
    }

    fn is_end_stream(&self) -> bool {
        self.is_end_stream
    }
}
