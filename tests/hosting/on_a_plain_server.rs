//! A function that is started by hand.

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    task::JoinSet,
};

use super::{Answer, Folder, Function, META, fixture, soon};

/// Starts the fixture on a port of the system's choice, and reads from its output where that is.
async fn start() -> (Function, String) {
    let mut function = Function::start(fixture(), &[("PORT", "0")]);
    let output = function.0.stdout.take().expect("standard output is piped");
    let line = soon(BufReader::new(output).lines().next_line()).await.expect("the function writes UTF-8");
    let line = line.expect("the function says where it listens");
    let address = line.strip_prefix("host_fixture listening on http://").expect("the line has this form");
    (function, address.to_owned())
}

async fn get(address: &str, path: &str) -> Answer {
    Answer::to(reqwest::Client::new().get(format!("http://{address}{path}"))).await
}

#[tokio::test]
async fn it_sees_who_calls() {
    let (_function, address) = start().await;
    assert_eq!(get(&address, "/peer").await.body, "127.0.0.1");
}

#[tokio::test]
async fn a_panic_answers_500_and_the_next_request_is_served() {
    let (_function, address) = start().await;
    assert_eq!(get(&address, "/panic").await.status, 500);
    assert_eq!(get(&address, "/background-panic").await.status, 202);
    assert_eq!(get(&address, "/").await.status, 404);
}

#[tokio::test]
async fn sigterm_finishes_requests_and_background_work_and_accepts_no_more() {
    let folder = Folder::new();
    let (mut function, address) = start().await;
    assert_eq!(get(&address, &folder.at("/background")).await.status, 202);
    folder.marked("started").await;
    let mut answers = JoinSet::new();
    for request in 1..=3 {
        let (address, path) = (address.clone(), folder.at(&format!("/wait/{request}")));
        answers.spawn(async move { get(&address, &path).await.body });
    }
    for request in 1..=3 {
        folder.marked(&format!("started-{request}")).await;
    }

    function.terminate().await;
    soon(async { while TcpStream::connect(&address).await.is_ok() {} }).await;
    folder.mark("release");

    let mut bodies = answers.join_all().await;
    bodies.sort_unstable();
    assert_eq!(bodies, ["1 waited", "2 waited", "3 waited"]);
    assert!(function.exited().await.success());
    assert!(folder.has("done"));
}

#[tokio::test]
async fn a_wrong_port_stops_the_start_with_one_line_that_names_it() {
    let mut function = Function::start(fixture(), &[("PORT", "http")]);
    assert_eq!(function.exited().await.code(), Some(1));
    let error = function.standard_error().await;
    assert_eq!(error, "host_fixture: PORT must be a number from 0 to 65535, not \"http\"\n");
}

#[tokio::test]
async fn a_host_an_address_or_a_secret_that_is_none_stops_the_start_with_one_line_that_names_it() {
    for (name, value) in [
        ("ALLOWED_HOSTS", "https://api.example.com/"),
        ("ALLOWED_HOSTS", "*"),
        ("FRONTEND_BASE_URL", "zzz"),
        ("FRONTEND_BASE_URL", "http://www.example.com"),
        ("CRON_SECRET", "fifteen letters"),
    ] {
        let mut function = Function::start(META, &[("PORT", "0"), (name, value)]);
        assert!(!function.exited().await.success(), "{name}={value}");
        let said = function.standard_error().await;
        assert!(said.lines().count() == 1 && said.contains(name), "{said}");
        assert!(!said.contains(value), "{said}");
    }
}

#[tokio::test]
async fn a_taken_port_stops_the_start_with_one_line_that_names_it() {
    let (_function, address) = start().await;
    let (_, port) = address.rsplit_once(':').expect("an address has a port");
    let mut second = Function::start(fixture(), &[("PORT", port)]);
    assert_eq!(second.exited().await.code(), Some(1));
    let error = second.standard_error().await;
    assert!(error.starts_with(&format!("host_fixture: cannot listen on {address}: ")), "{error}");
    assert_eq!(error.lines().count(), 1);
}
