//! Vercel's side of a function: the bridge starts it, learns over a unix socket that it serves
//! (JSON frames, each closed by a NUL byte), passes requests to its port with two headers that
//! identify them, and learns over the socket that each has ended.

use std::{
    net::TcpListener,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{UnixListener, UnixStream},
    time::sleep,
};

use super::{Answer, Folder, Function, soon};

pub(super) struct Bridge {
    function: Function,
    pub(super) port: u16,
    frames: BufReader<UnixStream>,
    requests: AtomicU64,
    client: reqwest::Client,
}

impl Bridge {
    /// Starts `binary` and waits until it says that it serves.
    pub(super) async fn start(binary: impl AsRef<Path>) -> Self {
        let folder = Folder::new();
        let socket = folder.0.join("ipc.sock");
        let listener = UnixListener::bind(&socket).expect("a new folder has no socket yet");
        let port = free_port();
        let function = Function::start(
            binary,
            &[
                ("VERCEL", "1"),
                ("VERCEL_IPC_PATH", socket.to_str().expect("the path is UTF-8")),
                ("VERCEL_DEV_PORT", &port.to_string()),
                // Vercel's functions run on Lambda: its variables must not mislead them.
                ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"),
            ],
        );
        let (stream, _) = soon(listener.accept()).await.expect("the function connects");
        let frames = BufReader::new(stream);
        let client = reqwest::Client::new();
        let mut bridge = Self { function, port, frames, requests: AtomicU64::new(0), client };
        let start = bridge.frame().await.expect("the function says that it has started");
        assert_eq!(start["type"], "server-started");
        assert_eq!(start["payload"]["httpPort"], port);
        bridge
    }

    /// A request as the bridge sends it: the id by which its end will be known, and the answer.
    pub(super) fn get(&self, path: &str) -> (u64, impl Future<Output = Answer> + use<>) {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = self.client.get(format!("http://127.0.0.1:{}{path}", self.port));
        for (name, value) in identity(id) {
            request = request.header(name, value);
        }
        (id, Answer::to(request))
    }

    /// Tells the function to stop.
    pub(super) async fn begin_stop(&self) {
        self.function.terminate().await;
        // Nothing tells when the signal has been acted on. Should that come later, a test holds too.
        sleep(Duration::from_millis(200)).await;
    }

    /// Waits until the function has stopped, and checks that it had nothing more to say.
    pub(super) async fn stopped(mut self) {
        assert!(self.function.exited().await.success());
        assert_eq!(self.frame().await, None);
    }

    /// Waits until some request has ended, and tells which.
    pub(super) async fn next_end(&mut self) -> u64 {
        let frame = self.frame().await.expect("a request ends before the function does");
        let id = frame["payload"]["context"]["requestId"].as_u64().expect("a request's end carries its id");
        let context = json!({ "invocationId": format!("invocation-{id}"), "requestId": id });
        assert_eq!(frame, json!({ "type": "end", "payload": { "context": context, "error": null } }));
        id
    }

    /// Waits until as many requests have ended, and tells which, in order of their ids.
    pub(super) async fn ends(&mut self, count: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            ids.push(self.next_end().await);
        }
        ids.sort_unstable();
        ids
    }

    /// The next frame, or none once the function has closed the socket.
    async fn frame(&mut self) -> Option<Value> {
        let mut frame = Vec::new();
        soon(self.frames.read_until(0, &mut frame)).await.expect("the socket stays readable");
        let json = frame.strip_suffix(&[0])?;
        Some(serde_json::from_slice(json).expect("a frame is JSON"))
    }
}

/// The headers by which Vercel's proxy identifies a request.
pub(super) fn identity(id: u64) -> [(&'static str, String); 2] {
    [
        ("x-vercel-internal-invocation-id", format!("invocation-{id}")),
        ("x-vercel-internal-request-id", id.to_string()),
    ]
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    listener.local_addr().expect("a listener has an address").port()
}
