//! Requests to other people's servers: mail providers, error reporting. A small HTTP/1.1 client on the libraries that the
//! server side links anyway (a fully grown one adds 2 MB to every function). It follows no redirects, and is patient
//! for a bounded time and size only.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use thiserror::Error;
use tokio::time::{error::Elapsed, timeout};

/// How long a request may take, its answer included.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST_ANSWER: usize = 256 * 1024;
/// How long a connection may have been idle to be used again: a suspended function's sockets are dead.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

/// Why there is no answer. Never shows the address or anything that was sent.
#[derive(Debug, Error)]
pub enum OutgoingError {
    /// The connection could not be made, or broke.
    #[error("no connection")]
    Connection(#[from] legacy::Error),
    /// The answer broke off or was too long.
    #[error("the answer could not be read")]
    Answer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took longer than [`PATIENCE`].
    #[error("no answer in time")]
    Slow(#[from] Elapsed),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Bytes,
}

/// Sends requests. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Client {
    /// A client for `https` addresses and, for servers on this machine, `http` ones. Connects to nothing yet.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new() -> Result<Self, rustls::Error> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(crate::tls::client_config()?)
            .https_or_http()
            .enable_http1()
            .build();
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(TRUSTED_IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self { inner })
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`OutgoingError`]; the request may have arrived all the same.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Answer, OutgoingError> {
        let exchange = async {
            let (head, body) = self.inner.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(OutgoingError::Answer)?;
            Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
        };
        timeout(PATIENCE, exchange).await?
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Bytes, http::Request, routing::post};
    use http_body_util::LengthLimitError;
    use tokio::net::TcpListener;

    use super::*;

    async fn server(routes: Router) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}")
    }

    fn to(uri: String, body: &'static str) -> Request<Bytes> {
        Request::post(uri).body(Bytes::from_static(body.as_bytes())).expect("a request")
    }

    #[tokio::test]
    async fn the_answer_comes_whole_whatever_its_status() {
        let echo = |body: String| async move { (StatusCode::IM_A_TEAPOT, [("x-tea", "green")], body) };
        let base = server(Router::new().route("/echo", post(echo))).await;
        let client = Client::new().expect("TLS");
        let answer = client.send(to(format!("{base}/echo"), "zażółć")).await.expect("an answer");
        assert_eq!(answer.status, StatusCode::IM_A_TEAPOT);
        assert_eq!(answer.headers["x-tea"], "green");
        assert_eq!(answer.body, "zażółć".as_bytes());
    }

    #[tokio::test]
    async fn an_endless_answer_is_not_read_to_its_end() {
        let long = || async { "x".repeat(LONGEST_ANSWER + 1) };
        let base = server(Router::new().route("/", post(long))).await;
        let error = Client::new().expect("TLS").send(to(base, "")).await.expect_err("too long");
        let too_long = |error: &OutgoingError| matches!(error, OutgoingError::Answer(cause) if cause.is::<LengthLimitError>());
        assert!(too_long(&error), "{error:?}");
    }

    #[tokio::test]
    async fn nobody_there_is_an_error_that_does_not_repeat_the_address() {
        let request = to("http://127.0.0.1:1/secret-path".to_owned(), "");
        let error = Client::new().expect("TLS").send(request).await.expect_err("nobody");
        assert!(matches!(error, OutgoingError::Connection(_)));
        assert!(!error.to_string().contains("secret-path"));
    }
}
