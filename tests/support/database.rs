//! Databases: one throwaway server for the whole test run, a template migrated once, a copy per test. A test that
//! does something to the server itself has one of its own.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use dev::postgres::Cluster;
use shared::db::{DatabaseUrl, migrations};
use tokio_postgres::Client;

use super::eventually;

const TEMPLATE: &str = "sessly_template";

/// What a test may want to read in the server's log afterwards.
const SETTINGS: [&str; 2] = ["log_lock_waits=on", "log_min_messages=warning"];

/// A migrated database of the test's own. On the run's server, it is dropped when the test is done with it.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    name: String,
    url: String,
    shares_server: bool,
}

impl TestDatabase {
    pub(crate) async fn create() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let copy = format!("create database {name} template {TEMPLATE}");
        connect(&cluster().url("postgres")).await.batch_execute(&copy).await.unwrap();
        Self { url: cluster().url(&name), name, shares_server: true }
    }

    /// The one database of a server of the test's own. As copies are, it is without the limits on how long anything may take:
    /// on a machine that does much else, everything does.
    pub(crate) async fn on_own_server(cluster: &Cluster) -> Self {
        let name = "postgres".to_owned();
        let url = cluster.url(&name);
        migrations::run(&DatabaseUrl::parse(&url).unwrap()).await.unwrap();
        connect(&url).await.batch_execute(&format!("alter database {name} reset all")).await.unwrap();
        Self { name, url, shares_server: false }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.parse::<tokio_postgres::Config>().unwrap().get_ports()[0]
    }

    /// A connection of the test's own.
    pub(crate) async fn connect(&self) -> Client {
        connect(&self.url()).await
    }

    /// Waits until so many statements wait for a lock.
    pub(crate) async fn waiting(&self, statements: i64) {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        let watcher = self.connect().await;
        eventually(&format!("{statements} waiting"), async || {
            let now: i64 = watcher.query_one(waiting, &[]).await.unwrap().get(0);
            (now == statements).then_some(())
        })
        .await;
    }

    /// How many deadlocks there have been. Ends all other connections: what a backend has counted is known once it ends.
    pub(crate) async fn deadlocks(&self) -> i64 {
        let end = "select pg_terminate_backend(pid, 10000) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()";
        let counted = "select deadlocks from pg_stat_database where datname = current_database()";
        let database = self.connect().await;
        database.execute(end, &[]).await.unwrap();
        database.query_one(counted, &[]).await.unwrap().get(0)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !self.shares_server {
            return;
        }
        let drop = format!("drop database if exists {} with (force)", self.name);
        in_a_thread(async move {
            connect(&cluster().url("postgres")).await.batch_execute(&drop).await.unwrap();
        });
    }
}

/// The test run's server. It ends with the process, however that ends.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = Cluster::start(&SETTINGS).unwrap();
        let (admin, template) = (cluster.url("postgres"), cluster.url(TEMPLATE));
        in_a_thread(async move {
            connect(&admin).await.batch_execute(&format!("create database {TEMPLATE}")).await.unwrap();
            migrations::run(&DatabaseUrl::parse(&template).unwrap()).await.unwrap();
        });
        cluster
    })
}

pub(crate) async fn connect(url: &str) -> Client {
    migrations::connect(&DatabaseUrl::parse(url).unwrap()).await.unwrap()
}

/// Async work from where there is no async: each test has a runtime of its own, and some of this outlives it.
fn in_a_thread(work: impl Future<Output = ()> + Send + 'static) {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    thread::spawn(run).join().unwrap();
}
