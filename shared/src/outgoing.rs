//! Requests to other people's servers: mail providers, error reporting. A small HTTP/1.1 client on the libraries that the
//! server side links anyway (a fully grown one adds 2 MB to every function, one that also speaks HTTP/2 half of one). It
//! follows no redirects, and is patient for a bounded time and size only.

use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header::HOST},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, error::Elapsed, timeout},
};
use tokio_rustls::TlsConnector;

/// How long a request may take, its answer included.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST_ANSWER: usize = 256 * 1024;
/// How long a connection may have been idle to be used again: a suspended function's sockets are dead.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

/// Why there is no answer. Never shows the address or anything that was sent.
#[derive(Debug, Error)]
pub enum OutgoingError {
    /// The address is none.
    #[error("no web address")]
    Address,
    /// The connection could not be made.
    #[error("no connection")]
    Connection(#[from] io::Error),
    /// The connection broke.
    #[error("the connection broke")]
    Exchange(#[from] hyper::Error),
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

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    /// Its name, if it is to prove it.
    name: Option<ServerName<'static>>,
    host: String,
    port: u16,
}

impl Server {
    fn of(uri: &Uri) -> Option<Self> {
        let host = uri.host()?.trim_matches(['[', ']']).to_owned();
        let name = match uri.scheme_str()? {
            "https" => Some(ServerName::try_from(host.clone()).ok()?),
            _ => None,
        };
        let port = uri.port_u16().unwrap_or(if name.is_some() { 443 } else { 80 });
        Some(Self { name, host, port })
    }
}

/// A connection that waits for the next request.
#[derive(Debug)]
struct Idle {
    server: Server,
    sender: SendRequest<Full<Bytes>>,
    since: Instant,
}

/// Sends requests. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    tls: TlsConnector,
    idle: Arc<Mutex<Vec<Idle>>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Client {
    /// A client for `https` addresses and, for servers on this machine, `http` ones. Connects to nothing yet.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new() -> Result<Self, rustls::Error> {
        Ok(Self { tls: Arc::new(crate::tls::client_config()?).into(), idle: Arc::default() })
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`OutgoingError`]; the request may have arrived all the same.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Answer, OutgoingError> {
        timeout(PATIENCE, self.exchange(request)).await?
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Answer, OutgoingError> {
        let server = Server::of(request.uri()).ok_or(OutgoingError::Address)?;
        let request = as_sent(request).ok_or(OutgoingError::Address)?;
        let (sender, answer) = self.answer(&server, request).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(OutgoingError::Answer)?;
        self.idle().push(Idle { server, sender, since: Instant::now() });
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
    }

    /// The answer's beginning, over a connection that waits or, if those are gone, a new one.
    async fn answer(
        &self,
        server: &Server,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(SendRequest<Full<Bytes>>, Response<Incoming>), OutgoingError> {
        while let Some(mut sender) = self.waiting(server) {
            match sender.try_send_request(request).await {
                Ok(answer) => return Ok((sender, answer)),
                // Closed by the other side meanwhile: if nothing of the request has left, it may go another way.
                Err(mut failure) => match failure.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(failure.into_error().into()),
                },
            }
        }
        let mut sender = self.connect(server).await?;
        let answer = sender.send_request(request).await?;
        Ok((sender, answer))
    }

    fn waiting(&self, server: &Server) -> Option<SendRequest<Full<Bytes>>> {
        let mut idle = self.idle();
        idle.retain(|idle| idle.since.elapsed() < TRUSTED_IDLE && idle.sender.is_ready());
        let place = idle.iter().rposition(|idle| idle.server == *server)?;
        Some(idle.swap_remove(place).sender)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self, server: &Server) -> Result<SendRequest<Full<Bytes>>, OutgoingError> {
        let stream = TcpStream::connect((server.host.as_str(), server.port)).await?;
        match &server.name {
            Some(name) => begin(self.tls.connect(name.clone(), stream).await?).await,
            None => begin(stream).await,
        }
    }
}

/// HTTP on a connection, which lives as long as its sender.
async fn begin(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<SendRequest<Full<Bytes>>, OutgoingError> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// The request as it travels: its address without the server, which stands in a header.
fn as_sent(request: Request<Bytes>) -> Option<Request<Full<Bytes>>> {
    let (mut head, body) = request.into_parts();
    let host = HeaderValue::from_str(head.uri.authority()?.as_str()).ok()?;
    head.headers.insert(HOST, host);
    head.uri = head.uri.path_and_query()?.as_str().parse().ok()?;
    Some(Request::from_parts(head, Full::new(body)))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{Router, body::Bytes, extract::ConnectInfo, http::Request, routing::post};
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
    async fn a_connection_is_used_again_while_it_lives_and_replaced_when_it_is_gone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let caller = |ConnectInfo(caller): ConnectInfo<SocketAddr>| async move { caller.port().to_string() };
        let routes = Router::new()
            .route("/", post(caller))
            .route("/last", post(async || ([("connection", "close")], "bye")));
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let client = Client::new().expect("TLS");
        let ask = async |path: &str| {
            // The connection notices what has become of it in a task of its own.
            tokio::time::sleep(Duration::from_millis(20)).await;
            client.send(to(format!("{base}{path}"), "")).await.expect("an answer").body
        };
        let first = ask("/").await;
        assert_eq!(ask("/").await, first);
        assert_eq!(ask("/last").await, "bye");
        assert_ne!(ask("/").await, first);
    }

    #[tokio::test]
    async fn what_is_no_web_address_is_refused() {
        let error = Client::new().expect("TLS").send(to("/path".to_owned(), "")).await.expect_err("nowhere");
        assert!(matches!(error, OutgoingError::Address), "{error:?}");
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
