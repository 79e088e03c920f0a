//! Notes what every request of every test was answered with. `cargo dev -- tested` makes a table of it, and finds answers
//! that the document of the API does not promise, and promises that no test has seen kept.

use std::{
    collections::HashMap,
    fs,
    io::Write,
    path::Path,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use serde_json::{Value, json};

/// The header in which a test may say as whom it asks.
pub(crate) const ROLE: &str = "x-test-role";

/// A test, and the requests it has sent so far.
#[derive(Debug)]
pub(crate) struct Test {
    name: String,
    requests: Mutex<Requests>,
}

#[derive(Debug, Default)]
struct Requests {
    begun: usize,
    under_way: usize,
}

impl Test {
    /// The one that runs, of however many servers it asks.
    pub(crate) fn running() -> Arc<Self> {
        static TESTS: LazyLock<Mutex<HashMap<String, Arc<Test>>>> = LazyLock::new(Mutex::default);
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        let mut tests = TESTS.lock().unwrap_or_else(PoisonError::into_inner);
        let test = || Arc::new(Self { name: name.clone(), requests: Mutex::default() });
        Arc::clone(tests.entry(name.clone()).or_insert_with(test))
    }
}

/// A request under way. One that another overlaps may be answered otherwise the next time.
struct UnderWay<'a> {
    test: &'a Test,
    /// How many had begun with it, if it began alone.
    alone_since: Option<usize>,
}

impl<'a> UnderWay<'a> {
    fn begin(test: &'a Test) -> Self {
        let mut requests = test.requests.lock().unwrap();
        requests.begun += 1;
        requests.under_way += 1;
        Self { test, alone_since: (requests.under_way == 1).then_some(requests.begun) }
    }

    fn alone(&self) -> bool {
        self.alone_since == Some(self.test.requests.lock().unwrap().begun)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.test.requests.lock().unwrap().under_way -= 1;
    }
}

/// The layer that notes.
pub(crate) async fn note(State(test): State<Arc<Test>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let role = request.headers().get(ROLE).and_then(|role| role.to_str().ok()).map(str::to_owned);
    let under_way = UnderWay::begin(&test);
    let response = next.run(request).await;
    let alone = under_way.alone();
    let status = response.status();
    let (code, response) = if status.is_client_error() || status.is_server_error() {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (body["error_code"].as_str().map(str::to_owned), Response::from_parts(parts, Body::from(bytes)))
    } else {
        (None, response)
    };
    write(&json!({
        "method": method, "path": path, "status": status.as_u16(), "code": code, "test": test.name, "role": role, "alone": alone,
    }));
    response
}

fn write(line: &Value) {
    static FILE: Mutex<Option<fs::File>> = Mutex::new(None);
    let mut file = FILE.lock().unwrap();
    let file = file.get_or_insert_with(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("seen");
        fs::create_dir_all(&folder).unwrap();
        fs::File::create(folder.join(format!("{}.jsonl", std::process::id()))).unwrap()
    });
    writeln!(file, "{line}").unwrap();
}
