//! How Postgres goes about what an app asks of it: `auto_explain` writes the plan of every statement into the server's log.

use std::{fs, sync::Arc};

use dev::postgres::Cluster;

use super::{TestApp, TestDatabase};

/// Those of triggers included.
const EXPLAINED: [&str; 4] = [
    "session_preload_libraries=auto_explain",
    "auto_explain.log_min_duration=0",
    "auto_explain.log_nested_statements=on",
    "log_line_prefix=",
];

/// A server of a test's own that explains itself, with one database.
pub(crate) struct ExplainingServer(Cluster);

impl ExplainingServer {
    pub(crate) fn start() -> Self {
        Self(Cluster::start(&EXPLAINED).unwrap())
    }

    /// An app on its database; the first time only.
    pub(crate) async fn app(&self, variables: &[(&str, &str)]) -> TestApp {
        let database = TestDatabase::on_own_server(&self.0).await;
        TestApp::on(Arc::new(database), variables).await
    }

    /// Fills the database behind the triggers' backs, with what makes an index worth its while. Nothing of it is explained.
    pub(crate) async fn fill(&self, app: &TestApp, sql: &str) {
        let database = app.database.connect().await;
        let unnoticed = "
            set statement_timeout = 0;
            set auto_explain.log_min_duration = -1;
            set session_replication_role = replica";
        database.batch_execute(unnoticed).await.unwrap();
        database.batch_execute(sql).await.unwrap();
        // What a server does by itself, sooner or later.
        database.batch_execute("vacuum analyze").await.unwrap();
    }

    /// What comes of something, and the plans of all that is asked of the database meanwhile.
    pub(crate) async fn plans_of<T>(&self, doing: impl Future<Output = T>) -> (T, Plans) {
        let log = || fs::read(self.0.log_file()).unwrap();
        let before = log().len();
        let done = doing.await;
        (done, Plans(String::from_utf8_lossy(&log()[before..]).into_owned()))
    }
}

/// Statements, each with its plan.
pub(crate) struct Plans(String);

impl Plans {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Each of these indexes is used.
    #[track_caller]
    pub(crate) fn use_all(&self, indexes: &[&str]) {
        for index in indexes {
            assert!(self.0.contains(index), "{index} is not used:\n{}", self.0);
        }
    }

    /// None of these tables is read from one end to the other.
    #[track_caller]
    pub(crate) fn read_none_whole(&self, tables: &[&str]) {
        for table in tables {
            let is_read_whole = self.0.lines().any(|line| {
                let scanned = line.split_once("Seq Scan on ").map(|(_, behind)| behind);
                scanned.is_some_and(|behind| behind.split(' ').next() == Some(table))
            });
            assert!(!is_read_whole, "{table} is read whole:\n{}", self.0);
        }
    }
}
