//! Server processes that get killed and started again at the same address.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, bail};
use reqwest::Client;
use shared::{app::App, clock::Clock, host::plain, logging};
use tokio::time::{Duration, sleep};

use crate::{
    postgres::free_port,
    server,
    settings::{self, Folder},
};

/// What `cargo dev` is told in order to be such a process.
pub const COMMAND: &str = "stress-server";

/// What lets the clients ask for what cron does.
pub(super) const CRON_SECRET: &str = "a secret that only the clients of a stress test know";

/// Serves every function on the `PORT` and the `DATABASE_URL` it was started with.
///
/// # Errors
/// If a variable is unusable or the port is taken.
pub async fn serve() -> anyhow::Result<()> {
    let variable = |name| env::var(name).with_context(|| format!("{name} is not set"));
    let stop = plain::stop_signal()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", variable("PORT")?.parse::<u16>()?)).await?;
    let secret = variable("SECRET_KEY")?;
    let config = settings::config(&variable("DATABASE_URL")?, &Folder::of_checkout(), &secret)?;
    logging::start(&config);
    let app = App::new(config, Clock::system())?;
    let mail = PathBuf::from(variable("EMAIL_LOCAL_FOLDER")?);
    let router = server::router(&app, &mail, &settings::checkout().join("public"))?;
    plain::serve_on(listener, router, stop).await;
    Ok(())
}

/// A server in a process of its own; killed when dropped.
pub(super) struct ServerProcess {
    /// Where it listens, whenever it lives.
    pub(super) base: String,
    command: Command,
    child: Child,
}

impl ServerProcess {
    /// Starts one on a database, and waits until it answers.
    pub(super) async fn start(program: &Path, database_url: &str, mail: &Path) -> anyhow::Result<Self> {
        // Free just now, and kept by asking for the same one again and again.
        let port = free_port()?;
        let mut command = Command::new(program);
        command
            .arg(COMMAND)
            .env_clear()
            .env("PORT", port.to_string())
            .env("DATABASE_URL", database_url)
            .env("PREPARED_STATEMENTS", "on")
            .env("EMAIL_LOCAL_FOLDER", mail)
            .env("EMAIL_VERIFICATION_ENABLED", "false")
            .env("SECRET_KEY", "a secret that the servers of a stress test share")
            .env("CRON_SECRET", CRON_SECRET)
            .env("LOG_LEVEL", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let child = command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        let mut server = Self { base: format!("http://127.0.0.1:{port}"), command, child };
        server.until_it_answers().await?;
        Ok(server)
    }

    /// Ends it in the middle of whatever it does.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again.
    pub(super) async fn restart(&mut self) -> anyhow::Result<()> {
        self.child = self.command.spawn()?;
        self.until_it_answers().await
    }

    async fn until_it_answers(&mut self) -> anyhow::Result<()> {
        let (client, health) = (Client::new(), format!("{}/api/health/", self.base));
        for _ in 0..600 {
            if client.get(&health).send().await.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("a server ended with {status}");
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("a server does not answer")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill().ok();
    }
}
