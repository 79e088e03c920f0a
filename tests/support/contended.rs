//! Several servers on one database, which soon notices who waits for each other in a circle.

use std::sync::Arc;

use dev::postgres::Cluster;

use super::{Person, TestApp, TestDatabase};

/// So that a circle is found before anybody gives up by themselves.
const SOON: &str = "deadlock_timeout=20ms";

/// What many want at once, at several servers.
pub(crate) struct Contended {
    pub(crate) servers: Vec<TestApp>,
    pub(crate) database: Arc<TestDatabase>,
    _cluster: Cluster,
}

impl Contended {
    pub(crate) async fn on_servers(count: usize) -> Self {
        let cluster = Cluster::start(&[SOON]).unwrap();
        let database = Arc::new(TestDatabase::on_own_server(&cluster).await);
        let mut servers = Vec::new();
        for _ in 0..count {
            servers.push(TestApp::on(Arc::clone(&database), &[]).await);
        }
        Self { servers, database, _cluster: cluster }
    }

    /// So many people, taking turns at the servers.
    pub(crate) async fn people(&self, count: usize) -> Vec<Person> {
        let mut people = Vec::new();
        for index in 0..count {
            let person = self.servers[0].person(&format!("customer-{index}")).await;
            people.push(person.at(&self.servers[index % self.servers.len()].base));
        }
        people
    }

    /// Postgres ends one of those who wait in a circle, and the server repeats it, unnoticed but for the time it takes.
    pub(crate) async fn assert_nobody_waited_in_a_circle(&self) {
        assert_eq!(self.database.deadlocks().await, 0);
    }
}
