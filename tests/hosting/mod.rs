//! The three hosts, each spoken to in its own protocol: a real function in a process of its own on
//! one side, and here the platform's side of Vercel, of AWS Lambda, and of a plain server's user.

mod gate;
mod lambda_api;
mod on_a_plain_server;
mod on_lambda;
mod on_vercel;

mod vercel_bridge;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    time::timeout,
};

/// What a real function needs in its environment to start.
const CONFIGURATION: [(&str, &str); 4] = [
    ("SECRET_KEY", "only-for-tests-only-for-tests-only"),
    ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
    ("ALLOWED_HOSTS", "api.example.com"),
    ("EMAIL_HOST", "127.0.0.1"),
];

/// A real function.
const META: &str = env!("CARGO_BIN_EXE_meta");

/// The function whose routes do what a test asks for. Cargo builds it with the tests, as an example.
fn fixture() -> PathBuf {
    let tests = env::current_exe().expect("a test knows where it is");
    let target = tests.ancestors().nth(2).expect("tests are in a folder below the profile's");
    let fixture = target.join("examples/host_fixture");
    assert!(fixture.exists(), "{} is missing: run `cargo test`, which builds it", fixture.display());
    fixture
}

/// A function running in a process of its own, which ends with this value at the latest.
struct Function(Child);

impl Function {
    fn start(binary: impl AsRef<Path>, environment: &[(&str, &str)]) -> Self {
        let child = Command::new(binary.as_ref())
            .env_clear()
            .envs(CONFIGURATION)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        Self(child)
    }

    /// Sends SIGTERM.
    async fn terminate(&self) {
        let process = self.0.id().expect("the function is still running").to_string();
        let sent = Command::new("kill").args(["-TERM", &process]).status().await;
        assert!(sent.expect("kill is a standard command").success());
    }

    async fn exited(&mut self) -> ExitStatus {
        soon(self.0.wait()).await.expect("a child can be waited for")
    }

    async fn standard_error(&mut self) -> String {
        let mut text = String::new();
        let stream = self.0.stderr.as_mut().expect("standard error is piped");
        soon(stream.read_to_string(&mut text)).await.expect("the function writes UTF-8");
        text
    }
}

/// What a function answered over HTTP.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    body: String,
}

impl Answer {
    async fn to(request: reqwest::RequestBuilder) -> Self {
        let response = soon(request.send()).await.expect("the function answers");
        let status = response.status().as_u16();
        let body = soon(response.text()).await.expect("the answer is complete");
        Self { status, body }
    }
}

/// Waits for what must happen, but not for ever when it does not.
async fn soon<T>(event: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(30), event).await.expect("it happens within half a minute")
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("sessly-host-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).expect("the name is unique");
        Self(folder)
    }

    async fn marked(&self, event: &str) {
        soon(gate::marked(&self.0, event)).await;
    }

    fn mark(&self, event: &str) {
        gate::mark(&self.0, event);
    }

    fn has(&self, event: &str) -> bool {
        self.0.join(event).exists()
    }

    /// `path`, with this folder as the gate of the fixture's route there.
    fn at(&self, path: &str) -> String {
        format!("{path}?folder={}", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it is in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
