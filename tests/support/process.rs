//! A real function in a process of its own, as a plain server.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::TestDatabase;

/// A running function; killed when dropped.
pub(crate) struct FunctionProcess {
    pub(crate) base: String,
    _child: Child,
}

impl FunctionProcess {
    /// Starts the appointments function on a database, sharing the tests' secret. Its clock is the system's.
    pub(crate) async fn appointments(database: &TestDatabase) -> Self {
        Self::start(env!("CARGO_BIN_EXE_appointments"), database).await
    }

    /// The same with the function of several visits at once.
    pub(crate) async fn visits(database: &TestDatabase) -> Self {
        Self::start(env!("CARGO_BIN_EXE_visits"), database).await
    }

    async fn start(program: &str, database: &TestDatabase) -> Self {
        let mut child = Command::new(program)
            .env_clear()
            .envs([
                ("SESSLY_ENV", "development"),
                ("DATABASE_URL", database.url().as_str()),
                // As for the tests' own functions.
                ("DATABASE_WAIT_SECONDS", "60"),
                ("SECRET_KEY", super::app::SECRET),
                ("LOG_LEVEL", "error"),
                ("RATE_LIMIT_BOOKING", "off"),
                ("RATE_LIMIT_API", "off"),
                ("PORT", "0"),
            ])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let base = listening_at(&mut child).await;
        Self { base, _child: child }
    }
}

/// Where a function that was just started says that it listens.
pub(crate) async fn listening_at(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("the line that says where it listens");
    let (_, base) = line.split_once(" listening on ").expect(&line);
    base.to_owned()
}
