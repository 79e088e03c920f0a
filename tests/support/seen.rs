//! Notes what every request of every test was answered with. `cargo dev -- tested` makes a table of it, and finds answers
//! that the document of the API does not promise, and promises that no test has seen kept.

use std::{fs, io::Write, path::Path, sync::Mutex};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use serde_json::{Value, json};

/// The header in which a test may say as whom it asks.
pub(crate) const ROLE: &str = "x-test-role";

/// The running test's name.
pub(crate) fn test_name() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

/// The layer that notes.
pub(crate) async fn note(State(test): State<String>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let role = request.headers().get(ROLE).and_then(|role| role.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
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
        "method": method, "path": path, "status": status.as_u16(), "code": code, "test": test, "role": role,
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
