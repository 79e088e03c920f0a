//! A function on Vercel.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use super::{
    Folder, META, fixture, soon,
    vercel_bridge::{Bridge, identity},
};

#[tokio::test]
async fn a_real_function_answers_and_ends_the_request() {
    let mut vercel = Bridge::start(META).await;
    let (id, answer) = vercel.get("/api/health/");
    let answer = answer.await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#));
    assert_eq!(vercel.next_end().await, id);
}

#[tokio::test]
async fn path_and_query_arrive_unchanged() {
    let vercel = Bridge::start(fixture()).await;
    for path in ["/api/caf%C3%A9/", "/api/no/slash", "/api/?a=1&b=%20+&a=", "//double//"] {
        let (_, answer) = vercel.get(path);
        assert_eq!(answer.await.body, path);
    }
}

#[tokio::test]
async fn requests_run_side_by_side() {
    let folder = Folder::new();
    let mut vercel = Bridge::start(fixture()).await;
    let mut answers = JoinSet::new();
    for request in 0..8 {
        answers.spawn(vercel.get(&folder.at(&format!("/wait/{request}"))).1);
    }
    for request in 0..8 {
        folder.marked(&format!("started-{request}")).await;
    }
    folder.mark("release");
    assert!(answers.join_all().await.iter().all(|answer| answer.status == 200));
    assert_eq!(vercel.ends(8).await, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn a_panic_answers_500_and_ends_the_request() {
    let mut vercel = Bridge::start(fixture()).await;
    let (id, answer) = vercel.get("/panic");
    assert_eq!(answer.await.status, 500);
    assert_eq!(vercel.next_end().await, id);
}

#[tokio::test]
async fn a_request_ends_after_its_background_work() {
    let folder = Folder::new();
    let mut vercel = Bridge::start(fixture()).await;
    let (with_work, answer) = vercel.get(&folder.at("/background"));
    assert_eq!(answer.await.status, 202);
    folder.marked("started").await;

    let (without, answer) = vercel.get("/");
    answer.await;
    assert_eq!(vercel.next_end().await, without);

    folder.mark("release");
    assert_eq!(vercel.next_end().await, with_work);
    assert!(folder.has("done"));
}

#[tokio::test]
async fn a_panic_in_background_work_ends_its_request_and_nothing_else() {
    let mut vercel = Bridge::start(fixture()).await;
    let (id, answer) = vercel.get("/background-panic");
    assert_eq!(answer.await.status, 202);
    assert_eq!(vercel.next_end().await, id);

    let (next, answer) = vercel.get("/");
    assert_eq!(answer.await.status, 404);
    assert_eq!(vercel.next_end().await, next);
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_no_request_open() {
    let folder = Folder::new();
    let mut vercel = Bridge::start(fixture()).await;
    let (id, answer) = vercel.get(&folder.at("/wait/0"));
    let client = tokio::spawn(answer);
    folder.marked("started-0").await;
    client.abort();
    folder.mark("release");
    assert_eq!(vercel.next_end().await, id);
}

#[tokio::test]
async fn bodies_are_streamed_both_ways() {
    let mut vercel = Bridge::start(fixture()).await;
    let mut connection = Connection::to(&vercel).await;
    connection.post("/echo", 0).await;
    connection.send("5\r\nfirst\r\n").await;
    connection.receive("5\r\nfirst\r\n").await;
    connection.send("6\r\nsecond\r\n0\r\n\r\n").await;
    connection.receive("6\r\nsecond\r\n0\r\n\r\n").await;
    assert_eq!(vercel.next_end().await, 0);
}

#[tokio::test]
async fn sigterm_loses_no_request_in_a_handler() {
    let folder = Folder::new();
    let mut vercel = Bridge::start(fixture()).await;
    let mut answers = JoinSet::new();
    for request in 0..5 {
        answers.spawn(vercel.get(&folder.at(&format!("/wait/{request}"))).1);
    }
    for request in 0..5 {
        folder.marked(&format!("started-{request}")).await;
    }
    vercel.begin_stop().await;
    folder.mark("release");

    let mut bodies: Vec<_> = answers.join_all().await.into_iter().map(|answer| answer.body).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["0 waited", "1 waited", "2 waited", "3 waited", "4 waited"]);
    assert_eq!(vercel.ends(5).await, [0, 1, 2, 3, 4]);
    vercel.stopped().await;
}

#[tokio::test]
async fn sigterm_loses_no_body_on_its_way() {
    let mut vercel = Bridge::start(fixture()).await;
    let mut connection = Connection::to(&vercel).await;
    connection.post("/echo", 0).await;
    connection.send("5\r\nfirst\r\n").await;
    connection.receive("5\r\nfirst\r\n").await;
    vercel.begin_stop().await;

    connection.send("6\r\nsecond\r\n0\r\n\r\n").await;
    connection.receive("6\r\nsecond\r\n0\r\n\r\n").await;
    assert_eq!(vercel.next_end().await, 0);
    vercel.stopped().await;
}

#[tokio::test]
async fn sigterm_loses_no_background_work() {
    let folder = Folder::new();
    let mut vercel = Bridge::start(fixture()).await;
    let (id, answer) = vercel.get(&folder.at("/background"));
    assert_eq!(answer.await.status, 202);
    folder.marked("started").await;
    vercel.begin_stop().await;

    folder.mark("release");
    assert_eq!(vercel.next_end().await, id);
    assert!(folder.has("done"));
    vercel.stopped().await;
}

/// HTTP by hand, to send a body piece by piece.
struct Connection(TcpStream);

impl Connection {
    async fn to(vercel: &Bridge) -> Self {
        Self(TcpStream::connect(("127.0.0.1", vercel.port)).await.expect("the function accepts"))
    }

    /// Sends the head of a request whose body follows in chunks.
    async fn post(&mut self, path: &str, id: u64) {
        let identity = identity(id).map(|(name, value)| format!("{name}: {value}\r\n")).concat();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: sessly\r\ntransfer-encoding: chunked\r\n{identity}\r\n"
        ))
        .await;
    }

    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("the connection stays open");
    }

    /// Reads until what has arrived ends with `text`.
    async fn receive(&mut self, text: &str) {
        let mut received = Vec::new();
        while !received.ends_with(text.as_bytes()) {
            let count = soon(self.0.read_buf(&mut received)).await.expect("the connection stays open");
            assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&received));
        }
    }
}
