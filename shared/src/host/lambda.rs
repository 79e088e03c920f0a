//! AWS Lambda behind an API Gateway HTTP API (payload format 2.0, stage `$default`) or a function
//! URL, which sends the same events. Compiled with the cargo feature `lambda` only.
//!
//! Lambda freezes the process once the response is posted; background work is joined before.

use axum::{
    Router,
    body::{Body, Bytes},
    http::Response,
};
use http_body_util::{BodyExt, Full};
use lambda_http::{Request, RequestExt, request::RequestContext, service_fn};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::{Background, HostError, Peer};

pub(super) async fn serve(router: Router) -> Result<(), HostError> {
    lambda_http::run_concurrent(service_fn(move |request| answer(router.clone(), request)))
        .await
        .map_err(|source| HostError::Runtime { platform: "Lambda", source })
}

/// The error of a body that broke off is reported to Lambda, which then answers in our place.
async fn answer(router: Router, mut request: Request) -> Result<Response<Full<Bytes>>, lambda_http::Error> {
    let work = TaskTracker::new();
    if let Some(peer) = peer(&request) {
        request.extensions_mut().insert(peer);
    }
    request.extensions_mut().insert(Background::tracked_by(work.clone()));

    let Ok(response) = router.oneshot(request.map(Body::new)).await;
    let (head, body) = response.into_parts();
    let body = body.collect().await;
    work.close();
    work.wait().await;
    Ok(Response::from_parts(head, Full::new(body?.to_bytes())))
}

/// The caller's address as API Gateway saw it; unlike a header, no client can set it.
fn peer(request: &Request) -> Option<Peer> {
    let RequestContext::ApiGatewayV2(context) = request.request_context_ref()? else {
        return None;
    };
    context.http.source_ip.as_deref()?.parse().ok().map(Peer)
}
