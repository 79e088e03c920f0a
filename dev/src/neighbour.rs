//! Who has the port we want.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
    time::Duration,
};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(1);

/// Names whoever listens at an address, as well as can be told.
#[must_use]
pub fn at(address: SocketAddr) -> String {
    another_cargo_dev(address)
        .or_else(|| some_process(address.port()))
        .unwrap_or_else(|| "another program".to_owned())
}

/// Ours answer at `/dev/about.json`.
fn another_cargo_dev(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(b"GET /dev/about.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).ok()?;
    let about: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1)?).ok()?;
    let pid =
        about.get("name")?.as_str().filter(|name| *name == "cargo dev").and(about.get("pid")?.as_u64())?;
    Some(format!("another `cargo dev` (process {pid})"))
}

/// `lsof` is on macOS and on many Linux machines.
fn some_process(port: u16) -> Option<String> {
    let output =
        Command::new("lsof").args(["-nP", &format!("-iTCP:{port}"), "-sTCP:LISTEN", "-Fpc"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let field = |letter| text.lines().find_map(|line| line.strip_prefix(letter));
    Some(format!("{} (process {})", field('c')?, field('p')?))
}
