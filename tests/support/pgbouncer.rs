//! PgBouncer in transaction mode, as hosted Postgres offers it.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::TestDatabase;

/// A running PgBouncer, which ends with this value.
pub(crate) struct PgBouncer {
    /// The database's address, through the pooler.
    pub(crate) url: String,
    folder: PathBuf,
    process: Child,
}

impl PgBouncer {
    /// Starts one before a database; none if this machine has no `pgbouncer`.
    pub(crate) async fn before(database: &TestDatabase) -> Option<Self> {
        let program = program()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let folder = env::temp_dir().join(format!("sessly-pgbouncer-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let settings = folder.join("pgbouncer.ini");
        fs::write(&settings, settings_for(database.port(), port)).unwrap();

        let mut command = Command::new(program);
        if fs::metadata(&settings).unwrap().uid() == 0 {
            // It refuses to run as root.
            command.args(["-u", "nobody"]);
        }
        command.arg("-q").arg(&settings).stdin(Stdio::null()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            assert!(process.try_wait().unwrap().is_none(), "pgbouncer did not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let url = database.url().replace(&format!(":{}/", database.port()), &format!(":{port}/"));
        Some(Self { url, folder, process })
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.process.start_kill().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Debian keeps it where only root's `PATH` leads.
fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join("pgbouncer")).find(|program| program.is_file())
}

/// Fewer connections to the server than the app has to the pooler, so that they change hands.
fn settings_for(server: u16, port: u16) -> String {
    format!(
        "[databases]
         * = host=127.0.0.1 port={server} user=postgres
         [pgbouncer]
         listen_addr = 127.0.0.1
         listen_port = {port}
         unix_socket_dir =
         auth_type = any
         pool_mode = transaction
         default_pool_size = 2
         max_client_conn = 100
         "
    )
}
